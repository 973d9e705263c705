package main

import (
	"context"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/store"
)

func (a *app) doctorCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check what a run would need: folders, rights, disk, keys, secrets, source files",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, faults, err := a.load()
			if err != nil {
				return err
			}
			failed := false
			show := func(f config.Finding) error {
				failed = failed || f.Level == config.Failure
				if a.json {
					return a.printJSON(f)
				}
				mark := map[config.Level]string{config.Fine: "ok     ", config.Warning: "warning", config.Failure: "FAILURE"}[f.Level]
				a.printf("%s  %s", mark, f.Check)
				if f.Thing != "" {
					a.printf(" %s", f.Thing)
				}
				a.printf(": %s\n", f.Msg)
				if f.Hint != "" && f.Level != config.Fine {
					a.printf("         try: %s\n", f.Hint)
				}
				return nil
			}
			if n := len(faults); n > 0 {
				err := show(config.Finding{Check: "configuration", Level: config.Failure, Msg: plural(n, "fault", "faults"), Hint: "`clientbase validate` lists them"})
				if err != nil {
					return err
				}
			}
			for _, f := range append(config.Doctor(c), sandboxFinding(cmd.Context())) {
				if err := show(f); err != nil {
					return err
				}
			}
			if failed {
				return &exitError{1}
			}
			return nil
		},
	}
}

// sandboxFinding starts the process in which a query would run.
func sandboxFinding(ctx context.Context) config.Finding {
	f := config.Finding{Check: "sandbox", Level: config.Fine, Msg: "queries run in a process of their own behind the kernel's walls (Landlock)"}
	walls, err := store.TrySandbox(ctx)
	switch e, _ := errs.Of(err); {
	case err != nil:
		f.Level, f.Msg, f.Hint = config.Failure, "a query could not run: its process does not start", e.Hint
	case !walls:
		f.Level, f.Msg = config.Warning, "queries run in a process of their own with limits, but this kernel has no Landlock to wall it in"
		f.Hint = "Linux 5.13 or later with landlock among its security modules"
	}
	return f
}

package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
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
			for _, f := range append(config.Doctor(c), masterFinding(c), sandboxFinding(cmd.Context())) {
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

// masterFinding fetches the master key as a run would, and tries it.
func masterFinding(c *config.Project) config.Finding {
	named := landing.Master(c.Master)
	f := config.Finding{Check: "master key", Level: config.Fine, Msg: "none: the keys rest on the rights of their folder"}
	if !named.IsZero() {
		f.Thing, f.Msg = named.String(), "it is there and fits"
	}
	if _, err := os.Stat(keysDir(c)); os.IsNotExist(err) {
		return f // made by the first run
	}
	s, err := landing.StatusOf(keysDir(c))
	if err == nil {
		err = landing.CheckMaster(keysDir(c), named)
	}
	switch e, _ := errs.Of(err); {
	case err != nil && e != nil:
		f.Level, f.Msg, f.Hint = config.Failure, e.Msg, e.Hint
	case err != nil:
		f.Level, f.Msg, f.Hint = config.Failure, "the key folder cannot be read", "run as the user that owns the data folder"
	case len(s.Masters) == 0 && !named.IsZero():
		f.Msg = "the next run wraps the keys by it"
	case len(s.Masters) > 0 && !s.Fits:
		f.Level, f.Msg, f.Hint = config.Failure, "it is not there, or is another one: nobody reads the data", "`clientbase keys status` tells more; run the command by hand as the same user"
	}
	return f
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

package main

import (
	"github.com/spf13/cobra"

	"clientbase/internal/config"
)

func (a *app) doctorCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check what a run would need: folders, rights, disk, keys, secrets, source files",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
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
			for _, f := range config.Doctor(c) {
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

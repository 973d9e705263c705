package main

import (
	"github.com/spf13/cobra"

	"clientbase/internal/config"
)

func (a *app) validateCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "validate",
		Short: "List every fault of the project folder with file, line and a suggestion",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p, faults, err := a.load()
			if err != nil {
				return err
			}
			list, more, err := a.loadSegments(p)
			if err != nil {
				return err
			}
			profiles, bad, err := a.profiles(p)
			if err != nil {
				return err
			}
			faults = config.MergeFaults(faults, more, bad)
			if len(faults) == 0 {
				if a.json {
					return nil
				}
				streams := len(p.Streams())
				a.printf("%s: %s in %s, no faults\n", p.Dir, plural(streams, "stream", "streams"), plural(len(p.Sources), "source", "sources"))
				if n := len(p.Rules); n > 0 {
					a.printf("%s, no faults\n", plural(n, "file of rules", "files of rules"))
				}
				if n := len(p.Codes); n > 0 {
					a.printf("%s, no faults\n", plural(n, "code dictionary", "code dictionaries"))
				}
				if len(list) > 0 {
					a.printf("%s, no faults\n", plural(len(list), "segment", "segments"))
				}
				if len(profiles) > 0 {
					a.printf("%s, no faults\n", plural(len(profiles), "recipient", "recipients"))
				}
				return nil
			}
			if err := config.WriteFaults(a.out, faults, a.json); err != nil {
				return err
			}
			return &exitError{1}
		},
	}
}

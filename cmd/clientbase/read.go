package main

import (
	"github.com/spf13/cobra"

	"clientbase/connectors/formats"
	"clientbase/internal/errs"
)

func (a *app) readCmd() *cobra.Command {
	var format, out string
	var limit int64
	c := &cobra.Command{
		Use:   "read FILE",
		Short: "Read any bank format, one JSON object per row",
		Long: `read guesses the format, charset and separators of a file and writes one object
per row: {"pos":{…},"fields":{…}}, or {"pos","error"} for a row that cannot be
read. Card numbers are cut to the first six and last four digits.
Formats: ` + formatNames() + `.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			w, done, err := a.target(out)
			if err != nil {
				return err
			}
			rows, bad, err := a.readFile(c.Context(), args[0], format, limit, w)
			if cerr := done(); err == nil {
				err = cerr
			}
			if err != nil {
				return err
			}
			if bad > 0 {
				a.say("%s, %s could not be read\n", plural(rows, "row", "rows"), number(bad))
			}
			return nil
		},
	}
	c.Flags().StringVar(&format, "format", "", "do not guess: "+formatNames())
	c.Flags().StringVar(&out, "out", "", "write to this file")
	c.Flags().Int64Var(&limit, "limit", 0, "stop after so many rows; 0 = all")
	return c
}

func formatNames() string {
	text := ""
	for i, f := range formats.List() {
		if i > 0 {
			text += ", "
		}
		text += f.Name
	}
	return text
}

func unknownFormat(name string) error {
	return errs.New(errs.Config, "read", name, "no such format", "one of "+formatNames())
}

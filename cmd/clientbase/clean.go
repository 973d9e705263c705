package main

import (
	"strings"

	"github.com/spf13/cobra"

	"clientbase/internal/cleanse"
	"clientbase/internal/errs"
)

func (a *app) cleanCmd() *cobra.Command {
	var kind, region, out, rules string
	c := &cobra.Command{
		Use:   "clean FILE --as KIND | clean --preview RULES [FILE --as KIND]",
		Short: "Cleanse one value per line of any file; or show what other rules would change",
		Long: `clean judges one value per line and writes one JSON object per line:
{"line","out","status","reason","rule"}; out is a list when a cell holds several
values. name and org add "parts": surname, given name, patronymic, gender with its
reason, candidates for a short form, legal form, registration numbers. names finds
every person named in a text. Kinds:
  ` + folded(cleanse.Kinds(), 78, "\n  ") + `.
The charset of FILE is found as for a source, for a row by itself where it differs.
date is decided by the whole column: 03/04/1980 is read as the other lines prove.
- is standard input.

With --preview nothing is written and no value is printed: clean compares the
rules and code lists in force with RULES, over all that the project has landed or
over FILE, and tells per rule, stream and attribute how many values would change,
from which status and reason to which, with shapes of at most three source cells.
RULES is a file of the form of rules/*.yaml or codes/*.yaml, a folder of them, or
a version in the project's own files: email@2, account_status/core@1, email@0 for
the built-in rule alone. For one of the project's own files the comparison is with
the version that the published snapshot was made with; a proposal that a pin still
keeps out is shown as if it counted.`,
		Example: `  echo "8 (916) 123-45-67" | clientbase clean - --as phone
  clientbase clean inns.txt --as inn
  clientbase clean --preview rules/email.yaml
  clientbase clean --preview email@2 mails.txt --as email`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if rules != "" {
				file := ""
				if len(args) > 0 {
					file = args[0]
				}
				if (file == "") != (kind == "") {
					return errs.New(errs.Config, "clean", "--preview", "FILE and --as KIND belong together", "without both, what has landed is compared")
				}
				return a.preview(c.Context(), rules, file, kind, region)
			}
			if len(args) == 0 {
				return errs.New(errs.Config, "clean", "", "which file?", "clientbase clean FILE --as KIND; - is standard input")
			}
			if kind == "" {
				return errs.New(errs.Config, "clean", args[0], "which kind of value is it?", "--as "+strings.Join(cleanse.Kinds(), " | "))
			}
			in, err := a.source(args[0])
			if err != nil {
				return err
			}
			defer func() { _ = in.Close() }()
			w, done, err := a.target(out)
			if err != nil {
				return err
			}
			if err := cleanse.Values(c.Context(), args[0], in, w, kind, region); err != nil {
				return err
			}
			return done()
		},
	}
	c.Flags().StringVar(&kind, "as", "", "kind of the values")
	c.Flags().StringVar(&region, "region", "RU", "country that national numbers belong to: RU, UA, KZ, BY, …")
	c.Flags().StringVar(&out, "out", "", "write to this file")
	c.Flags().StringVar(&rules, "preview", "", "show what these rules or codes would change: a file, a folder, or a version such as email@2")
	return c
}

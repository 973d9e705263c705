package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) findCmd() *cobra.Command {
	limit := 10
	var q pipeline.Question
	c := &cobra.Command{
		Use:   "find [TEXT]",
		Short: "Find clients by any part of a name, a phone tail, an account tail, a document",
		Long: `find ranks the clients that TEXT may mean, with reasons. Names are found in any
script and with a typo (Petrov, Петров, Петоров); a phone by its last 4, 7 or 10
digits; an account or card by its last four; a document number, an e-mail address
or the key of a record in full; a client id by its first 8 characters or more;
a day written like 1985-03-12 or 12.03.1985 is a day of birth. The flags say of
what kind a part is; everything that is given counts, the best fit comes first. Whose
data are restricted (clientbase subject restrict) is marked: they are used for
nothing.`,
		Example: `  clientbase find "Ковальов Олексей"
  clientbase find 4567
  clientbase find "+7 916 123-45-67"
  clientbase find --name "Kovalyov Oleksiy" --born 1985-03-12`,
		RunE: func(c *cobra.Command, args []string) error {
			q.Text = strings.TrimSpace(strings.Join(args, " "))
			if q == (pipeline.Question{}) {
				return errs.New(errs.Config, "find", "", "nothing to look for", "clientbase find NAME")
			}
			q.Today = a.today()
			p, _, err := a.open()
			if err != nil {
				return err
			}
			s, err := pipeline.Current(p)
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			a.reads(s)
			found, err := pipeline.Find(c.Context(), p, s, q, limit)
			if err != nil {
				return err
			}
			for _, f := range found {
				a.shown(1, f.ClientID)
			}
			a.shown(0)
			if a.json {
				for _, f := range found {
					if err := a.printJSON(f); err != nil {
						return err
					}
				}
				return nil
			}
			if len(found) == 0 {
				a.printf("nobody found\n")
				a.asOf(s)
				return nil
			}
			w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
			_, _ = fmt.Fprintln(w, "client\tname\tborn\tcity\twhy")
			for _, f := range found {
				_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", f.ClientID[:12], f.Name+restrictedMark(f), dash(f.Born), dash(f.City), strings.Join(f.Why, ", "))
			}
			if err := w.Flush(); err != nil {
				return errs.Wrap(errs.Retry, "write", "standard output", err, "")
			}
			a.asOf(s)
			return nil
		},
	}
	c.Flags().StringVar(&q.Name, "name", "", "a name or parts of one, in any script and order")
	c.Flags().StringVar(&q.Phone, "phone", "", "a phone number, or its last 4, 7 or 10 digits")
	c.Flags().StringVar(&q.Born, "born", "", "day of birth, like 1985-03-12")
	c.Flags().StringVar(&q.Doc, "doc", "", "number of a document, or a personal or tax number")
	c.Flags().IntVar(&limit, "limit", limit, "clients shown at most")
	return c
}

func restrictedMark(f pipeline.Found) string {
	if f.Restricted {
		return " [restricted]"
	}
	return ""
}

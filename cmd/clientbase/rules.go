package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/audit"
	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

func (a *app) rulesCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "rules [NAME]",
		Short: "Which versions of cleansing rules and code lists are in force, and who changed what and why",
		Long: `rules lists the built-in cleansing rules in the order in which they run, with
their versions, and what the project adds to them: rules/<rule>.yaml with its
version, and the code lists of codes/*.yaml. A pinned file shows the version in force and the
last one. With the name of a rule or a code list it shows the history of its file:
every version with date, reason, source and licence, and the lists that the rule takes.

A value's chain names the same versions (clientbase trace): email@2+1 is version 2
of the built-in rule under version 1 of rules/email.yaml.`,
		Example: `  clientbase rules
  clientbase rules email
  clientbase rules account_status/core
  clientbase clean --preview email@2     what version 2 would change`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			if len(args) > 0 {
				h, ok := audit.RuleHistory(p, args[0])
				if !ok {
					return errs.New(errs.Config, "show rule", args[0], "no such rule or code list", "`clientbase rules` lists them")
				}
				if a.json {
					return a.printJSON(h)
				}
				a.printHistory(h)
				return nil
			}
			return a.printRules(pipeline.RulesInUse(p))
		},
	}
	return c
}

func (a *app) printRules(list []pipeline.RuleUse) error {
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	if !a.json {
		_, _ = fmt.Fprintln(w, "in force\tfile\twhy")
	}
	for _, u := range list {
		if a.json {
			if err := a.printJSON(u); err != nil {
				return err
			}
			continue
		}
		why := u.Reason
		if u.Pinned {
			why = fmt.Sprintf("pinned, the last version is %d; %s", u.Last, why)
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", u.Name, orNone(u.File), orDash(why))
	}
	return w.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (a *app) printHistory(h *audit.History) {
	a.printf("%s", h.Name)
	if h.Doc != "" {
		a.printf(": %s", h.Doc)
	}
	a.printf("\n")
	for _, d := range h.Data {
		a.printf("  reads %s, version %d; source: %s; licence: %s\n", d.Name, d.Version, d.Source, d.Licence)
	}
	for _, l := range h.Lists {
		form := "words"
		if l.Map {
			form = "word: meaning"
		}
		a.printf("  takes %s (%s): %s\n", l.Name, form, l.Doc)
	}
	if h.File != "" {
		a.printf("%s\n", h.File)
	}
	for _, v := range h.Versions {
		mark := ""
		if v.InForce {
			mark = ", in force"
		}
		a.printf("  version %d%s: %s\n", v.No, mark, v.Reason)
		var more []string
		for _, x := range [][2]string{{"date", v.Date}, {"source", v.Source}, {"licence", v.Licence}} {
			if x[1] != "" {
				more = append(more, x[0]+": "+x[1])
			}
		}
		if len(more) > 0 {
			a.printf("    %s\n", strings.Join(more, "; "))
		}
		a.printf("    adds %s, removes %s\n", plural(int64(v.Added), "entry", "entries"), number(int64(v.Removed)))
	}
}

// printUsed says which rules a run used: the project's own first, the built-in
// ones on one line.
func (a *app) printUsed(list []pipeline.RuleUse) {
	if len(list) == 0 {
		return
	}
	var builtin []string
	a.printf("\nrules:\n")
	for _, u := range list {
		if u.File == "" {
			builtin = append(builtin, u.Name)
			continue
		}
		pinned := ""
		if u.Pinned {
			pinned = fmt.Sprintf(", pinned: the last version is %d", u.Last)
		}
		a.printf("  %s  %s%s\n", u.Name, u.File, pinned)
	}
	a.printf("  built in: %s\n", strings.Join(builtin, " "))
}

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// subjectSetCmd is restrict, hold or admit.
func (a *app) subjectSetCmd(verb, use, short, long, example string) *cobra.Command {
	q := pipeline.SubjectRequest{Verb: verb}
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Example: example, Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, cfg, err := a.open()
			if err != nil {
				return err
			}
			if len(args) > 0 && verb == journal.SubjectAdmit {
				q.Subject.Record = args[0]
			} else if len(args) > 0 {
				q.Subject.Client = args[0]
			}
			q.Now = a.now()
			if q.Actor, err = a.who(cfg); err != nil {
				return err
			}
			done, err := pipeline.SetSubject(c.Context(), p, q)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(done)
			}
			name := q.Subject.Record
			if done.Client != "" {
				name = done.Client[:12]
			}
			a.printf("entry %d: %s\n", done.Entry, fmt.Sprintf(map[string]string{
				journal.SubjectRestrict: "%s is used for nothing, from now on",
				journal.SubjectHold:     "%s is not erased while this holds",
				journal.SubjectAdmit:    "%s is nobody who was erased: the next delivery of it loads",
			}[verb], name))
			return nil
		},
	}
	f := c.Flags()
	if verb != journal.SubjectAdmit {
		f.StringVar(&q.Subject.Record, "record", "", "the person by a source record, as SOURCE/STREAM:KEY")
		f.StringVar(&q.Until, "until", "", "first day on which it does not hold any more (default open)")
		f.StringVar(&q.Ref, "ref", "", "the letter or case that asked, as the office numbers it")
	}
	f.StringVar(&q.Reason, "reason", "", "why, for the auditor; no value of the person")
	return c
}

func (a *app) restrictCmd() *cobra.Command {
	return a.subjectSetCmd(journal.SubjectRestrict, "restrict [CLIENT]", "Keep a person's data and use it for nothing",
		`restrict counts like an objection to everything, by every channel, from the next
read on: no list holds the person, nor anybody who may be the same, nor their
contact points. It waits for no run, follows the person's records through every
merge and split, and is not undone by a rollback. Nothing is destroyed; subject
undo takes it back.`, `  clientbase subject restrict 3f2a90 --reason "disputes the accuracy" --until 2027-01-01 --ref in-2026/118`)
}

func (a *app) holdCmd() *cobra.Command {
	return a.subjectSetCmd(journal.SubjectHold, "hold [CLIENT]", "Enter a duty to keep a person's data: no erasure while it lasts",
		`hold is for one person: a court case, an inquiry. Duties that follow from what a
client has (operations of the last five years) stand in clientbase.yaml under
holds: and need no act. While a duty lasts, subject forget restricts instead.`,
		`  clientbase subject hold 3f2a90 --reason "court case 2-118/26" --until 2028-01-01`)
}

func (a *app) admitCmd() *cobra.Command {
	return a.subjectSetCmd(journal.SubjectAdmit, "admit RECORD", "Say that a record is nobody who was erased",
		`admit is for rows that stand in the quarantine as maybe_suppressed: a number of
somebody who was erased under another name, or the same name and birth date.
When it is another person, the record is admitted and loads from its next
delivery on; run --from-landing loads what has landed already.`, `  clientbase subject admit core/clients:100777 --reason "number was given to a new customer"`)
}

func (a *app) subjectUndoCmd() *cobra.Command {
	c := a.takeBackCmd(journal.KindSubject, "subject list", pipeline.UndoSubject)
	c.Short = "Take back a restriction, a duty to keep or an admission"
	return c
}

func (a *app) subjectListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "Requests, restrictions and duties to keep, newest first", Args: cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			list, err := pipeline.SubjectActs(p, a.now())
			if err != nil {
				return err
			}
			return listing[pipeline.SubjectLine]{
				none: "nothing entered yet",
				head: "entry\twhen (UTC)\tby\twhat\tclient\tuntil\tstate\treason\t",
				row: func(l pipeline.SubjectLine) string {
					return fmt.Sprintf("%d\t%s\t%s (%s)\t%s\t%s\t%s\t%s\t%s\t", l.Entry, minute(l.At), l.By, l.Role, l.Verb, dash(clip(l.Client, 12)), dash(l.Until), l.State, l.Reason)
				},
			}.show(a, list)
		},
	}
}

package main

import (
	"github.com/spf13/cobra"

	"clientbase/internal/pipeline"
)

func (a *app) rectifyCmd() *cobra.Command {
	var act pipeline.OverrideAct
	var value string
	c := &cobra.Command{
		Use:   "rectify [CLIENT]",
		Short: "Put a value of a person right, and say who must be told",
		Long: `rectify sets a value by hand as override set does: it wins over all sources, waits
for a second person's yes where approvals: asks for one, and is taken back by
override undo. It also names the lists and files on which the person left, because
their recipients must be told that something was put right: each by list and
contact_id, or file and client_id, so that no value is sent with it.`,
		Example: `  pass show surname | clientbase subject rectify 3f2a90 --attr surname --value - --reason "certificate shown"`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := a.typed("rectify", value, args, &act)
			if err != nil {
				return err
			}
			told, err := a.recallsOf(c.Context(), a.loaded, p, act.Subject)
			if err != nil {
				return err
			}
			done, err := pipeline.SetOverride(c.Context(), p, act)
			if err != nil {
				return err
			}
			a.shown(int64(len(told)), done.Client)
			if a.json {
				return a.printJSON(map[string]any{"act": done, "recipients": told})
			}
			a.printf("entry %d: %s of client %s is put right\n", done.Seq, done.Attr, done.Client[:12])
			if p.SecondPerson {
				a.printf("  it waits for a second person: clientbase override approve %d\n", done.Seq)
			}
			for _, r := range told {
				a.printf("  tell %s: %s\n", r.Recipient, rowOf(r))
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&act.Subject.Record, "record", "", "tie it to this source record, as SOURCE/STREAM:KEY; names the client too")
	f.StringVar(&act.Attr, "attr", "", "attribute of the dictionary")
	f.StringVar(&value, "value", "", "the value; - reads it from standard input, so that it stands in no history of commands")
	f.StringVar(&act.Reason, "reason", "", "why, for the auditor; no value of the person")
	return c
}

package main

import (
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
)

func (a *app) overrideCmd() *cobra.Command {
	c := &cobra.Command{Use: "override", Short: "Set a value by hand, approve it, take it back, list such values", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.overrideSetCmd(), a.overrideApproveCmd(), a.undoCmd(journal.KindOverride, "override list"), a.actsCmd(journal.KindOverride, "list", "Values that people set by hand, newest first"))
	return c
}

// maxTyped bounds a value given on standard input.
const maxTyped = 64 << 10

func (a *app) overrideSetCmd() *cobra.Command {
	var act pipeline.OverrideAct
	var value string
	c := &cobra.Command{
		Use:   "set [CLIENT]",
		Short: "Set a value of a client by hand; it wins over all sources",
		Long: `set gives a client a value that no source has right. It is judged by the same
rules as any other; a value that the rules cannot use is refused, because it
could not be published either. Where an attribute keeps several values (phones)
it becomes the first of them. A whole name or an address sets its parts too.

The value is tied to a source record (the one that gives the value in force,
the client's first, or the one named by --record) and goes where that record
goes in merges and splits. It says nothing about who is who. trace shows it
with entry, person and reason; what it beat stays beside it. Reads show it at
once; calls and visits that refer to a phone or address set by hand find their
client with the next run. With approvals: {overrides: true} in clientbase.yaml it
waits until somebody else has approved it.`,
		Example: `  clientbase override set 3f2a90 --attr surname --value Ковальова --reason "marriage certificate shown"
  pass show phone | clientbase override set 3f2a90 --attr phone --value - --reason "called back, confirmed"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := a.typed("set value", value, args, &act)
			if err != nil {
				return err
			}
			done, err := pipeline.SetOverride(c.Context(), p, act)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(done)
			}
			verdict := done.Status
			if done.Why != "" {
				verdict += ", " + done.Why
			}
			a.printf("entry %d: %s of client %s is %s (%s)\n", done.Seq, done.Attr, done.Client[:12], done.Value, verdict)
			if done.Awaits {
				a.printf("  it waits for a second person: clientbase override approve %d --reason …\n", done.Seq)
				return nil
			}
			if done.Waits {
				a.printf("  find, segment and lists use it from now on; calls and other facts on it find the client with the next run\n")
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&act.Subject.Record, "record", "", "tie it to this source record, as SOURCE/STREAM:KEY; names the client too")
	f.StringVar(&act.Attr, "attr", "", "attribute of the dictionary")
	f.StringVar(&value, "value", "", "the value; - reads it from standard input, so that it stands in no history of commands")
	f.StringVar(&act.Reason, "reason", "", "why, for the auditor")
	return c
}

// typed completes an act that sets a value by hand: whose it is, who says so, and
// the value itself, from the flag or, for "-", from standard input. op is for errors.
func (a *app) typed(op, value string, args []string, act *pipeline.OverrideAct) (*pipeline.Project, error) {
	p, cfg, err := a.open()
	if err != nil {
		return nil, err
	}
	if len(args) > 0 {
		act.Subject.Client = args[0]
	}
	if value == "-" {
		text, err := io.ReadAll(io.LimitReader(a.in, maxTyped))
		if err != nil {
			return nil, errs.Wrap(errs.Input, "read", "standard input", err, "pipe the value in")
		}
		value = strings.TrimRight(string(text), "\r\n")
	}
	if strings.TrimSpace(value) == "" {
		return nil, errs.New(errs.Config, op, "--value", "empty", "--value TEXT, or --value - to read it from standard input")
	}
	act.Value, act.Now = opaque.Of(value), a.now()
	act.Actor, err = a.who(cfg)
	return p, err
}

func (a *app) overrideApproveCmd() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:   "approve ENTRY",
		Short: "Say yes to a value that somebody else set by hand and that waits for it",
		Long: `approve makes a value count that was set by hand under approvals: {overrides: true}.
It must be another person than the one who set it. To refuse, take the entry back
with override undo.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, by, err := a.acting(reason)
			if err != nil {
				return err
			}
			seq, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return errs.New(errs.Config, "approve override", "entry", "not a number", "`clientbase override list` shows the numbers")
			}
			e, err := pipeline.ApproveOverride(c.Context(), p, by, seq)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"seq": e.Seq, "approves": seq})
			}
			a.printf("entry %d approves entry %d: it counts from now on\n", e.Seq, seq)
			return nil
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "what was checked, for the auditor")
	return c
}

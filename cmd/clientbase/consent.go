package main

import (
	"slices"

	"github.com/spf13/cobra"

	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
)

func (a *app) consentCmd() *cobra.Command {
	c := &cobra.Command{Use: "consent", Short: "Enter, take back and list consents and objections", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.consentSetCmd(), a.undoCmd(journal.KindConsent, "consent list"), a.actsCmd(journal.KindConsent, "list", "Consents and objections that people entered, newest first"))
	return c
}

func (a *app) consentSetCmd() *cobra.Command {
	var act pipeline.ConsentAct
	var phone, email string
	c := &cobra.Command{
		Use:   "set [CLIENT]",
		Short: "Enter a consent or an objection; it holds from the next read on",
		Long: `set enters what somebody agreed to or objects to. The subject is exactly one of
CLIENT (an id, its first characters, or a retired id), --record, --phone or
--email. The number or address need not be known yet.

An objection that names neither --for nor --channel covers everything. It binds
all records of the client and their contact points, now and after every merge
and split. A grant needs --for and covers only the phones and e-mails that
stand on the record or client now.

Days are UTC. The act waits for no run and is not undone by a rollback.`,
		Example: `  clientbase consent set 3f2a90 --state objection --origin call --reason "asked not to be called"
  clientbase consent set --phone "+7 916 123-45-67" --state objection --channel sms --origin call --reason "no texts, please"
  clientbase consent set --record core/clients:100234 --state grant --for marketing.deposits --channel email \
      --until 2027-10-01 --text-version v3 --origin branch --reason "signed form"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, cfg, err := a.open()
			if err != nil {
				return err
			}
			if len(args) > 0 {
				act.Subject.Client = args[0]
			}
			act.Subject.Phone, act.Subject.Email = opaque.Of(phone), opaque.Of(email)
			act.Now = a.now()
			if act.Actor, err = a.who(cfg); err != nil {
				return err
			}
			done, err := pipeline.SetConsent(c.Context(), p, act)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(done)
			}
			a.printf("entry %d: %s of %s%s\n", done.Seq, act.State, done.Subject, scope(act.Purpose, act.Channel))
			if act.Purpose != "" && !slices.Contains(p.Purposes, act.Purpose) {
				effect := "it opens no list of today's segments"
				if act.State != "grant" {
					effect = "it counts for the next wider purpose that the project knows, else for everything"
				}
				a.printf("  neither a segment nor purposes: in clientbase.yaml has %s; %s\n", act.Purpose, effect)
			}
			switch {
			case act.State == "grant":
				a.printf("  covers %s\n", plural(done.Points, "contact point", "contact points"))
			case done.Client == "" && done.Records == 0:
				a.printf("  no single client has it now; it binds whoever does or will\n")
			default:
				a.printf("  binds client %s: %s and %s, whatever merges and splits come\n", done.Client[:12], plural(done.Records, "record", "records"), plural(done.Points, "contact point", "contact points"))
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&act.Subject.Record, "record", "", "one source record, as SOURCE/STREAM:KEY")
	f.StringVar(&phone, "phone", "", "a phone number, in any form")
	f.StringVar(&email, "email", "", "an e-mail address")
	f.StringVar(&act.State, "state", "", "grant or objection")
	f.StringVar(&act.Purpose, "for", "", "what the consent is for, dotted: marketing.deposits; empty = everything (objections only)")
	f.StringVar(&act.Channel, "channel", "", "phone, sms, messenger or email; empty = all")
	f.StringVar(&act.Since, "since", "", "first day, as 2026-10-01 (default today)")
	f.StringVar(&act.Until, "until", "", "first day on which it does not hold any more")
	f.StringVar(&act.TextVersion, "text-version", "", "version of the text agreed to")
	f.StringVar(&act.Origin, "origin", "", "how it was given: call, letter, branch, form")
	f.StringVar(&act.Reason, "reason", "", "why it is entered, for the auditor")
	return c
}

func scope(purpose, channel string) string {
	out := ""
	if purpose != "" {
		out += " to " + purpose
	}
	if channel != "" {
		out += " by " + channel
	}
	if out == "" {
		out = " to everything"
	}
	return out
}

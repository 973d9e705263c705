package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

func (a *app) forgetCmd() *cobra.Command {
	var q pipeline.ForgetRequest
	var dry bool
	var out string
	c := &cobra.Command{
		Use:   "forget [CLIENT]",
		Short: "Erase a person from everything, and keep the person out",
		Long: `forget erases a person: at once from every segment and new list, then from what
has landed, from rows set aside, from lists that left, from values set by hand,
from words in notes about others, and from every snapshot. The keys of all that
was rewritten are destroyed, so that copies in a backup cannot be read. What is
kept are keyed marks by which later loads know the person's rows and leave them
out; the act; and for each recipient of an earlier list or of a file that a query
gave a file that names the row to drop: by contact_id, or by client_id where it
was a file (nothing there: the file has names and no ids).

A duty to keep (holds: in clientbase.yaml, or subject hold) comes first: then
the person is restricted until it ends, and forget says until when.

Other clients that may be the same person (the same full name and no other day
of birth; evidence short of a merge) are named, and stay: who decides about them
is you.

--dry-run says what would be done and changes nothing. Everything is computed
anew from landing, which takes as long as a first load. When it is interrupted,
the same command goes on; so does the next run.`,
		Example: `  clientbase subject forget 3f2a90 --dry-run --ground request --reason "letter of 12 March"
  clientbase subject forget 3f2a90 --ground consent_withdrawn --reason "letter of 12 March" --ref "in-2026/118" --out act`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, cfg, err := a.open()
			if err != nil {
				return err
			}
			if len(args) > 0 {
				q.Subject.Client = args[0]
			}
			q.Now = a.now()
			if q.Actor, err = a.who(cfg); err != nil {
				return err
			}
			request, err := pipeline.OpenForget(p, q.Subject)
			if err != nil {
				return err
			}
			if request == 0 {
				f, err := a.askForget(c.Context(), cfg, p, q, dry)
				if err != nil {
					done, derr := pipeline.EndedForget(p, q.Subject)
					if dry || done == 0 || derr != nil {
						return err
					}
					a.say("request %d is ended: its papers are written again\n", done) // a cut fell between the two
					return a.forgetPapers(p, done, out)
				}
				a.shown(1, f.Client)
				if dry && a.json {
					return a.printJSON(f)
				}
				if !a.json {
					a.printForgetting(f, dry)
				}
				if dry {
					return nil
				}
				if f.Held() {
					return errs.New(errs.Held, "forget", f.Client[:12], "a duty to keep stands against it: the person is restricted "+heldUntil(f.Holds), "`clientbase subject list` shows the restriction; ask again when the duty has ended")
				}
				request = f.Request
			} else if dry {
				a.printf("request %d about this client is open: the same command without --dry-run goes on with it\n", request)
				return nil
			} else {
				a.say("going on with request %d\n", request)
			}
			return a.endForget(c, p, q.Actor, request, out)
		},
	}
	f := c.Flags()
	f.StringVar(&q.Subject.Record, "record", "", "the person by a source record, as SOURCE/STREAM:KEY")
	f.StringVar(&q.Reason, "reason", "", "why, for the auditor; no value of the person")
	f.StringVar(&q.Ground, "ground", "", strings.Join(pipeline.Grounds(), ", "))
	f.StringVar(&q.Ref, "ref", "", "the letter or case that asked, as the office numbers it")
	f.BoolVar(&dry, "dry-run", false, "say what would be done and change nothing")
	f.StringVar(&out, "out", "", "folder for the act and the recall files (default subject-REQUEST beside the data folder)")
	return c
}

// askForget puts a request on record, or says what it would do.
func (a *app) askForget(ctx context.Context, cfg *config.Project, p *pipeline.Project, q pipeline.ForgetRequest, dry bool) (f *pipeline.Forgetting, err error) {
	if q.Recalls, err = a.recallsOf(ctx, cfg, p, q.Subject); err != nil {
		return nil, err
	}
	if dry {
		return pipeline.PlanForget(ctx, p, q)
	}
	return pipeline.RequestForget(ctx, p, q)
}

// endForget runs what is left of a request and writes its papers.
func (a *app) endForget(c *cobra.Command, p *pipeline.Project, who journal.Actor, request int64, out string) error {
	bar := a.progress()
	_, err := pipeline.Run(c.Context(), p, pipeline.Options{NoSources: true, Now: a.now(), Actor: who, Progress: bar})
	bar.finish()
	if err != nil {
		return err
	}
	ended, err := pipeline.ForgetEnded(p, request)
	if err != nil {
		return err
	}
	if !ended {
		return errs.New(errs.Retry, "forget", "request "+strconv.FormatInt(request, 10), "the base is without the person, and an older snapshot is still in use", "end the programs that read it, then run the same command again")
	}
	return a.forgetPapers(p, request, out)
}

// forgetPapers writes the act of a request that is ended, and its recall files.
func (a *app) forgetPapers(p *pipeline.Project, request int64, out string) error {
	act, err := pipeline.ActOf(p, request)
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(filepath.Dir(p.Data), fmt.Sprintf("subject-%d", request))
	}
	files, err := a.writeAct(act, out)
	if err != nil {
		return err
	}
	recalls, err := writeRecalls(act, out)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(act)
	}
	a.printf("request %d is ended: snapshot %s holds the person no more\n", request, act.Did.Snapshot)
	a.printf("  %s of the person erased in landing, %s rewritten, %s destroyed, %s removed\n", plural(act.Did.AllRows(), "row", "rows"),
		plural(act.Did.Batches, "file", "files"), plural(act.Did.Keys, "commitment key", "commitment keys"), plural(int64(len(act.Did.Snapshots)), "older snapshot", "older snapshots"))
	if d := act.Did; d.Mentions+d.Cells+d.Quarantine > 0 {
		a.printf("  in what is about others: %s overwritten, %s emptied; %s set aside emptied\n",
			plural(d.Mentions, "word", "words"), plural(d.Cells, "cell", "cells"), plural(d.Quarantine, "row", "rows"))
	}
	for _, f := range append(files, recalls...) {
		a.printf("  %s\n", f)
	}
	a.printf("  the systems that deliver the person keep their own copies; take a new backup, because old ones cannot be read in part any more\n")
	return nil
}

// lookalikesShown is how many clients that may be the same person are printed.
const lookalikesShown = 10

var lookalikeWords = map[string]string{
	pipeline.LikeByEvidence: "the evidence falls short of a merge",
	pipeline.LikeByName:     "the same full name, and no other day of birth",
}

func (a *app) printForgetting(f *pipeline.Forgetting, dry bool) {
	verb, recall := "will be erased", "a recall file is written"
	if dry || f.Held() {
		verb, recall = "would be erased", "a recall file would be written"
	}
	a.printf("client %s: %s in %s %s\n", f.Client[:12], plural(int64(len(f.Records)), "record", "records"), plural(int64(f.Versions), "version", "versions"), verb)
	for _, r := range f.Records {
		a.printf("  %s\n", r)
	}
	var kinds []string
	for k := range f.Facts {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		a.printf("  %s %s\n", number(f.Facts[k]), k)
	}
	if f.Overrides > 0 {
		a.printf("  %s\n", plural(int64(f.Overrides), "value set by hand", "values set by hand"))
	}
	if f.Shared > 0 {
		a.printf("  %s that others bear too: they stay with the others\n", plural(int64(f.Shared), "value", "values"))
	}
	if f.Common {
		a.printf("  others bear the same name: in notes only the full name, or the name beside a number, is overwritten\n")
	}
	for i, o := range f.Others {
		if i == lookalikesShown {
			a.printf("    and %s more, see --json\n", number(int64(len(f.Others)-i)))
			break
		}
		if i == 0 {
			a.printf("  not erased, and may be the same person; `trace` and `review` tell more:\n")
		}
		a.printf("    %s  %s\n", o.Client[:12], lookalikeWords[o.Why])
	}
	for _, r := range f.Recalls {
		a.printf("  %s of %s went to %s with the person on it: %s\n", r.List, r.At, r.Recipient, recall)
	}
	for _, h := range f.Holds {
		a.printf("  a duty to keep stands against it %s: %s\n", heldUntil([]pipeline.Hold{h}), h.Why)
	}
}

// heldUntil says how long duties last.
func heldUntil(list []pipeline.Hold) string {
	last := ""
	for _, h := range list {
		if h.Until == "" {
			return "until somebody ends it"
		}
		last = max(last, h.Until)
	}
	return "until " + last
}

// writeRecalls writes one file for each recipient: list and contact_id of the
// rows to be dropped.
func writeRecalls(act *pipeline.SubjectProof, dir string) ([]string, error) {
	by := map[string][]journal.Recall{}
	var to []string
	for _, r := range act.Recalls {
		if by[r.Recipient] == nil {
			to = append(to, r.Recipient)
		}
		by[r.Recipient] = append(by[r.Recipient], r)
	}
	slices.Sort(to)
	var out []string
	for i, recipient := range to {
		var b strings.Builder
		w := csv.NewWriter(&b)
		_ = w.Write([]string{"list", "contact_id", "left", "use_before"})
		for _, r := range by[recipient] {
			_ = w.Write([]string{r.List, r.Contact, r.At, r.Expires})
		}
		w.Flush()
		path := filepath.Join(dir, fmt.Sprintf("recall-%d-%s.csv", i+1, fileWord(recipient)))
		if err := disk.WriteBytes(path, []byte(b.String())); err != nil {
			return nil, err
		}
		out = append(out, path)
	}
	return out, nil
}

// fileWord makes a file name of a recipient's name.
func fileWord(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r == os.PathSeparator || r == ' ' || r == '.' || r == '"' || r == ':' {
			return '_'
		}
		return r
	}, strings.ToLower(s)), "_")
}

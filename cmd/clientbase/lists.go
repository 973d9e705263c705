package main

import (
	"fmt"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientbase/internal/errs"
	"clientbase/internal/outbound"
	"clientbase/internal/pipeline"
)

func (a *app) listsCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "lists [WHO]",
		Short: "Lists that left: all of them, or those on which one person stood",
		Long: `lists shows every list that export made: when, by whom, for what, to whom, how
many rows, and until when it may be used. With WHO it shows the lists on which
this person stood, under which contact_id; merges and splits since are followed
by the record that was given away. WHO is a client id or its beginning, a retired
id, a source record as SOURCE/STREAM:KEY, a phone, or a name.`,
		Example: `  clientbase segment lists
  clientbase segment lists 3f2a90
  clientbase segment lists core/clients:100234`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return a.allLists(p)
			}
			s, err := pipeline.Current(p)
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			d, reach, err := a.door(c.Context(), p, s)
			if err != nil {
				return err
			}
			who, err := pipeline.Locate(c.Context(), p, s, strings.Join(args, " "))
			if err != nil {
				return err
			}
			if who.Step != pipeline.IsClient {
				return notOne(who)
			}
			no, ok := reach.ClientNo(who.ClientID)
			if !ok {
				return errs.New(errs.Bug, "look for", "client", "the state does not know its id", "report it")
			}
			found, missing, err := d.ListsOf(no)
			if err != nil {
				return err
			}
			a.shown(int64(len(found)), reach.ClientID(no))
			if a.json {
				for _, f := range found {
					if err := a.printJSON(f); err != nil {
						return err
					}
				}
			} else {
				a.printAppearances(reach.ClientID(no), found)
			}
			if len(missing) > 0 {
				return errs.New(errs.Integrity, "read lists", strings.Join(missing, ", "), "their rows are no longer kept: whether the person stood there cannot be said", "restore data/journal/lists and data/keys from a backup; after an erasure they stay gone")
			}
			return nil
		},
	}
}

// notOne says that a search did not end at one client.
func notOne(w *pipeline.Whereabouts) error {
	if w.Step == pipeline.Ambiguous {
		var ids []string
		for _, c := range w.Candidates {
			ids = append(ids, c.ClientID[:12])
		}
		return errs.New(errs.Input, "look for", "person", plural(len(ids), "client", "clients")+" may be meant", "name one by its id: "+strings.Join(ids, ", "))
	}
	return errs.New(errs.Input, "look for", "person", "no client fits: "+string(w.Step), "`clientbase find TEXT` looks for clients")
}

func (a *app) allLists(p *pipeline.Project) error {
	j, err := pipeline.Journal(p)
	if err != nil {
		return err
	}
	all, err := outbound.Exports(j)
	if err != nil {
		return err
	}
	return listing[outbound.Exported]{
		none: "no list has left",
		head: "list\twhen (UTC)\tby\tsegment\tfor\tby channel\tto\trows\tuse before",
		row: func(x outbound.Exported) string {
			return fmt.Sprintf("%s\t%s\t%s (%s)\t%s v%d\t%s\t%s\t%s\t%s\t%s", x.List, minute(x.At), x.Actor.User, x.Actor.Role, x.Segment, x.Version, x.Purpose, x.Channel, x.Recipient, number(x.Rows), x.Expires)
		},
	}.show(a, all)
}

func (a *app) printAppearances(id string, found []outbound.Appearance) {
	if len(found) == 0 {
		a.printf("client %s stood on no list\n", id[:12])
		return
	}
	a.printf("client %s stood on %s\n", id[:12], plural(len(found), "list", "lists"))
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "list\twhen (UTC)\tto\tfor\tby channel\tcontact_id\tas client")
	for _, f := range found {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.List, minute(f.At), f.Recipient, f.Purpose, f.Channel, f.Contact, f.Then[:min(12, len(f.Then))])
	}
	_ = w.Flush()
}

func minute(at string) string { return strings.Replace(at[:min(16, len(at))], "T", " ", 1) }

func (a *app) recallCmd() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "recall LIST",
		Short: "Rows of an earlier list that must not be used any more",
		Long: `recall judges the rows of a list that left anew: whoever objected since, was
merged with a person who did, whose consent ended or contact point changed hands,
is named by the contact_id of that list; after its last day everybody is. Send the
file to the recipient. It holds contact_ids only.`,
		Example: `  clientbase segment recall list-3f2a90b1c2d4 --out drop.csv`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, _, err := a.open()
			if err != nil {
				return err
			}
			s, err := pipeline.Current(p)
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			d, _, err := a.door(c.Context(), p, s)
			if err != nil {
				return err
			}
			r, err := d.Recall(c.Context(), args[0], a.today())
			if err != nil {
				return err
			}
			a.shown(r.Drops)
			if out != "" || !a.json {
				if err := a.writeRecall(out, r); err != nil {
					return err
				}
			}
			if a.json {
				return a.printJSON(r)
			}
			a.say("%s: %s of %s to be dropped%s\n", r.List, number(r.Drops), plural(r.Rows, "row", "rows"), byReason(r.ByReason))
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "", "file for the contact_ids (default standard output)")
	return c
}

// writeRecall writes one contact_id per line under a heading.
func (a *app) writeRecall(path string, r *outbound.Recall) error {
	w, done, err := a.target(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, outbound.ContactID)
	for _, x := range r.Dropped {
		if err == nil {
			_, err = fmt.Fprintln(w, x.Contact)
		}
	}
	if cerr := done(); cerr != nil {
		return cerr
	}
	return outputError(path, err)
}

func byReason(m map[string]int64) string {
	words := map[string]string{outbound.Expired: "the list's time is over", outbound.Gone: "nobody is this person any more", outbound.Erased: "the person was erased"}
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	out := ""
	for _, k := range keys {
		w := words[k]
		if w == "" {
			w = gateLines[outbound.Gate(k)]
		}
		out += fmt.Sprintf("\n  %s  %s", number(m[k]), w)
	}
	return out
}

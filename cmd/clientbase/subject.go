package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"clientbase/internal/access"
	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

func (a *app) subjectCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "subject",
		Short: "The rights of a person: what is kept, restriction, erasure, proof",
		Long: `subject does what a person, or the law, may ask of the bank: tell what is kept
and where it came from, put it right, use it for nothing, erase it. Every verb
leaves an act in the journal; none puts a value of the person there.`,
		Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.dossierCmd(), a.restrictCmd(), a.rectifyCmd(), a.holdCmd(), a.forgetCmd(), a.admitCmd(), a.subjectUndoCmd(), a.retentionCmd(), a.subjectProofCmd(), a.subjectListCmd())
	return c
}

// rowOf says which row of what left is a person's.
func rowOf(r journal.Recall) string {
	switch {
	case strings.HasPrefix(r.List, "list-"):
		return "list " + r.List + " of " + r.At + ", contact_id " + r.Contact
	case r.Contact == "":
		return r.List + " of " + r.At + ", which has names and no ids"
	}
	return r.List + " of " + r.At + ", client_id " + r.Contact
}

// recallsOf gives the lists and files on which a client stood, and says of which
// it cannot be told any more.
func (a *app) recallsOf(ctx context.Context, cfg *config.Project, p *pipeline.Project, subject pipeline.Subject) ([]journal.Recall, error) {
	s, err := pipeline.Current(p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	d, reach, err := a.door(ctx, p, s)
	if err != nil {
		return nil, err
	}
	id, err := pipeline.ClientIDOf(ctx, p, subject)
	if err != nil {
		return nil, err
	}
	no, ok := reach.ClientNo(id)
	if !ok {
		return nil, errs.New(errs.Bug, "look for", "client", "the state does not know its id", "report it")
	}
	found, missing, err := d.ListsOf(no)
	if err != nil {
		return nil, err
	}
	for _, id := range missing {
		a.say("the rows of %s are no longer kept: whether the person stood there cannot be said\n", id)
	}
	var out []journal.Recall
	for _, f := range found {
		out = append(out, journal.Recall{List: f.List, Recipient: f.Recipient, Contact: f.Contact, At: f.At[:10], Expires: f.Expires})
	}
	files, unsaid, err := pipeline.FileRecalls(ctx, p, id, func(ctx context.Context, s *store.Snapshot, r access.Read) (*store.Rows, error) {
		return a.ask(ctx, cfg, p, s, r.Role, r.Asked, store.QueryOptions{MaxRows: r.Max})
	})
	if err != nil {
		return nil, err
	}
	for _, f := range unsaid {
		a.say("the snapshot of %s to %s is no longer kept: whether the person stood in the file cannot be said\n", f.Name, f.Recipient)
	}
	return append(out, files...), nil
}

package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"clientbase/internal/access"
	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

// reading is a read of personal data under way: what the access log was told,
// and what it is to be told at the end.
type reading struct {
	log   *access.Log
	begun access.Entry
	end   access.Entry
	crowd bool // more clients were shown than are named, or a row names none: nobody is
}

// maxNamed bounds the client ids that an entry names: a read of more is told
// by its question.
const maxNamed = 50

// beginRead enters a read into the access log before anything is read. Where
// nothing was ever loaded there is nothing to read, and no log.
func (a *app) beginRead(c *cobra.Command, cfg *config.Project, who journal.Actor, verb string, args []string) error {
	log, err := pipeline.AccessLog(cfg.Data)
	if err != nil || log == nil {
		return err
	}
	e := access.Entry{At: a.now(), User: who.User, Role: who.Role, Purpose: who.Purpose, Verb: verb, Asked: strings.Join(args, " "), Snapshot: currentID(cfg.Data), Rows: -1}
	c.Flags().Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "project", "json", "quiet", "purpose":
		default:
			e.Flags = append(e.Flags, "--"+f.Name+"="+f.Value.String())
		}
	})
	if e, err = log.Append(c.Context(), e); err != nil {
		return err
	}
	a.read = &reading{log: log, begun: e, end: access.Entry{Of: e.Seq, Rows: -1}}
	return nil
}

// currentID is the snapshot that CURRENT names; "" when there is none.
func currentID(data string) string {
	line, _ := os.ReadFile(filepath.Join(data, "CURRENT"))
	id, _, _ := strings.Cut(string(line), " ")
	return id
}

// reads tells the access log what is read from: the snapshot with the acts
// that lie over it.
func (a *app) reads(s *store.Snapshot) {
	if a.read != nil {
		a.read.end.Snapshot, a.read.end.Position = s.Info().ID, s.Overlay().Position
	}
}

// shown tells the access log how many rows a verb gave, and of whom. Either all
// are named or nobody is: a log that names some would deny the others.
func (a *app) shown(rows int64, clients ...string) {
	r := a.read
	if r == nil {
		return
	}
	r.end.Rows = max(r.end.Rows, 0) + rows
	if rows > 0 && len(clients) == 0 || slices.Contains(clients, "") || len(r.end.Clients)+len(clients) > maxNamed {
		r.crowd = true
	}
	r.end.Clients = append(r.end.Clients, clients...)
	if r.crowd {
		r.end.Clients = nil
	}
}

// asked tells the access log what a query read and gave. A result that was cut
// short by its reader is told as far as it went.
func (a *app) asked(rows *store.Rows, limit int64) {
	if a.read == nil {
		return
	}
	e := &a.read.end
	e.Tables, e.Columns, e.Walls = rows.Reads.Tables, rows.Reads.Columns, rows.Confined
	e.Rows, e.Sum, e.Max = rows.Count(), rows.Sum(), limit
}

// endRead enters how a read ended and forces the log to disk. It gives err, or
// what kept the entry from being made.
func (a *app) endRead(err error) error {
	r := a.read
	if r == nil {
		return err
	}
	a.read = nil
	r.end.At, r.end.Outcome = a.now(), howEnded(err)
	// the verb may have been interrupted: its end is entered all the same
	_, lerr := r.log.Append(context.Background(), r.end)
	if lerr == nil {
		lerr = r.log.Sync()
	}
	if err == nil {
		err = lerr
	}
	return err
}

func howEnded(err error) string {
	switch errs.Exit(err) {
	case 0:
		return access.Done
	case 1:
		return access.Refused
	case 130:
		return access.Interrupted
	}
	if _, said := err.(*exitError); said {
		return access.Done
	}
	return access.Failed
}

package pipeline

import (
	"context"
	"path/filepath"
	"time"

	"clientbase/internal/access"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
)

// AccessLog opens the log of reads of a data folder. It is nil where no key was
// ever made: nothing was loaded, and nothing can be read.
func AccessLog(data string) (*access.Log, error) {
	if !HasKey(data) {
		return nil, nil
	}
	keys, err := landing.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		return nil, err
	}
	return access.Open(data, keys.Project()), nil
}

// ViewOf gives the folder of the form of a snapshot that a role may read, made
// for the statement q when it is not there yet. Tokens, client ids and record
// keys in it are keyed for the role.
func ViewOf(ctx context.Context, p *Project, s *store.Snapshot, role, q string) (string, error) {
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return "", err
	}
	return s.View(ctx, role, ViewKey(dirs.Key, role), q)
}

// ViewKey is the key of a role's forms of snapshots, made of that of the project.
func ViewKey(project opaque.Key, role string) opaque.Key { return project.Derive("view/" + role) }

// RecordFile enters into the journal that the result of a query leaves as a file.
func RecordFile(ctx context.Context, p *Project, e journal.Entry, f journal.File) error {
	j, err := Journal(p)
	if err != nil {
		return err
	}
	if e, err = e.WithPayload(f); err != nil {
		return err
	}
	_, err = j.Append(ctx, e)
	return err
}

// FileLine is a file of the register: who took which rows away, for whom.
type FileLine struct {
	Seq     int64     `json:"entry"`
	At      time.Time `json:"at"`
	User    string    `json:"user"`
	Role    string    `json:"role"`
	Purpose string    `json:"purpose,omitempty"`
	Name    string    `json:"file"` // its number
	journal.File
}

// Files lists the results of queries that were taken away, newest first.
func Files(p *Project) ([]FileLine, error) {
	list, err := entries(p)
	if err != nil {
		return nil, err
	}
	var out []FileLine
	for i := len(list) - 1; i >= 0; i-- {
		e := &list[i]
		if e.Kind != journal.KindFile {
			continue
		}
		l := FileLine{Seq: e.Seq, At: e.At, User: e.Actor.User, Role: e.Actor.Role, Purpose: e.Actor.Purpose, Name: e.Subject}
		if err := e.Decode(&l.File); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

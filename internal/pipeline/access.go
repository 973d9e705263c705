package pipeline

import (
	"context"
	"path/filepath"

	"clientbase/internal/access"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// AccessLog opens the log of reads of a data folder. It is nil where no key was
// ever made: nothing was loaded, and nothing can be read.
func AccessLog(data string) (*access.Log, error) {
	if !hasKey(data) {
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
	dirs, err := dirsOf(p.Data)
	if err != nil {
		return "", err
	}
	return s.View(ctx, role, dirs.Key.Derive("view/"+role), q)
}

package pipeline

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"clientbase/internal/ledger"
)

// strikes takes files off the ledger's list before a run writes them anew or
// removes them. A run that is cut in between leaves files that are not listed,
// which the next run puts on record, and never one that looks edited.
type strikes struct {
	log  *ledger.Log
	leaf ledger.Leaf // what such a leaf says besides its files

	mu    sync.Mutex
	known map[string]ledger.File // as the list stands; nil = not read yet
}

// of tells of files by path under the data folder. Those that are not listed
// need no word.
func (a *strikes) of(paths []string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.read(); err != nil {
		return err
	}
	return a.strike(paths)
}

// under tells of every listed file whose path begins so.
func (a *strikes) under(prefix string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.read(); err != nil {
		return err
	}
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(a.known)) {
		if strings.HasPrefix(path, prefix) {
			paths = append(paths, path)
		}
	}
	return a.strike(paths)
}

func (a *strikes) read() (err error) {
	if a.known == nil {
		a.known, err = a.log.Known()
	}
	return err
}

// strike does not heed that a run is being interrupted: what follows it must
// not be done without it.
func (a *strikes) strike(paths []string) error {
	var files []ledger.File
	for _, path := range paths {
		if k, ok := a.known[path]; ok && !k.Gone {
			files = append(files, ledger.File{Path: path, Gone: true})
		}
	}
	if len(files) == 0 {
		return nil
	}
	if _, err := a.log.AppendFiles(context.Background(), a.leaf, files); err != nil {
		return err
	}
	for _, f := range files {
		a.known[f.Path] = f
	}
	return nil
}

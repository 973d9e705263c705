package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// Dirs says where the data folder is and with which key its pointer is signed.
type Dirs struct {
	Data string     // the data folder; snapshots/, staging/, tmp/ and CURRENT are made in it
	Key  opaque.Key // signs and checks CURRENT
	// Notary keeps the record of publications; nil = none is kept.
	Notary Notary
	// Ahead is the engine of the first reader; nil = it starts its own.
	Ahead *Ahead
}

const (
	currentName  = "CURRENT"
	manifestName = "manifest.json"
	clientName   = "client.duckdb"
	leaseName    = "lease"
	noLeaf       = "-" // ledger index of a publication that has no leaf
)

func (d Dirs) snapshots() string         { return filepath.Join(d.Data, "snapshots") }
func (d Dirs) snapshot(id string) string { return filepath.Join(d.Data, "snapshots", id) }
func (d Dirs) staging(run string) string { return filepath.Join(d.Data, "staging", run) }
func (d Dirs) tmp(run string) string     { return filepath.Join(d.Data, "tmp", run) }
func (d Dirs) current() string           { return filepath.Join(d.Data, currentName) }

var idForm = regexp.MustCompile(`^[0-9]{6,}-[0-9a-f]{12}$`)

// Info is what the manifest of one snapshot says, and whether it is current or held.
type Info struct {
	ID       string
	Current  bool
	Held     bool
	Manifest Manifest
}

// List gives all complete snapshots, oldest first. It reads manifests only.
// A missing or unsigned CURRENT is no error here: no snapshot is then current.
func List(d Dirs) ([]Info, error) {
	ents, err := os.ReadDir(d.snapshots())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "list snapshots", "", err, "check the rights of the data folder")
	}
	cur, _, _ := readCurrent(d)
	held, _ := readHeld(d)
	var out []Info
	for _, e := range ents {
		if !e.IsDir() || !idForm.MatchString(e.Name()) {
			continue
		}
		m, err := readManifest(d, e.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, Info{ID: e.Name(), Current: e.Name() == cur, Held: e.Name() == held, Manifest: m})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Manifest.Seq < out[j].Manifest.Seq })
	return out, nil
}

// readCurrent gives the id and ledger index in CURRENT after checking its
// signature. The error is errs.Input when there is no snapshot yet.
func readCurrent(d Dirs) (id, leaf string, err error) {
	b, err := os.ReadFile(d.current())
	if errors.Is(err, os.ErrNotExist) {
		return "", "", errs.New(errs.Input, "open snapshot", d.Data, "no snapshot yet", "run `clientbase run`")
	}
	if err != nil {
		return "", "", errs.Wrap(errs.Input, "open snapshot", currentName, err, "check the rights of the data folder")
	}
	return readPointer(d, currentName, b)
}

// readPointer checks the line of a pointer file: id, ledger index, signature.
func readPointer(d Dirs, name string, line []byte) (id, leaf string, err error) {
	f := strings.Fields(string(line))
	if len(f) != 3 || strings.Count(string(line), "\n") != 1 || !idForm.MatchString(f[0]) {
		return "", "", errs.New(errs.Integrity, "open snapshot", name, "the pointer is not one line of id, ledger index and signature",
			"restore "+name+" from a backup of the data folder")
	}
	if f[2] != sign(d, name, f[0], f[1]) {
		return "", "", errs.New(errs.Integrity, "open snapshot", name, "the signature of the pointer does not fit",
			"the file was edited or another key folder is in use: restore both from one backup")
	}
	return f[0], f[1], nil
}

// Published tells whether anything was ever published here: a CURRENT that
// cannot be read, or that names a snapshot that is gone, is not "nothing yet".
func Published(d Dirs) bool {
	_, err := os.Stat(d.current())
	return !errors.Is(err, os.ErrNotExist)
}

// sign makes the signature of a pointer line. The name of the pointer is part
// of it: a held snapshot is not made current by renaming a file.
func sign(d Dirs, name, id, leaf string) string {
	kind := strings.ToLower(name)
	return d.Key.Derive(kind).Token(kind, id, leaf).String()
}

// writeCurrent swaps the pointer: this is the commit.
func writeCurrent(d Dirs, id, leaf string) error { return writePointer(d, currentName, id, leaf) }

func writePointer(d Dirs, name, id, leaf string) error {
	line := fmt.Sprintf("%s %s %s\n", id, leaf, sign(d, name, id, leaf))
	path := filepath.Join(d.Data, name)
	return disk.WriteBytes(path, []byte(line))
}

func seqOf(id string) int {
	s, _, _ := strings.Cut(id, "-")
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// CheckPointer checks that a line is a pointer to the snapshot, signed with the key.
func CheckPointer(d Dirs, line, id string) error {
	got, _, err := readPointer(d, currentName, []byte(line))
	if err == nil && got != id {
		err = errs.New(errs.Integrity, "open snapshot", currentName, "it names "+got+", not "+id, "restore "+currentName+" from a backup of the data folder")
	}
	return err
}

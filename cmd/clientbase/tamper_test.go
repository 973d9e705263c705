package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/pipeline"
	"clientbase/internal/proof"
)

// tamper is somebody who may write into a data folder that was verified.
type tamper struct {
	*testing.T
	b     bank
	rand  *rand.Rand
	p     *pipeline.Project
	from  []byte // checkpoint and key, as the auditor keeps them
	key   []byte
	undo  []func() error
	files []string // under data, with bytes
	older string   // CURRENT of the first snapshot
}

// tampered is a project with two snapshots, an act in the journal and a
// quarantined row, verified once.
func tampered(t *testing.T) *tamper {
	b := newBank(t)
	b.does(0, "run")
	x := &tamper{T: t, b: b, rand: rand.New(rand.NewPCG(1, 2)), older: b.current()}
	b.does(0, "consent", "set", "--record", "core/clients:1", "--state", "objection", "--since", "2026-03-02", "--origin", "call", "--reason", "asked")
	b.write("in/clients_2026-03-02.csv", fourClients+"5;Крылов Егор;не дата;12\n;Без Номера;;\n")
	b.does(0, "run")
	b.does(0, "consent", "set", "--record", "core/clients:2", "--state", "objection", "--since", "2026-03-02", "--origin", "call", "--reason", "asked")
	x.p = b.pipelineProject()
	cp, _ := b.does(0, "ledger", "checkpoint")
	x.from, x.key = []byte(cp), []byte(b.read("data/ledger/verifier.txt"))
	if found := x.verify(); len(found) > 0 {
		t.Fatalf("before: %v", found)
	}
	root := b.path("data")
	_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		info, _ := e.Info()
		if top, _, _ := strings.Cut(rel, "/"); err == nil && !e.IsDir() && info.Size() > 0 && top != "keys" {
			x.files = append(x.files, filepath.ToSlash(rel))
		}
		return err
	})
	return x
}

func (x *tamper) verify() []ledger.Finding {
	x.Helper()
	v, err := proof.Verify(context.Background(), x.p, proof.Options{From: x.from, Key: x.key})
	if err != nil {
		x.Fatal(err)
	}
	return v.Findings
}

// put writes a file and remembers what was there.
func (x *tamper) put(name string, b []byte) {
	x.Helper()
	path := x.b.path("data/" + name)
	was, err := os.ReadFile(path)
	gone := errors.Is(err, fs.ErrNotExist)
	x.undo = append(x.undo, func() error {
		if gone {
			return os.Remove(path)
		}
		return os.WriteFile(path, was, 0o600)
	})
	if err := os.WriteFile(path, b, 0o600); err != nil {
		x.Fatal(err)
	}
}

func (x *tamper) get(name string) []byte { return []byte(x.b.read("data/" + name)) }

// move renames and remembers.
func (x *tamper) move(from, to string) {
	x.Helper()
	from, to = x.b.path("data/"+from), x.b.path("data/"+to)
	x.undo = append(x.undo, func() error { return os.Rename(to, from) })
	if err := os.Rename(from, to); err != nil {
		x.Fatal(err)
	}
}

func (x *tamper) restore() {
	x.Helper()
	for i := len(x.undo) - 1; i >= 0; i-- {
		if err := x.undo[i](); err != nil {
			x.Fatal(err)
		}
	}
	x.undo = nil
}

// sign writes CURRENT with a right signature, as somebody does who has the key.
func (x *tamper) sign(id, leaf string) {
	keys, err := landing.OpenKeys(x.b.path("data/keys"))
	if err != nil {
		x.Fatal(err)
	}
	x.put("CURRENT", []byte(id+" "+leaf+" "+keys.Project().Derive("current").Token("current", id, leaf).String()+"\n"))
}

// tampering: what is done to the data folder and the names it must have.
var tampering = []struct {
	what  string
	do    func(x *tamper)
	names []string
}{
	{"one byte of any file flipped", func(x *tamper) {
		name := x.files[x.rand.IntN(len(x.files))]
		b := x.get(name)
		b[x.rand.IntN(len(b))] ^= 1 << x.rand.IntN(8)
		x.put(name, b)
	}, nil}, // any name, and the file it is in: see below
	{"a file removed", func(x *tamper) {
		name := x.files[x.rand.IntN(len(x.files))]
		x.move(name, "../moved")
	}, []string{ledger.FileMissing, ledger.PointerEdited, ledger.JournalShortened}},
	{"an older genuine pointer put back", func(x *tamper) { x.put("CURRENT", []byte(x.older)) }, []string{ledger.OlderSnapshot}},
	{"the files of an older snapshot in the place of the newer", func(x *tamper) {
		oldID, newID := strings.Fields(x.older)[0], strings.Fields(x.b.current())[0]
		x.move("snapshots/"+newID, "../new")
		x.move("snapshots/"+oldID, "snapshots/"+newID)
	}, []string{ledger.ManifestChanged}},
	{"the pointer edited by who has the key", func(x *tamper) {
		f := strings.Fields(x.b.current())
		if x.rand.IntN(2) == 0 {
			x.sign(f[0], strconv.Itoa(x.rand.IntN(1000)+100))
			return
		}
		x.sign(fmt.Sprintf("%06d-%012x", x.rand.IntN(9)+1, x.rand.Uint64()>>16), f[1])
	}, []string{ledger.PointerEdited}},
	{"a manifest that lists a file twice", func(x *tamper) {
		id := strings.Fields(x.b.current())[0]
		var m map[string]any
		if err := json.Unmarshal(x.get("snapshots/"+id+"/manifest.json"), &m); err != nil {
			x.Fatal(err)
		}
		list := m["files"].([]any)
		m["files"] = append(list, list[x.rand.IntN(len(list))])
		b, err := json.MarshalIndent(m, "", " ")
		if err != nil {
			x.Fatal(err)
		}
		x.put("snapshots/"+id+"/manifest.json", b)
		if x.rand.IntN(2) == 0 { // and everything that names it made to fit
			sum := sha256.Sum256(b)
			to := id[:7] + hex.EncodeToString(sum[:])[:12]
			x.sign(to, strings.Fields(x.b.current())[1])
			x.move("snapshots/"+id, "snapshots/"+to)
		}
	}, []string{ledger.ListedTwice}},
	{"a file added to a snapshot", func(x *tamper) {
		x.put("snapshots/"+strings.Fields(x.b.current())[0]+"/facts-x.duckdb", []byte("x"))
	}, []string{ledger.NotListed}},
	{"the last act cut off the journal", func(x *tamper) {
		b := x.get("journal/journal.cbj")
		n := 4 + 1 + 12 + int(b[5])<<24 + int(b[6])<<16 + int(b[7])<<8 + int(b[8]) // the first frame
		x.put("journal/journal.cbj", b[:n])
	}, []string{ledger.JournalShortened}},
	{"the key of the ledger replaced", func(x *tamper) { x.put("keys/ledger.key", []byte("00\n")) }, []string{ledger.KeyChanged}},
	{"the key of commitments removed", func(x *tamper) {
		list, err := filepath.Glob(x.b.path("data/keys/records/*.age"))
		if err != nil || len(list) == 0 {
			x.Fatal(list, err)
		}
		x.move("keys/records/"+filepath.Base(list[0]), "../record.key")
	}, []string{ledger.FileMissing}},
	{"the whole ledger deleted", func(x *tamper) { x.move("ledger", "../ledger") }, []string{ledger.LedgerDeleted}},
	{"an old checkpoint or list of files put back", func(x *tamper) {
		name := "ledger/" + []string{"checkpoint", "files.txt"}[x.rand.IntN(2)]
		b := x.get(name)
		if name == "ledger/checkpoint" { // an earlier one that was honestly signed
			first, _, _ := bytes.Cut(x.get("ledger/checkpoints.txt"), []byte("\n\n"+x.origin()))
			x.put(name, append(first, '\n'))
			return
		}
		x.put(name, b[:x.rand.IntN(len(b))])
	}, []string{ledger.LeavesDeleted, ledger.FileChanged}},
}

func (x *tamper) origin() string {
	first, _, _ := strings.Cut(string(x.from), "\n")
	return first
}

func TestTamperingIsFoundAndNamed(t *testing.T) {
	x := tampered(t)
	n, err := strconv.Atoi(os.Getenv("CLIENTBASE_TRIALS"))
	if err != nil {
		n = 100
	}
	for _, a := range tampering {
		start := time.Now()
		for i := range n {
			if i > 0 && a.names != nil && (a.what == "the whole ledger deleted" || strings.Contains(a.what, "older") || strings.Contains(a.what, "last act") || strings.Contains(a.what, "added") || strings.Contains(a.what, "key of")) {
				break // nothing in it is drawn
			}
			a.do(x)
			found := x.verify()
			if len(found) == 0 || a.names != nil && !slices.ContainsFunc(found, func(f ledger.Finding) bool { return slices.Contains(a.names, f.Name) }) {
				t.Errorf("%s, trial %d: not named %v: %v", a.what, i, a.names, found)
			}
			x.restore()
		}
		t.Logf("%s: %v", a.what, time.Since(start).Round(time.Millisecond))
	}
	if found := x.verify(); len(found) > 0 {
		t.Errorf("after everything was put back: %v", found)
	}
}

// A verifier ends with 3 and says what it found in words that a person can
// search for; without an outside copy it says what it cannot know.
func TestVerifySaysWhatItFoundAndWhatItCannotKnow(t *testing.T) {
	b := newBank(t)
	b.does(0, "run")
	out, _ := b.does(0, "verify")
	for _, w := range []string{"✓ all of it is as it was recorded", "not provable without a checkpoint", "not provable without the public key"} {
		if !strings.Contains(out, w) {
			t.Errorf("no %q:\n%s", w, out)
		}
	}
	list, err := filepath.Glob(b.path("data/landing/core/clients/*.age"))
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	text, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(list[0], text, 0o600); err != nil {
		t.Fatal(err)
	}
	out, errOut := b.does(3, "verify")
	if !strings.Contains(out, "✗ file changed: landing/core/clients/") || !strings.Contains(errOut, "1 finding") {
		t.Errorf("%s%s", out, errOut)
	}
}

// The dictionary attack of a reader of the ledger: every phone of the project,
// plain and hashed in every usual way, is looked for in the bytes of the ledger.
func TestTheLedgerTellsNoPhone(t *testing.T) {
	x := tampered(t)
	var all []byte
	for _, name := range x.files {
		if strings.HasPrefix(name, "ledger/") {
			all = append(all, x.get(name)...)
		}
	}
	hexes := map[string]bool{} // every 32 hex digits that stand in a hash
	for i := 0; i+32 <= len(all); i++ {
		hexes[string(all[i:i+32])] = true
	}
	tried, met := 0, 0
	for suffix := range 10000 { // the four phones of the project are among them
		digits := fmt.Sprintf("916200%04d", suffix)
		for _, form := range []string{"+7" + digits, "7" + digits, "8" + digits, digits, "+7 916 200-" + digits[6:8] + "-" + digits[8:]} {
			sum := sha256.Sum256([]byte(form))
			tried++
			if bytes.Contains(all, []byte(form)) || hexes[hex.EncodeToString(sum[:])[:32]] || bytes.Contains(all, sum[:]) {
				met++
			}
		}
	}
	if met > 0 {
		t.Errorf("%d of %d guesses met", met, tried)
	}
}

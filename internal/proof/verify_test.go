package proof

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/pipeline"
)

// What the ledger says was done and the folder does not hold is named; a folder
// in which nothing was done yet is whole. That every attack on a whole bank is
// found is tested with the program, in cmd/clientbase.
func TestWhatIsMissingIsNamed(t *testing.T) {
	data := t.TempDir()
	p := &pipeline.Project{Data: data}
	o := Options{Now: time.Now().Add(time.Hour)}
	names := func() (out []string) {
		t.Helper()
		v, err := Verify(context.Background(), p, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range v.Findings {
			out = append(out, f.Name+" "+f.Thing)
		}
		return out
	}
	if got := names(); len(got) > 0 {
		t.Errorf("an empty folder: %q", got)
	}
	land, err := landing.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	log := ledger.Open(data, land.Keys.Project())
	if _, err := log.Append(context.Background(), ledger.Leaf{Kind: ledger.RunBegun, Actor: "night", Run: "r1"}); err != nil {
		t.Fatal(err)
	}
	if got := names(); len(got) > 0 {
		t.Errorf("a run has begun: %q", got)
	}
	for _, leaf := range []ledger.Leaf{
		{Kind: ledger.Published, Actor: "night", Run: "r1", Subject: "0001", Sums: []ledger.Sum{{Name: "manifest", Hash: "00"}}},
		{Kind: ledger.Acted, Actor: "anna", Subject: "journal 3", Sums: []ledger.Sum{{Name: "frame", Hash: "00"}}},
	} {
		if _, err := log.Append(context.Background(), leaf); err != nil {
			t.Fatal(err)
		}
	}
	// A snapshot that was in force, is not there, and was removed by nobody is told of.
	if _, err := log.Append(context.Background(), ledger.Leaf{Kind: ledger.Published, Actor: "night", Run: "r1", Subject: "0003", Sums: []ledger.Sum{{Name: "manifest", Hash: "00"}}}); err != nil {
		t.Fatal(err)
	}
	v, err := Verify(context.Background(), p, o)
	if err != nil || len(v.Notes) == 0 || !strings.Contains(strings.Join(v.Notes, "\n"), "snapshot 0001, published as leaf 1, is not there") {
		t.Errorf("%q %v", v.Notes, err)
	}
	got := names()
	for _, want := range []string{ledger.PointerEdited + " CURRENT", ledger.JournalShortened + " journal/journal.cbj"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if err := os.WriteFile(filepath.Join(data, "CURRENT"), []byte("0002 1 xx\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := names(); !slices.Contains(got, ledger.PointerEdited+" CURRENT") {
		t.Errorf("a pointer to what was never published: %q", got)
	}
}

// Fsck needs no more than the folder, and counts what it checked.
func TestFsckOfNothing(t *testing.T) {
	v, done, err := Fsck(context.Background(), &pipeline.Project{Data: t.TempDir()}, Options{}, "")
	if len(v.Findings) > 0 || done != 0 {
		t.Errorf("nothing is there: %d checked, %v, %v", done, v.Findings, err)
	}
}

package demobank

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// small generates a bank for tests and returns its folder.
func small(t testing.TB, o Options) (string, Summary) {
	t.Helper()
	dir := t.TempDir()
	s, err := Generate(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, s
}

func hashes(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[rel] = sha256.Sum256(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEqualSeedsGiveEqualBytes(t *testing.T) {
	a, _ := small(t, Options{Records: 1500, Seed: 5})
	b, _ := small(t, Options{Records: 1500, Seed: 5})
	c, _ := small(t, Options{Records: 1500, Seed: 6})
	ha, hb, hc := hashes(t, a), hashes(t, b), hashes(t, c)
	if len(ha) != len(hb) {
		t.Fatalf("%d files, then %d", len(ha), len(hb))
	}
	for name, h := range ha {
		if hb[name] != h {
			t.Errorf("%s differs between two runs with one seed", name)
		}
	}
	if hc["truth/records.csv"] == ha["truth/records.csv"] {
		t.Error("another seed gives the same people")
	}
}

func TestSummaryCountsWhatStandsInTheFiles(t *testing.T) {
	dir, s := small(t, Options{Records: 3000, Seed: 1})
	for name, want := range map[string]int{"records.csv": s.Records, "facts.csv": s.Facts, "people.csv": s.People} {
		b, err := os.ReadFile(filepath.Join(dir, "truth", name))
		if err != nil {
			t.Fatal(err)
		}
		got := bytes.Count(b, []byte("\n")) - 1
		if name == "people.csv" {
			got = bytes.Count(b, []byte(",person,"))
		}
		if got != want {
			t.Errorf("%s: %d lines, the summary says %d", name, got, want)
		}
	}
	if s.Records < 2700 || s.Records > 3300 {
		t.Errorf("%d records, 3000 were asked for", s.Records)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "truth", ".*")); len(left) > 0 {
		t.Errorf("%d part files are left", len(left))
	}
}

func TestSecondGenerateIsRefused(t *testing.T) {
	dir, _ := small(t, Options{Records: 200, Seed: 1})
	if _, err := Generate(context.Background(), dir, Options{Records: 200}); err == nil {
		t.Error("a project folder was overwritten")
	}
}

func TestCancelStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Generate(ctx, t.TempDir(), Options{Records: 5000}); err == nil {
		t.Error("a cancelled run ended without an error")
	}
}

package places

import (
	"context"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clientbase/internal/errs"
)

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func names(files []File) string {
	var out []string
	for _, f := range files {
		out = append(out, f.Name)
	}
	return strings.Join(out, " ")
}

func TestListOrder(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"in/c_20260201.csv", "in/c_2026-01-31.csv", "in/b_31.01.2026.csv", "in/a.csv", "in/c_20260202.csv.part", "in/.hidden.csv", "in/sub/d.csv"} {
		put(t, dir, n, "x")
	}
	for path, want := range map[string]string{
		"in/*.csv":     "a.csv b_31.01.2026.csv c_2026-01-31.csv c_20260201.csv",
		"in":           "a.csv b_31.01.2026.csv c_2026-01-31.csv c_20260201.csv",
		"in/a.csv":     "a.csv",
		"in/*/*.csv":   "sub/d.csv",
		"in/c_*.csv":   "c_2026-01-31.csv c_20260201.csv",
		"./in/c_2?26*": "c_2026-01-31.csv c_20260201.csv",
	} {
		files, err := List(dir, path)
		if err != nil || names(files) != want {
			t.Errorf("%s: %s %v", path, names(files), err)
		}
	}
	for _, path := range []string{"in/x.csv", "none/x.csv", "none/*.csv", "in/*.xml"} {
		_, err := List(dir, path)
		if e, ok := errs.Of(err); !ok || e.Kind != errs.Input || e.Hint == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestDateInName(t *testing.T) {
	for name, want := range map[string]string{"c_2026-01-31.csv": "2026-01-31", "c20260131.csv": "2026-01-31", "c_20260131101500.csv": "2026-01-31",
		"31_01_2026.txt": "2026-01-31", "2026.01.31-part2": "2026-01-31", "c_20261331.csv": "", "c_2026-01_31.csv": "", "c_120260131.csv": "", "readme": "",
		"from_2025-12-01_to_2025-12-31.csv": "2025-12-31"} {
		got := ""
		if d := DateInName(name); !d.IsZero() {
			got = d.Format("2006-01-02")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestDoneCursor(t *testing.T) {
	dir := t.TempDir()
	p := put(t, dir, "a.csv", "one")
	put(t, dir, "b.csv", "two")
	files, _ := List(dir, "*.csv")
	d, _ := ParseDone(nil)
	if todo, _ := d.Pending(files); len(todo) != 2 {
		t.Fatal("all files are pending at the beginning")
	}
	d.Add(files[0], 3, sha256.Sum256([]byte("one")))
	d, err := ParseDone(d.Cursor())
	if err != nil {
		t.Fatal(err)
	}
	if todo, _ := d.Pending(files); names(todo) != "b.csv" {
		t.Error("a read file is read again")
	}
	// Touched but equal: not read again. Changed at equal size: read again.
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(p, later, later); err != nil {
		t.Fatal(err)
	}
	files, _ = List(dir, "*.csv")
	if todo, _ := d.Pending(files); names(todo) != "b.csv" {
		t.Error("a touched file is read again")
	}
	put(t, dir, "a.csv", "eno")
	files, _ = List(dir, "*.csv")
	if todo, _ := d.Pending(files); names(todo) != "a.csv b.csv" {
		t.Error("a changed file is passed over")
	}
	if _, err := ParseDone([]byte("{")); errs.Exit(err) != 3 {
		t.Error("a broken cursor must be refused")
	}
}

func TestOpenStopsOnCancel(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", "one")
	files, _ := List(dir, "a.csv")
	ctx, cancel := context.WithCancel(context.Background())
	r, c, err := Open(ctx, files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cancel()
	if _, err := io.ReadAll(r); err != context.Canceled {
		t.Error(err)
	}
}

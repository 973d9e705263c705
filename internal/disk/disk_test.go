package disk

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/errs"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return string(b)
}

func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestWriteIsWholeOrAbsent(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a", "b", "file")
	must(t, WriteBytes(path, []byte("one")))
	must(t, WriteBytes(path, []byte("two")))
	if got := content(t, path); got != "two" {
		t.Errorf("holds %q", got)
	}
	stop := errs.New(errs.Drift, "fill", "x", "stop", "")
	err := Write(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return stop
	})
	if !errors.Is(err, stop) || content(t, path) != "two" {
		t.Errorf("a fill that fails: %v, file %q", err, content(t, path))
	}
	if got := names(t, filepath.Dir(path)); got != "file" {
		t.Errorf("left: %s", got)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
}

// A staged file takes the place of another one, whose other names keep their bytes.
func TestStagedFileIsANewOne(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "new", "state"), filepath.Join(dir, "old")
	must(t, WriteBytes(other, []byte("one")))
	must(t, MkdirAll(filepath.Dir(path)))
	must(t, Link(other, path))
	must(t, StageBytes(path, []byte("two")))
	if content(t, path) != "two" || content(t, other) != "one" || names(t, filepath.Dir(path)) != "state" {
		t.Errorf("it holds %q, the other %q; %s", content(t, path), content(t, other), names(t, filepath.Dir(path)))
	}
}

// What is erased may be absent already, and so may its folder; what cannot be
// removed is an error.
func TestErase(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a", "key")
	must(t, WriteBytes(path, []byte("one")))
	for range 2 {
		must(t, Erase(path))
	}
	must(t, Erase(filepath.Join(dir, "b", "key")))
	if got := names(t, filepath.Dir(path)); got != "" {
		t.Errorf("left: %s", got)
	}
	must(t, WriteBytes(path, []byte("two")))
	if Erase(filepath.Dir(path)) == nil {
		t.Error("a folder with a file in it was erased")
	}
}

func TestMkdirAllOverAFile(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "f"), nil, 0o600))
	for _, path := range []string{filepath.Join(dir, "f"), filepath.Join(dir, "f", "g")} {
		if MkdirAll(path) == nil {
			t.Errorf("%s was made", path)
		}
	}
	must(t, MkdirAll(filepath.Join(dir, "x", "y")))
	must(t, MkdirAll(filepath.Join(dir, "x", "y")))
}

func TestFileGrowsInPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	f, err := OpenEdit(path)
	must(t, err)
	_, err = f.WriteAt([]byte("abcdef"), 0)
	must(t, err)
	must(t, f.Truncate(3))
	must(t, f.Sync())
	must(t, f.Close())
	f, err = OpenAppend(path)
	must(t, err)
	_, err = f.Write([]byte("gh"))
	must(t, err)
	must(t, f.Close())
	if got := content(t, path); got != "abcgh" {
		t.Errorf("holds %q", got)
	}
	if _, err := CreateNew(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("made twice: %v", err)
	}
}

// After a failed sync a file takes nothing more, but can be cut back and closed.
func TestNoSecondTryAfterAFailedSync(t *testing.T) {
	f, err := Create(filepath.Join(t.TempDir(), "f"))
	must(t, err)
	_, err = f.Write([]byte("abc"))
	must(t, err)
	f.bad = true
	_, werr := f.Write([]byte("d"))
	_, aerr := f.WriteAt([]byte("d"), 0)
	for what, err := range map[string]error{"write": werr, "write at": aerr, "sync": f.Sync()} {
		if !errors.Is(err, errUnsynced) {
			t.Errorf("%s: %v", what, err)
		}
	}
	must(t, f.Truncate(0))
	must(t, f.Close())
}

func TestLinkOrClone(t *testing.T) {
	dir := t.TempDir()
	a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	must(t, WriteBytes(a, []byte("same")))
	must(t, LinkOrClone(a, b))
	must(t, Clone(a, c))
	if content(t, b)+content(t, c) != "samesame" {
		t.Error("the copies differ")
	}
	if err := LinkOrClone(a, b); !errors.Is(err, os.ErrExist) {
		t.Errorf("over another: %v", err)
	}
	if err := LinkOrClone(filepath.Join(dir, "none"), filepath.Join(dir, "d")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("from nothing: %v", err)
	}
}

// What a dead writer left goes, what a living one is writing stays.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"a/.tmp-1", "a/file", "snapshots/x/.tmp-2", "b/snapshots/.tmp-3"} {
		must(t, MkdirAll(filepath.Dir(filepath.Join(dir, path))))
		must(t, os.WriteFile(filepath.Join(dir, path), nil, 0o600))
	}
	err := Write(filepath.Join(dir, "b", "new"), func(w io.Writer) error { return Sweep(dir, "snapshots") })
	must(t, err)
	for path, want := range map[string]string{"a": "file", "b": "new snapshots", "snapshots/x": ".tmp-2", "b/snapshots": ""} {
		if got := names(t, filepath.Join(dir, path)); got != want {
			t.Errorf("%s holds %q, want %q", path, got, want)
		}
	}
	must(t, Sweep(filepath.Join(dir, "none")))
}

package places

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/errs"
)

func gzipOf(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zipOf(t *testing.T, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		m, err := w.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func read(t *testing.T, dir, name string) (string, *Opened, error) {
	t.Helper()
	files, err := List(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	o, err := OpenUnpacked(context.Background(), files[0])
	if err != nil {
		return "", nil, err
	}
	t.Cleanup(func() { _ = o.Close() })
	text, err := io.ReadAll(o.R)
	return string(text), o, err
}

func TestUnpacking(t *testing.T) {
	dir := t.TempDir()
	const text = "ID;NAME\n1;Анна\n"
	for name, packed := range map[string]string{
		"a.csv":     text,
		"b.csv.gz":  gzipOf(t, text),
		"c.csv":     gzipOf(t, text), // told by its bytes
		"d.csv.gz":  gzipOf(t, text[:9]) + gzipOf(t, text[9:]),
		"e.csv.zip": zipOf(t, "e.csv", text),
		"f.ZIP":     zipOf(t, "folder/", "", "folder/f.csv", text, "__MACOSX/folder/._f.csv", "x", "folder/.DS_Store", "x"),
	} {
		put(t, dir, name, packed)
		got, o, err := read(t, dir, name)
		if err != nil || got != text {
			t.Errorf("%s: %q %v", name, got, err)
			continue
		}
		// The cursor speaks of the file as it lies there.
		size, sum := o.lies(int64(len(text)), sha256.Sum256([]byte(text)))
		if size != int64(len(packed)) || sum != sha256.Sum256([]byte(packed)) {
			t.Errorf("%s: size %d", name, size)
		}
		if (o.At == nil) != (packed != text) {
			t.Errorf("%s: random access: %v", name, o.At != nil)
		}
	}
}

func TestDamagedPackedFiles(t *testing.T) {
	dir := t.TempDir()
	whole := gzipOf(t, strings.Repeat("ID;NAME\n1;Анна\n", 5000))
	wrong := []byte(whole)
	wrong[len(wrong)-6] ^= 1 // the sum
	for name, c := range map[string]struct {
		text string
		kind errs.Kind
		says string
	}{
		"cut.gz":      {whole[:len(whole)/2], errs.Integrity, "is cut"},
		"head.gz":     {whole[:5], errs.Integrity, "is cut"},
		"sum.gz":      {string(wrong), errs.Integrity, "is damaged"},
		"after.gz":    {whole + "rest of another file", errs.Integrity, "is damaged"},
		"bomb.gz":     {gzipOf(t, strings.Repeat("\x00", 70<<20)), errs.Input, "unpacks to far more"},
		"bomb.zip":    {zipOf(t, "a", strings.Repeat("0", 70<<20)), errs.Input, "unpacks to far more"},
		"two.zip":     {zipOf(t, "a.csv", "x", "b.csv", "y"), errs.Input, "more than one file"},
		"none.zip":    {zipOf(t, "a/", ""), errs.Input, "holds no file"},
		"cut.csv.zip": {zipOf(t, "a.csv", "x")[:20], errs.Integrity, "is damaged"},
	} {
		put(t, dir, name, c.text)
		_, _, err := read(t, dir, name)
		e, ok := errs.Of(err)
		if !ok || e.Kind != c.kind || !strings.Contains(e.Msg, c.says) || e.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A pattern also names what is packed; a file that lies there both ways is one.
func TestPackedNames(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"c_2026-03-01.csv", "c_2026-03-02.csv.gz", "c_2026-03-03.csv", "c_2026-03-03.csv.gz", "c_2026-03-04.csv.zip", "c_2026-03-04.csv.gz", "c_2026-03-05.csv.gz.part", "only.csv.gz"} {
		put(t, dir, n, "x")
	}
	for path, want := range map[string]string{
		"c_*.csv":    "c_2026-03-01.csv c_2026-03-02.csv.gz c_2026-03-03.csv c_2026-03-04.csv.gz",
		"only.csv":   "only.csv.gz",
		"c_*.csv.gz": "c_2026-03-02.csv.gz c_2026-03-03.csv.gz c_2026-03-04.csv.gz",
		"c_*.csv*":   "c_2026-03-01.csv c_2026-03-02.csv.gz c_2026-03-03.csv c_2026-03-03.csv.gz c_2026-03-04.csv.gz c_2026-03-04.csv.zip",
	} {
		files, err := List(dir, path)
		if err != nil || names(files) != want {
			t.Errorf("%s: %s %v", path, names(files), err)
		}
	}
	if got := filepath.Base(DateInName("c_2026-03-02.csv.gz").Format("2006-01-02")); got != "2026-03-02" {
		t.Error(got)
	}
}

func TestUnpackingStopsOnCancel(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.gz": gzipOf(t, strings.Repeat("x", 1<<20)), "a.zip": zipOf(t, "a", strings.Repeat("x", 1<<20))} {
		put(t, dir, name, text)
		files, _ := List(dir, name)
		ctx, cancel := context.WithCancel(context.Background())
		o, err := OpenUnpacked(ctx, files[0])
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		_, err = io.Copy(io.Discard, o.R)
		if name == "a.zip" && err != context.Canceled {
			t.Error(name, err)
		}
		_ = o.Close()
	}
}

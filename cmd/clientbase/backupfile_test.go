package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"clientbase/internal/backup"
)

// entry is one of an archive.
type entry struct {
	tar.Header
	text []byte
}

func unpacked(t *testing.T, path string) (out []entry) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, entry{*h, text})
	}
}

func repacked(t *testing.T, path string, list []entry) {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, e := range list {
		e.Size = int64(len(e.text))
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close(), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// A backup in one file holds what the folder holds, the same bytes each time, no
// key, a shared file once; what comes back is what was there.
func TestBackupInOneFile(t *testing.T) {
	b, dir, _ := backedBank(t)
	b.does(0, "run") // a second snapshot, which shares files with the first
	file := filepath.Join(t.TempDir(), "night.tar.zst")
	said, _ := b.does(0, "backup", "--to", file, "--keys-to", file+".keys")
	if !strings.Contains(said, "packed once with another") {
		t.Errorf("it says %s", said)
	}
	b.fails(1, []string{"a file of that name"}, "backup", "--to", file)
	list := unpacked(t, file)
	links := 0
	for _, e := range list {
		if strings.Contains(e.Name, "/keys/") || strings.HasSuffix(e.Name, ".key") {
			t.Errorf("it holds %s", e.Name)
		}
		if e.Typeflag == tar.TypeLink {
			links++
		}
	}
	if links == 0 || list[len(list)-1].Name != "backup.json" {
		t.Errorf("%d shared files, the last is %s", links, list[len(list)-1].Name)
	}
	everyFile(t, dir, func(path string, _ []byte) {
		rel, _ := filepath.Rel(dir, path)
		if !slices.ContainsFunc(list, func(e entry) bool { return e.Name == filepath.ToSlash(rel) }) && !strings.HasPrefix(rel, "data/ledger/") {
			t.Errorf("%s is not in it", rel)
		}
	})
	var twice [2][]byte
	for i := range twice {
		to := filepath.Join(t.TempDir(), "again.tar.zst")
		if _, err := backup.Take(context.Background(), backup.Options{Project: b.dir, Data: b.path("data"), To: to, Now: time.Unix(1e9, 0)}); err != nil {
			t.Fatal(err)
		}
		var err error
		if twice[i], err = os.ReadFile(to); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(twice[0], twice[1]) {
		t.Error("the same data folder gives other bytes")
	}
	r := b.restored(t, file, file+".keys")
	if got, err := lookAt(r); err != nil {
		t.Error(err)
	} else if was, err := lookAt(b); err != nil || !got.same(was) {
		t.Errorf("%v, %s", err, got.differ(was))
	}
}

// An archive that was cut, changed, or made by somebody else is refused, nothing
// is written outside of the folder, and none is left.
func TestRestoreRefusesAnotherArchive(t *testing.T) {
	b, _, _ := backedBank(t)
	top := t.TempDir()
	file, to := filepath.Join(top, "night.tar.zst"), filepath.Join(top, "new", "data")
	b.does(0, "backup", "--to", file, "--keys-to", file+".keys")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	list := unpacked(t, file)
	with := func(e ...entry) []entry { return slices.Concat(list[:1], e, list[1:]) }
	named := func(name string) entry {
		return entry{tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600}, []byte("x")}
	}
	link := func(kind byte, name, target string) entry {
		return entry{tar.Header{Typeflag: kind, Name: name, Linkname: target}, nil}
	}
	changed := slices.Clone(list)
	changed[2].text = append([]byte("x"), changed[2].text...)
	for what, x := range map[string]struct {
		bytes []byte
		list  []entry
		say   string
	}{
		"cut":                  {whole[:len(whole)*2/3], nil, "cut"},
		"a byte":               {slices.Concat(whole[:len(whole)/2], []byte{whole[len(whole)/2] ^ 1}, whole[len(whole)/2+1:]), nil, "changed or cut"},
		"no archive":           {[]byte("CURRENT"), nil, "no archive"},
		"without its manifest": {nil, list[:len(list)-1], "it was cut"},
		"a file changed":       {nil, changed, "differ from the manifest"},
		"a file too few":       {nil, slices.Concat(list[:2], list[3:]), "differ from the manifest"},
		"a file too many":      {nil, with(named("data/runs/more.json")), "does not name"},
		"a file twice":         {nil, with(named(list[0].Name)), "twice"},
		"a key":                {nil, with(named("data/keys/project.key")), "no backup holds"},
		"a file outside":       {nil, with(named("data/../../outside")), "no backup holds"},
		"an absolute name":     {nil, with(named("/tmp/outside")), "no backup holds"},
		"a link to outside":    {nil, with(link(tar.TypeLink, "data/runs/x", "../../night.tar.zst")), "links a file"},
		"a soft link":          {nil, with(link(tar.TypeSymlink, "data/runs", top)), "no file"},
		"more behind the end":  {nil, slices.Concat(list, []entry{named("data/runs/x")}), "behind its manifest"},
	} {
		if x.list != nil {
			repacked(t, file, x.list)
		} else if err := os.WriteFile(file, x.bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		_, said, code := b.tries("restore", "--from", file, "--keys", file+".keys", "--to", to)
		if code != 3 || !strings.Contains(said, x.say) || !strings.Contains(said, "try: ") {
			t.Errorf("%s: exit %d, it says %s", what, code, said)
		}
		if left, err := filepath.Glob(filepath.Join(top, "*", "*")); err != nil || len(left) > 0 {
			t.Errorf("%s: left over %v, %v", what, left, err)
		}
	}
	repacked(t, file, list)
	b.does(0, "restore", "--from", file, "--keys", file+".keys", "--to", to)
}

package landing

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/errs"
)

func wantNil(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// masterFile writes a master key of one repeated digit.
func masterFile(t *testing.T, digit string) Master {
	t.Helper()
	path := filepath.Join(t.TempDir(), "master.key")
	wantNil(t, os.WriteFile(path, []byte(strings.Repeat(digit, 64)+"\n"), 0o600))
	return Master{File: path}
}

// sealedText seals a text and gives its path.
func sealedText(t *testing.T, k *Keys, id, text string) string {
	t.Helper()
	path := filepath.Join(k.dir, "..", id+".age")
	wantNil(t, k.Seal(path, id, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}))
	return path
}

func opens(t *testing.T, dir, path, id, want string) {
	t.Helper()
	k, err := OpenKeys(dir)
	wantNil(t, err)
	r, err := k.Unseal(path, id)
	wantNil(t, err)
	got, err := io.ReadAll(r)
	wantNil(t, err)
	if string(got) != want {
		t.Errorf("%s holds %q, want %q", id, got, want)
	}
	wantNil(t, r.Close())
}

func refused(t *testing.T, dir, word string) {
	t.Helper()
	_, err := OpenKeys(dir)
	e, ok := errs.Of(err)
	if !ok || !strings.Contains(err.Error(), word) || e.Hint == "" {
		t.Errorf("opened: %v, want %q and a hint", err, word)
	}
}

// Keys that lay open are wrapped; the same key goes on, and without the master
// key nothing opens.
func TestMasterKeyWrapsWhatLiesThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k, err := OpenKeys(dir)
	wantNil(t, err)
	before := k.Project().Token("x")
	old := sealedText(t, k, "old", "landed before")
	m := masterFile(t, "a")
	wantNil(t, UseMaster(dir, Master{}))
	if s, err := StatusOf(dir); err != nil || s.Open != 2 || s.Sealed != 0 || len(s.Masters) != 0 {
		t.Errorf("without a master key: %+v, %v", s, err)
	}
	wantNil(t, UseMaster(dir, m))
	wantNil(t, UseMaster(dir, m))
	wantNil(t, CheckMaster(dir, m))
	opens(t, dir, old, "old", "landed before")
	late := sealedText(t, k, "late", "by a process that opened the keys before") // k knew of no master key
	opens(t, dir, late, "late", "by a process that opened the keys before")
	if k, err = OpenKeys(dir); err != nil || k.Project().Token("x") != before {
		t.Fatalf("another project key, %v", err)
	}
	fresh := sealedText(t, k, "fresh", "landed since")
	opens(t, dir, fresh, "fresh", "landed since")
	if s, err := StatusOf(dir); err != nil || s.Open != 0 || s.Sealed != 4 || !s.Fits || s.Identities != 3 {
		t.Errorf("wrapped: %+v, %v", s, err)
	}
	err = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			text, _ := os.ReadFile(path)
			if bytes.Contains(text, []byte("AGE-SECRET")) {
				t.Errorf("%s lies open", path)
			}
		}
		return err
	})
	wantNil(t, err)

	wantNil(t, os.Rename(m.File, m.File+".away"))
	refused(t, dir, "no such file")
	wantNil(t, os.WriteFile(m.File, []byte(strings.Repeat("b", 64)), 0o600))
	refused(t, dir, "another one")
	wantNil(t, os.WriteFile(m.File, []byte("secret words"), 0o600))
	refused(t, dir, "not a key")
	if _, err := OpenKeys(dir); strings.Contains(err.Error(), "secret words") {
		t.Error("the error quotes the key")
	}
	wantNil(t, os.Rename(m.File+".away", m.File))
	wantNil(t, os.Chmod(m.File, 0o644))
	refused(t, dir, "other users")
}

// A sealed key that is put under another's name does not open.
func TestSealedKeysAreBoundToTheirNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	wantNil(t, UseMaster(dir, masterFile(t, "a")))
	k, err := OpenKeys(dir)
	wantNil(t, err)
	sealedText(t, k, "one", "1")
	sealedText(t, k, "two", "2")
	wantNil(t, os.Rename(k.path("one"), k.path("two")))
	if _, err := k.identitiesOf("two"); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("opened: %v", err)
	}
}

// A rotation writes one file; either master key opens until the new one is named.
func TestRotation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	a, b := masterFile(t, "a"), Master{Command: []string{"printf", strings.Repeat("b", 64)}}
	if _, _, err := Rotate(dir, b); err == nil {
		t.Error("keys without a master key were rotated")
	}
	wantNil(t, UseMaster(dir, a))
	k, err := OpenKeys(dir)
	wantNil(t, err)
	path := sealedText(t, k, "one", "1")
	sealed, err := os.ReadFile(k.path("one"))
	wantNil(t, err)
	rotate := func(to Master, want bool, opens int) {
		t.Helper()
		id, changed, err := Rotate(dir, to)
		wantNil(t, err)
		if changed != want {
			t.Errorf("rotated to %s: changed is %v", to, changed)
		}
		if now, err := Rotated(dir); err != nil || (now == id) != (opens == 2) || (now == "") != (opens == 1) {
			t.Errorf("rotated to %s: the ledger is to be told of %q, %v", to, now, err)
		}
	}
	rotate(a, false, 1)
	rotate(b, true, 2)
	rotate(b, false, 2)
	if now, err := os.ReadFile(k.path("one")); err != nil || !bytes.Equal(sealed, now) {
		t.Error("a rotation wrote an identity anew")
	}
	wantNil(t, CheckMaster(dir, a))
	wantNil(t, UseMaster(dir, a)) // the configuration was not changed yet
	opens(t, dir, path, "one", "1")
	wantNil(t, CheckMaster(dir, b))
	wantNil(t, UseMaster(dir, b))
	wantNil(t, os.Remove(a.File))
	opens(t, dir, path, "one", "1")
	for _, m := range []Master{a, {}} {
		if err := CheckMaster(dir, m); err == nil {
			t.Errorf("%s is taken for the master key", m)
		}
	}
	if s, err := StatusOf(dir); err != nil || len(s.Masters) != 1 || s.Masters[0] != "command printf" {
		t.Errorf("%+v, %v", s, err)
	}
}

// The same key at another place is found there.
func TestMasterKeyThatMoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	a := masterFile(t, "a")
	wantNil(t, UseMaster(dir, a))
	k, err := OpenKeys(dir)
	wantNil(t, err)
	path := sealedText(t, k, "one", "1")
	moved := Master{File: a.File + ".moved"}
	wantNil(t, os.Rename(a.File, moved.File))
	wantNil(t, CheckMaster(dir, moved))
	opens(t, dir, path, "one", "1")
	if err := UseMaster(dir, masterFile(t, "b")); err == nil {
		t.Error("another key was taken for it")
	}
}

// Wrapping that was cut at any file goes on, and until then everything opens.
func TestWrappingThatWasCut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k, err := OpenKeys(dir)
	wantNil(t, err)
	paths := map[string]string{}
	for _, id := range []string{"one", "two", "three"} {
		paths[id] = sealedText(t, k, id, id)
	}
	m := masterFile(t, "a")
	inner, err := newInner()
	wantNil(t, err)
	under, err := wrapUnder(m, inner)
	wantNil(t, err)
	wantNil(t, (&wrap{Format: 1, Under: []wrapped{under}}).save(dir)) // cut here
	for id, path := range paths {
		opens(t, dir, path, id, id)
	}
	wantNil(t, UseMaster(dir, m))
	for id, path := range paths {
		opens(t, dir, path, id, id)
	}
	if s, err := StatusOf(dir); err != nil || s.Open != 0 || s.Sealed != 4 {
		t.Errorf("%+v, %v", s, err)
	}
}

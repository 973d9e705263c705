package landing

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// CheckMaster compares the master key that clientbase.yaml names with the one
// that the key folder is wrapped by. It writes nothing, unless the same key was
// moved to another place: then it takes down where.
func CheckMaster(dir string, m Master) error {
	w, err := readWrap(dir)
	if err != nil || w == nil {
		return err // not wrapped yet: the next run does it
	}
	if wrong := w.check(m); wrong == nil || m.IsZero() {
		return wrong
	}
	return locked(dir, func() error {
		if w, err = readWrap(dir); err != nil {
			return err
		}
		if key, err := m.key(); err == nil {
			for i, u := range w.Under {
				if u.ID == idOf(key) {
					w.Under[i].Master = m
					return w.save(dir)
				}
			}
		}
		return w.check(m)
	})
}

func (w *wrap) check(m Master) error {
	if slices.ContainsFunc(w.Under, func(u wrapped) bool { return u.equal(m) }) {
		return nil
	}
	if m.IsZero() {
		return errs.New(errs.Config, "open keys", "", "the keys of this data folder are wrapped by a master key, and clientbase.yaml names none", "write keys: {master: …} again, for "+w.names())
	}
	return errs.New(errs.Config, "open keys", "", "clientbase.yaml names the master key of "+m.String()+", the keys are wrapped by that of "+w.names(),
		"name the former one and change it with `clientbase keys rotate --new-master …`")
}

// UseMaster brings the key folder under the master key that clientbase.yaml
// names: it seals what lies there open, ends what was interrupted, and forgets
// the former master key once the new one is named. Without a master key, now
// and before, it does nothing. A cut leaves files that are sealed and files
// that are not; both are read, and the next call goes on.
func UseMaster(dir string, m Master) error {
	w, err := readWrap(dir)
	if err != nil || w == nil && m.IsZero() {
		return err
	}
	if w != nil {
		if err := CheckMaster(dir, m); err != nil {
			return err
		}
		if w, err = readWrap(dir); err != nil {
			return err
		}
		if w.Whole && (len(w.Under) == 1 || !w.Under[0].equal(m)) {
			return nil
		}
	}
	return locked(dir, func() error {
		if w, err = readWrap(dir); err != nil {
			return err
		}
		if w == nil {
			inner, err := newInner()
			if err != nil {
				return err
			}
			under, err := wrapUnder(m, inner)
			if err != nil {
				return err
			}
			w = &wrap{Format: 1, Under: []wrapped{under}}
			if err := w.save(dir); err != nil {
				return err
			}
		}
		inner, err := w.open(dir)
		if err != nil {
			return err
		}
		if err := sealAll(dir, inner); err != nil {
			return err
		}
		if w.Under[0].equal(m) {
			w.Under = w.Under[:1]
		}
		w.Whole = true
		return w.save(dir)
	})
}

// Rotate wraps the inner key under another master key; nothing else is
// written anew. The former one opens the folder until a run is told the new
// one. It gives the id of the new master key; changed is false when that one
// wraps the folder already.
func Rotate(dir string, to Master) (id string, changed bool, err error) {
	err = locked(dir, func() error {
		w, err := readWrap(dir)
		if err != nil {
			return err
		}
		if w == nil {
			return errs.New(errs.Config, "rotate keys", dir, "the keys are not wrapped by a master key", "write keys: {master: {file: …}} in clientbase.yaml: the next run wraps them")
		}
		inner, err := w.bytes(dir)
		if err != nil {
			return err
		}
		if err := disk.Sweep(dir); err != nil { // what a rotation left that was cut
			return disk.Problem("rotate keys", dir, err)
		}
		if err := sealAll(dir, opaque.NewKey(inner)); err != nil {
			return err
		}
		under, err := wrapUnder(to, inner)
		if err != nil {
			return err
		}
		id = under.ID
		if id == w.Under[0].ID && under.equal(w.Under[0].Master) {
			return nil
		}
		changed = true
		former := slices.DeleteFunc(w.Under, func(u wrapped) bool { return u.equal(to) })
		w.Under = append([]wrapped{under}, former[:min(len(former), 1)]...)
		w.Whole = true
		return w.save(dir)
	})
	return id, changed, err
}

// Rotated gives the id of the master key that the folder was rotated to, while
// the former one still opens it; "" otherwise.
func Rotated(dir string) (string, error) {
	w, err := readWrap(dir)
	if err != nil || w == nil || len(w.Under) < 2 {
		return "", err
	}
	return w.Under[0].ID, nil
}

// KeyStatus says how the keys of a data folder are kept.
type KeyStatus struct {
	Masters    []string `json:"masters"` // places of the master keys that open it, the newest first
	ID         string   `json:"id,omitempty"`
	Sealed     int      `json:"sealed"`
	Open       int      `json:"open"`       // files that rest on the rights of the folder alone
	Identities int      `json:"identities"` // of batches, quarantines, lists and states
	Fits       bool     `json:"fits"`       // the master key is there and opens the folder
}

// StatusOf counts the key folder and tries the master key.
func StatusOf(dir string) (*KeyStatus, error) {
	s := &KeyStatus{Masters: []string{}}
	w, err := readWrap(dir)
	if err != nil {
		return nil, err
	}
	if w != nil {
		for _, u := range w.Under {
			s.Masters = append(s.Masters, u.String())
		}
		s.ID = w.Under[0].ID
		_, err := w.bytes(dir)
		s.Fits = err == nil
	}
	err = eachKey(dir, func(name string, text []byte) error {
		if bytes.HasPrefix(text, []byte(sealedMark)) {
			s.Sealed++
		} else {
			s.Open++
		}
		if strings.HasPrefix(name, "files/") {
			s.Identities++
		}
		return nil
	})
	return s, err
}

// sealAll seals what lies open.
func sealAll(dir string, inner opaque.Key) error {
	return eachKey(dir, func(name string, text []byte) error {
		if bytes.HasPrefix(text, []byte(sealedMark)) {
			return nil
		}
		return keep(dir, inner, name, text)
	})
}

// eachKey visits the files that hold keys in the open or sealed: what is
// sealed under the project key by its owner (ledger.key) is not among them.
func eachKey(dir string, visit func(name string, text []byte) error) error {
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if name != projectKey && !strings.HasPrefix(name, "files/") || strings.HasPrefix(e.Name(), ".") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return visit(name, text)
	})
	if err != nil {
		return disk.Problem("read keys", dir, err)
	}
	return nil
}

// locked does something to the folder that nobody else does at the same time.
func locked(dir string, do func() error) error {
	if err := disk.MkdirAll(filepath.Join(dir, "files")); err != nil {
		return disk.Problem("open keys", dir, err)
	}
	l := flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if ok, err := l.TryLockContext(ctx, 20*time.Millisecond); err != nil || !ok {
		return errs.Wrap(errs.Retry, "open keys", dir, err, "another process is wrapping the keys: try again")
	}
	defer func() { _ = l.Unlock() }()
	return do()
}

package landing

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// Master says where the master key is: in a file, or what a command prints. The
// zero Master is none: the key folder then rests on the rights of its files.
type Master struct {
	File    string   `json:"file,omitempty"`    // absolute
	Command []string `json:"command,omitempty"` // program and arguments, no shell
}

// IsZero reports that there is no master key.
func (m Master) IsZero() bool { return m.File == "" && len(m.Command) == 0 }

// String names the place, never the key.
func (m Master) String() string {
	switch {
	case m.File != "":
		return "file " + m.File
	case len(m.Command) > 0:
		return "command " + m.Command[0]
	}
	return "none"
}

func (m Master) equal(o Master) bool { return m.File == o.File && slices.Equal(m.Command, o.Command) }

// patience is how long a command may take to give the key.
const patience = time.Minute

const masterHint = "64 hex digits are expected: openssl rand -hex 32 > FILE; chmod 600 FILE"

// key fetches the master key. What the place gives is never printed.
func (m Master) key() (opaque.Key, error) {
	var text []byte
	if m.File != "" {
		info, err := os.Stat(m.File)
		if err != nil {
			return opaque.Key{}, errs.Wrap(errs.Config, "read master key", m.File, err, "without the master key nobody reads the data: bring the file back, or mount where it is kept")
		}
		if info.Mode().Perm()&0o077 != 0 {
			return opaque.Key{}, errs.New(errs.Config, "read master key", m.File, "other users can read it", "chmod 600 "+m.File)
		}
		if text, err = os.ReadFile(m.File); err != nil {
			return opaque.Key{}, errs.Wrap(errs.Config, "read master key", m.File, err, "run as the user that owns the file")
		}
	} else {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		var out bytes.Buffer
		c := exec.CommandContext(ctx, m.Command[0], m.Command[1:]...)
		c.Stdout, c.WaitDelay = &out, time.Second // what it started may outlive it and hold the output open
		if err := c.Run(); err != nil {
			return opaque.Key{}, errs.Hidden(errs.Config, "read master key", m.String(), "the command failed", err, "run it by hand as the same user: it must print the key and nothing else")
		}
		text = out.Bytes()
	}
	raw, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(raw) != 32 {
		return opaque.Key{}, errs.New(errs.Config, "read master key", m.String(), "it is not a key", masterHint)
	}
	return opaque.NewKey(raw), nil
}

// wrapName is the file that holds the inner key, wrapped.
const wrapName = "master.json"

// wrap is data/keys/master.json: the inner key under one master key, or under
// two between a rotation and the first run that names the new one.
type wrap struct {
	Format int       `json:"format"` // 1
	Whole  bool      `json:"whole"`  // every file of the folder has been sealed
	Under  []wrapped `json:"under"`  // the newest first
}

type wrapped struct {
	Master
	ID  string `json:"id"`  // of the master key; says nothing of it
	Key string `json:"key"` // the inner key, AES-256-GCM under the master key, hex
}

func idOf(master opaque.Key) string { return master.Derive("master id").Token("master").String() }

func wrapUnder(m Master, inner []byte) (wrapped, error) {
	master, err := m.key()
	if err != nil {
		return wrapped{}, err
	}
	sealed, err := master.Derive("wrap").Seal(inner, []byte(wrapName))
	if err != nil {
		return wrapped{}, errs.Wrap(errs.Bug, "wrap keys", m.String(), err, "report it")
	}
	return wrapped{m, idOf(master), hex.EncodeToString(sealed)}, nil
}

// readWrap gives nil when there is no master key.
func readWrap(dir string) (*wrap, error) {
	path := filepath.Join(dir, wrapName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "open keys", path, err, "run as the user that owns the data folder")
	}
	w := &wrap{}
	if err := json.Unmarshal(text, w); err != nil || w.Format != 1 || len(w.Under) == 0 {
		return nil, errs.New(errs.Integrity, "open keys", path, "not what this program wrote", "restore data/keys from the key backup")
	}
	return w, nil
}

func (w *wrap) save(dir string) error {
	text, err := json.MarshalIndent(w, "", "  ")
	if err != nil {
		return errs.Wrap(errs.Bug, "wrap keys", dir, err, "report it")
	}
	return disk.WriteBytes(filepath.Join(dir, wrapName), append(text, '\n'))
}

// bytes unwraps the inner key with the first master key that is there and fits.
func (w *wrap) bytes(dir string) ([]byte, error) {
	var first error
	for _, u := range w.Under {
		master, err := u.key()
		if err == nil && idOf(master) != u.ID {
			err = errs.New(errs.Config, "open keys", dir, "the master key of "+u.String()+" is another one than the keys are wrapped by",
				"put the former key there, and change it with `clientbase keys rotate`")
		}
		if err == nil {
			raw, herr := hex.DecodeString(u.Key)
			if herr == nil {
				if raw, herr = master.Derive("wrap").Unseal(raw, []byte(wrapName)); herr == nil {
					return raw, nil
				}
			}
			err = errs.New(errs.Integrity, "open keys", filepath.Join(dir, wrapName), "the wrapped key was changed", "restore data/keys from the key backup")
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

func (w *wrap) open(dir string) (opaque.Key, error) {
	raw, err := w.bytes(dir)
	if err != nil {
		return opaque.Key{}, err
	}
	return opaque.NewKey(raw), nil
}

// names gives the master keys that the folder opens with.
func (w *wrap) names() string {
	var out []string
	for _, u := range w.Under {
		out = append(out, u.String())
	}
	return strings.Join(out, " or ")
}

// newInner makes the key that seals the folder.
func newInner() ([]byte, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return nil, errs.Wrap(errs.Bug, "wrap keys", "", err, "")
	}
	return b, nil
}

package landing

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"filippo.io/age"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// Keys is the folder data/keys: the project key that makes tokens, batch ids
// and client ids, and one age identity per encrypted file. Every file is 0600
// in a 0700 folder. Destroying an identity makes its file unreadable for ever,
// in backups too. Under a master key all of them are sealed (master.go).
type Keys struct {
	dir     string
	project opaque.Key

	making    sync.Mutex // one identity is made at a time
	wrapping  sync.Mutex // guards inner
	inner     opaque.Key // seals the files of the folder; invalid without a master key
	packers   packers
	unpackers unpackers
}

const projectKey = "project.key"

// OpenKeys opens dir and makes the project key on first use.
func OpenKeys(dir string) (*Keys, error) {
	if err := disk.MkdirAll(filepath.Join(dir, "files")); err != nil {
		return nil, errs.Wrap(errs.Input, "open keys", dir, err, "check the owner and the rights of the data folder")
	}
	k := &Keys{dir: dir}
	path := filepath.Join(dir, projectKey)
	text, err := k.Secret(projectKey)
	if errors.Is(err, fs.ErrNotExist) {
		var b [32]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, errs.Wrap(errs.Bug, "make project key", path, err, "")
		}
		text = []byte(hex.EncodeToString(b[:]) + "\n")
		if err := k.Keep(projectKey, text); err != nil {
			return nil, err
		}
	} else if _, ours := errs.Of(err); ours {
		return nil, err
	} else if err != nil {
		return nil, errs.Wrap(errs.Input, "read project key", path, err, "run as the user that owns the data folder")
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, errs.New(errs.Config, "read project key", path, "other users can read it", "chmod 600 "+path)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != 32 {
		return nil, errs.New(errs.Input, "read project key", path, "not 64 hex digits", "restore it from the key backup; a new key cannot read old data")
	}
	k.project = opaque.NewKey(raw)
	return k, nil
}

// Project gives the key from which all other keyed values derive.
func (k *Keys) Project() opaque.Key { return k.project }

// recipientFor gives the public half of the identity of the file named id,
// making and syncing the identity first when there is none.
func (k *Keys) recipientFor(id string) (age.Recipient, error) {
	k.making.Lock()
	defer k.making.Unlock()
	known, err := k.identitiesOf(id)
	if err == nil {
		return known[len(known)-1].(*age.X25519Identity).Recipient(), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err // it is there: a new one would make what it sealed unreadable
	}
	made, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "make batch key", id, err, "")
	}
	return made.Recipient(), k.put(id, made.String()+"\n")
}

// put writes the key of the file named id.
func (k *Keys) put(id, text string) error { return k.Keep(nameOf(id), []byte(text)) }

// identitiesOf reads the identities of the file named id; the last one seals.
func (k *Keys) identitiesOf(id string) ([]age.Identity, error) {
	text, err := k.Secret(nameOf(id))
	if _, ours := errs.Of(err); ours {
		return nil, err
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "read batch key", id, err, "was it destroyed by an erasure? see `clientbase subject list`")
	}
	var out []age.Identity
	for _, line := range strings.Fields(string(text)) {
		parsed, err := age.ParseX25519Identity(line)
		if err != nil {
			return nil, errs.New(errs.Integrity, "read batch key", id, "not an age identity", "restore data/keys from the key backup")
		}
		out = append(out, parsed)
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Integrity, "read batch key", id, "not an age identity", "restore data/keys from the key backup")
	}
	return out, nil
}

// nameOf is the name of an identity below the folder of the keys.
func nameOf(id string) string { return "files/" + id + ".key" }

func (k *Keys) path(id string) string { return filepath.Join(k.dir, filepath.FromSlash(nameOf(id))) }

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
// in backups too.
type Keys struct {
	dir     string
	project opaque.Key

	making    sync.Mutex // one identity is made at a time
	packers   packers
	unpackers unpackers
}

// OpenKeys opens dir and makes the project key on first use.
func OpenKeys(dir string) (*Keys, error) {
	if err := disk.MkdirAll(filepath.Join(dir, "files")); err != nil {
		return nil, errs.Wrap(errs.Input, "open keys", dir, err, "check the owner and the rights of the data folder")
	}
	path := filepath.Join(dir, "project.key")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		var b [32]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, errs.Wrap(errs.Bug, "make project key", path, err, "")
		}
		text = []byte(hex.EncodeToString(b[:]) + "\n")
		err = disk.WriteBytes(path, text)
		if err != nil {
			return nil, err
		}
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
	return &Keys{dir: dir, project: opaque.NewKey(raw)}, nil
}

// Project gives the key from which all other keyed values derive.
func (k *Keys) Project() opaque.Key { return k.project }

// recipientFor gives the public half of the identity of the file named id,
// making and syncing the identity first when there is none.
func (k *Keys) recipientFor(id string) (age.Recipient, error) {
	k.making.Lock()
	defer k.making.Unlock()
	if known, err := k.identityOf(id); err == nil {
		return known.Recipient(), nil
	}
	made, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, errs.Wrap(errs.Bug, "make batch key", id, err, "")
	}
	if err := disk.WriteBytes(k.path(id), []byte(made.String()+"\n")); err != nil {
		return nil, err
	}
	return made.Recipient(), nil
}

// identityOf reads the identity of the file named id.
func (k *Keys) identityOf(id string) (*age.X25519Identity, error) {
	text, err := os.ReadFile(k.path(id))
	if err != nil {
		return nil, errs.Wrap(errs.Input, "read batch key", id, err, "was it destroyed by an erasure? see `clientbase runs list`")
	}
	parsed, err := age.ParseX25519Identity(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, errs.New(errs.Integrity, "read batch key", id, "not an age identity", "restore data/keys from the key backup")
	}
	return parsed, nil
}

func (k *Keys) path(id string) string { return filepath.Join(k.dir, "files", id+".key") }

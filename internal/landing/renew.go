package landing

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"filippo.io/age"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// The key of a file may hold several identities, one a line: the last one
// seals, all of them open. So a file changes its identity without a moment in
// which a cut would lose it: a new identity is added, the file is written
// anew, the old identities are destroyed. What was sealed under them, in a
// backup too, can then be read by nobody.

// Renew adds a new identity to the key named id: what is sealed from now on
// needs it. Retire makes it the only one.
func (k *Keys) Renew(id string) error {
	k.making.Lock()
	defer k.making.Unlock()
	old, err := k.Secret(nameOf(id))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errs.Wrap(errs.Input, "renew key", id, err, "run as the user that owns the data folder")
	}
	made, err := age.GenerateX25519Identity()
	if err != nil {
		return errs.Wrap(errs.Bug, "renew key", id, err, "")
	}
	return k.put(id, string(old)+made.String()+"\n")
}

// Retire destroys all identities of the key but the newest.
func (k *Keys) Retire(id string) error {
	k.making.Lock()
	defer k.making.Unlock()
	text, err := k.Secret(nameOf(id))
	if err != nil {
		return errs.Wrap(errs.Input, "retire key", id, err, "was it destroyed by an erasure? see `clientbase subject list`")
	}
	lines := strings.Fields(string(text))
	if len(lines) < 2 {
		return nil
	}
	return k.put(id, lines[len(lines)-1]+"\n")
}

// Reseal writes a sealed file anew under a new identity and destroys the old
// one. A cut leaves the old or the new file, readable; doing it again ends it.
func (k *Keys) Reseal(path, id string, fill func(io.Writer) error) error {
	if err := k.Renew(id); err != nil {
		return err
	}
	if err := k.Seal(path, id, fill); err != nil {
		return err
	}
	return k.Retire(id)
}

// Destroy removes a sealed file and its key. The key goes first: a file without
// one is nothing.
func (k *Keys) Destroy(path, id string) error {
	for _, p := range []string{k.path(id), path} {
		if err := disk.Erase(p); err != nil {
			return disk.Problem("remove", p, err)
		}
	}
	return nil
}

package journal

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// The journal is append-only, and a value set by hand may have to be erased.
// So the value stands in its entry sealed under a key of its own: the journal's
// key together with random bytes in data/keys/acts/<name>.key. Destroying those
// destroys the value and changes no byte of the journal, so its chain and its
// leaves in the ledger stay true.

func (j *Journal) saltPath(name string) string {
	return filepath.Join(filepath.Dir(j.dir), "keys", "acts", name+".key")
}

// valueKey gives the key of a value; ok is false once it was destroyed.
func (j *Journal) valueKey(name string) (key opaque.Key, ok bool, err error) {
	salt, err := os.ReadFile(j.saltPath(name))
	if errors.Is(err, fs.ErrNotExist) {
		return key, false, nil
	}
	if err != nil {
		return key, false, errs.Wrap(errs.Input, "read journal", "keys/acts/"+name, err, "run as the user that owns the data folder")
	}
	return j.key.Derive("value " + string(salt)), true, nil
}

// hide seals the value of an override before its entry is written.
func (j *Journal) hide(e Entry) (Entry, error) {
	var t overrideText
	if e.Kind != KindOverride || e.UndoOf != 0 || json.Unmarshal(e.Payload, &t) != nil || t.Value == "" {
		return e, nil
	}
	var random [48]byte
	if _, err := rand.Read(random[:]); err != nil {
		return e, errs.Wrap(errs.Bug, "write journal", "", err, "report it")
	}
	t.Key = hex.EncodeToString(random[:16])
	if err := disk.WriteBytes(j.saltPath(t.Key), []byte(hex.EncodeToString(random[16:]))); err != nil {
		return e, err
	}
	key, _, err := j.valueKey(t.Key)
	if err != nil {
		return e, err
	}
	sealed, err := key.Seal([]byte(t.Value), []byte(t.Key))
	if err != nil {
		return e, errs.Wrap(errs.Bug, "write journal", "", err, "report it")
	}
	t.Value, t.Sealed = "", base64.StdEncoding.EncodeToString(sealed)
	return e.WithPayload(t)
}

// show opens the value of an override that was read; a destroyed one is marked.
func (j *Journal) show(e *Entry) error {
	var t overrideText
	if e.Kind != KindOverride || e.UndoOf != 0 || json.Unmarshal(e.Payload, &t) != nil || t.Key == "" {
		return nil
	}
	key, ok, err := j.valueKey(t.Key)
	if err != nil {
		return err
	}
	t.Gone = !ok
	if ok {
		sealed, err := base64.StdEncoding.DecodeString(t.Sealed)
		if err != nil {
			return damaged(j.path(), e.Seq)
		}
		value, err := key.Unseal(sealed, []byte(t.Key))
		if err != nil {
			return damaged(j.path(), e.Seq)
		}
		t.Value = string(value)
	}
	t.Sealed = ""
	*e, err = e.WithPayload(t)
	return err
}

// DestroyValues destroys the values that entries set by hand. The entries stay:
// who set what attribute, when and why. Doing it twice does no harm.
func (j *Journal) DestroyValues(seqs ...int64) error {
	if len(seqs) == 0 {
		return nil
	}
	list, err := j.Read(0)
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		var t overrideText
		if seq < 1 || seq > int64(len(list)) || list[seq-1].Kind != KindOverride || list[seq-1].UndoOf != 0 || json.Unmarshal(list[seq-1].Payload, &t) != nil || t.Key == "" {
			continue
		}
		if err := disk.Erase(j.saltPath(t.Key)); err != nil {
			return disk.Problem("destroy", "keys/acts/"+t.Key, err)
		}
	}
	return nil
}

package landing

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// sealedMark begins a file of the key folder that is sealed under the inner key.
const sealedMark = "sealed:"

// Secret reads a file of the key folder by its name there, in slashes; it is
// opened with the master key where it is sealed. The error of a file that is
// not there is fs.ErrNotExist.
func (k *Keys) Secret(name string) ([]byte, error) {
	path := filepath.Join(k.dir, filepath.FromSlash(name))
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	hexed, sealed := bytes.CutPrefix(text, []byte(sealedMark))
	if !sealed {
		return text, nil
	}
	inner, err := k.innerKey()
	if err != nil {
		return nil, err
	}
	raw, err := hex.DecodeString(string(bytes.TrimSpace(hexed)))
	if err == nil && inner.Valid() {
		raw, err = inner.Unseal(raw, []byte(name))
	}
	if err != nil || !inner.Valid() {
		return nil, errs.New(errs.Integrity, "read key", path, "it does not fit the master key that "+wrapName+" names", "restore data/keys from one key backup")
	}
	return raw, nil
}

// Keep writes a file of the key folder, sealed where there is a master key. It
// is on disk when Keep returns.
func (k *Keys) Keep(name string, text []byte) error {
	inner, err := k.innerKey()
	if err != nil {
		return err
	}
	return keep(k.dir, inner, name, text)
}

func keep(dir string, inner opaque.Key, name string, text []byte) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if !inner.Valid() {
		return disk.WriteBytes(path, text)
	}
	sealed, err := inner.Seal(text, []byte(name))
	if err != nil {
		return errs.Wrap(errs.Bug, "seal key", path, err, "report it")
	}
	return disk.WriteBytes(path, []byte(sealedMark+hex.EncodeToString(sealed)+"\n"))
}

// innerKey gives the key that seals the folder, invalid when nothing does. The
// master key is asked for once.
func (k *Keys) innerKey() (opaque.Key, error) {
	k.wrapping.Lock()
	defer k.wrapping.Unlock()
	if k.inner.Valid() {
		return k.inner, nil
	}
	w, err := readWrap(k.dir)
	if err != nil || w == nil {
		return opaque.Key{}, err
	}
	k.inner, err = w.open(k.dir)
	return k.inner, err
}

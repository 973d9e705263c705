package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// The masked forms of a snapshot are no part of it, so neither its manifest nor the
// ledger says what is in them. Beside each file of a form stands a seal: its SHA-256
// with its name and snapshot, under the key of the role. Who may write in the folder
// and has no key cannot make one.

const sealEnd = ".seal"

// viewSeal is the seal of a file of a form with a hash.
func viewSeal(key opaque.Key, snapshot, file, sum string) string {
	return key.Token("view seal", snapshot, file, sum).String() + "\n"
}

// sealView seals a file that is to be moved into a form's folder. The seal comes
// first: without the file it says nothing.
func sealView(key opaque.Key, snapshot, path, dir string) error {
	_, sum, err := sumFile(path)
	if err != nil {
		return err
	}
	name := filepath.Base(path)
	return disk.WriteBytes(filepath.Join(dir, name+sealEnd), []byte(viewSeal(key, snapshot, name, sum)))
}

// ViewFault is a file of a masked form that is not as it was made.
type ViewFault struct {
	Path string // below the data folder
	What string
}

// CheckViews reads the masked forms that are there and tells which files are not those
// that were made; key gives the key of a role. The error is for what could not be read.
func CheckViews(d Dirs, key func(role string) opaque.Key) (faults []ViewFault, err error) {
	files, _, err := tree(d.views())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.Wrap(errs.Retry, "check masked forms", d.views(), err, "check the rights of the data folder")
	}
	for _, file := range files {
		part := strings.Split(file, "/") // role, snapshot, file
		if len(part) != 3 || !idForm.MatchString(part[1]) || strings.HasSuffix(file, sealEnd) {
			continue // being made, or nobody reads it
		}
		what, err := d.checkView(key(part[0]), part[0], part[1], part[2])
		if err != nil {
			return nil, errs.Wrap(errs.Retry, "check masked forms", file, err, "check the rights of the data folder")
		}
		if what != "" {
			faults = append(faults, ViewFault{"views/" + file, what})
		}
	}
	return faults, nil
}

// checkView says what is wrong with a file of a form; "" = nothing.
func (d Dirs) checkView(key opaque.Key, role, snapshot, name string) (string, error) {
	path := filepath.Join(d.views(), role, snapshot, name)
	const anew = "remove the folder of the form: it is made anew when it is asked for"
	if name == manifestName {
		is, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		of, err := os.ReadFile(filepath.Join(d.snapshot(snapshot), manifestName))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", nil // the snapshot is gone, the form goes with the next one that does
		case err != nil:
			return "", err
		case !bytes.Equal(is, of):
			return "it is not the manifest of the snapshot; " + anew, nil
		}
		return "", nil
	}
	seal, err := os.ReadFile(path + sealEnd)
	if errors.Is(err, fs.ErrNotExist) {
		return "it has no seal; " + anew, nil
	}
	if err != nil {
		return "", err
	}
	_, sum, err := sumFile(path)
	if err != nil {
		return "", err
	}
	if string(seal) != viewSeal(key, snapshot, name, sum) {
		return "it is not as it was made from the snapshot; " + anew, nil
	}
	return "", nil
}

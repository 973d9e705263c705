package pipeline

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// recordKey is the random key of one record version's commitment; all zero =
// destroyed, or never made.
type recordKey [32]byte

const recordKeySize = len(recordKey{})

// recordKeyHead precedes the keys in a file: magic, first record number, count.
const recordKeyMagic = "CBK1"

// recordKeysName is the identity under which the keys of a run are sealed.
func recordKeysName(run string) string { return "records-" + run }

func recordKeysDir(data string) string { return filepath.Join(data, "keys", "records") }

func recordKeysPath(data, run string) string {
	return filepath.Join(recordKeysDir(data), recordKeysName(run)+".age")
}

// recordKeys are the keys of the record versions that one run opened.
type recordKeys struct {
	first int
	raw   []byte
}

func (k *recordKeys) len() int { return len(k.raw) / recordKeySize }

func (k *recordKeys) at(i int) recordKey { return recordKey(k.raw[i*recordKeySize:]) }

// makeRecordKeys draws n keys for the record versions from first on and seals
// them. They are on disk before the snapshot that needs them is published.
func makeRecordKeys(keys *landing.Keys, data, run string, first, n int) (*recordKeys, error) {
	k := &recordKeys{first: first, raw: make([]byte, n*recordKeySize)}
	if _, err := rand.Read(k.raw); err != nil {
		return nil, errs.Wrap(errs.Bug, "make record keys", run, err, "")
	}
	return k, k.seal(keys, data, run)
}

func (k *recordKeys) seal(keys *landing.Keys, data, run string) error {
	return keys.Seal(recordKeysPath(data, run), recordKeysName(run), k.write)
}

func (k *recordKeys) write(w io.Writer) error {
	head := binary.LittleEndian.AppendUint64([]byte(recordKeyMagic), uint64(k.first))
	head = binary.LittleEndian.AppendUint64(head, uint64(k.len()))
	for _, part := range [][]byte{head, k.raw} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// readRecordKeys reads the keys that a run made.
func readRecordKeys(keys *landing.Keys, data, run string) (*recordKeys, error) {
	in, err := keys.Unseal(recordKeysPath(data, run), recordKeysName(run))
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(in)
	const head = len(recordKeyMagic) + 16
	if err != nil || len(text) < head || string(text[:len(recordKeyMagic)]) != recordKeyMagic {
		return nil, errs.Hidden(errs.Integrity, "read record keys", run, "damaged", err, "restore data/keys from the key backup")
	}
	k := &recordKeys{first: int(binary.LittleEndian.Uint64(text[len(recordKeyMagic):])), raw: text[head:]}
	if n := binary.LittleEndian.Uint64(text[len(recordKeyMagic)+8:]); uint64(len(k.raw)) != n*uint64(recordKeySize) {
		return nil, errs.New(errs.Integrity, "read record keys", run, "damaged", "restore data/keys from the key backup")
	}
	return k, nil
}

// allRecordKeys reads the keys of every record version of a snapshot.
func (f *sealed) allRecordKeys(data string) ([]*recordKeys, error) {
	var out []*recordKeys
	for _, run := range f.head.RecordKeys {
		k, err := readRecordKeys(f.keys, data, run)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// keyAmong finds the key of one record version; ok is false where it was
// destroyed or never made.
func keyAmong(list []*recordKeys, recordNo int64) (key recordKey, ok bool) {
	for _, k := range list {
		if i := int(recordNo) - k.first; i >= 0 && i < k.len() {
			key = k.at(i)
			return key, key != recordKey{}
		}
	}
	return key, false
}

// destroyRecordKeys makes the commitments of record versions say nothing: their
// keys are overwritten and the file is sealed anew under another identity, so
// that no copy of the old one can be read. Doing it twice does no harm.
func destroyRecordKeys(keys *landing.Keys, data string, runs []string, rows []int64) (destroyed int64, err error) {
	for _, run := range runs {
		k, err := readRecordKeys(keys, data, run)
		if err != nil {
			return destroyed, err
		}
		n := int64(0)
		for _, row := range rows {
			if i := int(row) - k.first; i >= 0 && i < k.len() && k.at(i) != (recordKey{}) {
				clear(k.raw[i*recordKeySize : (i+1)*recordKeySize])
				n++
			}
		}
		if n == 0 {
			continue
		}
		if err := keys.Reseal(recordKeysPath(data, run), recordKeysName(run), k.write); err != nil {
			return destroyed, err
		}
		destroyed += n
	}
	return destroyed, nil
}

// MissingRecordKeys gives the key files that the snapshot in force names and that
// are not there.
func MissingRecordKeys(data string) ([]string, error) {
	dirs, err := DirsOf(data)
	if err != nil {
		return nil, err
	}
	sn, err := store.Open(dirs)
	if e, ok := errs.Of(err); ok && (e.Kind == errs.Input || e.Kind == errs.Integrity) {
		return nil, nil // nothing is published, or what is wrong with it is told elsewhere
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = sn.Close() }()
	head, err := readHead(sn)
	if err != nil {
		return nil, nil // a file of the snapshot: told elsewhere
	}
	var out []string
	for _, run := range head.RecordKeys {
		if _, err := os.Stat(recordKeysPath(data, run)); os.IsNotExist(err) {
			out = append(out, recordKeysPath(data, run))
		}
	}
	return out, nil
}

// sweepRecordKeys removes the key files that no kept snapshot names: the
// remains of a run that was cut, and the keys of snapshots that are gone.
func sweepRecordKeys(keys *landing.Keys, d store.Dirs) error {
	files, err := os.ReadDir(recordKeysDir(d.Data))
	if err != nil || len(files) == 0 {
		return nil // nothing was ever made
	}
	kept, err := store.List(d)
	if err != nil {
		return err
	}
	var named []string
	for _, s := range kept {
		head, err := headOf(d, s.ID)
		if err != nil {
			return err
		}
		named = append(named, head.RecordKeys...)
	}
	for _, f := range files {
		run, ok := strings.CutSuffix(strings.TrimPrefix(f.Name(), recordKeysName("")), ".age")
		if !ok || slices.Contains(named, run) {
			continue
		}
		if err := keys.Destroy(recordKeysPath(d.Data, run), recordKeysName(run)); err != nil {
			return err
		}
	}
	return nil
}

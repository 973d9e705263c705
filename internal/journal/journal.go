package journal

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gofrs/flock"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

const (
	magic    = "CBJ1\n"
	headLen  = 12      // length and seq
	chainLen = 16      // bytes of the frame before that the next one is bound to
	maxEntry = 1 << 20 // an entry is an act, not a file
	lockWait = 10 * time.Second
)

// Journal is the journal of one data folder. It holds no file open and may be
// used from several goroutines and processes.
type Journal struct {
	dir     string
	key     opaque.Key
	witness Witness
}

// Open names the journal under the data folder; key is the project key. It
// writes nothing: the first Append makes the files.
func Open(data string, key opaque.Key) *Journal {
	return &Journal{dir: dirOf(data), key: key.Derive("journal")}
}

func dirOf(data string) string { return filepath.Join(data, "journal") }

func (j *Journal) path() string { return filepath.Join(j.dir, "journal.cbj") }

// Dir is the journal's folder, for files that belong to an entry.
func (j *Journal) Dir() string { return j.dir }

// Append adds one act and returns it with its number once it is safe on disk.
// It waits for another writer, never for a run.
func (j *Journal) Append(ctx context.Context, e Entry) (Entry, error) {
	unlock, err := j.lock(ctx)
	if err != nil {
		return e, err
	}
	defer unlock()
	f, err := disk.OpenEdit(j.path())
	if err != nil {
		return e, errs.Wrap(errs.Input, "open journal", j.path(), err, "check the owner and the rights of the data folder")
	}
	defer func() { _ = f.Close() }()
	end, seq, chain, err := lastFrame(f)
	if err != nil {
		return e, err
	}
	e.Seq, e.At = seq+1, e.At.UTC()
	given := e
	if e, err = j.hide(e); err != nil {
		return given, err
	}
	text, err := json.Marshal(e)
	if err != nil || len(text) > maxEntry {
		return e, errs.Hidden(errs.Config, "write journal", string(e.Kind), "the act cannot be written: it is too long or not encodable", err, "give a shorter reason")
	}
	sealed, err := j.key.Seal(text, bound(e.Seq, chain))
	if err != nil {
		return e, errs.Wrap(errs.Bug, "write journal", "", err, "report it")
	}
	frame := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, uint32(len(sealed))), uint64(e.Seq))
	frame = append(frame, sealed...)
	if end == 0 {
		frame = append([]byte(magic), frame...)
	}
	fail := func(err error) (Entry, error) {
		_ = f.Truncate(end) // a frame that was not synced does not count
		return e, errs.Wrap(errs.Retry, "write journal", j.path(), err, "make room on the disk and do it again: nothing was recorded")
	}
	if err := f.Truncate(end); err != nil {
		return fail(err)
	}
	if _, err := f.WriteAt(frame, end); err != nil {
		return fail(err)
	}
	if err := f.Sync(); err != nil {
		return fail(err)
	}
	if end == 0 {
		if err := disk.SyncDir(j.dir); err != nil {
			return fail(err)
		}
	}
	_ = j.tell(ctx, f) // what is not told now is told later, see Witnessed
	e.Payload = given.Payload
	return e, nil
}

// lock keeps other writers out.
func (j *Journal) lock(ctx context.Context) (unlock func(), err error) {
	if err := disk.MkdirAll(j.dir); err != nil {
		return nil, errs.Wrap(errs.Input, "open journal", j.dir, err, "check the owner and the rights of the data folder")
	}
	lock := flock.New(filepath.Join(j.dir, "lock"))
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	if ok, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil || !ok {
		return nil, errs.Wrap(errs.Retry, "write journal", j.dir, err, "another act is being written: try again")
	}
	return func() { _ = lock.Unlock() }, nil
}

// Position is the number of the last act, 0 when there is none.
func (j *Journal) Position() (int64, error) {
	f, err := os.Open(j.path())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, errs.Wrap(errs.Input, "open journal", j.path(), err, "run as the user that owns the data folder")
	}
	defer func() { _ = f.Close() }()
	_, seq, _, err := lastFrame(f)
	return seq, err
}

// Read gives the acts after a position, in order. It fails with errs.Integrity
// when the journal ends before that position or a frame was changed.
func (j *Journal) Read(after int64) ([]Entry, error) {
	f, err := os.Open(j.path())
	if errors.Is(err, fs.ErrNotExist) {
		if after > 0 {
			return nil, short(j.path(), 0, after)
		}
		return nil, nil
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "open journal", j.path(), err, "run as the user that owns the data folder")
	}
	defer func() { _ = f.Close() }()
	var out []Entry
	last, err := frames(f, func(seq int64, chain, sealed []byte) error {
		if seq <= after {
			return nil
		}
		text, err := j.key.Unseal(sealed, bound(seq, chain))
		if err != nil {
			return damaged(j.path(), seq)
		}
		var e Entry
		if err := json.Unmarshal(text, &e); err != nil || e.Seq != seq {
			return damaged(j.path(), seq)
		}
		if err := j.show(&e); err != nil {
			return err
		}
		out = append(out, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if last < after {
		return nil, short(j.path(), last, after)
	}
	return out, nil
}

// frames visits the whole frames of the file in order and gives the last seq.
func frames(f io.ReadSeeker, visit func(seq int64, chain, sealed []byte) error) (last int64, err error) {
	in := bufio.NewReaderSize(f, 1<<16)
	var head [headLen]byte
	if _, err := io.ReadFull(in, head[:len(magic)]); err != nil {
		return 0, nil // cut while it was made
	}
	if string(head[:len(magic)]) != magic {
		return 0, errs.New(errs.Integrity, "read journal", "journal.cbj", "not a journal of this format", "restore the file from a backup")
	}
	chain := make([]byte, chainLen)
	for {
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return last, cut(err)
		}
		n, seq := binary.BigEndian.Uint32(head[:4]), int64(binary.BigEndian.Uint64(head[4:]))
		if n < chainLen || n > maxEntry+64 || seq != last+1 {
			return last, damaged("journal.cbj", last+1)
		}
		sealed := make([]byte, n)
		if _, err := io.ReadFull(in, sealed); err != nil {
			return last, cut(err)
		}
		if err := visit(seq, chain, sealed); err != nil {
			return last, err
		}
		last = seq
		copy(chain, sealed[len(sealed)-chainLen:])
	}
}

// cut passes real failures: the end of the file inside a frame is none.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return errs.Wrap(errs.Retry, "read journal", "journal.cbj", err, "check the disk")
}

// lastFrame finds where the next frame goes and what it is bound to.
func lastFrame(f io.ReadSeeker) (end, seq int64, chain []byte, err error) {
	chain = make([]byte, chainLen)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, 0, nil, errs.Wrap(errs.Retry, "read journal", "journal.cbj", err, "check the disk")
	}
	seq, err = frames(f, func(_ int64, _, sealed []byte) error {
		if end == 0 {
			end = int64(len(magic))
		}
		end += headLen + int64(len(sealed))
		copy(chain, sealed[len(sealed)-chainLen:])
		return nil
	})
	return end, seq, chain, err
}

func bound(seq int64, chain []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(seq)), chain...)
}

func damaged(path string, seq int64) error {
	return errs.New(errs.Integrity, "read journal", path, "entry "+strconv.FormatInt(seq, 10)+" is damaged or was changed", "restore the file from a backup")
}

func short(path string, have, want int64) error {
	return errs.New(errs.Integrity, "read journal", path, "it ends at entry "+strconv.FormatInt(have, 10)+", the snapshot holds acts up to "+strconv.FormatInt(want, 10),
		"acts of people are missing: restore data/journal from a backup")
}

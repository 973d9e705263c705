package access

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/gofrs/flock"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

const (
	magic    = "CBA1\n"
	headLen  = 12 // length and seq
	footLen  = 4  // length
	chainLen = 16 // bytes of the frame before that the next one is bound to
	maxEntry = 1 << 18
	lockWait = 10 * time.Second
)

// Outcomes of a read.
const (
	Done        = "done"
	Refused     = "refused" // by the role, by the sandbox, or asked wrongly
	Failed      = "failed"
	Interrupted = "interrupted"
)

// Entry is one line of the log: a read that begins, or, with Of, how the read
// that is entered under that number ended. Seq is set by Append.
type Entry struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"` // UTC, given by the caller
	User    string    `json:"user,omitempty"`
	Role    string    `json:"role,omitempty"`
	Purpose string    `json:"purpose,omitempty"`
	Verb    string    `json:"verb,omitempty"`
	Asked   string    `json:"asked,omitempty"` // SQL, or what was looked for, as typed
	Flags   []string  `json:"flags,omitempty"` // --name=value, in the order of their names

	Snapshot string `json:"snapshot,omitempty"`
	Position int64  `json:"position,omitempty"` // acts of people up to this one were seen

	Of      int64    `json:"of,omitempty"`
	Outcome string   `json:"outcome,omitempty"`
	Tables  []string `json:"tables,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Clients []string `json:"clients,omitempty"` // client ids that were shown, where they are few
	Rows    int64    `json:"rows"`              // -1 = not counted
	Sum     string   `json:"sum,omitempty"`     // of the result, whatever its order
	File    string   `json:"file,omitempty"`    // register number of the file that the result became
	Walls   bool     `json:"walls,omitempty"`   // it ran behind walls of the kernel
	Max     int64    `json:"max,omitempty"`     // row limit it was cut to; 0 = none
}

// Log is the access log of one data folder. It holds no file open and may be
// used from several goroutines and processes.
type Log struct {
	dir string
	key opaque.Key
}

// Open names the log under the data folder; key is the project key. It writes
// nothing: the first Append makes the files.
func Open(data string, key opaque.Key) *Log {
	return &Log{dir: filepath.Join(data, "access"), key: key.Derive("access")}
}

var fileName = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}\.cba$`)

// files lists the months, oldest first.
func (l *Log) files() ([]string, error) {
	ents, err := os.ReadDir(l.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "open access log", l.dir, err, "run as the user that owns the data folder")
	}
	var out []string
	for _, e := range ents {
		if fileName.MatchString(e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out, nil
}

// Append enters e and returns it with its number. The frame survives the
// process at once and a power cut after Sync.
func (l *Log) Append(ctx context.Context, e Entry) (Entry, error) {
	const op = "write access log"
	const hint = "check the space and the rights of the data folder: nothing is read that is not recorded"
	if err := disk.MkdirAll(l.dir); err != nil {
		return e, errs.Wrap(errs.Retry, op, l.dir, err, hint)
	}
	lock := flock.New(filepath.Join(l.dir, "lock"), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	if ok, err := lock.TryLockContext(ctx, 2*time.Millisecond); err != nil || !ok {
		return e, errs.Wrap(errs.Retry, op, l.dir, err, "somebody else's read is being entered: try again")
	}
	defer func() { _ = lock.Unlock() }()
	files, err := l.files()
	if err != nil {
		return e, err
	}
	last, err := l.last(files)
	if err != nil {
		return e, err
	}
	e.At = e.At.UTC()
	e.Seq = last.seq + 1
	name := e.At.Format("2006-01") + ".cba"
	if len(files) > 0 && name <= files[len(files)-1] { // also when the clock was set back
		name = files[len(files)-1]
	} else {
		last.end = 0
	}
	text, err := json.Marshal(e)
	if err == nil && len(text) > maxEntry { // a question of a quarter megabyte: its beginning tells it
		e.Asked, e.Flags, e.Clients = e.Asked[:min(len(e.Asked), maxEntry/8)], nil, nil
		text, err = json.Marshal(e)
	}
	if err != nil || len(text) > maxEntry {
		return e, errs.Hidden(errs.Config, op, e.Verb, "the question is too long to be recorded", err, "ask in fewer words")
	}
	sealed, err := l.key.Seal(text, bound(e.Seq, last.chain))
	if err != nil {
		return e, errs.Wrap(errs.Bug, op, "", err, "report it")
	}
	f, err := disk.OpenEdit(filepath.Join(l.dir, name))
	if err != nil {
		return e, errs.Wrap(errs.Retry, op, name, err, hint)
	}
	defer func() { _ = f.Close() }()
	frame := frameOf(e.Seq, sealed)
	if last.end == 0 {
		frame = append([]byte(magic), frame...)
	}
	if info, err := f.Stat(); err != nil || info.Size() > last.end {
		if err := f.Truncate(last.end); err != nil {
			return e, errs.Wrap(errs.Retry, op, name, err, hint)
		}
	}
	if _, err := f.WriteAt(frame, last.end); err != nil {
		_ = f.Truncate(last.end)
		return e, errs.Wrap(errs.Retry, op, name, err, hint)
	}
	return e, nil
}

// Sync forces what was entered to disk: once per process, at its end.
func (l *Log) Sync() error {
	files, err := l.files()
	if err != nil || len(files) == 0 {
		return err
	}
	return l.sync(files[len(files)-1:])
}

func (l *Log) sync(files []string) error {
	if len(files) == 0 {
		return nil
	}
	var err error
	for _, name := range files {
		err = errors.Join(err, disk.SyncFile(filepath.Join(l.dir, name)))
	}
	if err == nil {
		err = disk.SyncDir(l.dir)
	}
	if err != nil {
		return errs.Wrap(errs.Retry, "write access log", l.dir, err, "check the disk")
	}
	return nil
}

func frameOf(seq int64, sealed []byte) []byte {
	n := uint32(len(sealed))
	b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, n), uint64(seq))
	return binary.BigEndian.AppendUint32(append(b, sealed...), n)
}

func bound(seq int64, chain []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(seq)), chain...)
}

// place is where the last frame ends, and what the next one is bound to.
type place struct {
	end, seq int64
	chain    []byte
}

// last finds the last whole frame: from the end of the last file, or, where
// that was cut, by going through it.
func (l *Log) last(files []string) (place, error) {
	for i := len(files) - 1; i >= 0; i-- {
		p, err := l.lastOf(files[i])
		if err != nil || p.seq > 0 {
			return p, err
		}
		if i > 0 { // a file that holds no whole frame yet: the chain goes on from the one before
			before, err := l.last(files[:i])
			return place{p.end, before.seq, before.chain}, err
		}
	}
	return place{chain: make([]byte, chainLen)}, nil
}

func (l *Log) lastOf(name string) (place, error) {
	f, err := os.Open(filepath.Join(l.dir, name))
	if err != nil {
		return place{}, errs.Wrap(errs.Input, "open access log", name, err, "run as the user that owns the data folder")
	}
	defer func() { _ = f.Close() }()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return place{}, errs.Wrap(errs.Retry, "open access log", name, err, "check the disk")
	}
	if p, ok := lastWhole(f, size); ok {
		return p, nil
	}
	p := place{chain: make([]byte, chainLen)}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return p, errs.Wrap(errs.Retry, "open access log", name, err, "check the disk")
	}
	err = frames(f, name, func(seq int64, sealed, frame []byte) error {
		if p.end == 0 {
			p.end = int64(len(magic))
		}
		p.end += int64(len(frame))
		p.seq, p.chain = seq, append([]byte{}, sealed[len(sealed)-chainLen:]...)
		return nil
	})
	return p, err
}

// lastWhole reads the last frame of a file of size bytes, if it ends there.
func lastWhole(f io.ReaderAt, size int64) (place, bool) {
	foot := make([]byte, footLen)
	if size < int64(len(magic)+headLen+footLen+chainLen) {
		return place{}, false
	}
	if _, err := f.ReadAt(foot, size-footLen); err != nil {
		return place{}, false
	}
	n := int64(binary.BigEndian.Uint32(foot))
	at := size - footLen - n - headLen
	if n < chainLen || at < int64(len(magic)) {
		return place{}, false
	}
	b := make([]byte, headLen+n)
	if _, err := f.ReadAt(b, at); err != nil || int64(binary.BigEndian.Uint32(b)) != n {
		return place{}, false
	}
	seq := int64(binary.BigEndian.Uint64(b[4:]))
	return place{size, seq, b[len(b)-chainLen:]}, seq > 0
}

// frames visits the whole frames of a file in order.
func frames(in io.Reader, name string, visit func(seq int64, sealed, frame []byte) error) error {
	head := make([]byte, headLen)
	if _, err := io.ReadFull(in, head[:len(magic)]); err != nil {
		return cut(name, err)
	}
	if !bytes.Equal(head[:len(magic)], []byte(magic)) {
		return errs.New(errs.Integrity, "read access log", name, "not an access log of this format", "restore the file from a backup")
	}
	for {
		if _, err := io.ReadFull(in, head); err != nil {
			return cut(name, err)
		}
		n, seq := binary.BigEndian.Uint32(head), int64(binary.BigEndian.Uint64(head[4:]))
		if n < chainLen || n > 2*maxEntry {
			return damaged(name, seq)
		}
		frame := make([]byte, headLen+int(n)+footLen)
		copy(frame, head)
		if _, err := io.ReadFull(in, frame[headLen:]); err != nil {
			return cut(name, err)
		}
		if binary.BigEndian.Uint32(frame[headLen+n:]) != n {
			return damaged(name, seq)
		}
		if err := visit(seq, frame[headLen:headLen+n], frame); err != nil {
			return err
		}
	}
}

// cut passes real failures: the end of the file inside a frame is none.
func cut(name string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return errs.Wrap(errs.Retry, "read access log", name, err, "check the disk")
}

func damaged(name string, seq int64) error {
	return errs.New(errs.Integrity, "read access log", name, "entry "+strconv.FormatInt(seq, 10)+" is damaged, was changed, or stands in another place", "restore the file from a backup")
}

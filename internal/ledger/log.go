package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/mod/sumdb/tlog"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

const lockWait = 10 * time.Second

// Log is the ledger of one data folder. It holds no file open and may be used
// from several goroutines and processes.
type Log struct {
	data  string
	dir   string
	key   opaque.Key
	clock func() time.Time
}

// Open names the ledger of a data folder; key is the project key, under which
// the signing key is sealed. A log that is only read needs none. It writes
// nothing: the first Append makes the files.
func Open(data string, key opaque.Key) *Log {
	l := &Log{data: data, dir: filepath.Join(data, "ledger"), clock: time.Now}
	if key.Valid() {
		l.key = key.Derive("ledger")
	}
	return l
}

// WithClock gives the log another clock. The time of a leaf is the machine's
// and not what a verb was told to take for now: a ledger that takes dictation
// proves nothing.
func (l *Log) WithClock(now func() time.Time) *Log {
	c := *l
	c.clock = now
	return &c
}

// Dir is the folder of the log.
func (l *Log) Dir() string { return l.dir }

// Append adds leaves and gives the index of the first. When it returns they are
// on disk under a new signed checkpoint. It waits for another writer, never for
// a run.
func (l *Log) Append(ctx context.Context, leaves ...Leaf) (first int64, err error) {
	if len(leaves) == 0 {
		return l.Size()
	}
	unlock, err := l.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	return l.append(leaves...)
}

// append is Append under the lock.
func (l *Log) append(leaves ...Leaf) (first int64, err error) {
	k, err := l.signer()
	if err != nil {
		return 0, err
	}
	if err := l.publishKey(k.public); err != nil {
		return 0, err
	}
	head, err := l.head(k.check)
	if err != nil {
		return 0, err
	}
	if err := l.caughtUp(head); err != nil {
		return 0, err
	}
	w, err := l.resume(head)
	if err != nil {
		return 0, err
	}
	now := l.clock()
	for _, leaf := range leaves {
		if leaf.At.IsZero() {
			leaf.At = now
		}
		text, err := leaf.encode()
		if err != nil {
			return 0, err
		}
		if err := w.add(text); err != nil {
			return 0, err
		}
	}
	if err := w.flush(); err != nil {
		return 0, err
	}
	next, err := sign(k, w.tree.size, w.tree.root())
	if err != nil {
		return 0, err
	}
	if err := disk.WriteBytes(filepath.Join(l.dir, checkpointName), next.Text); err != nil {
		return 0, err
	}
	if err := l.noteDown(next); err != nil {
		return 0, err
	}
	w.tidy()
	_ = disk.Sweep(l.dir, "tile") // what an append left that was cut; it does no harm either
	return head.Size, nil
}

func (l *Log) lock(ctx context.Context) (unlock func(), err error) {
	if err := disk.MkdirAll(filepath.Join(l.dir, "tile", "entries")); err != nil {
		return nil, errs.Wrap(errs.Input, "open ledger", l.dir, err, "check the owner and the rights of the data folder")
	}
	lk := flock.New(filepath.Join(l.dir, "lock"))
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	if ok, err := lk.TryLockContext(ctx, 5*time.Millisecond); err != nil || !ok {
		return nil, errs.Wrap(errs.Retry, "write ledger", l.dir, err, "another process is writing to it: try again")
	}
	return func() { _ = lk.Unlock() }, nil
}

// writer puts leaves behind a checkpoint.
type writer struct {
	t     tiles
	from  int64 // leaves before
	tree  *tree
	leafs []byte          // the unfinished bundle
	dirs  map[string]bool // written to, to be synced
}

// resume takes the log up at its checkpoint, after checking that the files at
// its end are those that were signed.
func (l *Log) resume(head Checkpoint) (*writer, error) {
	w := &writer{t: tiles{l.dir}, from: head.Size, dirs: map[string]bool{l.dir: true}}
	var err error
	if w.tree, err = grow(w.t, head.Size); err != nil {
		return nil, err
	}
	if w.tree.root() != head.Root {
		return nil, damaged("tile", "the tiles do not make the root that the checkpoint signs: one of them was changed")
	}
	if n := int(head.Size % width); n > 0 {
		texts, err := w.t.leaves(head.Size/width, n)
		if err != nil {
			return nil, err
		}
		for i, text := range texts {
			if tlog.RecordHash(text) != w.tree.level[0][i] {
				return nil, damaged(tilePath(-1, head.Size/width, n), fmt.Sprintf("leaf %d was changed: it does not have the hash in the tree", head.Size/width*width+int64(i)))
			}
			w.leafs = bundle(w.leafs, text)
		}
	}
	w.tree.done = func(level int, n int64, hashes []tlog.Hash) error { return w.tile(level, n, hashes) }
	return w, nil
}

func (w *writer) add(text []byte) error {
	w.leafs = bundle(w.leafs, text)
	if err := w.tree.push(tlog.RecordHash(text)); err != nil {
		return err
	}
	if w.tree.size%width != 0 {
		return nil
	}
	err := w.put(w.t.path(-1, w.tree.size/width-1, width), w.leafs)
	w.leafs = w.leafs[:0]
	return err
}

func (w *writer) tile(level int, n int64, hashes []tlog.Hash) error {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return w.put(w.t.path(level, n, len(hashes)), b)
}

func (w *writer) put(path string, b []byte) error {
	dir := filepath.Dir(path)
	for ; !w.dirs[dir]; dir = filepath.Dir(dir) { // a new folder is an entry of the one above
		_, err := os.Stat(dir)
		w.dirs[dir] = true
		if err == nil {
			break
		}
	}
	return disk.Put(path, b)
}

// flush writes the unfinished bundle and tiles and syncs the folders.
func (w *writer) flush() error {
	if len(w.leafs) > 0 {
		if err := w.put(w.t.path(-1, w.tree.size/width, int(w.tree.size%width)), w.leafs); err != nil {
			return err
		}
	}
	for l, hashes := range w.tree.level {
		if len(hashes) > 0 {
			if err := w.tile(l, w.tree.size>>(height*(l+1)), hashes); err != nil {
				return err
			}
		}
	}
	for _, dir := range sorted(w.dirs) {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// tidy removes unfinished tiles that a wider one has taken the place of, and a
// finished one that a cut left where the log is not yet. What is left over
// does no harm.
func (w *writer) tidy() {
	for l := -1; l < levels; l++ {
		shift := height * max(l, 0)
		from, n, part := w.from>>(shift+height), w.tree.size>>(shift+height), int(w.tree.size>>shift%width)
		for ; from < n; from++ {
			_ = disk.RemoveAll(w.t.path(l, from, width) + ".p")
		}
		for _, have := range w.t.partial(l, n) {
			if have != part {
				_ = disk.Remove(w.t.path(l, n, have))
			}
		}
		_ = disk.Remove(w.t.path(l, n, width))
	}
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for s := range set {
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

// Size is the number of leaves under the checkpoint in force.
func (l *Log) Size() (int64, error) {
	c, err := l.Head()
	return c.Size, err
}

// Head is the checkpoint in force, its signature checked with the public key
// that stands beside the log. It has no text when the log was never written to.
func (l *Log) Head() (Checkpoint, error) {
	v, err := l.Verifier()
	if err != nil {
		return Checkpoint{}, err
	}
	return l.head(v)
}

// Leaves visits the leaves from an index on, each checked against its hash in
// the tree of the checkpoint in force. fs.SkipAll ends the visit.
func (l *Log) Leaves(from int64, visit func(index int64, leaf Leaf) error) error {
	head, err := l.Head()
	if err != nil {
		return err
	}
	for n := max(from, 0) / width; n*width < head.Size; n++ {
		texts, err := l.bundle(n, int(min(width, head.Size-n*width)))
		if err != nil {
			return err
		}
		for i, text := range texts {
			index := n*width + int64(i)
			if index < from {
				continue
			}
			leaf, err := decode(text)
			if err != nil {
				return err
			}
			if err := visit(index, leaf); err != nil {
				if errors.Is(err, fs.SkipAll) {
					return nil
				}
				return err
			}
		}
	}
	return nil
}

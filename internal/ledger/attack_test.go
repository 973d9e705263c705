package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// trials is how often each attack is tried at another place; the environment
// asks for more.
func trials(t testing.TB) int {
	n, err := strconv.Atoi(os.Getenv("CLIENTBASE_TRIALS"))
	if err != nil || n < 1 {
		return 100
	}
	t.Logf("%d trials of each attack", n)
	return n
}

// insider holds the data folder and, where an attack needs it, the key.
type insider struct {
	l     *Log
	keys  keys
	texts [][]byte
	sizes []int64      // of the checkpoints that were signed
	older []Checkpoint // the honest ones
	rand  *rand.Rand
}

// attacked is a log of 300 leaves, signed at several sizes.
func attacked(t testing.TB, seed uint64) *insider {
	in := &insider{l: newLog(t), rand: rand.New(rand.NewPCG(seed, 1))}
	appendAll(t, in.l, 1, 40, 215, 3, 41)
	var err error
	if in.keys, err = in.l.signer(); err != nil {
		t.Fatal(err)
	}
	if err := in.l.Leaves(0, func(_ int64, leaf Leaf) error {
		text, err := leaf.encode()
		in.texts = append(in.texts, text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if in.older, _, err = in.l.History(); err != nil {
		t.Fatal(err)
	}
	for _, c := range in.older {
		in.sizes = append(in.sizes, c.Size)
	}
	return in
}

// write makes the log anew from texts, as somebody does who holds the key and
// rewrites everything that belongs together. It does not sync.
func (in *insider) write(texts [][]byte, k note.Signer, public string) error {
	if err := os.RemoveAll(in.l.dir); err != nil {
		return err
	}
	put := func(name string, b []byte) error {
		path := filepath.Join(in.l.dir, filepath.FromSlash(name))
		return errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, b, 0o600))
	}
	g := &tree{}
	tile := func(level int, n int64, hashes []tlog.Hash) error {
		var b []byte
		for _, h := range hashes {
			b = append(b, h[:]...)
		}
		return put(tilePath(level, n, len(hashes)), b)
	}
	g.done = tile
	var b, history []byte
	var head Checkpoint
	var err error
	for i, text := range texts {
		b = bundle(b, text)
		if err := g.push(tlog.RecordHash(text)); err != nil {
			return err
		}
		if g.size%width == 0 || i == len(texts)-1 {
			n := (g.size - 1) / width
			if err := put(tilePath(-1, n, int(g.size-n*width)), b); err != nil {
				return err
			}
			b = nil
		}
		if slices.Contains(in.sizes, g.size) || i == len(texts)-1 {
			if head, err = sign(k, g.size, g.root()); err != nil {
				return err
			}
			history = append(append(history, head.Text...), '\n')
		}
	}
	for l, hashes := range g.level {
		if len(hashes) > 0 {
			if err := tile(l, g.size>>(height*(l+1)), hashes); err != nil {
				return err
			}
		}
	}
	return errors.Join(put(checkpointName, head.Text), put(historyName, history), put(verifierName, []byte(public+"\n")))
}

func (in *insider) honest() error { return in.write(in.texts, in.keys, in.keys.public) }

// edit changes a file of the log.
func (in *insider) edit(name string, how func([]byte) []byte) error {
	path := filepath.Join(in.l.dir, filepath.FromSlash(name))
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, how(b), 0o600)
}

// files lists the log's files that have bytes.
func (in *insider) files() (out []string) {
	_ = filepath.WalkDir(in.l.dir, func(path string, e fs.DirEntry, err error) error {
		if info, ierr := e.Info(); err == nil && ierr == nil && !e.IsDir() && info.Size() > 0 {
			rel, _ := filepath.Rel(in.l.dir, path)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	return out
}

func (in *insider) two() (int, int) {
	i := in.rand.IntN(len(in.texts))
	j := in.rand.IntN(len(in.texts) - 1)
	if j >= i {
		j++
	}
	return i, j
}

// swapped is the texts with two of them exchanged.
func swapped(texts [][]byte, i, j int) [][]byte {
	out := slices.Clone(texts)
	out[i], out[j] = out[j], out[i]
	return out
}

// attacks: what is done, with or without the signing key, and the names under
// which it must be found with the newest honest checkpoint and the key at hand.
var attacks = []struct {
	what  string
	do    func(in *insider) error
	names []string
}{
	{"one byte of any file flipped", func(in *insider) error {
		files := in.files()
		return in.edit(files[in.rand.IntN(len(files))], func(b []byte) []byte {
			b[in.rand.IntN(len(b))] ^= 1 << in.rand.IntN(8)
			return b
		})
	}, []string{LeafChanged, TileChanged, BundleTruncated, CheckpointChanged, HistoryChanged, KeyChanged, OtherKey}},
	{"last leaf deleted, signed again", func(in *insider) error {
		return in.write(in.texts[:len(in.texts)-1-in.rand.IntN(5)], in.keys, in.keys.public)
	}, []string{LeavesDeleted}},
	{"last leaf cut off, checkpoint kept", func(in *insider) error {
		last := in.texts[len(in.texts)-1]
		n := int64(len(in.texts)) / width
		return in.edit(tilePath(-1, n, len(in.texts)%width), func(b []byte) []byte { return b[:len(b)-len(last)-2] })
	}, []string{BundleTruncated}},
	{"an old ledger put back", func(in *insider) error {
		return in.write(in.texts[:in.sizes[in.rand.IntN(len(in.sizes)-1)]], in.keys, in.keys.public)
	}, []string{LeavesDeleted}},
	{"two leaves swapped in their bundles", func(in *insider) error {
		i, j := in.two()
		if err := in.write(swapped(in.texts, i, j), in.keys, in.keys.public); err != nil {
			return err
		}
		saved := map[string][]byte{}
		for _, name := range in.files() {
			if filepath.Dir(name) == "tile/entries" || filepath.Dir(filepath.Dir(name)) == "tile/entries" {
				saved[name], _ = os.ReadFile(filepath.Join(in.l.dir, name))
			}
		}
		if err := in.honest(); err != nil {
			return err
		}
		for name, b := range saved {
			if err := in.edit(name, func([]byte) []byte { return b }); err != nil {
				return err
			}
		}
		return nil
	}, []string{LeavesSwapped}},
	{"two leaves swapped, signed again", func(in *insider) error {
		i, j := in.two()
		return in.write(swapped(in.texts, i, j), in.keys, in.keys.public)
	}, []string{Forked}},
	{"a leaf edited, signed again", func(in *insider) error {
		i := in.rand.IntN(len(in.texts))
		leaf, err := decode(in.texts[i])
		if err != nil {
			return err
		}
		leaf.Actor = "anna"
		text, err := leaf.encode()
		out := slices.Clone(in.texts)
		out[i] = text
		return errors.Join(err, in.write(out, in.keys, in.keys.public))
	}, []string{Forked}},
	{"forked after a checkpoint and grown past the old end", func(in *insider) error {
		from := in.rand.IntN(len(in.texts))
		out := slices.Clone(in.texts[:from])
		for i := range len(in.texts) - from + 20 {
			leaf := leaves(9000+i, 1)[0]
			leaf.At = time.Date(2026, 3, 3, 0, 0, i, 0, time.UTC)
			text, err := leaf.encode()
			if err != nil {
				return err
			}
			out = append(out, text)
		}
		return in.write(out, in.keys, in.keys.public)
	}, []string{Forked}},
	{"signed again with a new key", func(in *insider) error {
		private, public, err := note.GenerateKey(nil, in.keys.Name())
		if err != nil {
			return err
		}
		s, err := note.NewSigner(private)
		if err != nil {
			return err
		}
		return in.write(in.texts, s, public)
	}, []string{OtherKey}},
	{"a bundle truncated", func(in *insider) error {
		n := in.rand.IntN(len(in.texts)/width + 1)
		k := min(width, len(in.texts)-n*width)
		return in.edit(tilePath(-1, int64(n), k), func(b []byte) []byte { return b[:in.rand.IntN(len(b))] })
	}, []string{BundleTruncated}},
	{"a file removed", func(in *insider) error {
		files := in.files()
		return os.Remove(filepath.Join(in.l.dir, files[in.rand.IntN(len(files))]))
	}, []string{FileMissing}},
	{"the whole ledger deleted", func(in *insider) error { return os.RemoveAll(in.l.dir) }, []string{LedgerDeleted}},
	{"the clock moved back for an act", func(in *insider) error {
		out := slices.Clone(in.texts)
		leaf := leaves(9000, 1)[0]
		leaf.At = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC).Add(-time.Duration(1+in.rand.IntN(10000)) * time.Minute)
		text, err := leaf.encode()
		return errors.Join(err, in.write(append(out, text), in.keys, in.keys.public))
	}, []string{ClockBack}},
}

func TestEveryAttackIsFoundAndNamed(t *testing.T) {
	for k, a := range attacks {
		t.Run(a.what, func(t *testing.T) {
			t.Parallel()
			in := attacked(t, uint64(k))
			newest := in.older[len(in.older)-1]
			for n := range trials(t) {
				if err := in.honest(); err != nil {
					t.Fatal(err)
				}
				o := CheckOptions{Older: &newest, Key: in.keys.check}
				if n == 0 {
					if c, err := in.l.Check(o); err != nil || len(c.Findings)+len(c.Notes) > 0 || c.History != len(in.older)+1 {
						t.Fatalf("before: %v %v %v, %d checkpoints", c.Findings, c.Notes, err, c.History)
					}
				}
				if err := a.do(in); err != nil {
					t.Fatal(err)
				}
				c, err := in.l.Check(o)
				if err != nil {
					t.Fatalf("trial %d: %v", n, err)
				}
				if !slices.ContainsFunc(c.Findings, func(f Finding) bool { return slices.Contains(a.names, f.Name) }) {
					t.Fatalf("trial %d: not named %v: %v %v", n, a.names, c.Findings, c.Notes)
				}
			}
		})
	}
}

// Without a checkpoint and key from outside, what was signed again as a whole
// looks right: the reader must be told so, and the test says which attacks
// these are.
func TestWhatOnlyAnOutsideCopyShows(t *testing.T) {
	unseen := map[string]bool{"last leaf deleted, signed again": true, "an old ledger put back": true, "two leaves swapped, signed again": true,
		"a leaf edited, signed again": true, "forked after a checkpoint and grown past the old end": true, "signed again with a new key": true}
	for k, a := range attacks {
		in := attacked(t, uint64(k)+100)
		if err := errors.Join(in.honest(), a.do(in)); err != nil {
			t.Fatal(err)
		}
		c, err := in.l.Check(CheckOptions{})
		if err != nil {
			t.Fatal(err)
		}
		swapShows := a.what == "two leaves swapped, signed again" && len(c.Findings) > 0 // by the times of the two
		if seen := len(c.Findings) > 0; seen == unseen[a.what] && !swapShows {
			t.Errorf("%s: found without help: %v", a.what, c.Findings)
		}
	}
}

// A cut append leaves files beyond the checkpoint or half a note: no damage.
func TestACutIsNoFinding(t *testing.T) {
	l := newLog(t)
	appendAll(t, l, 300)
	kept, err := os.ReadFile(filepath.Join(l.dir, checkpointName))
	if err != nil {
		t.Fatal(err)
	}
	history, err := os.ReadFile(filepath.Join(l.dir, historyName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(context.Background(), leaves(300, 300)...); err != nil {
		t.Fatal(err)
	}
	now, _ := os.ReadFile(filepath.Join(l.dir, historyName))
	for _, tail := range []int{0, 20, len(now) - len(history)} { // nothing, half a note, all of it
		if tail == len(now)-len(history) {
			kept = now[len(history) : len(now)-1]
		}
		write := errors.Join(os.WriteFile(filepath.Join(l.dir, checkpointName), kept, 0o600), os.WriteFile(filepath.Join(l.dir, historyName), now[:len(history)], 0o600))
		if write != nil {
			t.Fatal(write)
		}
		c, err := l.Check(CheckOptions{})
		if err != nil || len(c.Findings) > 0 {
			t.Errorf("%d: %v %v", tail, c.Findings, err)
		}
	}
}

func TestTheClockOfTheReaderIsCompared(t *testing.T) {
	l := newLog(t)
	appendAll(t, l, 3)
	c, err := l.Check(CheckOptions{Now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil || len(c.Findings) != 1 || c.Findings[0].Name != ClockBack {
		t.Errorf("%v %v", c.Findings, err)
	}
}

func BenchmarkCheckMillion(b *testing.B) {
	l := newLog(b)
	appendAll(b, l, 1_000_000)
	for b.Loop() {
		c, err := l.Check(CheckOptions{})
		if err != nil || len(c.Findings) > 0 || c.Leaves != 1_000_000 {
			b.Fatal(fmt.Sprint(c.Leaves, c.Findings, err))
		}
	}
}

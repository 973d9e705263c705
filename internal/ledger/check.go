package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"clientbase/internal/errs"
)

// CheckOptions say what a check may rely on.
type CheckOptions struct {
	Older *Checkpoint   // kept outside; its signature was checked by who read it
	Key   note.Verifier // kept outside; nil: the one beside the log, which proves less
	Now   time.Time     // of the machine that checks; zero: not looked at
	// Leaf sees every leaf that fits the tree, in order.
	Leaf func(index int64, leaf Leaf)
}

// Checked is what a check found.
type Checked struct {
	Head     Checkpoint
	Leaves   int64 // that were read and fit the tree
	History  int   // checkpoints that were compared with the tree
	Findings []Finding
	Notes    []string // what is no damage and should be known
}

// checker goes once over the whole log.
type checker struct {
	l      *Log
	o      CheckOptions
	v      note.Verifier
	out    Checked
	found  findings
	points []point // sizes at which the root must be known
	last   time.Time
	lastAt int64
}

// point is an earlier checkpoint that the tree must contain.
type point struct {
	Checkpoint
	outside bool
	no      int // in the history, from 1
}

// Check reads every bundle and tile, builds the tree anew, and compares it with
// the checkpoint in force, with every one that was, and with the one that was
// kept outside. The error is for files that could not be read at all.
func (l *Log) Check(o CheckOptions) (Checked, error) {
	c := &checker{l: l, o: o}
	gone, err := c.gone()
	if err != nil || gone {
		c.out.Findings = c.found
		return c.out, err
	}
	c.verifier()
	c.checkpoint()
	c.history()
	if err := c.tree(); err != nil {
		return c.out, err
	}
	if n := len(l.strays(c.out.Head.Size)); n > 0 {
		c.out.Notes = append(c.out.Notes, number10(int64(n))+" tiles stand beyond the checkpoint or beside it: an append was cut there; they are no part of the ledger")
	}
	if !o.Now.IsZero() && c.last.Sub(o.Now) > tolerance {
		c.found.add(ClockBack, leafName(c.lastAt), "it was written at %s, and the clock of this machine stands at %s", stamp(c.last), stamp(o.Now))
	}
	c.out.Findings = inOrder(c.found)
	return c.out, nil
}

// gone tells whether there is no log at all, and whether there was one.
func (c *checker) gone() (bool, error) {
	for _, name := range []string{checkpointName, historyName, verifierName, "tile/entries/000", "tile/entries/000.p"} {
		if _, err := os.Stat(filepath.Join(c.l.dir, filepath.FromSlash(name))); err == nil {
			return false, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return false, missing(name, err)
		}
	}
	_, err := os.Stat(c.l.keyPath())
	switch {
	case c.o.Older != nil && c.o.Older.Size > 0:
		c.found.add(LedgerDeleted, "data/ledger", "nothing of it is there; your checkpoint has %d leaves", c.o.Older.Size)
	case err == nil:
		c.found.add(LedgerDeleted, "data/ledger", "nothing of it is there, but the key that signed it is: %s", "data/keys/ledger.key")
	default:
		c.out.Notes = append(c.out.Notes, "there is no ledger yet: the first run begins it")
	}
	return true, nil
}

// verifier settles which key counts.
func (c *checker) verifier() {
	b, err := os.ReadFile(filepath.Join(c.l.dir, verifierName))
	if err != nil {
		c.found.add(FileMissing, thing(verifierName), "the public key of the ledger is not there")
	}
	beside, perr := ParseVerifier(b)
	if err == nil && (perr != nil || !canonicalKey(b, beside)) {
		c.found.add(KeyChanged, thing(verifierName), "it is not a public key of a signed note any more")
	}
	c.v = c.o.Key
	if c.v == nil && perr == nil {
		c.v = beside
	}
	if c.o.Key != nil && perr == nil && (beside.Name() != c.o.Key.Name() || beside.KeyHash() != c.o.Key.KeyHash()) {
		c.found.add(OtherKey, thing(verifierName), "it names the key %s+%08x, yours is %s+%08x", beside.Name(), beside.KeyHash(), c.o.Key.Name(), c.o.Key.KeyHash())
	}
}

// canonicalKey tells whether a public key stands as it was written: a decoder
// does not look at every bit of it.
func canonicalKey(b []byte, v note.Verifier) bool {
	part := strings.SplitN(string(b), "+", 3)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(part[len(part)-1], "\n"))
	return err == nil && string(b) == fmt.Sprintf("%s+%08x+%s\n", v.Name(), v.KeyHash(), base64.StdEncoding.EncodeToString(raw))
}

// checkpoint reads the one in force. One whose signature does not fit is named
// and still says where to look.
func (c *checker) checkpoint() {
	b, err := os.ReadFile(filepath.Join(c.l.dir, checkpointName))
	if err != nil {
		c.found.add(FileMissing, thing(checkpointName), "the checkpoint in force is not there")
	} else if c.out.Head, err = ParseCheckpoint(b, c.v); err != nil {
		c.badNote(thing(checkpointName), CheckpointChanged, b, err)
		c.out.Head, _ = ParseCheckpoint(b, nil)
	}
}

// badNote words a checkpoint that could not be opened.
func (c *checker) badNote(name, changed string, text []byte, err error) {
	var unsigned *note.UnverifiedNoteError
	if _, oerr := note.Open(text, note.VerifierList(c.v)); c.v != nil && errors.As(oerr, &unsigned) {
		by := "nobody"
		if len(unsigned.Note.UnverifiedSigs) > 0 {
			by = unsigned.Note.UnverifiedSigs[0].Name
		}
		c.found.add(OtherKey, name, "it is signed by %s with a key that is not %s+%08x", by, c.v.Name(), c.v.KeyHash())
		return
	}
	what := "it is not a signed tree head any more"
	if errors.Is(err, ErrSignature) {
		what = "its signature does not fit its text"
	}
	c.found.add(changed, name, "%s", what)
}

// history reads every earlier checkpoint.
func (c *checker) history() {
	list, rest, err := c.l.History()
	if e, ok := errs.Of(err); ok {
		c.found.add(HistoryChanged, thing(historyName), "%s", e.Msg)
	}
	head := c.out.Head
	if len(list) == 0 && err == nil && len(rest) == 0 {
		c.found.add(FileMissing, thing(historyName), "the earlier checkpoints are not there")
	}
	if len(rest) > 0 && err == nil && !bytes.HasPrefix(append(bytes.Clone(head.Text), '\n'), rest) {
		c.found.add(HistoryChanged, thing(historyName), "what stands after checkpoint %d is none", len(list))
	}
	top := int64(0)
	for i, h := range list {
		name := thing(historyName) + ", checkpoint " + number10(int64(i+1))
		if c.v != nil {
			if _, err := ParseCheckpoint(h.Text, c.v); err != nil {
				c.badNote(name, HistoryChanged, h.Text, err)
				continue
			}
		}
		if i > 0 && h.Size <= list[i-1].Size {
			c.found.add(HistoryChanged, name, "it has %d leaves, and the one before has %d", h.Size, list[i-1].Size)
		}
		top = max(top, h.Size)
		c.points = append(c.points, point{h, false, i + 1})
	}
	if head.Text != nil && top > head.Size {
		c.found.add(LeavesDeleted, thing(checkpointName), "it has %d leaves, and checkpoints.txt knows a checkpoint of %d: leaves at the end were deleted, or an old ledger was put back", head.Size, top)
	}
	if n := len(list); head.Text != nil && n > 0 && top < head.Size {
		c.out.Notes = append(c.out.Notes, "checkpoints.txt does not end with the checkpoint in force: an append was cut there (the next one makes it good), or the file was shortened")
	}
	if head.Text == nil && len(c.points) > 0 {
		c.out.Head = c.points[len(c.points)-1].Checkpoint // the best that there is
	}
	if old := c.o.Older; old != nil && old.Size > 0 && old.Size < head.Size && err == nil && !slices.ContainsFunc(list, func(h Checkpoint) bool { return h.Size == old.Size }) {
		c.found.add(HistoryChanged, thing(historyName), "your checkpoint of %d leaves is not in it", old.Size)
	}
	if c.o.Older != nil {
		c.points = append(c.points, point{*c.o.Older, true, 0})
	}
}

// tolerance is how far a clock may step back without being named: clocks are
// corrected by parts of a second all the time.
const tolerance = time.Second

// clock looks at the time of a leaf.
func (c *checker) clock(index int64, leaf Leaf) {
	if !c.last.IsZero() && c.last.Sub(leaf.At) > tolerance {
		if old := c.o.Older; old != nil && index < old.Size {
			c.out.Notes = append(c.out.Notes, "before your checkpoint the clock moved back: "+leafName(index)+" was written at "+stamp(leaf.At)+", the one before at "+stamp(c.last))
		} else {
			c.found.add(ClockBack, leafName(index), "it was written at %s, the leaf before it at %s", stamp(leaf.At), stamp(c.last))
		}
	}
	c.last, c.lastAt = leaf.At, index
}

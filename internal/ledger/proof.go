package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"clientbase/internal/errs"
)

// proofHead is the first line of a C2SP tlog-proof.
const proofHead = "c2sp.org/tlog-proof@v1"

// Proof shows that a leaf is part of the log under a checkpoint.
type Proof struct {
	Index      int64
	Leaf       []byte // its bytes, as they were hashed
	Hashes     []tlog.Hash
	Checkpoint Checkpoint
}

// reader gives the hashes of the tree under a checkpoint. Each tile is checked
// up to the root.
func (l *Log) reader(c Checkpoint) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, tiles{l.dir})
}

// Prove makes the proof of a leaf against the checkpoint in force.
func (l *Log) Prove(index int64) (Proof, error) {
	head, err := l.Head()
	if err != nil {
		return Proof{}, err
	}
	if index < 0 || index >= head.Size {
		return Proof{}, errs.New(errs.Input, "read leaf", strconv.FormatInt(index, 10), fmt.Sprintf("the ledger has %d leaves, counted from 0", head.Size), "`clientbase ledger list` shows them")
	}
	t := tiles{l.dir}
	texts, err := t.leaves(index/width, int(min(width, head.Size-index/width*width)))
	if err != nil {
		return Proof{}, err
	}
	hashes, err := tlog.ProveRecord(head.Size, index, l.reader(head))
	if err != nil {
		return Proof{}, treeError(err)
	}
	p := Proof{Index: index, Leaf: texts[index%width], Hashes: hashes, Checkpoint: head}
	return p, p.Check()
}

// Check tells whether the proof holds. The checkpoint's signature is another matter.
func (p Proof) Check() error {
	if err := tlog.CheckRecord(p.Hashes, p.Checkpoint.Size, p.Checkpoint.Root, p.Index, tlog.RecordHash(p.Leaf)); err != nil {
		return errs.New(errs.Integrity, "check proof", "leaf "+strconv.FormatInt(p.Index, 10), "it does not lead to the root of the checkpoint", "the leaf or the proof was changed")
	}
	return nil
}

// Decode gives the leaf that is proven.
func (p Proof) Decode() (Leaf, error) { return decode(p.Leaf) }

// Text is the proof as a C2SP tlog-proof; the leaf travels as its extra data.
func (p Proof) Text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nextra %s\nindex %d\n", proofHead, base64.StdEncoding.EncodeToString(p.Leaf), p.Index)
	for _, h := range p.Hashes {
		fmt.Fprintln(&b, h.String())
	}
	b.WriteByte('\n')
	b.Write(p.Checkpoint.Text)
	return b.Bytes()
}

// ParseProof reads what Text wrote and checks it; v may be nil, then the
// signature of the checkpoint is not looked at.
func ParseProof(text []byte, v note.Verifier) (Proof, error) {
	bad := errs.New(errs.Input, "read proof", "", "it is not a tlog-proof with its leaf", "give the file as `clientbase ledger prove` wrote it")
	head, checkpoint, ok := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !ok || len(lines) < 3 || lines[0] != proofHead {
		return Proof{}, bad
	}
	extra, ok1 := strings.CutPrefix(lines[1], "extra ")
	index, ok2 := strings.CutPrefix(lines[2], "index ")
	if !ok1 || !ok2 {
		return Proof{}, bad
	}
	var p Proof
	var err error
	if p.Leaf, err = base64.StdEncoding.DecodeString(extra); err != nil {
		return Proof{}, bad
	}
	if p.Index, err = strconv.ParseInt(index, 10, 64); err != nil {
		return Proof{}, bad
	}
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return Proof{}, bad
		}
		p.Hashes = append(p.Hashes, h)
	}
	if p.Checkpoint, err = ParseCheckpoint(checkpoint, v); err != nil {
		return Proof{}, err
	}
	return p, p.Check()
}

// Extends checks that the tree of the newer checkpoint begins with that of the
// older one.
func (l *Log) Extends(older, newer Checkpoint) error {
	if older.Size == 0 {
		return nil
	}
	if older.Size > newer.Size {
		return errs.New(errs.Integrity, "compare checkpoints", "", fmt.Sprintf("the ledger has %d leaves, the older checkpoint has %d", newer.Size, older.Size), "")
	}
	r := l.reader(newer)
	if older.Size < newer.Size {
		proof, err := tlog.ProveTree(newer.Size, older.Size, r)
		if err != nil {
			return treeError(err)
		}
		if tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root) == nil {
			return nil
		}
	} else if older.Root == newer.Root {
		return nil
	}
	return errs.New(errs.Integrity, "compare checkpoints", "", fmt.Sprintf("the first %d leaves are not those that the older checkpoint signed", older.Size), "")
}

// treeError keeps our own errors and words those of the tree.
func treeError(err error) error {
	if e, ok := errs.Of(err); ok {
		return e
	}
	return damaged("tile", "the tiles do not make the root that the checkpoint signs: "+err.Error())
}

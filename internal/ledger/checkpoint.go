package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"clientbase/internal/errs"
)

const (
	checkpointName  = "checkpoint"
	historyName     = "checkpoints.txt"
	verifierName    = "verifier.txt"
	maxCheckpoint   = 1 << 20
	checkpointLines = 3
)

// Checkpoint is a signed tree head.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
	Text   []byte // the signed note as it stands
}

// sign makes the checkpoint of a tree head.
func sign(s note.Signer, size int64, root tlog.Hash) (Checkpoint, error) {
	text := s.Name() + "\n" + strconv.FormatInt(size, 10) + "\n" + root.String() + "\n"
	signed, err := note.Sign(&note.Note{Text: text}, s)
	if err != nil {
		return Checkpoint{}, errs.Wrap(errs.Bug, "sign checkpoint", "", err, "report it")
	}
	return Checkpoint{Origin: s.Name(), Size: size, Root: root, Text: signed}, nil
}

// ErrSignature says that a checkpoint is not signed by the key.
var ErrSignature = errors.New("it is not signed by the key of this ledger")

// ParseCheckpoint reads a checkpoint and checks its signature. Without a
// verifier the signature is not looked at.
func ParseCheckpoint(text []byte, v note.Verifier) (Checkpoint, error) {
	bad := func(what string) (Checkpoint, error) {
		return Checkpoint{}, errs.New(errs.Integrity, "read checkpoint", "", what, "give the file as it was written by `clientbase ledger checkpoint`")
	}
	var list note.Verifiers
	if v != nil {
		list = note.VerifierList(v)
	} else {
		list = note.VerifierList()
	}
	n, err := note.Open(text, list)
	var unsigned *note.UnverifiedNoteError
	switch {
	case err == nil:
	case errors.As(err, &unsigned) && v == nil:
		n = unsigned.Note
	case errors.As(err, &unsigned):
		return Checkpoint{}, errs.Wrap(errs.Integrity, "read checkpoint", "", ErrSignature, "compare the key with the one that the auditor keeps")
	case strings.Contains(err.Error(), "invalid signature"):
		return Checkpoint{}, errs.Wrap(errs.Integrity, "read checkpoint", "", ErrSignature, "compare the key with the one that the auditor keeps")
	default:
		return bad("it is not a signed note")
	}
	for _, sig := range append(n.Sigs, n.UnverifiedSigs...) {
		if raw, err := base64.StdEncoding.DecodeString(sig.Base64); err != nil || base64.StdEncoding.EncodeToString(raw) != sig.Base64 {
			return bad("a signature in it is not written as it was made") // bits that no decoder looks at
		}
	}
	line := strings.Split(n.Text, "\n")
	if len(line) < checkpointLines+1 || line[0] == "" {
		return bad("it is not a tree head of origin, size and root")
	}
	size, err := strconv.ParseInt(line[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != line[1] {
		return bad("its size is not a number")
	}
	root, err := tlog.ParseHash(line[2])
	if err != nil {
		return bad("its root is not a hash")
	}
	return Checkpoint{Origin: line[0], Size: size, Root: root, Text: text}, nil
}

// head reads the checkpoint in force. A log that was never written to has size 0.
func (l *Log) head(v note.Verifier) (Checkpoint, error) {
	b, err := os.ReadFile(filepath.Join(l.dir, checkpointName))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(l.dir, historyName)); err != nil {
			root, _ := tlog.TreeHash(0, nil)
			return Checkpoint{Root: root}, nil
		}
		// the history comes after the checkpoint: somebody may have made the first
		// between the two looks
		b, err = os.ReadFile(filepath.Join(l.dir, checkpointName))
	}
	if err != nil {
		return Checkpoint{}, missing(checkpointName, err)
	}
	return ParseCheckpoint(b, v)
}

// caughtUp sees to it that the history ends with the checkpoint in force: a cut
// between swap and note is made good here. A history that knows a later one
// means that leaves were taken away.
func (l *Log) caughtUp(c Checkpoint) error {
	path := filepath.Join(l.dir, historyName)
	tail, end, err := tailOf(path, len(c.Text)+1)
	if err != nil || bytes.Equal(tail, append(bytes.Clone(c.Text), '\n')) {
		return err
	}
	list, rest, err := l.History()
	if err != nil {
		return err
	}
	if n := len(list); n > 0 && list[n-1].Size > c.Size {
		return errs.New(errs.Integrity, "write ledger", "data/ledger/"+historyName,
			"it knows a checkpoint of "+strconv.FormatInt(list[n-1].Size, 10)+" leaves, and the one in force has "+strconv.FormatInt(c.Size, 10)+": leaves were taken away, or an old ledger was put back",
			"run `clientbase verify`, and restore data/ledger from the newest backup")
	}
	if len(rest) > 0 {
		if err := cutFile(path, end-int64(len(rest))); err != nil {
			return err
		}
	}
	if n := len(list); n > 0 && bytes.Equal(list[n-1].Text, c.Text) || c.Size == 0 {
		return nil
	}
	return l.noteDown(c)
}

// noteDown adds a checkpoint to the history.
func (l *Log) noteDown(c Checkpoint) error {
	return appendSynced(filepath.Join(l.dir, historyName), append(bytes.Clone(c.Text), '\n'))
}

// History gives every checkpoint that was ever in force, oldest first, without
// looking at signatures; rest is what stands after the last whole one.
func (l *Log) History() (list []Checkpoint, rest []byte, err error) {
	b, err := os.ReadFile(filepath.Join(l.dir, historyName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, missing(historyName, err)
	}
	for len(b) > 0 {
		head, after, ok := bytes.Cut(b, []byte("\n\n")) // the text
		if !ok {
			return list, b, nil
		}
		sigs, next, ok := bytes.Cut(after, []byte("\n\n"))
		if !ok {
			return list, b, nil
		}
		text := b[:len(head)+2+len(sigs)+1]
		c, err := ParseCheckpoint(text, nil)
		if err != nil {
			return list, b, damaged(historyName, "checkpoint "+strconv.Itoa(len(list)+1)+" in it cannot be read")
		}
		list, b = append(list, c), next
	}
	return list, nil, nil
}

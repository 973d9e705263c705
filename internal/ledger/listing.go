package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A leaf that stands for many files names a piece of files.txt by its bytes and
// the SHA-256 of the piece. The file has one line per file, as sha256sum writes
// and checks them from inside the data folder; a later line for the same file
// counts, and "#gone <file>" says that the program itself took the file away.
const (
	listName = "files.txt"
	goneMark = "#gone "

	sumPiece = "files"      // SHA-256 of the piece
	sumFrom  = "files_from" // its first byte
	sumTo    = "files_to"   // the byte after its last
)

// File is a file under the data folder, by its path with slashes, and the
// SHA-256 of its bytes; Gone says that it is not there any more.
type File struct {
	Path string
	Hash string
	Gone bool
}

// AppendFiles is Append of one leaf that stands for files. Without any it is
// Append.
func (l *Log) AppendFiles(ctx context.Context, leaf Leaf, files []File) (int64, error) {
	if len(files) == 0 {
		return l.Append(ctx, leaf)
	}
	var piece bytes.Buffer
	for _, f := range files {
		if strings.ContainsAny(f.Path, "\n\\") {
			continue // no name that this program gives
		}
		if f.Gone {
			fmt.Fprintf(&piece, "%s%s\n", goneMark, f.Path)
		} else {
			fmt.Fprintf(&piece, "%s  %s\n", f.Hash, f.Path)
		}
	}
	unlock, err := l.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	from := int64(0)
	_, last, ok, err := l.Last(func(leaf Leaf) bool { return leaf.Sum(sumTo) != "" })
	if err != nil {
		return 0, err
	}
	if ok {
		if from, err = strconv.ParseInt(last.Sum(sumTo), 10, 64); err != nil {
			return 0, damaged(listName, "a leaf does not say where its piece ends")
		}
	}
	if err := writeAt(filepath.Join(l.dir, listName), from, piece.Bytes()); err != nil {
		return 0, err
	}
	sum := sha256.Sum256(piece.Bytes())
	leaf.Sums = append(leaf.Sums, Sum{sumPiece, hex.EncodeToString(sum[:])}, Sum{sumFrom, strconv.FormatInt(from, 10)},
		Sum{sumTo, strconv.FormatInt(from+int64(piece.Len()), 10)})
	return l.append(leaf)
}

// Listed gives what the ledger knows of files, as far as their pieces are
// whole: path → newest line. A piece that is not as its leaf says is a finding.
// leaves are those that Check visited.
func (l *Log) Listed(leaves []Listing) (map[string]File, []Finding) {
	out := map[string]File{}
	var found findings
	if len(leaves) == 0 {
		return out, nil
	}
	f, err := os.Open(filepath.Join(l.dir, listName))
	if err != nil {
		found.add(FileMissing, thing(listName), "the list of files cannot be read; %d leaves stand for pieces of it", len(leaves))
		return out, found
	}
	defer func() { _ = f.Close() }()
	for _, p := range leaves {
		if p.To < p.From || p.To-p.From > 1<<31 {
			found.add(FileChanged, thing(listName), "%s does not say where its piece is", leafName(p.Index))
			continue
		}
		b := make([]byte, p.To-p.From)
		n, err := f.ReadAt(b, p.From)
		if err != nil && !errors.Is(err, io.EOF) || n < len(b) {
			found.add(FileChanged, thing(listName), "it ends before the piece of %s", leafName(p.Index))
			continue
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != p.Hash {
			found.add(FileChanged, thing(listName), "the piece of %s, bytes %d to %d, does not have the hash in the leaf", leafName(p.Index), p.From, p.To)
			continue
		}
		readPiece(b, out)
	}
	return out, found
}

// Listing is where the piece of a leaf stands.
type Listing struct {
	Index    int64
	Hash     string
	From, To int64
}

// ListingOf gives the piece that a leaf stands for; ok is false when it stands
// for none.
func ListingOf(index int64, leaf Leaf) (p Listing, ok bool) {
	p = Listing{Index: index, Hash: leaf.Sum(sumPiece)}
	if p.Hash == "" {
		return p, false
	}
	var err1, err2 error
	p.From, err1 = strconv.ParseInt(leaf.Sum(sumFrom), 10, 64)
	p.To, err2 = strconv.ParseInt(leaf.Sum(sumTo), 10, 64)
	if err1 != nil || err2 != nil {
		p.From, p.To = 0, -1 // Listed names it
	}
	return p, true
}

// Known gives the files that are listed, without asking whether the list is
// whole: what a run must not list again.
func (l *Log) Known() (map[string]File, error) {
	out := map[string]File{}
	_, last, ok, err := l.Last(func(leaf Leaf) bool { return leaf.Sum(sumTo) != "" })
	if err != nil || !ok {
		return out, err
	}
	b, err := os.ReadFile(filepath.Join(l.dir, listName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(listName, err)
	}
	if err != nil {
		return nil, missing(listName, err)
	}
	if to, err := strconv.ParseInt(last.Sum(sumTo), 10, 64); err == nil && to <= int64(len(b)) {
		b = b[:to] // what a cut left behind it does not count
	}
	readPiece(b, out)
	return out, nil
}

func readPiece(b []byte, out map[string]File) {
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if path, ok := strings.CutPrefix(line, goneMark); ok {
			out[path] = File{Path: path, Gone: true}
			continue
		}
		if hash, path, ok := strings.Cut(line, "  "); ok {
			out[path] = File{Path: path, Hash: hash}
		}
	}
}

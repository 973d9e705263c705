package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"clientbase/internal/errs"
)

const (
	height = 8 // of tiles, as tlog-tiles wants it
	width  = 1 << height
	looks  = 3 // at an unchanged folder before a tile is missing
	levels = 8 // more leaves than 256^8 there will not be
)

// number writes n as tlog-tiles does: groups of three digits as folders, all
// but the last after an x: 1234067 is x001/x234/067.
func number(n int64) string {
	s := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		s = fmt.Sprintf("x%03d/%s", n%1000, s)
	}
	return s
}

// tilePath names a tile or bundle under data/ledger; level -1 is the leaves.
func tilePath(level int, n int64, w int) string {
	kind := "entries"
	if level >= 0 {
		kind = strconv.Itoa(level)
	}
	path := "tile/" + kind + "/" + number(n)
	if w < width {
		path += ".p/" + strconv.Itoa(w)
	}
	return path
}

// tiles reads the tiles and bundles of a log. One that was finished since the
// checkpoint was read holds the unfinished one as its beginning.
type tiles struct{ dir string }

func (t tiles) path(level int, n int64, w int) string {
	return filepath.Join(t.dir, filepath.FromSlash(tilePath(level, n, w)))
}

// read gives the bytes of a tile that holds at least w entries. wide says how
// many it holds: w, or more when another append has gone on. Appends write the
// wider tile before they remove the narrower one, so a tile is only missing when
// nothing changed between several looks at what stands there (one look alone may
// pass the place of a file before it comes and meet the other after it went).
func (t tiles) read(level int, n int64, w int) (b []byte, wide int, err error) {
	var seen []int
	for quiet := 0; ; quiet++ {
		now := t.standing(level, n, w)
		for _, wide := range now {
			b, err := os.ReadFile(t.path(level, n, wide))
			if err == nil {
				return b, wide, nil
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return nil, 0, missing(tilePath(level, n, wide), err)
			}
		}
		if !slices.Equal(now, seen) {
			seen, quiet = now, 0
		}
		if quiet == looks {
			return nil, 0, missing(tilePath(level, n, w), fs.ErrNotExist)
		}
	}
}

// standing lists the widths from w on in which a tile stands on disk, ascending.
// The finished one is looked for last: it comes before the others go.
func (t tiles) standing(level int, n int64, w int) []int {
	var out []int
	if w < width {
		for _, wide := range t.partial(level, n) {
			if wide >= w {
				out = append(out, wide)
			}
		}
	}
	if _, err := os.Lstat(t.path(level, n, width)); err == nil {
		out = append(out, width)
	}
	return out
}

// partial lists the widths of the unfinished tiles that stand on disk, ascending.
func (t tiles) partial(level int, n int64) []int {
	ents, _ := os.ReadDir(filepath.Dir(t.path(level, n, 1)))
	var out []int
	for w := 1; w < width; w++ { // few files, any order of names
		for _, e := range ents {
			if e.Name() == strconv.Itoa(w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// hashes gives the first w hashes of a tile.
func (t tiles) hashes(level int, n int64, w int) ([]tlog.Hash, error) {
	b, wide, err := t.read(level, n, w)
	if err != nil {
		return nil, err
	}
	if len(b) != wide*tlog.HashSize {
		return nil, damaged(tilePath(level, n, wide), fmt.Sprintf("it has %d bytes, %d hashes are %d", len(b), wide, wide*tlog.HashSize))
	}
	out := make([]tlog.Hash, w)
	for i := range out {
		copy(out[i][:], b[i*tlog.HashSize:])
	}
	return out, nil
}

// Height is for tlog.TileReader.
func (t tiles) Height() int { return height }

// ReadTiles is for tlog.TileReader.
func (t tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(list))
	for i, tile := range list {
		b, wide, err := t.read(tile.L, tile.N, tile.W)
		if err != nil {
			return nil, err
		}
		if len(b) != wide*tlog.HashSize {
			return nil, damaged(tilePath(tile.L, tile.N, wide), "its length is not that of its hashes")
		}
		out[i] = b[:tile.W*tlog.HashSize]
	}
	return out, nil
}

// SaveTiles is for tlog.TileReader; there is no cache.
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// missing words a tile that cannot be read.
func missing(name string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errs.New(errs.Integrity, "read ledger", "data/ledger/"+name, "the file is missing", "restore data/ledger from a backup")
	}
	return errs.Wrap(errs.Input, "read ledger", "data/ledger/"+name, err, "run as the user that owns the data folder")
}

func damaged(name, what string) error {
	return errs.New(errs.Integrity, "read ledger", "data/ledger/"+name, what, "restore data/ledger from a backup")
}

// bundle appends a leaf to the bytes of a bundle.
func bundle(b, leaf []byte) []byte {
	return append(append(b, byte(len(leaf)>>8), byte(len(leaf))), leaf...)
}

// unbundle gives the first w leaves of a bundle and what follows them.
func unbundle(b []byte, w int) (leaves [][]byte, rest []byte, err error) {
	for len(leaves) < w {
		if len(b) < 2 {
			return leaves, nil, errShort
		}
		n := int(b[0])<<8 | int(b[1])
		if len(b) < 2+n {
			return leaves, nil, errShort
		}
		leaves = append(leaves, b[2:2+n])
		b = b[2+n:]
	}
	return leaves, b, nil
}

var errShort = errors.New("it is cut short")

// leaves gives the texts of the first w leaves of a bundle; with an error, those
// before what is broken.
func (t tiles) leaves(n int64, w int) ([][]byte, error) {
	b, wide, err := t.read(-1, n, w)
	if err != nil {
		return nil, err
	}
	out, rest, err := unbundle(b, w)
	if err != nil {
		return out, damaged(tilePath(-1, n, wide), fmt.Sprintf("%v: it holds %d leaves of %d", err, len(out), wide))
	}
	if wide == w && len(rest) > 0 {
		return out, damaged(tilePath(-1, n, wide), "bytes stand after its last leaf")
	}
	return out, nil
}

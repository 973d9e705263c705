package ledger

import (
	"golang.org/x/mod/sumdb/tlog"
)

// tree grows a Merkle tree leaf by leaf. It holds the unfinished tile of every
// level, at most 255 hashes each, and hands finished ones to done.
type tree struct {
	size  int64
	level [levels][]tlog.Hash
	done  func(level int, n int64, hashes []tlog.Hash) error // the hashes may not be kept
}

// grow takes up the tree of a size from its unfinished tiles.
func grow(t tiles, size int64) (*tree, error) {
	g := &tree{size: size}
	for l := range g.level {
		n := size >> (height * l)
		if n == 0 {
			break
		}
		w := int(n % width)
		if w == 0 {
			continue
		}
		var err error
		if g.level[l], err = t.hashes(l, n/width, w); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// push adds a leaf's hash.
func (g *tree) push(h tlog.Hash) error {
	g.size++
	for l := 0; ; l++ {
		g.level[l] = append(g.level[l], h)
		if len(g.level[l]) < width {
			return nil
		}
		if g.done != nil {
			if err := g.done(l, g.size>>(height*(l+1))-1, g.level[l]); err != nil {
				return err
			}
		}
		h = fold(g.level[l])
		g.level[l] = g.level[l][:0]
	}
}

// root is the hash of the whole tree: RFC 6962 hangs the perfect trees of
// which it is made, the largest first, from right to left. Of no leaves it is
// the hash of nothing.
func (g *tree) root() tlog.Hash {
	if g.size == 0 {
		empty, _ := tlog.TreeHash(0, nil)
		return empty
	}
	var out tlog.Hash
	some := false
	for _, hashes := range g.level { // from the smallest trees, on the right, up
		for rest := hashes; len(rest) > 0; {
			k := len(rest) & -len(rest) // the last perfect tree of this level
			h := fold(rest[len(rest)-k:])
			if some {
				h = tlog.NodeHash(h, out)
			}
			out, some, rest = h, true, rest[:len(rest)-k]
		}
	}
	return out
}

// fold is the root of a perfect tree.
func fold(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(fold(hashes[:half]), fold(hashes[half:]))
}

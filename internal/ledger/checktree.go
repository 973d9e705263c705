package ledger

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"clientbase/internal/errs"
)

// twin is the tree built twice where leaves and their tiles disagree: from the
// leaves and from the hashes beside them. The one that makes the signed root
// tells which of the two was changed.
type twin struct {
	t       tiles
	size    int64
	leaves  *tree // from the texts
	hashes  *tree // from the tiles of level 0; nil while both are the same
	spoilt  [2][]string
	roots   [2]map[int64]tlog.Hash // at the sizes that are asked for
	differ  map[int64][2]tlog.Hash // leaf → hash of its text, hash in the tile
	noText  map[int64]bool         // leaves whose text is not there
	texts   int64
	missing findings
}

func (c *checker) tree() error {
	w := &twin{t: tiles{c.l.dir}, size: c.out.Head.Size, leaves: &tree{}, differ: map[int64][2]tlog.Hash{}, noText: map[int64]bool{}}
	w.leaves.done = w.compare(0)
	w.roots = [2]map[int64]tlog.Hash{{}, {}}
	sort.SliceStable(c.points, func(i, j int) bool { return c.points[i].Size < c.points[j].Size })
	next := 0
	for n := int64(0); n*width < w.size; n++ {
		k := int(min(width, w.size-n*width))
		texts, hashes, err := w.read(n, k)
		if err != nil {
			return err
		}
		for i := range k {
			index := n*width + int64(i)
			fits, err := w.push(index, texts, hashes, i)
			if err != nil {
				return err
			}
			for ; next < len(c.points) && c.points[next].Size <= index+1; next++ {
				if s := c.points[next].Size; s == index+1 {
					w.mark(s)
				}
			}
			if fits {
				c.leaf(index, texts[i])
			}
		}
	}
	return c.judge(w)
}

// read gives the texts and hashes of a bundle; what is missing or cut short is
// named and stood in for by the other.
func (w *twin) read(n int64, k int) (texts [][]byte, hashes []tlog.Hash, err error) {
	texts, err = w.t.leaves(n, k)
	broken, _ := errs.Of(err)
	if err != nil && (broken == nil || broken.Kind != errs.Integrity) {
		return nil, nil, err
	}
	hashes, err = w.t.hashes(0, n, k)
	if broken != nil {
		w.broken(n, k, texts, hashes)
		texts = nil
	}
	if e, ok := errs.Of(err); ok && e.Kind == errs.Integrity {
		name := TileChanged
		if _, serr := os.Stat(w.t.path(0, n, k)); serr != nil {
			name = FileMissing
		}
		w.missing.add(name, thing(tilePath(0, n, k)), "%s", e.Msg)
		hashes = make([]tlog.Hash, k)
		for i := range texts {
			hashes[i] = tlog.RecordHash(texts[i])
		}
	} else if err != nil {
		return nil, nil, err
	}
	return texts, hashes, nil
}

// broken names a bundle that cannot be read to its end; texts are those before.
func (w *twin) broken(n int64, k int, texts [][]byte, hashes []tlog.Hash) {
	name := thing(tilePath(-1, n, k))
	if _, err := os.Stat(w.t.path(-1, n, k)); err != nil {
		w.missing.add(FileMissing, name, "the leaves from %d on are not there", n*width)
		return
	}
	for i := range texts {
		if hashes != nil && tlog.RecordHash(texts[i]) != hashes[i] {
			w.missing.add(LeafChanged, name, "%s or the length before it was changed", leafName(n*width+int64(i)))
			return
		}
	}
	if len(texts) == k {
		w.missing.add(LeafChanged, name, "bytes stand after its last leaf")
		return
	}
	w.missing.add(BundleTruncated, name, "%s and what follows cannot be read: the file was cut short, or the length before the leaf was changed", leafName(n*width+int64(len(texts))))
}

// push takes up a leaf and tells whether its text has the hash beside it.
func (w *twin) push(index int64, texts [][]byte, hashes []tlog.Hash, i int) (fits bool, err error) {
	h := hashes[i]
	if texts != nil {
		h = tlog.RecordHash(texts[i])
		w.texts++
	} else {
		w.noText[index] = true
	}
	if h != hashes[i] {
		w.differ[index] = [2]tlog.Hash{h, hashes[i]}
		if w.hashes == nil {
			w.hashes = w.leaves.clone()
			w.hashes.done = w.compare(1)
			w.spoilt[1] = append([]string{}, w.spoilt[0]...)
			for s, root := range w.roots[0] {
				w.roots[1][s] = root
			}
		}
	}
	if w.hashes != nil {
		if err := w.hashes.push(hashes[i]); err != nil {
			return false, err
		}
	}
	return texts != nil && h == hashes[i], w.leaves.push(h)
}

// clone is a tree that goes on by itself.
func (g *tree) clone() *tree {
	out := &tree{size: g.size}
	for l := range g.level {
		out.level[l] = append([]tlog.Hash{}, g.level[l]...)
	}
	return out
}

// compare holds a finished tile against the one on disk. Level 0 is compared
// leaf by leaf.
func (w *twin) compare(which int) func(int, int64, []tlog.Hash) error {
	return func(level int, n int64, hashes []tlog.Hash) error {
		if level > 0 {
			w.held(which, level, n, hashes)
		}
		return nil
	}
}

func (w *twin) held(which, level int, n int64, hashes []tlog.Hash) {
	have, err := w.t.hashes(level, n, len(hashes))
	if err != nil {
		w.spoilt[which] = append(w.spoilt[which], tilePath(level, n, len(hashes))+"\n"+FileMissing)
		return
	}
	for i := range hashes {
		if have[i] != hashes[i] {
			w.spoilt[which] = append(w.spoilt[which], tilePath(level, n, len(hashes))+"\n"+TileChanged)
			return
		}
	}
}

func (w *twin) mark(size int64) {
	w.roots[0][size] = w.leaves.root()
	if w.hashes != nil {
		w.roots[1][size] = w.hashes.root()
	}
}

// judge says which files were changed and whether the tree holds every earlier
// checkpoint.
func (c *checker) judge(w *twin) error {
	for which, g := range []*tree{w.leaves, w.hashes} {
		if g == nil {
			continue
		}
		for l := 1; l < levels; l++ {
			if len(g.level[l]) > 0 {
				w.held(which, l, g.size>>(height*(l+1)), g.level[l])
			}
		}
	}
	c.found = append(c.found, w.missing...)
	head, truth := c.out.Head, 0
	fits := w.size == 0 || head.Text == nil || w.leaves.root() == head.Root
	if !fits && w.hashes != nil {
		truth, fits = 1, w.hashes.root() == head.Root
	}
	c.out.Leaves = w.texts
	c.blame(w, truth, fits)
	rewritten := false
	for _, p := range c.points {
		root, known := w.roots[truth][p.Size]
		switch {
		case p.Size == 0:
		case p.Size > w.size && p.outside:
			c.found.add(LeavesDeleted, thing(checkpointName), "the ledger has %d leaves, your checkpoint has %d: leaves at the end were deleted, or an old ledger was put back", w.size, p.Size)
		case !known || root == p.Root:
			c.out.History++
		case p.outside:
			c.found.add(Forked, thing("tile"), "the first %d leaves are not those that your checkpoint signed: the history was rewritten after it was given to you", p.Size)
		case fits && !rewritten: // the later ones differ too
			rewritten = true
			c.found.add(Forked, thing(historyName)+", checkpoint "+number10(int64(p.no)), "the first %d leaves are not those that it signed: the history was rewritten after it", p.Size)
		}
	}
	return nil
}

// blame names what does not lead to the root.
func (c *checker) blame(w *twin, truth int, fits bool) {
	for _, s := range w.spoilt[truth] {
		name, kind, _ := bytes.Cut([]byte(s), []byte("\n"))
		c.found.add(string(kind), thing(string(name)), "%s", map[string]string{FileMissing: "it cannot be read", TileChanged: "it does not hold the hashes of the tiles below it"}[string(kind)])
	}
	if truth == 0 {
		named := map[int64]bool{}
		for _, i := range ordered(w.differ) {
			if n := i / width; !named[n] && fits {
				named[n] = true
				c.found.add(TileChanged, thing(tilePath(0, n, int(min(width, w.size-n*width)))), "it does not hold the hashes of its leaves, and these make the signed root")
			}
		}
	} else {
		c.changedLeaves(w, fits)
	}
	if !fits && truth == 0 && len(w.missing) == 0 {
		c.found.add(Rewritten, thing("tile"), "leaves and tiles fit each other and not the root that the checkpoint signs")
	}
}

func (c *checker) changedLeaves(w *twin, fits bool) {
	at := map[tlog.Hash]int64{} // hash in the tiles → leaf
	for i, h := range w.differ {
		at[h[1]] = i
	}
	done := map[int64]bool{}
	for _, i := range ordered(w.differ) {
		if done[i] {
			continue
		}
		if j, ok := at[w.differ[i][0]]; ok && w.differ[j][0] == w.differ[i][1] {
			done[j] = true
			c.found.add(LeavesSwapped, leafName(i), "it and %s stand in each other's place", leafName(j))
			continue
		}
		c.found.add(LeafChanged, leafName(i), "it does not have the hash that the tree holds")
	}
	if !fits && len(w.missing) == 0 {
		c.found.add(Rewritten, thing("tile"), "neither the leaves nor the tiles make the root that the checkpoint signs")
	}
}

// leaf looks at a text that fits its hash.
func (c *checker) leaf(index int64, text []byte) {
	leaf, err := decode(text)
	if err != nil {
		c.found.add(LeafChanged, leafName(index), "it cannot be read: %s", errText(err))
		return
	}
	c.clock(index, leaf)
	if c.o.Leaf != nil {
		c.o.Leaf(index, leaf)
	}
}

func ordered(m map[int64][2]tlog.Hash) []int64 {
	out := make([]int64, 0, len(m))
	for i := range m {
		out = append(out, i)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

// strays lists the files that are no part of the log under a checkpoint.
func (l *Log) strays(size int64) []string {
	want := map[string]bool{}
	for lv := -1; lv < levels; lv++ {
		shift := height * max(lv, 0)
		n, part := size>>(shift+height), int(size>>shift%width)
		for i := range n {
			want[tilePath(lv, i, width)] = true
		}
		if part > 0 {
			want[tilePath(lv, n, part)] = true
		}
	}
	var out []string
	_ = filepath.WalkDir(filepath.Join(l.dir, "tile"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		if rel, err := filepath.Rel(l.dir, path); err == nil && !want[filepath.ToSlash(rel)] {
			out = append(out, filepath.ToSlash(rel))
		}
		return nil
	})
	return out
}

func thing(name string) string { return "data/ledger/" + name }

func leafName(i int64) string { return "leaf " + number10(i) }

func number10(n int64) string { return strconv.FormatInt(n, 10) }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

func errText(err error) string {
	if e, ok := errs.Of(err); ok {
		return e.Msg
	}
	return fmt.Sprintf("%T", err)
}

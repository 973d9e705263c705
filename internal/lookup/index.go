package lookup

import (
	"errors"
	"math/bits"
	"slices"
	"sort"
	"sync"
	"unicode/utf8"
)

// Index answers from the layers of one snapshot. Safe for concurrent use.
type Index struct {
	mu     sync.Mutex
	layers []*layer  // oldest first
	bytes  sync.Pool // *[]byte: what was read of lists
}

// Open opens layers, oldest first. It fails with errs.Integrity when a file is
// missing or cut. No layers make an index that knows nobody.
func Open(paths []string) (*Index, error) {
	x := &Index{}
	for _, p := range paths {
		l, err := openLayer(p)
		if err != nil {
			return nil, errors.Join(err, x.Close())
		}
		x.layers = append(x.layers, l)
	}
	x.markDead()
	return x, nil
}

// Close closes the files.
func (x *Index) Close() error {
	var err error
	for _, l := range x.layers {
		err = errors.Join(err, l.file.Close())
	}
	x.layers = nil
	return err
}

// Top is one more than the greatest client number of the index.
func (x *Index) Top() int {
	top := int64(0)
	for _, l := range x.layers {
		top = max(top, l.top)
	}
	return int(top)
}

// Postings appends the clients that bear a term, ascending.
func (x *Index) Postings(kind, term string, to []uint32) ([]uint32, error) {
	return x.postings(Key(kind, term), to)
}

func (x *Index) postings(key uint64, out []uint32) ([]uint32, error) {
	from, parts := len(out), 0
	for _, l := range x.layers {
		was := len(out)
		var err error
		if out, err = l.postings(key, out, x); err != nil {
			return nil, err
		}
		if len(out) > was {
			parts++
			out = l.dead.without(out, was)
		}
	}
	if parts > 1 {
		slices.Sort(out[from:])
	}
	return out, nil
}

// numberSet is a set of client numbers, one bit each.
type numberSet []uint64

func (s *numberSet) add(no uint32) {
	for int(no>>6) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[no>>6] |= 1 << (no & 63)
}

func (s numberSet) has(no uint32) bool { return int(no>>6) < len(s) && s[no>>6]>>(no&63)&1 == 1 }

// without takes those in the set away from a list, from a place on.
func (s numberSet) without(list []uint32, from int) []uint32 {
	if len(s) == 0 {
		return list
	}
	keep := list[:from]
	for _, no := range list[from:] {
		if !s.has(no) {
			keep = append(keep, no)
		}
	}
	return keep
}

// markDead notes for each layer on whom a later one voids it.
func (x *Index) markDead() {
	var dead numberSet
	for _, l := range slices.Backward(x.layers) {
		l.dead = slices.Clone(dead)
		for _, no := range l.voided {
			dead.add(no)
		}
	}
}

// Word is a word of the index within some typing errors of the one asked for.
type Word struct {
	Text string
	Far  int
}

// Near gives the words of a kind within far edits (a sign too many, missing,
// another, or two neighbours exchanged), nearest first, then by text. The word
// itself has distance 0. Nobody may bear a word any more.
func (x *Index) Near(kind, term string, far int) ([]Word, error) {
	want := NewPattern(term)
	seen := map[string]bool{}
	var out []Word
	for _, l := range x.layers {
		list, err := x.wordsOf(l, kind)
		if err != nil {
			return nil, err
		}
		lo := sort.Search(len(list), func(i int) bool { return list[i].n >= len(want.text)-far })
		for _, w := range list[lo:] {
			if w.n > len(want.text)+far {
				break
			}
			if bits.OnesCount32(want.mask^w.mask) > 2*far {
				continue // an edit takes one character away and brings one at most
			}
			if n := want.within(w.text, far); n <= far && !seen[w.text] {
				seen[w.text] = true
				out = append(out, Word{w.text, n})
			}
		}
	}
	SortWords(out)
	return out, nil
}

// wordsOf gives the words of a layer, which the first question reads.
func (x *Index) wordsOf(l *layer, kind string) ([]word, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return l.wordsOf(kind)
}

// SortWords orders words by distance, then by text.
func SortWords(list []Word) {
	sort.Slice(list, func(i, j int) bool {
		if list[i].Far != list[j].Far {
			return list[i].Far < list[j].Far
		}
		return list[i].Text < list[j].Text
	})
}

// Distance gives the edits between two words as Near counts them, or far+1 when
// they are more.
func Distance(a, b string, far int) int {
	var d distance
	return d.within([]rune(a), b, far)
}

// distance computes optimal string alignment with reused rows.
type distance struct {
	b          []rune
	p2, p1, p0 []int
}

// within gives the distance of a and text, or far+1 when it is greater.
func (d *distance) within(a []rune, text string, far int) int {
	d.b = d.b[:0]
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		d.b, text = append(d.b, r), text[n:]
	}
	b := d.b
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	if len(a) == 0 || len(b) == 0 {
		return min(len(a)+len(b), far+1)
	}
	if far == 0 {
		return 1
	}
	if n := len(b) + 1; cap(d.p0) < n {
		d.p2, d.p1, d.p0 = make([]int, 2*n), make([]int, 2*n), make([]int, 2*n)
	}
	p2, p1, p0 := d.p2[:len(b)+1], d.p1[:len(b)+1], d.p0[:len(b)+1]
	for j := range p1 {
		p1[j] = j
	}
	for i := 1; i <= len(a); i++ {
		p0[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			v := min(p1[j]+1, p0[j-1]+1, p1[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				v = min(v, p2[j-2]+1)
			}
			p0[j] = v
			least = min(least, v)
		}
		if least > far { // rows differ by at most one: no later row can be nearer, an exchange neither
			return far + 1
		}
		p2, p1, p0 = p1, p0, p2
	}
	return min(p1[len(b)], far+1)
}

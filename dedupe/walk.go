package dedupe

import (
	"context"
	"math/bits"
	"sync"
	"sync/atomic"

	"clientbase/internal/errs"
)

// nearFunc receives a row and its candidates: each pair of rows comes once,
// whatever the number of rules that find it, and rules holds the lowest of
// them. The slices are only valid during the call. It returns false to stop.
type nearFunc func(x uint32, ys []uint32, rules []uint16) bool

// walkRows is how many rows a worker takes at a time.
const walkRows = 256

// walk visits all candidate pairs, or with touched those that have at least
// one touched row. visit(w) makes the function of worker w; workers own rows.
func (b *blocker) walk(ctx context.Context, workers int, touched []bool, visit func(w int) nearFunc) error {
	p := b.post(touched, workers)
	defer p.free()
	rows := b.m.t.Rows
	var next atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			f := visit(w)
			n := candidates{p: p, b: b, touched: touched}
			for !stop.Load() {
				lo := int(next.Add(1)-1) * walkRows
				if lo >= rows {
					return
				}
				for x := lo; x < min(rows, lo+walkRows); x++ {
					if n.of(uint32(x)); len(n.rows) > 0 && !f(uint32(x), n.rows, n.rules) {
						stop.Store(true)
						break
					}
				}
				if ctx.Err() != nil {
					stop.Store(true)
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return errs.Wrap(errs.Interrupted, "compare pairs", "", err, "run again")
	}
	return b.m.t.Room.Err()
}

// candidates collects the candidates of one row. Rows met before are remembered in
// a small table whose entries of earlier rows are void: it is never cleared.
type candidates struct {
	p       *postings
	b       *blocker
	touched []bool

	rows  []uint32
	rules []uint16
	seen  []uint64 // row x above, candidate below
	known int      // entries of the row at hand
	shift uint
	read  uint32 // of no meaning, see fetch
}

// of collects the candidates of row x that come after it or, with touched, all
// but the touched ones before it.
func (n *candidates) of(x uint32) {
	n.rows, n.rules, n.known = n.rows[:0], n.rules[:0], 0
	rule, p := 0, n.p
	first := uint32(0)
	n.fetch(x)
	for _, place := range p.at[p.off[x]:p.off[x+1]] {
		for place >= p.end[rule] {
			first = p.end[rule]
			rule++
		}
		member := p.member[rule]
		for i := place - first; member[i]&blockEnd == 0; i++ {
			n.meet(x, member[i+1]&^blockEnd, rule)
		}
		if n.touched == nil {
			continue
		}
		for i := place - first; i > 0 && member[i-1]&blockEnd == 0; i-- {
			if y := member[i-1]; !n.touched[y] {
				n.meet(x, y, rule)
			}
		}
	}
	number := uint16(0)
	for i, last := 0, -1; i < len(n.rules); i++ {
		if r := int(n.rules[i]); r != last {
			last, number = r, uint16(n.b.number(r))
		}
		n.rules[i] = number
	}
}

// fetch reads one member of each block of row x: they lie far apart in memory,
// and all are on their way before the first is needed.
func (n *candidates) fetch(x uint32) {
	rule, p := 0, n.p
	first := uint32(0)
	for _, place := range p.at[p.off[x]:p.off[x+1]] {
		for place >= p.end[rule] {
			first = p.end[rule]
			rule++
		}
		n.read |= p.member[rule][place-first]
	}
}

// meet notes candidate y of row x unless it is known. Entries of other rows
// are void: a worker meets each row once, so that nothing has to be cleared.
func (n *candidates) meet(x, y uint32, rule int) {
	if 2*n.known >= len(n.seen) {
		n.grow(x)
	}
	slot, known := n.find(x, y)
	if known || x == y {
		return
	}
	n.seen[slot] = uint64(x)<<32 | uint64(y)
	n.known++
	if n.b.m.t.allowed(x, y) {
		n.rows, n.rules = append(n.rows, y), append(n.rules, uint16(rule))
	}
}

// find gives the slot of a candidate, or the free one where it belongs. Row 0
// has no candidate 0, so an empty slot is void for it as well.
func (n *candidates) find(x, y uint32) (slot uint32, known bool) {
	entry, mask := uint64(x)<<32|uint64(y), uint32(len(n.seen)-1)
	for slot = y * 0x9e3779b1 >> n.shift; ; slot = (slot + 1) & mask {
		at := n.seen[slot]
		if at == entry {
			return slot, true
		}
		if at == 0 || uint32(at>>32) != x {
			return slot, false
		}
	}
}

// grow doubles the table and keeps the entries of row x.
func (n *candidates) grow(x uint32) {
	old := n.seen
	size := max(1024, 2*len(old))
	n.seen, n.shift = make([]uint64, size), uint(32-bits.Len(uint(size-1)))
	for _, at := range old {
		if at != 0 && uint32(at>>32) == x {
			slot, _ := n.find(x, uint32(at))
			n.seen[slot] = at
		}
	}
}

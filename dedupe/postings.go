package dedupe

import (
	"slices"

	"clientbase/internal/scratch"
)

// postings are the blocks of a plan, laid out so that all candidates of a row
// are found beside each other: the members of each block, and for each row its
// places among them. A block of one row is left out.
type postings struct {
	room   *scratch.Room
	member [][]uint32 // per used rule: rows, block by block; blockEnd marks the last of a block
	end    []uint32   // per used rule: where the places of its members end, counted through all rules
	off    []uint32   // per row: its places are at[off[r]:off[r+1]]
	at     []uint32   // places, ascending, so that rules are in order
}

// blockEnd marks the last member of a block. Rows are fewer than 2³¹.
const blockEnd = 1 << 31

// post makes the postings of all blocks, or with touched of those that hold a
// touched row; then only touched rows have places.
func (b *blocker) post(touched []bool, workers int) *postings {
	p := &postings{room: b.m.t.Room, member: make([][]uint32, b.rules()), end: make([]uint32, b.rules())}
	parallel(workers, len(p.member), func(rule int, buf *sortBuffer) {
		p.member[rule] = b.membersOf(rule, touched, buf)
	})
	sum := 0
	for rule, l := range p.member {
		sum += len(l)
		p.end[rule] = uint32(sum)
	}
	p.place(b.m.t.Rows, touched, workers)
	return p
}

// place fills off and at.
func (p *postings) place(rows int, touched []bool, workers int) {
	p.off = make([]uint32, rows+1)
	for _, l := range p.member {
		for _, r := range l {
			if r &^= blockEnd; touched == nil || touched[r] {
				p.off[r+1]++
			}
		}
	}
	for r := range rows {
		p.off[r+1] += p.off[r]
	}
	p.at = p.room.Uint32s(int(p.off[rows]))
	next := slices.Clone(p.off[:rows])
	parallel(workers, workers, func(w int, _ *sortBuffer) { // each worker writes to its share of the rows
		lo, hi, at := uint32(w*rows/workers), uint32((w+1)*rows/workers), uint32(0)
		for _, l := range p.member {
			for _, r := range l {
				if r &^= blockEnd; r >= lo && r < hi && (touched == nil || touched[r]) {
					p.at[next[r]] = at
					next[r]++
				}
				at++
			}
		}
	})
}

// free gives the room of the lists back.
func (p *postings) free() {
	for _, l := range p.member {
		p.room.Free(l)
	}
	p.room.Free(p.at)
}

// membersOf lists the members of the blocks of one rule.
func (b *blocker) membersOf(rule int, touched []bool, buf *sortBuffer) []uint32 {
	if touched != nil {
		if buf.near = b.markNear(rule, touched, buf); !buf.near {
			return nil
		}
		defer func() { buf.near = false }()
	}
	out := buf.members[:0]
	b.eachBlock(rule, buf, 2, func(_ uint64, rows []posted) {
		if touched != nil && !slices.ContainsFunc(rows, func(p posted) bool { return touched[p.row] }) {
			return
		}
		for _, p := range rows {
			out = append(out, p.row)
		}
		out[len(out)-1] |= blockEnd
	})
	buf.members = out
	list := b.m.t.Room.Uint32s(len(out))
	copy(list, out)
	return list
}

// markNear marks the values that touched rows have, so that only rows that may
// share one are added; it tells whether there are any.
func (b *blocker) markNear(rule int, touched []bool, buf *sortBuffer) bool {
	buf.mark.clear()
	buf.step, buf.marked = marking, 0
	for r, t := range touched {
		if t {
			b.emitRow(rule, uint32(r), buf)
		}
	}
	return buf.marked > 0
}

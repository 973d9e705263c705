package dedupe

import "slices"

// postings are the blocks of a plan, laid out so that all candidates of a row
// are found beside each other: the members of each block, and for each row its
// places among them. A block of one row is left out.
type postings struct {
	member []uint32 // rows, block by block, rules in order; blockEnd marks the last of a block
	rule   []uint32 // per used rule: where its members end
	off    []uint32 // per row: its places are at[off[r]:off[r+1]]
	at     []uint32 // places in member, ascending, so that rules are in order
}

// blockEnd marks the last member of a block. Rows are fewer than 2³¹.
const blockEnd = 1 << 31

// post makes the postings of all blocks, or with touched of those that hold a
// touched row; then only touched rows have places.
func (b *blocker) post(touched []bool, workers int) *postings {
	lists := make([][]uint32, b.rules())
	parallel(workers, len(lists), func(rule int, buf *sortBuffer) { lists[rule] = b.membersOf(rule, touched, buf) })
	p := &postings{rule: make([]uint32, len(lists))}
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	p.member = make([]uint32, 0, n)
	for rule, l := range lists {
		p.member = append(p.member, l...)
		p.rule[rule] = uint32(len(p.member))
		lists[rule] = nil
	}
	p.place(b.m.t.Rows, touched, workers)
	return p
}

// place fills off and at.
func (p *postings) place(rows int, touched []bool, workers int) {
	p.off = make([]uint32, rows+1)
	for _, r := range p.member {
		if r &^= blockEnd; touched == nil || touched[r] {
			p.off[r+1]++
		}
	}
	for r := range rows {
		p.off[r+1] += p.off[r]
	}
	p.at = make([]uint32, p.off[rows])
	next := slices.Clone(p.off[:rows])
	parallel(workers, workers, func(w int, _ *sortBuffer) { // each worker writes to its share of the rows
		lo, hi := uint32(w*rows/workers), uint32((w+1)*rows/workers)
		for i, r := range p.member {
			if r &^= blockEnd; r >= lo && r < hi && (touched == nil || touched[r]) {
				p.at[next[r]] = uint32(i)
				next[r]++
			}
		}
	})
}

// membersOf lists the members of the blocks of one rule.
func (b *blocker) membersOf(rule int, touched []bool, buf *sortBuffer) (out []uint32) {
	if touched != nil {
		if buf.near = b.markNear(rule, touched, buf); !buf.near {
			return nil
		}
		defer func() { buf.near = false }()
	}
	b.eachBlock(rule, buf, 2, func(_ uint64, rows []posted) {
		if touched != nil && !slices.ContainsFunc(rows, func(p posted) bool { return touched[p.row] }) {
			return
		}
		for _, p := range rows {
			out = append(out, p.row)
		}
		out[len(out)-1] |= blockEnd
	})
	return slices.Clone(out) // of the right size
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

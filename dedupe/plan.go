package dedupe

import "clientbase/schemas"

// plan is the blocking part of a model. Its rules are single keys and pairs of
// keys; rule k < len(keys) is key k alone, if it is active. Two records are a candidate pair when they share, for some
// rule, a value that is not hot. Hot values (held by more than Cap records
// when the model was trained) are pinned: this makes the plan a predicate on
// two records, whatever else has arrived.
type plan struct {
	keys   []string   // names of the keys, in the matrix' order
	active uint64     // keys that are a rule alone; the others only take part in pairs
	pairs  [][2]uint8 // rules of two keys, indices into keys, first < second, sorted
	cap    int        // largest block when the model was trained
	hot    *hashIndex // hashes of hot (rule, value)
	seeds  []uint64   // per rule
	used   uint64     // keys of any rule
}

func (p *plan) rules() int { return len(p.keys) + len(p.pairs) }

// ruleName says which keys rule k joins.
func (p *plan) ruleName(k int) string {
	if k < len(p.keys) {
		return p.keys[k]
	}
	q := p.pairs[k-len(p.keys)]
	return p.keys[q[0]] + " & " + p.keys[q[1]]
}

// prepare fills what is derived from keys and pairs.
func (p *plan) prepare() {
	p.used = p.active
	for _, q := range p.pairs {
		p.used |= 1<<q[0] | 1<<q[1]
	}
	p.seeds = p.seeds[:0]
	for k := 0; k < p.rules(); k++ {
		p.seeds = append(p.seeds, schemas.Hash64("rule "+p.ruleName(k)))
	}
	if p.hot == nil {
		p.hot = newHashIndex()
	}
}

func (p *plan) hotOne(k int, x uint32) uint64    { return mix(p.seeds[k], uint64(x)) }
func (p *plan) hotTwo(k int, x, y uint32) uint64 { return hashTwo(p.seeds[k], x, y) }
func (p *plan) isHot(h uint64) bool              { _, ok := p.hot.get(h); return ok }

// hashTwo is the value of a rule of two keys.
func hashTwo(seed uint64, x, y uint32) uint64 {
	return mix(seed, uint64(x&^hotBit)<<32|uint64(y&^hotBit))
}

// hotBit marks a key value of a row as hot under the plan in use.
const hotBit = 1

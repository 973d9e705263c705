package dedupe

import (
	"math"
	"slices"
)

// Standing tells why two records stand in one cluster or in two: the pair
// itself, what holds their cluster or keeps their clusters apart, and what
// would change that. It holds names of records, attributes and bits, no value.
type Standing struct {
	Explanation
	Rules     []string `json:"rules"`     // all blocking rules that find the pair
	Together  bool     `json:"together"`  // one cluster
	Threshold float64  `json:"threshold"` // bits from which clusters are joined
	Records   [2]int   `json:"records"`   // size of the cluster of each
	Between   float64  `json:"between"`   // bits between the two clusters; in one cluster those of the pair
	Path      []Tie    `json:"path,omitempty"`
	Holds     []Hold   `json:"holds,omitempty"`
	Changes   []Change `json:"changes,omitempty"` // each alone would split or join the pair
	All       []Change `json:"all,omitempty"`     // where none does alone: one after the other, until the pair splits or joins
}

// Tie is an edge of the path by which two records hang together.
type Tie struct {
	A           string  `json:"a"`
	B           string  `json:"b"`
	Bits        float64 `json:"bits"`
	Probability float64 `json:"probability"`
	Rule        string  `json:"rule"`
	Bridge      bool    `json:"bridge"` // no other edges hold the two sides
}

// Hold is the weight between one record and the rest of its cluster.
type Hold struct {
	Record string  `json:"record"`
	Others int     `json:"others"`
	Bits   float64 `json:"bits"`
}

// Change is what the pair would weigh if one attribute were otherwise.
type Change struct {
	Field string  `json:"field"`
	To    string  `json:"to"` // missing or equal
	Bits  float64 `json:"bits"`
}

// Stand explains rows a and b in the most probable partition or, with sure, in
// the confident one.
func (p *Prepared) Stand(md *Model, e *Edges, part *Partition, sure bool, a, b uint32) (*Standing, error) {
	list, err := p.Explainers(md, 1)
	if err != nil {
		return nil, err
	}
	x, of := list[0], part.Cluster
	st := &Standing{Explanation: x.Explain(a, b), Threshold: md.Merge}
	if sure {
		of, st.Threshold = part.Confident, md.Confident
	}
	a, b = p.m.inOrder(a, b)
	for _, k := range x.b.rulesOf(a, b) {
		st.Rules = append(st.Rules, md.plan.ruleName(k))
	}
	st.Together, st.Between = of[a] == of[b], st.Bits
	as, bs := p.members(of, a), p.members(of, b)
	st.Records = [2]int{len(as), len(bs)}
	if st.Together {
		st.Path = p.path(md, e, of, a, b)
		for _, r := range []uint32{a, b} {
			rest := slices.DeleteFunc(slices.Clone(as), func(y uint32) bool { return y == r })
			st.Holds = append(st.Holds, Hold{p.m.t.Record[r], len(rest), x.s.apart([]uint32{r}, rest)})
		}
	} else {
		st.Between = x.s.apart(as, bs)
	}
	x.changes(st, a, b)
	return st, nil
}

// members lists the rows of the cluster of row r by rank.
func (p *Prepared) members(of []uint32, r uint32) (out []uint32) {
	for _, y := range p.m.byRank {
		if of[y] == of[r] {
			out = append(out, y)
		}
	}
	return out
}

// changes finds what would split a pair that reaches the threshold, or lift
// one that does not: attributes taken away, or made equal.
func (x *Explainer) changes(st *Standing, a, b uint32) {
	reaches := st.Bits >= st.Threshold
	var all []Change
	for i := range x.m.feats {
		if c, ok := x.change(i, reaches, a, b); ok && c.Bits < st.Bits == reaches && c.Bits != st.Bits {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(c, d Change) int {
		if math.Abs(c.Bits-st.Bits) > math.Abs(d.Bits-st.Bits) {
			return -1
		}
		return 1
	})
	for _, c := range all {
		if c.Bits >= st.Threshold != reaches {
			st.Changes = append(st.Changes, c)
		}
	}
	if len(st.Changes) > 0 {
		return
	}
	old := [2][]uint32{slices.Clone(x.m.cells(a)), slices.Clone(x.m.cells(b))}
	for _, c := range all {
		x.set(x.place(c.Field), reaches, a, b)
		c.Bits = x.s.weigh(a, b, math.Inf(-1))
		st.All = append(st.All, c)
		if c.Bits >= st.Threshold != reaches {
			break
		}
	}
	copy(x.m.cells(a), old[0])
	copy(x.m.cells(b), old[1])
}

// change weighs the pair as if attribute i were missing or equal.
func (x *Explainer) change(i int, missing bool, a, b uint32) (Change, bool) {
	ca, cb := x.m.cells(a), x.m.cells(b)
	va, vb := ca[i], cb[i]
	c := Change{Field: x.m.placeName(i), To: "missing"}
	if !missing {
		c.To = "equal"
	}
	if va == 0 && vb == 0 || missing && (va == 0 || vb == 0) || !missing && va == vb {
		return c, false
	}
	x.set(i, missing, a, b)
	c.Bits = x.s.weigh(a, b, math.Inf(-1))
	ca[i], cb[i] = va, vb
	return c, true
}

// set makes attribute i of the pair missing or equal; of two values to be equal
// the first record's counts.
func (x *Explainer) set(i int, missing bool, a, b uint32) {
	ca, cb := x.m.cells(a), x.m.cells(b)
	switch {
	case missing:
		cb[i] = 0
	case ca[i] != 0:
		cb[i] = ca[i]
	default:
		ca[i] = cb[i]
	}
}

func (x *Explainer) place(field string) int {
	for i := range x.m.feats {
		if x.m.placeName(i) == field {
			return i
		}
	}
	return 0
}

// path gives the edges by which two rows of a cluster hang together: the way
// whose weakest edge is strongest, then the shorter one.
func (p *Prepared) path(md *Model, e *Edges, of []uint32, a, b uint32) []Tie {
	var inside []Edge
	for _, d := range e.List {
		if of[d.A] == of[a] && of[d.B] == of[a] {
			inside = append(inside, d)
		}
	}
	slices.SortStableFunc(inside, func(c, d Edge) int {
		if p.stronger(c, d) {
			return -1
		}
		return 1
	})
	n := joining(inside, a, b)
	var out []Tie
	for _, k := range wayOver(inside[:n], a, b, -1) {
		d := inside[k]
		bits := float64(d.Bits)
		out = append(out, Tie{p.m.t.Record[d.A], p.m.t.Record[d.B], bits, Probability(bits), md.RuleName(d.Rule),
			wayOver(inside, d.A, d.B, k) == nil})
	}
	return out
}

// joining is how many of the edges, strongest first, join a and b, equally
// strong ones together.
func joining(edges []Edge, a, b uint32) int {
	head := map[uint32]uint32{}
	find := func(x uint32) uint32 {
		for {
			up, ok := head[x]
			if !ok {
				return x
			}
			x = up
		}
	}
	n := 0
	for ; n < len(edges) && (find(a) != find(b) || edges[n].Bits == edges[n-1].Bits); n++ {
		if x, y := find(edges[n].A), find(edges[n].B); x != y {
			head[y] = x
		}
	}
	return n
}

// wayOver gives the shortest way from a to b over the edges but one, nil when
// there is none.
func wayOver(edges []Edge, a, b uint32, without int) []int {
	at := map[uint32][]int{}
	for k, d := range edges {
		if k != without {
			at[d.A], at[d.B] = append(at[d.A], k), append(at[d.B], k)
		}
	}
	from := map[uint32]int{a: -1} // row → the edge by which it was reached
	queue := []uint32{a}
	for len(queue) > 0 && queue[0] != b {
		x := queue[0]
		queue = queue[1:]
		for _, k := range at[x] {
			y := edges[k].A + edges[k].B - x
			if _, ok := from[y]; !ok {
				from[y] = k
				queue = append(queue, y)
			}
		}
	}
	if len(queue) == 0 {
		return nil
	}
	var way []int
	for x := b; x != a; {
		k := from[x]
		way = append(way, k)
		x = edges[k].A + edges[k].B - x
	}
	slices.Reverse(way)
	return way
}

package dedupe

import (
	"context"
	"slices"

	"clientbase/internal/errs"
)

// Partition says which rows are one party. Cluster numbers are dense and
// ordered by the least record name of each cluster.
type Partition struct {
	Cluster   []uint32 // per row: the most probable partition; never holds what a source or a document forbids
	Confident []uint32 // per row: only merges of the confident zone; it refines Cluster
	Clusters  int
	Sure      int       // clusters of Confident
	Bits      []float32 // per row: mean weight to the rest of its cluster, 0 when alone
	Notes     []string
}

// Cluster turns edges into a partition. It works on each connected component
// of edges and decisions alone, so that clusters of untouched components need
// no recomputation. Inside a component clusters are joined greedily while the
// mean of the true weights of all cross pairs stays above the threshold;
// weights of pairs that no rule found are computed on demand.
func Cluster(ctx context.Context, t *Table, md *Model, e *Edges, decisions []Decision, s Settings) (*Partition, error) {
	m, err := compile(t, md)
	if err != nil {
		return nil, err
	}
	if err := md.bind(m); err != nil {
		return nil, err
	}
	return clusterPart(ctx, m, md, e, decisions, nil, nil, s)
}

// clusterPart clusters the components that hold a marked row (all with mark
// nil); rows of the others keep their clusters of prev.
func clusterPart(ctx context.Context, m *matrix, md *Model, e *Edges, decisions []Decision, prev *Partition, mark []bool, s Settings) (*Partition, error) {
	comps := components(m, e, decisions)
	if mark != nil {
		comps = slices.DeleteFunc(comps, func(c component) bool {
			if slices.ContainsFunc(c.rows, func(r uint32) bool { return mark[r] }) {
				for _, r := range c.rows {
					mark[r] = true
				}
				return false
			}
			return true
		})
	}
	scorers := newScorers(m, md, s.workers())
	type outcome struct {
		likely, sure [][]uint32
	}
	out := make([]outcome, len(comps))
	workers := make(chan *scorer, len(scorers))
	for _, sc := range scorers {
		workers <- sc
	}
	parallel(len(scorers), len(comps), func(i int, _ *sortBuffer) {
		if ctx.Err() != nil {
			return
		}
		sc := <-workers
		a := newAgglomeration(sc, m, &comps[i])
		a.run(md.Confident)
		out[i].sure = a.clusters()
		a.run(md.Merge)
		out[i].likely = a.clusters()
		workers <- sc
	})
	if err := ctx.Err(); err != nil {
		return nil, errs.Wrap(errs.Interrupted, "cluster", "", err, "run again")
	}
	p := &Partition{Bits: make([]float32, m.t.Rows)}
	number := func(pick func(outcome) [][]uint32, old func() []uint32) ([]uint32, int) {
		const none = ^uint32(0)
		head := make([]uint32, m.t.Rows) // least-ranked row of the row's cluster
		for r := range head {
			head[r] = uint32(r)
		}
		if mark != nil {
			least := map[uint32]uint32{}
			for _, r := range m.byRank {
				if !mark[r] {
					c := old()[r]
					if _, ok := least[c]; !ok {
						least[c] = r
					}
					head[r] = least[c]
				}
			}
		}
		for _, o := range out {
			for _, c := range pick(o) {
				for _, r := range c {
					head[r] = c[0] // rows come by rank
				}
			}
		}
		of := make([]uint32, m.t.Rows)
		for r := range of {
			of[r] = none
		}
		n := uint32(0)
		for _, r := range m.byRank {
			h := head[r]
			if of[h] == none {
				of[h] = n
				n++
			}
			of[r] = of[h]
		}
		return of, int(n)
	}
	p.Cluster, p.Clusters = number(func(o outcome) [][]uint32 { return o.likely }, func() []uint32 { return prev.Cluster })
	p.Confident, p.Sure = number(func(o outcome) [][]uint32 { return o.sure }, func() []uint32 { return prev.Confident })
	return p, nil
}

// agglomeration joins the rows of one component step by step.
type agglomeration struct {
	s        *scorer
	m        *matrix
	rows     []uint32           // local number → row
	local    map[uint32]int     // row → local number
	members  [][]int            // live clusters: local numbers, sorted
	next     []map[int]*link    // per cluster: candidates for a merge
	weight   map[uint64]float64 // weights of pairs of local numbers
	never    map[uint64]bool
	heap     []entry
	together bool      // weigh clusters also by what their records hold together
	stamp    []int     // per cluster: changes with every merge, so that old heap entries are known
	merged   []float64 // weights of the merges that were made, in their order
}

// link is the evidence between two clusters: the sum over all cross pairs. A merge
// of either makes another link.
type link struct {
	sum   float64
	never bool
	whole bool    // blend is known
	blend float64 // see between
}

type entry struct {
	weight float64
	a, b   int
	sa, sb int
}

// clip bounds what one pair may say for or against a merge.
const clip = 20

func newAgglomeration(s *scorer, m *matrix, c *component) *agglomeration {
	n := len(c.rows)
	a := &agglomeration{s: s, m: m, rows: c.rows, local: make(map[uint32]int, n), weight: make(map[uint64]float64, len(c.edges)),
		never: map[uint64]bool{}, members: make([][]int, n), next: make([]map[int]*link, n), stamp: make([]int, n)}
	for i, r := range c.rows {
		a.local[r] = i
		a.members[i] = []int{i}
		a.next[i] = map[int]*link{}
	}
	for _, d := range c.edges {
		x, y := a.local[d.A], a.local[d.B]
		w := min(max(float64(d.Bits), -clip), clip)
		a.weight[key2(x, y)] = w
		a.connect(x, y, &link{sum: w, never: !s.mayJoin(d.A, d.B)})
	}
	for _, d := range c.said {
		x, y := a.local[d.A], a.local[d.B]
		if d.Verdict == Different {
			a.never[key2(x, y)] = true
			if l := a.next[x][y]; l != nil {
				l.never = true
			}
		}
	}
	for _, d := range c.said {
		if d.Verdict == Same {
			x, y := a.find(a.local[d.A]), a.find(a.local[d.B])
			if x != y {
				a.merge(min(x, y), max(x, y))
			}
		}
	}
	return a
}

// find gives the live cluster of a local number; used before any heap exists.
func (a *agglomeration) find(x int) int {
	for i, ms := range a.members {
		if slices.Contains(ms, x) {
			return i
		}
	}
	return x
}

func key2(x, y int) uint64 {
	if x > y {
		x, y = y, x
	}
	return uint64(x)<<32 | uint64(y)
}

func (a *agglomeration) connect(x, y int, l *link) {
	a.next[x][y], a.next[y][x] = l, l
}

// pair gives the weight of two local numbers, computed at most once.
func (a *agglomeration) pair(x, y int) float64 {
	k := key2(x, y)
	if w, ok := a.weight[k]; ok {
		return w
	}
	w := min(max(float64(float32(a.s.weigh(a.rows[x], a.rows[y], -clip))), -clip), clip)
	a.weight[k] = w
	return w
}

// cross sums the weights of all pairs between two clusters.
func (a *agglomeration) cross(x, y int) *link {
	l := &link{}
	for _, i := range a.members[x] {
		for _, j := range a.members[y] {
			if a.never[key2(i, j)] || !a.s.mayJoin(a.rows[i], a.rows[j]) {
				l.never = true
				return l
			}
			l.sum += a.pair(i, j)
		}
	}
	return l
}

func (a *agglomeration) mean(x, y int, l *link) float64 {
	return l.sum / float64(len(a.members[x])*len(a.members[y]))
}

// run merges the best pair of clusters while its weight is at least threshold:
// first by the mean weight of the cross pairs, and when no pair of clusters is
// left, by what their records hold together.
func (a *agglomeration) run(threshold float64) {
	for _, a.together = range []bool{false, true} {
		a.join(threshold)
	}
}

// join merges while a pair of clusters reaches the threshold. Ties go to the
// clusters with the least record names.
func (a *agglomeration) join(threshold float64) {
	a.heap = a.heap[:0]
	for x := range a.members {
		for y, l := range a.next[x] {
			if x < y {
				a.offer(x, y, l, threshold)
			}
		}
	}
	for len(a.heap) > 0 {
		e := a.pop()
		if a.stamp[e.a] != e.sa || a.stamp[e.b] != e.sb {
			continue
		}
		a.merge(e.a, e.b)
		a.merged = append(a.merged, e.weight)
		ys := make([]int, 0, len(a.next[e.a]))
		for y := range a.next[e.a] {
			ys = append(ys, y)
		}
		slices.Sort(ys)
		for _, y := range ys {
			a.offer(min(e.a, y), max(e.a, y), a.next[e.a][y], threshold)
		}
	}
}

// merge joins cluster y into x; x is the one with the least record name.
func (a *agglomeration) merge(x, y int) {
	delete(a.next[x], y)
	delete(a.next[y], x)
	others := make([]int, 0, len(a.next[x])+len(a.next[y]))
	for z := range a.next[x] {
		others = append(others, z)
	}
	for z := range a.next[y] {
		if a.next[x][z] == nil {
			others = append(others, z)
		}
	}
	for _, z := range others {
		lx, ly := a.next[x][z], a.next[y][z]
		if lx == nil {
			lx = a.cross(x, z)
		}
		if ly == nil {
			ly = a.cross(y, z)
		}
		delete(a.next[z], y)
		a.connect(x, z, &link{sum: lx.sum + ly.sum, never: lx.never || ly.never})
	}
	a.members[x] = append(a.members[x], a.members[y]...)
	slices.Sort(a.members[x])
	a.members[y], a.next[y] = nil, nil
	a.stamp[x]++
	a.stamp[y]++
}

func (a *agglomeration) offer(x, y int, l *link, threshold float64) {
	if l.never {
		return
	}
	if w := a.between(x, y, l); w >= threshold {
		a.push(entry{w, x, y, a.stamp[x], a.stamp[y]})
	}
}

// between weighs two clusters: by the mean of the cross pairs or, together, by
// a blend with what their records hold. The blend follows the share of the
// larger cluster: a record with three wrong fields finds its home among nine
// others, while two large clusters of one person agree in the mean as well.
func (a *agglomeration) between(x, y int, l *link) float64 {
	mean := a.mean(x, y, l)
	if !a.together || len(a.members[x])+len(a.members[y]) == 2 {
		return mean
	}
	if !l.whole {
		xs, ys := a.rowsOf(x), a.rowsOf(y)
		larger := float64(max(len(xs), len(ys))) / float64(len(xs)+len(ys))
		l.whole, l.blend = true, larger*a.s.gather(xs, ys)+(1-larger)*mean
	}
	return l.blend
}

// rowsOf lists the rows of a cluster by rank.
func (a *agglomeration) rowsOf(x int) []uint32 {
	rows := make([]uint32, len(a.members[x]))
	for i, l := range a.members[x] {
		rows[i] = a.rows[l]
	}
	return rows
}

func before(p, q entry) bool {
	if p.weight != q.weight {
		return p.weight > q.weight
	}
	if p.a != q.a {
		return p.a < q.a
	}
	return p.b < q.b
}

func (a *agglomeration) push(e entry) {
	a.heap = append(a.heap, e)
	for i := len(a.heap) - 1; i > 0; {
		p := (i - 1) / 2
		if !before(a.heap[i], a.heap[p]) {
			break
		}
		a.heap[i], a.heap[p] = a.heap[p], a.heap[i]
		i = p
	}
}

func (a *agglomeration) pop() entry {
	top, last := a.heap[0], len(a.heap)-1
	a.heap[0] = a.heap[last]
	a.heap = a.heap[:last]
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			break
		}
		if c+1 < last && before(a.heap[c+1], a.heap[c]) {
			c++
		}
		if !before(a.heap[c], a.heap[i]) {
			break
		}
		a.heap[i], a.heap[c] = a.heap[c], a.heap[i]
		i = c
	}
	return top
}

// clusters lists the live clusters of two rows and more, rows by rank.
func (a *agglomeration) clusters() [][]uint32 {
	var out [][]uint32
	for _, ms := range a.members {
		if len(ms) < 2 {
			continue
		}
		rows := make([]uint32, len(ms))
		for i, x := range ms {
			rows[i] = a.rows[x]
		}
		out = append(out, rows)
	}
	return out
}

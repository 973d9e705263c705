package dedupe

// component is one connected part of the edge graph.
type component struct {
	rows  []uint32 // by rank
	edges []Edge
	said  []Decision // composed
}

// components splits edges and decisions into connected parts of two rows and
// more, ordered by their least record name.
func components(m *matrix, e *Edges, decisions []Decision) []component {
	parent := make([]uint32, m.t.Rows)
	for i := range parent {
		parent[i] = uint32(i)
	}
	find := func(x uint32) uint32 {
		for parent[x] != x {
			parent[x] = parent[parent[x]]
			x = parent[x]
		}
		return x
	}
	join := func(a, b uint32) {
		a, b = find(a), find(b)
		if a == b {
			return
		}
		if m.rank[a] > m.rank[b] {
			a, b = b, a
		}
		parent[b] = a
	}
	for _, d := range e.List {
		join(d.A, d.B)
	}
	decisions = m.composed(decisions)
	for _, d := range decisions {
		if d.Verdict == Same {
			join(d.A, d.B)
		}
	}
	size := make([]uint32, m.t.Rows)
	for r := range size {
		size[find(uint32(r))]++
	}
	at := make([]int32, m.t.Rows)
	var out []component
	for _, r := range m.byRank {
		root := find(r)
		if size[root] < 2 {
			continue
		}
		if r == root {
			at[root] = int32(len(out))
			out = append(out, component{rows: make([]uint32, 0, size[root])})
		}
		c := &out[at[root]]
		c.rows = append(c.rows, r)
	}
	for _, d := range e.List {
		c := &out[at[find(d.A)]]
		c.edges = append(c.edges, d)
	}
	for _, d := range decisions {
		if find(d.A) == find(d.B) {
			c := &out[at[find(d.A)]]
			c.said = append(c.said, d)
		}
	}
	return out
}

package pipeline

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
)

const (
	shownMerges = 3 // merges a report tells in full
	shownWhy    = 3 // evidence lines per merge
)

// explainMerges publishes the evidence inside every client of several records
// of the table, and picks the largest of those that this run touched, whose
// records are among rows, for the report. Evidence is words, levels and bits,
// never values.
func (r *river) explainMerges(ctx context.Context, party schemas.Party, rows []state.Row, mt *matchTable, model *dedupe.Model) error {
	m := &r.memory
	i64, f32 := arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Float32
	t := newTable("match_edges", r.insertInto("match_edges"), field("record_a", i64), field("record_b", i64), field("bits", f32), field("p", f32),
		field("rule_id", textType), field("why", textType))
	if !m.full {
		gone := m.edgesGone(party, mt)
		for _, col := range []string{"record_a", "record_b"} {
			if err := r.staging.Delete(ctx, "match_edges", col, gone); err != nil {
				return err
			}
		}
	}
	size := make([]int, m.book.Len())
	for _, row := range rows {
		if c := m.base.Client[row]; c != state.None {
			size[c]++
		}
	}
	evidence := map[uint32][]reason{}
	big := largest(m, size)
	if len(mt.rows) == 0 {
		return nil
	}
	prep, err := mt.prepared(model)
	if err != nil {
		return err
	}
	explainers, err := prep.Explainers(model, r.threads())
	if err != nil {
		return err
	}
	shown := func(e state.Edge) bool {
		_, okA := mt.rowOf(e.A)
		_, okB := mt.rowOf(e.B)
		return okA && okB && m.base.Client[e.A] == m.base.Client[e.B]
	}
	edges, said := r.withDecided(mt, m.edges[party])
	err = explainAll(explainers, mt, edges, shown, func(e state.Edge, x told) error {
		if entry := said[[2]state.Row{e.A, e.B}]; entry != 0 {
			e.Bits, x.Rule, x.text = float32(x.Bits), decisionRule, fmt.Sprintf("said to be the same in journal entry %d · %s", entry, x.text)
		}
		if c := m.base.Client[e.A]; big[c] {
			evidence[c] = append(evidence[c], reason{e.Bits, m.base.StreamOf(e.A) + " " + m.base.KeyOf(e.A) + " = " + m.base.StreamOf(e.B) + " " + m.base.KeyOf(e.B) + ": " + x.text})
		}
		return t.i64(int64(e.A)).i64(int64(e.B)).f32(e.Bits).f32(float32(x.Probability)).text(x.Rule).text(x.text).end(ctx)
	})
	if err != nil {
		return err
	}
	for c := range big {
		merge := Merge{Client: m.book.ID(c).String(), Why: strongest(evidence[c])}
		of := slices.DeleteFunc(slices.Clone(rows), func(row state.Row) bool { return m.base.Client[row] != c })
		sortByName(m.base, of)
		for _, row := range of {
			merge.Records = append(merge.Records, m.base.StreamOf(row)+" "+m.base.KeyOf(row))
		}
		r.report.Merges = append(r.report.Merges, merge)
	}
	sort.Slice(r.report.Merges, func(i, j int) bool {
		a, b := r.report.Merges[i], r.report.Merges[j]
		if len(a.Records) != len(b.Records) {
			return len(a.Records) > len(b.Records)
		}
		return a.Client < b.Client
	})
	r.report.Merges = r.report.Merges[:min(shownMerges, len(r.report.Merges))]
	return t.flush(ctx)
}

// told is an explanation with its text.
type told struct {
	dedupe.Explanation
	text string
}

// explainAll explains the edges that are shown, on all cores, and gives them to
// emit in their order.
func explainAll(explainers []*dedupe.Explainer, mt *matchTable, edges []state.Edge, shown func(state.Edge) bool, emit func(state.Edge, told) error) error {
	const run = 4096 // edges whose texts are in memory at a time, per worker
	batch := make([]state.Edge, 0, run*len(explainers))
	out := make([]told, cap(batch))
	flush := func() error {
		var wg sync.WaitGroup
		for w, ex := range explainers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := w; i < len(batch); i += len(explainers) {
					a, _ := mt.rowOf(batch[i].A)
					b, _ := mt.rowOf(batch[i].B)
					x := ex.Explain(a, b)
					out[i] = told{x, x.Text()}
				}
			}()
		}
		wg.Wait()
		for i, e := range batch {
			if err := emit(e, out[i]); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	for _, e := range edges {
		if !shown(e) {
			continue
		}
		if batch = append(batch, e); len(batch) == cap(batch) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// edgesGone gives the rows of a party kind, ascending, whose published evidence
// is written anew or no longer stands: those of a table, and versions
// that this run superseded.
func (m *workspace) edgesGone(party schemas.Party, mt *matchTable) []int64 {
	var gone []int64
	before := m.mark.Rows()
	for row, live := range m.base.Live {
		if schemas.Party(m.base.Party[row]) != party {
			continue
		}
		if live {
			if _, ok := mt.rowOf(state.Row(row)); ok {
				gone = append(gone, int64(row))
			}
		} else if now, ok := m.base.LiveOf(state.Row(row)); ok && int(now) >= int(before) {
			gone = append(gone, int64(row))
		}
	}
	return gone
}

// reason is one line of evidence.
type reason struct {
	bits float32
	text string
}

// strongest gives the lines that say most.
func strongest(list []reason) []string {
	sort.Slice(list, func(i, j int) bool {
		if list[i].bits != list[j].bits {
			return list[i].bits > list[j].bits
		}
		return list[i].text < list[j].text
	})
	var out []string
	for _, r := range list[:min(shownWhy, len(list))] {
		out = append(out, r.text)
	}
	return out
}

// largest picks the touched clients with most records, the least id on a tie.
func largest(m *workspace, size []int) map[uint32]bool {
	var list []uint32
	for c := range m.clientTouched {
		if size[c] > 1 {
			list = append(list, c)
		}
	}
	sort.Slice(list, func(i, j int) bool {
		if size[list[i]] != size[list[j]] {
			return size[list[i]] > size[list[j]]
		}
		return m.book.ID(list[i]).String() < m.book.ID(list[j]).String()
	})
	out := map[uint32]bool{}
	for _, c := range list[:min(shownMerges, len(list))] {
		out[c] = true
	}
	return out
}

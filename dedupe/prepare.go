package dedupe

import (
	"context"
	"sync"
	"sync/atomic"

	"clientbase/internal/errs"
)

// Prepared is a table compiled once for any number of steps: reading the
// values and their keys costs seconds on a large base. The table must not
// change while it is in use. A Prepared serves one step and one model at a
// time; only the explainers it made may work beside each other.
type Prepared struct {
	m     *matrix
	bound *Model   // the model whose frequencies the matrix holds
	block *blocker // of bound's plan, made at its first use
}

// Prepare checks and compiles a table: with a model only what steps under that
// model need, with nil also what training needs.
func Prepare(t *Table, md *Model) (*Prepared, error) {
	m, err := compile(t, md)
	if err != nil {
		return nil, err
	}
	return &Prepared{m: m}, nil
}

// PrepareBare is Prepare of a table whose rows are not looked for by their
// blocks: only ScoreNear and Cluster may follow; of a table without names only the
// first.
func PrepareBare(t *Table, md *Model) (*Prepared, error) {
	bare := *md
	bare.plan = &plan{keys: md.plan.keys}
	return Prepare(t, &bare)
}

// PrepareCounts is Prepare of a table whose values are only counted: only Drift
// may follow.
func PrepareCounts(t *Table, md *Model) (*Prepared, error) {
	p := &Prepared{m: &matrix{counted: true}}
	return p, p.m.compile(t, md)
}

// Train is the function Train on the prepared table.
func (p *Prepared) Train(ctx context.Context, s Settings) (*Model, error) {
	p.bound, p.block = nil, nil
	p.m.unbind()
	return train(ctx, p.m, s)
}

// Score is the function Score on the prepared table.
func (p *Prepared) Score(ctx context.Context, md *Model, touched []uint32, s Settings) (*Edges, error) {
	if err := p.bind(md); err != nil {
		return nil, err
	}
	return score(ctx, p.blocks(s.workers()), md, touched, s)
}

// ScoreNear compares candidates, all of which the table holds: at gives for each
// of the caller's numbers 1 + its row. It gives what Score gives of the records
// whose candidates they are.
func (p *Prepared) ScoreNear(ctx context.Context, md *Model, c *Candidates, at []uint32, s Settings) (*Edges, error) {
	if err := p.bind(md); err != nil {
		return nil, err
	}
	sums := newTally(p.m, md, s)
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range s.workers() {
		wg.Go(func() {
			see := sums.worker(w)
			var ys []uint32
			var rules []uint16
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(c.Of) {
					return
				}
				x := at[c.Of[i]] - 1
				ys, rules = ys[:0], rules[:0]
				for k := c.off[i]; k < c.off[i+1]; k++ {
					if y := at[c.Row[k]] - 1; p.m.t.allowed(x, y) {
						ys, rules = append(ys, y), append(rules, c.rule[k])
					}
				}
				if len(ys) > 0 {
					see(x, ys, rules)
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, errs.Wrap(errs.Interrupted, "compare pairs", "", err, "run again")
	}
	return sums.edges(), nil
}

// blocks gives the blocker of the bound model.
func (p *Prepared) blocks(workers int) *blocker {
	if p.block == nil {
		p.block = newBlocker(p.m, p.bound.plan, workers)
	}
	return p.block
}

// Cluster is the function Cluster on the prepared table.
func (p *Prepared) Cluster(ctx context.Context, md *Model, e *Edges, decisions []Decision, s Settings) (*Partition, error) {
	if err := p.bind(md); err != nil {
		return nil, err
	}
	return clusterPart(ctx, p.m, md, e, decisions, nil, nil, s)
}

// Explainers makes n explainers that may work beside each other, one per
// worker: they share the table and what was looked up for the model.
func (p *Prepared) Explainers(md *Model, n int) ([]*Explainer, error) {
	if err := p.bind(md); err != nil {
		return nil, err
	}
	b := p.blocks(n)
	out := make([]*Explainer, 0, n)
	for _, s := range newScorers(p.m, md, n) {
		out = append(out, &Explainer{p.m, md, s, b})
	}
	return out, nil
}

// bind looks the model's frequencies up unless the last step did.
func (p *Prepared) bind(md *Model) error {
	if p.bound == md {
		return nil
	}
	p.bound, p.block = nil, nil
	if err := md.bind(p.m); err != nil {
		return err
	}
	p.bound = md
	return nil
}

// unbind forgets the model that the matrix was bound to.
func (m *matrix) unbind() {
	m.joint = nil
	for _, f := range m.feats {
		f.lf, f.common, f.alias = nil, nil, nil
	}
}

package dedupe

import "context"

// Result is everything that one pass over a table gives.
type Result struct {
	Model     *Model
	Edges     *Edges
	Partition *Partition
	Recall    Recall
}

// Resolve trains (with md nil) or takes the given model, scores all pairs and
// clusters. It gives what Train, Score, Confide, Cluster and EstimateRecall give one by
// one, but prepares the table once.
func Resolve(ctx context.Context, t *Table, md *Model, decisions []Decision, s Settings) (*Result, error) {
	m, err := compile(t, md)
	if err != nil {
		return nil, err
	}
	fresh := md == nil
	if fresh {
		if md, err = train(ctx, m, s); err != nil {
			return nil, err
		}
	}
	r := &Result{Model: md}
	if err = md.bind(m); err != nil {
		return nil, err
	}
	b := newBlocker(m, md.plan, s.workers())
	if r.Edges, err = score(ctx, b, md, nil, s); err != nil {
		return nil, err
	}
	if fresh {
		if err = md.confide(ctx, m, r.Edges, s); err != nil {
			return nil, err
		}
	}
	if r.Partition, err = clusterPart(ctx, m, md, r.Edges, decisions, nil, nil, s); err != nil {
		return nil, err
	}
	r.Recall = estimateRecall(b, md, r.Edges)
	return r, nil
}

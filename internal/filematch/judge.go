package filematch

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"

	"clientbase/dedupe"
)

// Quality and Judgement compare a result with the truth; they are dedupe's own.
type (
	Quality   = dedupe.Quality
	Judgement = dedupe.Judgement
)

// weighUp says without the truth what the result is worth: how far
// probabilities can be taken at their word, the recall of the blocking rules, the false merges to expect, and the questions that are left.
func (res *Result) weighUp(edges *dedupe.Edges, set dedupe.Settings) error {
	var err error
	if res.scale, err = res.prep.Scale(res.model, edges, res.part, set); err != nil {
		return err
	}
	recall, err := res.prep.Recall(res.model, edges, set)
	if err != nil {
		return err
	}
	if recall.Ways > 0 {
		res.Recall = &recall
	}
	expected, err := res.prep.FalseMerges(res.model, res.cluster(), set)
	if err != nil {
		return err
	}
	res.False = dedupe.Per100000(expected, res.Clients)
	res.asks, err = res.prep.Ask(res.model, edges, res.part)
	res.Asks = len(res.asks)
	return err
}

// judge compares everything with the column of the true parties. A row without
// a truth is a party of its own.
func (res *Result) judge(ctx context.Context, col int, edges *dedupe.Edges, set dedupe.Settings) error {
	truth := make([]uint32, res.t.rows)
	next := uint32(res.t.cols[col].dict.Len())
	for i := range truth {
		if i < len(res.t.cols[col].id) {
			truth[i] = res.t.cols[col].id[i]
		}
		if truth[i] == 0 {
			truth[i] = next
			next++
		}
	}
	var recall dedupe.Recall
	if res.Recall != nil {
		recall = *res.Recall
	}
	var err error
	if res.Judged, err = res.prep.Judge(ctx, res.model, edges, res.part, res.scale, recall, truth, set); err != nil {
		return err
	}
	res.Truth, res.Sure = &res.Judged.Likely, &res.Judged.Sure
	return nil
}

// WriteAsk writes the ask zone, most probable first: id_l,id_r,bits,p,why. One
// line stands for two groups of records: a person's word on it joins or parts both.
func (res *Result) WriteAsk(w io.Writer) error {
	explainers, err := res.prep.Explainers(res.model, 1)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"id_l", "id_r", "bits", "p", "why"}); err != nil {
		return err
	}
	for _, e := range res.asks {
		e = res.inOrder(e)
		why := explainers[0].Explain(e.A, e.B).Text()
		if float64(e.Bits) >= res.model.Confident {
			why += " · the records joined with either say less"
		}
		if err := out.Write(append(res.edgeCells(e), why)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// evaluation is the file that --report writes.
type evaluation struct {
	Records int      `json:"records"`
	Pairs   int64    `json:"pairs_compared"`
	Edges   int      `json:"edges"`
	Asks    int      `json:"asks"`
	Columns []string `json:"columns"`
	Notes   []string `json:"notes,omitempty"`
	*Judgement
}

func (res *Result) evaluation() evaluation {
	return evaluation{res.Records, res.Pairs, res.Edges, res.Asks, res.Columns, res.Notes, res.Judged}
}

// WriteReportJSON writes the evaluation as one JSON object: counts and shares,
// no record's name and no value.
func (res *Result) WriteReportJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(res.evaluation())
}

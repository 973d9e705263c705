package dedupe

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// otherNames gives a part of the records another word for a frequent value: a
// short form of the given name, the county instead of the town. The words have
// nothing in common with those they stand for.
func otherNames(s truthSet, share float64) truthSet {
	r := rand.New(rand.NewPCG(5, 5))
	for i := range s.table.Cols {
		c := &s.table.Cols[i]
		if c.Role != Given && c.Role != City {
			continue
		}
		count := make([]int, c.Dict.Len())
		for _, v := range c.ID {
			count[v]++
		}
		texts := make([]string, len(c.ID))
		for row, v := range c.ID {
			texts[row] = c.Dict.Get(v)
			if count[v] >= 20 && len(texts[row]) > 2 && r.Float64() < share {
				word := []byte(texts[row] + "qu")
				slices.Reverse(word)
				texts[row] = string(word)
			}
		}
		*c = NewColumn(c.Name, c.Role, texts)
	}
	return s
}

// Names that stand for each other are learnt from clusters, survive the model's
// files, and bring records together that letters keep apart; a base in which
// values have one name teaches none that matter.
func TestAliases(t *testing.T) {
	ctx := context.Background()
	s := otherNames(manyRecords(2, 400), 0.3)
	q, r := resolve(t, s)
	report(t, s, q, r)
	learnt := 0
	for _, list := range r.m.aliases {
		learnt += len(list)
	}
	if learnt < 30 {
		t.Fatalf("%d aliases were learnt", learnt)
	}
	text, err := r.m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeModel(text, r.m.EncodeValues())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(back.EncodeValues(), r.m.EncodeValues()) {
		t.Error("the aliases do not survive their file")
	}
	e, err := Score(ctx, s.table, back, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if printEdges(s.table, e) != printEdges(s.table, r.e) {
		t.Error("the model read back gives other edges")
	}
	back.aliases = nil
	if e, err = Score(ctx, s.table, back, nil, Settings{}); err != nil {
		t.Fatal(err)
	}
	p, err := Cluster(ctx, s.table, back, e, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	without := Evaluate(p.Cluster, s.truth)
	t.Logf("%d aliases; pair F1 %.4f, without them %.4f", learnt, q.F1, without.F1)
	if q.F1 <= without.F1 || r.sure.Precision < 0.998 {
		t.Errorf("pair F1 %.4f, without aliases %.4f; confident precision %.4f", q.F1, without.F1, r.sure.Precision)
	}
}

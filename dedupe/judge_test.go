package dedupe

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
)

// judged is a base with everything that was found about it.
type judged struct {
	set   truthSet
	prep  *Prepared
	model *Model
	edges *Edges
	part  *Partition
}

func judgedBase(t *testing.T, s truthSet, workers int) judged {
	t.Helper()
	ctx, set := context.Background(), Settings{Workers: workers}
	j := judged{set: s}
	var err error
	fail := func() {
		if err != nil {
			t.Fatal(err)
		}
	}
	j.prep, err = Prepare(s.table, nil)
	fail()
	j.model, err = j.prep.Train(ctx, set)
	fail()
	j.edges, err = j.prep.Score(ctx, j.model, nil, set)
	fail()
	j.part, err = j.prep.Cluster(ctx, j.model, j.edges, nil, set)
	fail()
	return j
}

func (j judged) judge(t *testing.T, workers int) *Judgement {
	t.Helper()
	set := Settings{Workers: workers}
	r, err := j.prep.Recall(j.model, j.edges, set)
	if err != nil {
		t.Fatal(err)
	}
	scale, err := j.prep.Scale(j.model, j.edges, j.part, set)
	if err != nil {
		t.Fatal(err)
	}
	out, err := j.prep.Judge(context.Background(), j.model, j.edges, j.part, scale, r, j.set.truth, set)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The targets on the bases that the project makes itself: probabilities can be
// taken at their word, and the estimate of the blocking recall is near the truth.
func TestJudgement(t *testing.T) {
	for name, s := range map[string]truthSet{"families": synthetic(3, 700, 0.06), "many records": manyRecords(2, 150)} {
		t.Run(name, func(t *testing.T) {
			base := judgedBase(t, s, 2)
			j := base.judge(t, 2)
			t.Logf("calibration %.4f, recall %.4f estimated %.4f, risk %+v", j.Calibration.Error, j.Blocking.Share, j.Blocking.Estimate, j.Risk)
			if j.Calibration.Error > 0.035 {
				t.Errorf("calibration error %.4f: %+v", j.Calibration.Error, j.Calibration.Bands)
			}
			if math.Abs(j.Blocking.Share-j.Blocking.Estimate) > 0.05 || j.Blocking.Ways == 0 {
				t.Errorf("blocking recall %.4f, estimated %+v", j.Blocking.Share, j.Blocking.Recall)
			}
			if want := blockRecall(t, s, base.model); math.Abs(j.Blocking.Share-want) > 1e-9 || j.Blocking.Seen != j.Blocking.Met.Pairs {
				t.Errorf("true recall %v, counted another way %v", j.Blocking.Share, want)
			}
			found, sure, truth, records := 0, 0, 0, 0
			for _, n := range j.Sizes {
				found, sure, truth, records = found+n.Found, sure+n.Sure, truth+n.True, records+n.Records*n.True
			}
			if found != j.Likely.Clusters || sure != j.Sure.Clusters || truth != j.Likely.TrueClusters || records != s.table.Rows {
				t.Errorf("sizes add up to %d, %d, %d clusters and %d records", found, sure, truth, records)
			}
			if j.Largest[0].Records != j.Likely.Largest {
				t.Errorf("largest %+v", j.Largest[0])
			}
			if r := j.Risk[1]; r.True > 0 && (r.Expected > 20*r.True || r.True > 20*r.Expected) {
				t.Errorf("confident merges: %+v", r)
			}
			edges := 0
			for _, b := range j.Bands {
				edges += b.Edges
			}
			if edges != len(base.edges.List) {
				t.Errorf("bands hold %d edges of %d", edges, len(base.edges.List))
			}
			b, err := json.Marshal(j)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range s.table.Record[:50] {
				if strings.Contains(string(b), r) {
					t.Fatal("the judgement names a record")
				}
			}
		})
	}
}

// The number of workers and the order of the rows change nothing in what is
// said about a result.
func TestJudgementIsTheSame(t *testing.T) {
	s := synthetic(4, 250, 0.1)
	one := judgedBase(t, s, 1).judge(t, 1)
	if four := judgedBase(t, s, 4).judge(t, 4); !reflect.DeepEqual(one, four) {
		t.Error("the judgement depends on the number of workers")
	}
	back := judgedBase(t, reversed(s), 2).judge(t, 2)
	if math.Abs(back.Calibration.Error-one.Calibration.Error) > 1e-12 || back.Best != one.Best || back.Blocking != one.Blocking ||
		!reflect.DeepEqual(one.Largest, back.Largest) || !reflect.DeepEqual(one.Sizes, back.Sizes) {
		t.Error("the judgement depends on the order of rows")
	}
}

// reversed turns the rows round.
func reversed(s truthSet) truthSet {
	n := s.table.Rows
	t := &Table{Rows: n, Record: make([]string, n)}
	truth := make([]uint32, n)
	for r := range n {
		t.Record[r], truth[r] = s.table.Record[n-1-r], s.truth[n-1-r]
	}
	for _, c := range s.table.Cols {
		values := make([]string, n)
		for r := range n {
			values[r] = c.Dict.Get(c.ID[n-1-r])
		}
		t.Cols = append(t.Cols, NewColumn(c.Name, c.Role, values))
	}
	return truthSet{table: t, truth: truth}
}

// Pairs of parties too large to be looked at whole are estimated from the
// records that come first by hash, and still counted as many.
func TestMetOfOneLargeParty(t *testing.T) {
	s := synthetic(5, 100, 0.1)
	base := judgedBase(t, s, 2)
	one := make([]uint32, s.table.Rows)
	all, part := base.prep.met(one, 1<<40, Settings{}), base.prep.met(one, 20_000, Settings{})
	n := int64(s.table.Rows)
	if all.Pairs != n*(n-1)/2 || all.Seen != all.Pairs || part.Pairs != all.Pairs || part.Seen > 20_000 || part.Seen < 5_000 {
		t.Errorf("%d records: %+v, of some %+v", n, all, part)
	}
	if math.Abs(all.Share-part.Share) > 0.05 {
		t.Errorf("recall %.4f of all pairs, %.4f of some", all.Share, part.Share)
	}
}

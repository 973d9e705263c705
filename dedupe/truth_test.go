package dedupe

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sharedData finds ../shared/data beside the project root, or skips.
func sharedData(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("SKIP: no go.mod above the test")
		}
		dir = up
	}
	data := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("SKIP: ../shared/data is absent")
	}
	return data
}

func readCSV(t testing.TB, path string) (head []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range all {
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
	}
	return all[0], all[1:]
}

// truthSet is a file with known truth as a table.
type truthSet struct {
	table  *Table
	truth  []uint32
	family []uint32 // per row, where the generator makes families
}

// tableOf builds a table from rows; roles names the columns that take part.
func tableOf(head []string, rows [][]string, roles map[string]Role, id func(i int, row []string) (name, truth string)) truthSet {
	s := truthSet{table: &Table{Rows: len(rows)}}
	numbers := map[string]uint32{}
	for i, row := range rows {
		name, tr := id(i, row)
		n, ok := numbers[tr]
		if !ok {
			n = uint32(len(numbers))
			numbers[tr] = n
		}
		s.table.Record = append(s.table.Record, name)
		s.truth = append(s.truth, n)
	}
	for c, h := range head {
		role, ok := roles[h]
		if !ok {
			continue
		}
		values := make([]string, len(rows))
		for i, row := range rows {
			values[i] = row[c]
		}
		s.table.Cols = append(s.table.Cols, NewColumn(h, role, values))
	}
	return s
}

var febrlRoles = map[string]Role{"given_name": Given, "surname": Surname, "street_number": House, "address_1": Street,
	"address_2": Text, "suburb": City, "postcode": Postcode, "state": Code, "date_of_birth": BirthDate, "soc_sec_id": NationalID}

func febrlTruth(_ int, row []string) (string, string) {
	return row[0], strings.Split(row[0], "-")[1]
}

func febrl(t testing.TB, files ...string) truthSet {
	dir := filepath.Join(sharedData(t), "er", "febrl")
	var head []string
	var rows [][]string
	for _, f := range files {
		h, r := readCSV(t, filepath.Join(dir, f))
		head, rows = h, append(rows, r...)
	}
	return tableOf(head, rows, febrlRoles, febrlTruth)
}

func without(s truthSet, name string) truthSet {
	t := *s.table
	t.Cols = nil
	for _, c := range s.table.Cols {
		if c.Name != name {
			t.Cols = append(t.Cols, c)
		}
	}
	return truthSet{table: &t, truth: s.truth}
}

func linked(s truthSet, first int) truthSet {
	t := *s.table
	t.Source = make([]uint16, t.Rows)
	for i := first; i < t.Rows; i++ {
		t.Source[i] = 1
	}
	t.NoDup = []bool{true, true}
	return truthSet{table: &t, truth: s.truth}
}

func fake1000(t testing.TB) truthSet {
	head, rows := readCSV(t, filepath.Join(sharedData(t), "er", "splink", "fake_1000.csv"))
	return tableOf(head, rows, map[string]Role{"first_name": Given, "surname": Surname, "dob": BirthDate, "city": City, "email": Email},
		func(_ int, row []string) (string, string) { return "r" + row[0], row[6] })
}

func TestTruthSets(t *testing.T) {
	cases := []struct {
		name string
		set  func(t *testing.T) truthSet
		f1   float64
	}{
		{"febrl1", func(t *testing.T) truthSet { return febrl(t, "dataset1.csv") }, 0.99},
		{"febrl2", func(t *testing.T) truthSet { return febrl(t, "dataset2.csv") }, 0.99},
		{"febrl4 link", func(t *testing.T) truthSet { return linked(febrl(t, "dataset4a.csv", "dataset4b.csv"), 5000) }, 0.99},
		{"febrl4 link, no id", func(t *testing.T) truthSet {
			return linked(without(febrl(t, "dataset4a.csv", "dataset4b.csv"), "soc_sec_id"), 5000)
		}, 0.99},
		{"febrl4 one file", func(t *testing.T) truthSet { return febrl(t, "dataset4a.csv", "dataset4b.csv") }, 0.99},
		{"febrl4 one file, no id", func(t *testing.T) truthSet {
			return without(febrl(t, "dataset4a.csv", "dataset4b.csv"), "soc_sec_id")
		}, 0.99},
		{"fake_1000", func(t *testing.T) truthSet { return fake1000(t) }, 0.93},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := c.set(t)
			q, r := resolve(t, s)
			report(t, s, q, r)
			if q.F1 < c.f1 {
				t.Errorf("pair F1 %.4f, want %.4f", q.F1, c.f1)
			}
		})
	}
}

type run struct {
	m     *Model
	e     *Edges
	p     *Partition
	sure  Quality
	took  time.Duration
	found float64 // share of true pairs among the candidates
	guess Recall  // the same, estimated without the truth
}

// resolve runs the whole engine with the default settings.
func resolve(t testing.TB, s truthSet) (Quality, run) {
	t.Helper()
	ctx := context.Background()
	start := time.Now()
	var r run
	p, err := Prepare(s.table, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.m, err = p.Train(ctx, Settings{}); err != nil {
		t.Fatal(err)
	}
	if r.e, err = p.Score(ctx, r.m, nil, Settings{}); err != nil {
		t.Fatal(err)
	}
	if err = p.Confide(ctx, r.m, r.e, Settings{}); err != nil {
		t.Fatal(err)
	}
	if r.p, err = p.Cluster(ctx, r.m, r.e, nil, Settings{}); err != nil {
		t.Fatal(err)
	}
	r.took = time.Since(start)
	r.sure = Evaluate(r.p.Confident, s.truth)
	r.found = blockRecall(t, s, r.m)
	if r.guess, err = EstimateRecall(ctx, s.table, r.m, r.e, Settings{}); err != nil {
		t.Fatal(err)
	}
	return Evaluate(r.p.Cluster, s.truth), r
}

func blockRecall(t testing.TB, s truthSet, md *Model) float64 {
	m, err := compile(s.table, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := newBlocker(m, md.plan, 1)
	byTruth := map[uint32][]uint32{}
	for r, k := range s.truth {
		byTruth[k] = append(byTruth[k], uint32(r))
	}
	all, got := 0, 0
	for _, rows := range byTruth {
		for i := range rows {
			for _, y := range rows[:i] {
				if !s.table.allowed(rows[i], y) {
					continue
				}
				all++
				if k := b.first(rows[i], y); k >= 0 {
					got++
				}
			}
		}
	}
	return float64(got) / float64(all)
}

func report(t testing.TB, s truthSet, q Quality, r run) {
	t.Logf("F1 %.4f (P %.4f R %.4f) B3 %.4f  largest %d/%d clusters %d/%d | sure P %.4f R %.4f | block recall %.4f (estimated %.3f %.3f–%.3f), %.0f pairs/rec cap %d | edges %d person %.0f/%d relative %.0f | %v",
		q.F1, q.Precision, q.Recall, q.B3F1, q.Largest, q.TrueLargest, q.Clusters, q.TrueClusters, r.sure.Precision, r.sure.Recall,
		r.found, r.guess.Estimate, r.guess.Low, r.guess.High, float64(r.e.Pairs)/float64(s.table.Rows), r.m.plan.cap, len(r.e.List), r.m.Person, q.TruePairs, r.m.Relative, r.took.Round(time.Millisecond))
	for _, n := range r.m.Notes {
		t.Log("note: ", n)
	}
}

package dedupe

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A prepared table gives what the functions give that compile it anew, also
// when it trains a second time; its explainers work beside each other.
func TestPreparedGivesTheSame(t *testing.T) {
	ctx := context.Background()
	s := synthetic(5, 300, 0.08)
	md, err := Train(ctx, s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := Score(ctx, s.table, md, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := Cluster(ctx, s.table, md, e, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(s.table, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := md.Encode()
	for range 2 {
		md2, err := p.Train(ctx, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := md2.Encode(); string(again) != string(text) || string(md2.EncodeValues()) != string(md.EncodeValues()) {
			t.Fatal("a prepared table trains another model")
		}
		e2, err := p.Score(ctx, md2, nil, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(e2.List, e.List) {
			t.Fatal("a prepared table gives other edges")
		}
		part2, err := p.Cluster(ctx, md2, e2, nil, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(part2.Cluster, part.Cluster) || !slices.Equal(part2.Confident, part.Confident) {
			t.Fatal("a prepared table gives other clusters")
		}
	}
	one, err := NewExplainer(s.table, md)
	if err != nil {
		t.Fatal(err)
	}
	many, err := p.Explainers(md, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]string, len(e.List))
	for i, d := range e.List {
		want[i] = one.Explain(d.A, d.B).Text()
	}
	var wg sync.WaitGroup
	for _, x := range many {
		wg.Go(func() {
			for i, d := range e.List {
				if x.Explain(d.A, d.B).Text() != want[i] {
					t.Error("explainers disagree")
					return
				}
			}
		})
	}
	wg.Wait()
}

// What the limits leave out is said in the model's notes.
func TestNotesTellWhatIsLeftOut(t *testing.T) {
	s := synthetic(5, 60, 0.08)
	table := *s.table
	values := make([]string, table.Rows)
	for i := range values {
		values[i] = string(rune('a' + i%20))
	}
	table.Cols = slices.Clone(table.Cols)
	for range MaxAttributes {
		table.Cols = append(table.Cols, NewColumn("more", Code, values))
	}
	md, err := Train(context.Background(), &table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(md.Notes, "\n"), "columns: not compared") {
		t.Fatalf("no note on the columns left out: %q", md.Notes)
	}
}

package state

import (
	"bytes"
	"cmp"
	"fmt"
	"testing"

	"clientbase/schemas"
)

func putRow(b *Base, key, name string, asOf int64) Outcome {
	var batch schemas.Batch
	batch.Rows, batch.Fields = 1, []string{"", "NAME"}
	cells := &schemas.Cells{}
	cells.Append(schemas.Cell{Value: name, Status: schemas.OK, Chain: batch.Chain("name@1"), Field: 1})
	cells.EndRow()
	batch.Out = map[string]*schemas.Cells{"surname": cells}
	bind := b.Bind(&batch)
	out, _ := b.Put(Seen{Stream: b.StreamNo("core/clients"), Key: key, Party: schemas.Person, Content: schemas.Hash64(name), AsOf: asOf, Valid: -1})
	if out != Merged {
		bind.Append(0)
	}
	return out
}

func reload(t *testing.T, gens [][2][]byte, mutable []byte) *Base {
	t.Helper()
	b := NewBase()
	for _, g := range gens {
		var parts [2]*Part
		for i := range g {
			var err error
			if parts[i], err = ReadPart(bytes.NewReader(g[i]), "test"); err != nil {
				t.Fatal(err)
			}
		}
		b.Grow(parts[0], parts[1])
	}
	if err := b.ReadMutable(bytes.NewReader(mutable), "test"); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGenerationsReadBackWhatWasWritten(t *testing.T) {
	b := NewBase()
	var gens [][2][]byte
	mark := Empty()
	const day = 86400
	for gen := 0; gen < 3; gen++ {
		for i := 0; i < 50; i++ {
			putRow(b, fmt.Sprint("k", i+gen*20), fmt.Sprint("name", i%7, gen), int64(gen+1)*day)
		}
		var rows, texts bytes.Buffer
		if err := cmp.Or(b.WriteRows(&rows, mark), b.WriteTexts(&texts, mark)); err != nil {
			t.Fatal(err)
		}
		gens, mark = append(gens, [2][]byte{rows.Bytes(), texts.Bytes()}), b.Mark()
		var m bytes.Buffer
		if err := b.WriteMutable(&m); err != nil {
			t.Fatal(err)
		}
		got := reload(t, gens, m.Bytes())
		if got.Rows() != b.Rows() {
			t.Fatalf("generation %d: %d rows, want %d", gen, got.Rows(), b.Rows())
		}
		for r := 0; r < b.Rows(); r++ {
			wc, wl, wh := b.Cells("surname", Row(r))
			gc, gl, gh := got.Cells("surname", Row(r))
			if wh-wl != gh-gl || wc.Dict.Get(wc.ID[wl]) != gc.Dict.Get(gc.ID[gl]) || b.KeyOf(Row(r)) != got.KeyOf(Row(r)) || b.Live[r] != got.Live[r] {
				t.Fatalf("generation %d row %d differs", gen, r)
			}
		}
		b = got
	}
}

func TestVersionsFollowTheirOrderNotTheirArrival(t *testing.T) {
	b := NewBase()
	const day = 86400
	if got := putRow(b, "1", "new", 2*day); got != Created {
		t.Fatalf("first sight: %d", got)
	}
	if got := putRow(b, "1", "old", 1*day); got != History {
		t.Fatalf("late file: %d, want history", got)
	}
	if got := putRow(b, "1", "new", 3*day); got != Merged {
		t.Fatalf("same content later: %d, want merged", got)
	}
	if got := putRow(b, "1", "old", 4*day); got != Changed {
		t.Fatalf("the same bytes with a later as_of are applied: %d, want changed", got)
	}
	r, _ := b.Latest(0, "1")
	if col, lo, _ := b.Cells("surname", r); col.Dict.Get(col.ID[lo]) != "old" {
		t.Fatal("the live version is not the latest")
	}
}

func TestMissingFromAFullExtractIsClosedAndCanReturn(t *testing.T) {
	b := NewBase()
	const day = 86400
	putRow(b, "1", "a", day)
	putRow(b, "2", "b", day)
	putRow(b, "1", "a", 2*day)
	if closed := b.CloseMissing(0, 2*day); len(closed) != 1 || b.KeyOf(closed[0]) != "2" {
		t.Fatalf("closed %v, want the record of key 2", closed)
	}
	if got := putRow(b, "2", "b", 3*day); got != Changed {
		t.Fatalf("a key that returns: %d, want a new version", got)
	}
}

// A column that is born with the first cell of a row belongs to that row, whether
// the batch was bound before or after the row was opened.
func TestCellsBelongToTheRowThatWasOpened(t *testing.T) {
	b := NewBase()
	put := func(key string, attrs map[string]string) {
		var batch schemas.Batch
		batch.Rows, batch.Fields, batch.Out = 1, []string{""}, map[string]*schemas.Cells{}
		for a, v := range attrs {
			cells := &schemas.Cells{}
			cells.Append(schemas.Cell{Value: v, Status: schemas.OK})
			cells.EndRow()
			batch.Out[a] = cells
		}
		b.Put(Seen{Stream: b.StreamNo("core/clients"), Key: key, Party: schemas.Person, Content: schemas.Hash64(key), AsOf: 1, Valid: -1})
		b.Bind(&batch).Append(0)
	}
	rows := []map[string]string{{"city": "c0"}, {"city": "c1", "email": "e1"}, {"email": "e2"}, {"phone": "p3"}}
	for i, attrs := range rows {
		put(fmt.Sprint(i), attrs)
	}
	for i, attrs := range rows {
		for _, a := range []string{"city", "email", "phone"} {
			col, lo, hi := b.Cells(a, Row(i))
			got := ""
			if hi > lo {
				got = col.Dict.Get(col.ID[lo])
			}
			if hi-lo > 1 || got != attrs[a] {
				t.Errorf("row %d: %s = %q in %d cells, want %q", i, a, got, hi-lo, attrs[a])
			}
		}
	}
}

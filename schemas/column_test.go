package schemas

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestADictionaryGivesBackWhatItTook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.String()).Draw(t, "words")
		d := NewDict()
		ids := map[string]uint32{}
		for _, w := range words {
			id := d.Intern(w)
			if old, known := ids[w]; known && old != id {
				t.Fatalf("two ids for one string")
			}
			ids[w] = id
		}
		adopted := DictOf(d.Parts())
		for w, id := range ids {
			if d.Get(id) != w {
				t.Fatalf("id %d gives another string", id)
			}
			if got, ok := adopted.Find(w); !ok || got != id {
				t.Fatalf("an adopted dictionary does not find id %d", id)
			}
		}
		if id, _ := d.Find(""); id != 0 || d.Get(0) != "" {
			t.Fatal("id 0 is the empty string")
		}
	})
}

func TestADictionaryGrowsPastItsFirstTable(t *testing.T) {
	d := NewDict()
	for i := 0; i < 10_000; i++ {
		if id := d.Intern(fmt.Sprint("word ", i)); id != uint32(i+1) {
			t.Fatalf("word %d has id %d", i, id)
		}
	}
	if _, ok := d.Find("word 10001"); ok {
		t.Fatal("found what was never put in")
	}
}

func TestCellsKeepRowsApart(t *testing.T) {
	var c Cells
	c.Append(Cell{Value: "a"})
	c.Append(Cell{Value: "b"})
	c.EndRow()
	c.EndRow()
	c.Append(Cell{Value: "c"})
	c.EndRow()
	if c.Rows() != 3 || len(c.Row(0)) != 2 || len(c.Row(1)) != 0 || c.Row(2)[0].Value != "c" || c.Row(3) != nil {
		t.Fatal("rows run together")
	}
	_ = append(c.Row(0), Cell{Value: "x"})
	if c.Row(2)[0].Value != "c" {
		t.Fatal("appending to a row's slice overwrote the next row")
	}
}

func TestEveryReasonAndStatusHasAName(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Reasons() {
		if seen[r.String()] || len(r.String()) > 7 && r.String()[:7] == "reason(" {
			t.Errorf("reason %d: name %q is missing or taken", r, r)
		}
		seen[r.String()] = true
	}
	for s := Empty; s <= Raw; s++ {
		if len(s.String()) > 7 && s.String()[:7] == "status(" {
			t.Errorf("status %d has no name", s)
		}
	}
}

// The hash is a contract: sampling and order are made from it.
func TestTheHashIsWrittenInStone(t *testing.T) {
	for in, want := range map[string]uint64{"": 0xfdbdf6ac4fc52e7f, "Иванов": 0xdd7731aca08c1f4c} {
		if got := Hash64(in); got != want {
			t.Errorf("hash of %q: %#x, want %#x", in, got, want)
		}
	}
}

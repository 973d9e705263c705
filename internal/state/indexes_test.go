package state

import (
	"bytes"
	"testing"

	"clientbase/schemas"
)

// A base with indexes made ahead takes records as one without, and keys that are
// worked out after it was read are those of their values.
func TestIndexChangesNothing(t *testing.T) {
	funcs := []KeyFunc{{Name: "first", Of: func(v string, emit func(string)) { emit(v[:2]); emit(v[:2]) }}}
	put := func(b *Base, stream uint16, key, name string) {
		b.Put(Seen{Stream: stream, Key: key, Party: schemas.Person, Content: schemas.Hash64(name), Valid: -1})
		cells := &schemas.Cells{}
		cells.Append(schemas.Cell{Value: name, Status: schemas.OK})
		cells.EndRow()
		b.Bind(&schemas.Batch{Rows: 1, Out: map[string]*schemas.Cells{"surname": cells}}).Append(0)
	}
	old := NewBase()
	core, web := old.StreamNo("core/clients"), old.StreamNo("web/leads")
	put(old, core, "1", "Иванов")
	put(old, core, "2", "Ильин")
	put(old, web, "1", "Петров")
	old.Attrs["surname"].ExtendKeys(funcs)
	var rows, texts, rest bytes.Buffer
	for _, err := range []error{old.WriteRows(&rows, Empty()), old.WriteTexts(&texts, Empty()), old.WriteMutable(&rest)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, ahead := range []bool{false, true} {
		b := NewBase()
		p, err := ReadPart(bytes.NewReader(rows.Bytes()), "rows")
		if err != nil {
			t.Fatal(err)
		}
		q, err := ReadPart(bytes.NewReader(texts.Bytes()), "texts")
		if err != nil {
			t.Fatal(err)
		}
		b.Grow(p, q)
		if err := b.ReadMutable(bytes.NewReader(rest.Bytes()), "rest"); err != nil {
			t.Fatal(err)
		}
		if ahead {
			b.Index([]string{"core/clients", "no/such"}, 2)
		}
		put(b, core, "3", "Ильин")
		put(b, core, "4", "Сидоров")
		put(b, core, "2", "Ивлев")
		col := b.Attrs["surname"]
		col.ExtendKeys(funcs)
		if got := []any{b.Rows(), b.Keys.Len(), col.Dict.Len()}; got[0] != 6 || got[1] != 6 || got[2] != 6 {
			t.Errorf("ahead %v: rows, keys and values %v", ahead, got)
		}
		if col.ID[1] != col.ID[3] || b.Live[1] || !b.Live[5] {
			t.Errorf("ahead %v: a value or a record was not found again", ahead)
		}
		k := col.Keys[0]
		for v := uint32(1); v < uint32(col.Dict.Len()); v++ {
			keys := k.ID[k.Off[v]:k.Off[v+1]]
			if len(keys) != 2 || keys[0] != keys[1] || k.Dict.Get(keys[0]) != col.Dict.Get(v)[:2] {
				t.Errorf("ahead %v: value %d has %d keys, not its own", ahead, v, len(keys))
			}
		}
		if k.Dict.Len() != 1+2+2 { // two were read, two were made, one of them again
			t.Errorf("ahead %v: %d key texts", ahead, k.Dict.Len())
		}
	}
}

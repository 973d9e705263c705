package landing

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/text/encoding/charmap"

	"clientbase/connectors"
)

// fileBatch is a file of lines "name;note" in an encoding.
func fileBatch(t *testing.T, rows [][2]string, encode func(string) []byte) connectors.Batch {
	t.Helper()
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{
		{Name: "NAME", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "NOTE", Type: arrow.BinaryTypes.String, Nullable: true}}, nil))
	defer b.Release()
	var out connectors.Batch
	for i, r := range rows {
		b.Field(0).(*array.StringBuilder).Append(r[0])
		b.Field(1).(*array.StringBuilder).Append(r[1])
		at := int64(len(out.Raw))
		out.Raw = append(out.Raw, encode(r[0]+";"+r[1]+"\n")...)
		out.Pos = append(out.Pos, connectors.Position{Kind: connectors.AtOffset, A: at, B: int64(len(out.Raw)), Line: int64(i + 1)})
	}
	out.Rows = b.NewRecordBatch()
	return out
}

func TestErasedRowsAreTombstones(t *testing.T) {
	for name, encode := range map[string]func(string) []byte{
		"utf-8":  func(s string) []byte { return []byte(s) },
		"cp1251": func(s string) []byte { b, _ := charmap.Windows1251.NewEncoder().Bytes([]byte(s)); return b },
	} {
		s, err := Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		b := fileBatch(t, [][2]string{{"Зимин", "первый"}, {"Канарейкина", "вторая"}, {"Рогова", "жена Канарейкиной, просит"}}, encode)
		w := s.Begin("core/clients", 1, "f.csv", time.Unix(0, 0), time.Unix(0, 0))
		if err := w.Add(context.Background(), b, nil); err != nil {
			t.Fatal(err)
		}
		id := w.Delivery().Batches[0].ID
		path := s.batchPath("core/clients", id)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		e := &Edit{}
		e.Erase(1, "erased")
		note := "жена Канарейкиной, просит"
		lo := strings.Index(note, "Канарейкиной")
		e.Overwrite(2, Overwrite{"NOTE", lo, lo + len("Канарейкиной")})
		for range 2 { // doing it again does no harm
			if err := s.Rewrite("core/clients", id, e); err != nil {
				t.Fatal(err)
			}
		}
		got, generation, err := s.readBatch("core/clients", id, true)
		if err != nil || generation != 2 || got.Gone[1] != "erased" || len(got.Gone) != 1 {
			t.Fatalf("%s: %v, generation %d, gone %v", name, err, generation, got.Gone)
		}
		if !got.Column("NAME").IsNull(1) || got.Column("NAME").Value(2) != "Рогова" || got.Rows.NumRows() != 3 {
			t.Errorf("%s: the rows are not what they should be", name)
		}
		if text := got.Column("NOTE").Value(2); text != "жена ××××××××××××, просит" {
			t.Errorf("%s: note %q", name, text)
		}
		if !bytes.Equal(got.RawRow(0), encode("Зимин;первый\n")) || len(got.Raw) != len(b.Raw) {
			t.Errorf("%s: bytes of another row changed", name)
		}
		if bytes.Contains(got.Raw, encode("Канарейкин")) || bytes.Contains(got.Raw, encode("вторая")) || !bytes.Contains(got.RawRow(2), encode("просит")) {
			t.Errorf("%s: bytes %q", name, got.Raw)
		}
		got.Release()
		// A copy of the file as it was cannot be read any more.
		if err := os.WriteFile(path, before, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ReadBatch("core/clients", id); err == nil {
			t.Errorf("%s: an old copy of the batch can be read", name)
		}
		b.Rows.Release()
	}
}

func TestEditedBatchKeepsItsID(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := fileBatch(t, [][2]string{{"Зимин", "первый"}, {"Канарейкина", "вторая"}}, func(s string) []byte { return []byte(s) })
	defer b.Rows.Release()
	e := &Edit{}
	e.Erase(1, "suppressed")
	ref, err := s.putBatch("core/clients", b, e)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.ReadBatch("core/clients", ref.ID)
	if err != nil || got.Gone[1] != "suppressed" || ref.ID != s.batchID("core/clients", b) {
		t.Fatal(err, got.Gone, ref)
	}
	got.Release()
	if again, err := s.putBatch("core/clients", b, nil); err != nil || again != ref {
		t.Errorf("the same content came to %v, %v", again, err)
	}
	if got, err = s.ReadBatch("core/clients", ref.ID); err != nil || len(got.Gone) != 1 {
		t.Errorf("a repeated delivery brought the row back: %v", err)
	}
	got.Release()
}

func TestRenewedKeyOpensBoth(t *testing.T) {
	k, err := OpenKeys(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string) string {
		path := t.TempDir() + "/" + name
		if err := k.Seal(path, "state", writes(name)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	opens := func(path string) bool {
		r, err := k.Unseal(path, "state")
		if err == nil {
			_ = r.Close()
		}
		return err == nil
	}
	one := write("one")
	if err := k.Renew("state"); err != nil {
		t.Fatal(err)
	}
	two := write("two")
	if !opens(one) || !opens(two) {
		t.Error("a renewed key does not open what either identity sealed")
	}
	for range 2 {
		if err := k.Retire("state"); err != nil {
			t.Fatal(err)
		}
	}
	if opens(one) || !opens(two) {
		t.Error("a retired identity still opens, or the new one does not")
	}
}

func writes(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

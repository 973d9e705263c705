package landing

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/connectors"
	"clientbase/internal/errs"
)

const canary = "Канарейкин"

func batchOf(values ...string) connectors.Batch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "NAME", Type: arrow.BinaryTypes.String, Nullable: true}}, nil))
	defer b.Release()
	var raw bytes.Buffer
	var pos []connectors.Position
	for i, v := range values {
		if v == "" {
			b.Field(0).AppendNull()
		} else {
			b.Field(0).(*array.StringBuilder).Append(v)
		}
		at := int64(raw.Len())
		raw.WriteString(v + "\n")
		pos = append(pos, connectors.Position{Kind: connectors.AtOffset, A: at, B: int64(raw.Len()) - 1, Line: int64(i + 1)})
	}
	return connectors.Batch{Rows: b.NewRecordBatch(), Pos: pos, Raw: raw.Bytes()}
}

func land(t *testing.T, s *Store, seq int, b connectors.Batch) Delivery {
	t.Helper()
	w := s.Begin("core/clients", seq, "clients.csv", time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), time.Now())
	if err := w.Add(context.Background(), b, nil); err != nil {
		t.Fatal(err)
	}
	d, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatLandedReadsBackWithItsBytes(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := land(t, s, 1, batchOf(canary, "", "второй"))
	got, err := s.ReadBatch(d.Stream, d.Batches[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Release()
	col := got.Column("NAME")
	if col.Value(0) != canary || !col.IsNull(1) || string(got.RawRow(2)) != "второй" || got.Pos[2].Line != 3 {
		t.Fatal("rows, nulls, positions or bytes differ from what was landed")
	}
	rows, err := s.ReadRows(d.Stream, d.Batches[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	if rows.Raw != nil || rows.Column("NAME").Value(0) != canary || rows.Pos[2] != got.Pos[2] {
		t.Fatal("rows that are read alone differ from those of the batch")
	}
}

func TestNothingOnDiskShowsAClient(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b := batchOf(canary)
	b.Bad = []connectors.BadRow{{Reason: "too_many_fields", Raw: []byte(canary)}}
	land(t, s, 1, b)
	files := 0
	err = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(canary)) {
			t.Errorf("%s holds a client's name in clear", filepath.Base(path))
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v", path, info.Mode())
		}
		return err
	})
	if err != nil || files < 5 {
		t.Fatalf("%d files, %v", files, err)
	}
	q, err := s.Quarantines()
	if err != nil || len(q) != 1 || q[0].Reasons["too_many_fields"] != 1 {
		t.Fatalf("quarantine %v, %v", q, err)
	}
	rows, err := s.Quarantined(q[0])
	if err != nil || string(rows[0].Raw) != canary {
		t.Fatal("the quarantined bytes do not read back")
	}
}

func TestTheSameBytesLandOnceAndOtherOrdersGiveOtherIDs(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	a, b := land(t, s, 1, batchOf("x", "y")), land(t, s, 2, batchOf("x", "y"))
	if a.Batches[0].ID != b.Batches[0].ID {
		t.Fatal("equal content, different batch ids")
	}
	if c := land(t, s, 3, batchOf("xy", "")); c.Batches[0].ID == a.Batches[0].ID {
		t.Fatal("different content, equal batch ids")
	}
}

func TestACutRunLeavesOrphansThatTheNextSweeps(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	kept := land(t, s, 1, batchOf("x"))
	w := s.Begin("core/clients", 2, "cut.csv", time.Time{}, time.Now())
	if err := w.Add(context.Background(), batchOf("orphan"), nil); err != nil { // and no Finish: the power went
		t.Fatal(err)
	}
	if n, err := s.Sweep("core/clients"); err != nil || n != 1 {
		t.Fatalf("swept %d, %v", n, err)
	}
	if list, err := s.Deliveries("core/clients"); err != nil || len(list) != 1 {
		t.Fatalf("deliveries %v, %v", list, err)
	}
	if _, err := s.ReadBatch("core/clients", kept.Batches[0].ID); err != nil {
		t.Fatal("the finished delivery was swept too")
	}
}

func TestAChangedFileIsNamedAndRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := land(t, s, 1, batchOf("x"))
	path := filepath.Join(dir, "landing", "core", "clients", d.Batches[0].ID+".age")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)-5] ^= 1
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = s.ReadBatch("core/clients", d.Batches[0].ID)
	if e, ok := errs.Of(err); !ok || e.Kind != errs.Integrity || !strings.Contains(err.Error(), d.Batches[0].ID) {
		t.Fatalf("got %v", err)
	}
}

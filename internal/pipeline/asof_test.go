package pipeline

import (
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/schemas"
)

func rowsOf(t *testing.T, column string, cells ...string) arrow.RecordBatch {
	t.Helper()
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: column, Type: arrow.BinaryTypes.String, Nullable: true}}, nil))
	defer b.Release()
	b.Field(0).(*array.StringBuilder).AppendValues(cells, nil)
	rec := b.NewRecordBatch()
	t.Cleanup(rec.Release)
	return rec
}

// The business date comes from where order.as_of says, and from nowhere else.
func TestAsOfComesFromItsPlace(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return time.Time{}
		}
		return d
	}
	arrived := day("2026-02-05")
	for _, c := range []struct{ word, name, header, first, last, want string }{
		{"name", "2026-01-31", "2026-01-30", "", "", "2026-01-31"},
		{"name", "", "2026-01-30", "", "", "refused"},
		{"header", "2026-01-31", "2026-01-30", "", "", "2026-01-30"},
		{"header", "2026-01-31", "", "", "", "refused"},
		{"arrival", "2026-01-31", "2026-01-30", "", "", "2026-02-05"},
		{"column:D", "2026-01-31", "", "28.01.2026 00:30:00", "27.01.2026 10:00:00", "2026-01-28"},
		{"column:D", "2026-01-31", "", "yesterday", "", "refused"},
	} {
		s := &schemas.Stream{Source: "core", Name: "clients", Zone: "Europe/Moscow", Order: schemas.Order{AsOf: c.word},
			Columns: []schemas.Column{{Name: "D", Type: "timestamp", Format: "dmy"}}}
		in, err := newInterpreter(s, schemas.Builtin(), nil)
		if err != nil {
			t.Fatal(err)
		}
		a := in.clock(connectors.SliceInfo{AsOf: day(c.name)})
		a.see(&connectors.Batch{AsOf: day(c.header), Rows: rowsOf(t, "D", c.first)})
		a.see(&connectors.Batch{Rows: rowsOf(t, "D", c.last)})
		d := &landing.Delivery{Name: "x.csv", AsOf: day(c.name), Arrived: arrived}
		got := "refused"
		if err := a.settle(d); err == nil {
			got = d.AsOf.Format(time.DateOnly)
		} else if errs.Exit(err) != 1 {
			t.Errorf("%+v: exit %d", c, errs.Exit(err))
		}
		if got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

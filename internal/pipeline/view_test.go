package pipeline

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/connectors"
	"clientbase/internal/landing"
)

func TestCellsOfAView(t *testing.T) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{field("a", textType)}, nil))
	defer b.Release()
	b.Field(0).(*array.StringBuilder).AppendValues([]string{"x", ""}, []bool{true, false})
	rows := b.NewRecordBatch()
	defer rows.Release()
	v := newView(&landing.Batch{Rows: rows, Pos: []connectors.Position{{Line: 7}}})
	for _, tc := range []struct {
		col  string
		row  int
		want string
	}{{"a", 0, "x"}, {"a", 1, ""}, {"absent", 0, ""}, {"@line", 0, "7"}, {"@line", 1, ""}} {
		if got := v.cell(tc.col, tc.row); got != tc.want {
			t.Errorf("%s of row %d: %q, want %q", tc.col, tc.row, got, tc.want)
		}
	}
}

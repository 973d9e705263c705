package pipeline

import (
	"strconv"

	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/connectors"
	"clientbase/internal/landing"
)

// view gives text access to a landed batch by column name.
type view struct {
	batch *landing.Batch
	cols  map[string]*array.String
}

func newView(b *landing.Batch) *view {
	v := &view{batch: b, cols: map[string]*array.String{}}
	for i, f := range b.Rows.Schema().Fields() {
		if col, ok := b.Rows.Column(i).(*array.String); ok {
			v.cols[f.Name] = col
		}
	}
	return v
}

// cell gives the text of a cell; "" when the column is absent or null.
func (v *view) cell(col string, row int) string { return v.column(col).at(row) }

// column finds a column once for all its cells.
func (v *view) column(name string) cells {
	if name == "@line" {
		return cells{pos: v.batch.Pos, col: v.cols[name]}
	}
	return cells{col: v.cols[name]}
}

// cells is a column of a landed batch, or the lines of its rows.
type cells struct {
	col *array.String
	pos []connectors.Position
}

// at gives the text of the cell of a row; "" when the column is absent or null.
func (c cells) at(row int) string {
	if row < len(c.pos) {
		return strconv.FormatInt(c.pos[row].Line, 10)
	}
	if c.col == nil || c.col.IsNull(row) {
		return ""
	}
	return c.col.Value(row)
}

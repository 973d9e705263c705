package pipeline

import (
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/schemas"
)

// asOf finds the time that a delivery speaks of, by the stream's order.as_of.
type asOf struct {
	stream *schemas.Stream
	column string    // of as_of: column:<name>
	format string    // of its dates
	name   time.Time // told by the file's name
	header time.Time // told by its header or trailer
	latest time.Time // latest value of column
}

func (in *interpreter) clock(info connectors.SliceInfo) *asOf {
	a := &asOf{stream: in.stream, name: info.AsOf}
	if column, ok := strings.CutPrefix(in.stream.Order.AsOf, "column:"); ok {
		a.column = column
		if c := in.cols[column]; c != nil {
			a.format = c.Format
		}
	}
	return a
}

// day is the day that a delivery speaks of, as far as it is known while it
// is received.
func (a *asOf) day(now time.Time) int32 {
	for _, t := range []time.Time{a.latest, a.header, a.name} {
		if !t.IsZero() {
			return int32(t.Unix() / 86400)
		}
	}
	return int32(now.Unix() / 86400)
}

// see takes in a batch. Local times count as they are written: the day is the
// day of the bank.
func (a *asOf) see(b *connectors.Batch) {
	if !b.AsOf.IsZero() {
		a.header = b.AsOf
	}
	if a.column == "" || b.Rows == nil {
		return
	}
	i := slices.Index(columnNames(b.Rows), a.column)
	if i < 0 {
		return
	}
	col, ok := b.Rows.Column(i).(*array.String)
	if !ok {
		return
	}
	was := ""
	for row := 0; row < col.Len(); row++ {
		if text := col.Value(row); text != was && text != "" {
			was = text
			if t, ok := parseMoment(text, a.format, time.UTC); ok && t.After(a.latest) {
				a.latest = t
			}
		}
	}
}

// settle writes the time into the delivery, or refuses it where the contract
// names a place that does not tell it.
func (a *asOf) settle(d *landing.Delivery) error {
	missing, hint := "", ""
	switch word := a.stream.Order.AsOf; {
	case word == "arrival":
		d.AsOf = d.Arrived
	case word == "name":
		d.AsOf = a.name.UTC()
		missing, hint = "its name tells no date", "name it like clients_2026-01-31.csv, or say order: {as_of: arrival}"
	case word == "header":
		d.AsOf = a.header.UTC()
		missing, hint = "neither header_line nor trailer tells a date", "write {as_of:2006-01-02} into header_line, or say another as_of"
	case a.column != "":
		d.AsOf = a.latest.UTC()
		missing, hint = "column "+a.column+" holds no date", "check its format, or say another as_of"
	}
	if d.AsOf.IsZero() && missing != "" {
		return errs.New(errs.Input, "find the date of", a.stream.ID()+" "+d.Name, missing, hint)
	}
	return nil
}

package landing

import (
	"bytes"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"clientbase/connectors"
)

// Edit is what must not be kept of a batch. The batch keeps its number of rows
// and their places: an erased row becomes a tombstone, an overwritten word
// keeps its length.
type Edit struct {
	Rows  map[int]string      // rows to erase, with why
	Cells map[int][]string    // row → columns whose cells become null
	Words map[int][]Overwrite // row → words to overwrite
	Bytes [][2]int64          // ranges of the received bytes that belong to no row
	Aside map[int]string      // rows that are kept and that no run may load unasked, with why
	For   string              // the erasure whose edit this is; the batch keeps what it did under this name
}

// Done is what an erasure took from the rows of a batch that stay.
type Done struct {
	Words int `json:"words,omitempty"` // overwritten
	Cells int `json:"cells,omitempty"` // made null
}

// done adds what an edit does to what earlier ones did.
func (e *Edit) done(before map[string]Done) map[string]Done {
	if e.For == "" {
		return before
	}
	out := maps.Clone(before)
	if out == nil {
		out = map[string]Done{}
	}
	d := out[e.For]
	for _, list := range e.Words {
		d.Words += len(list)
	}
	for _, list := range e.Cells {
		d.Cells += len(list)
	}
	out[e.For] = d
	return out
}

// Overwrite is a span of a cell.
type Overwrite struct {
	Column string
	Lo, Hi int // bytes of the cell's text
}

// Erase marks a row to be erased.
func (e *Edit) Erase(row int, why string) {
	if e.Rows == nil {
		e.Rows = map[int]string{}
	}
	e.Rows[row] = why
}

// Blank marks cells of a row.
func (e *Edit) Blank(row int, columns ...string) {
	if e.Cells == nil {
		e.Cells = map[int][]string{}
	}
	e.Cells[row] = append(e.Cells[row], columns...)
}

// Overwrite marks a span of a cell.
func (e *Edit) Overwrite(row int, o Overwrite) {
	if e.Words == nil {
		e.Words = map[int][]Overwrite{}
	}
	e.Words[row] = append(e.Words[row], o)
}

// Doubt marks a row that is kept, and set aside by every load.
func (e *Edit) Doubt(row int, why string) {
	if e.Aside == nil {
		e.Aside = map[int]string{}
	}
	e.Aside[row] = why
}

// Empty reports that everything may be kept; of a nil edit, too.
func (e *Edit) Empty() bool {
	return e == nil || len(e.Rows)+len(e.Cells)+len(e.Words)+len(e.Aside)+len(e.Bytes) == 0
}

// Rewrite erases and overwrites in a landed batch: the file is written anew
// under a new identity and the old one is destroyed, so that no copy of the old
// file can be read. A cut leaves the old or the new file.
func (s *Store) Rewrite(stream, id string, e *Edit) error {
	b, generation, err := s.readBatch(stream, id, true)
	if err != nil {
		return err
	}
	defer b.Release()
	out := b.edited(e)
	defer out.Release()
	fill, err := encoded(out, generation+1)
	if err != nil {
		return err
	}
	if err := s.ahead(s.batchPath(stream, id)); err != nil {
		return err
	}
	return s.Keys.Reseal(s.batchPath(stream, id), id, fill)
}

// RetireBatch ends a Rewrite that was cut before it destroyed the old identity.
func (s *Store) RetireBatch(id string) error { return s.Keys.Retire(id) }

// edited gives a copy of the batch without what e takes away.
func (b *Batch) edited(e *Edit) *Batch {
	out := &Batch{Pos: append([]connectors.Position(nil), b.Pos...), Raw: bytes.Clone(b.Raw), RawAt: b.RawAt, Gone: maps.Clone(b.Gone), Aside: maps.Clone(b.Aside), Done: e.done(b.Done)}
	if out.Aside == nil && len(e.Aside) > 0 {
		out.Aside = map[int]string{}
	}
	maps.Copy(out.Aside, e.Aside)
	if out.Gone == nil && len(e.Rows) > 0 {
		out.Gone = map[int]string{}
	}
	for row, why := range e.Rows {
		out.Gone[row] = why
		out.blankRaw(row)
		if row < len(out.Pos) {
			out.Pos[row].Key = ""
		}
	}
	for row, list := range e.Words {
		for _, o := range list {
			if col := b.Column(o.Column); col != nil && !col.IsNull(row) && o.Lo >= 0 && o.Hi <= len(col.Value(row)) {
				out.overwriteRaw(row, col.Value(row)[o.Lo:o.Hi])
			}
		}
	}
	for row := range e.Cells {
		out.blankRaw(row)
	}
	for _, r := range e.Bytes {
		out.blank(r[0]-out.RawAt, r[1]-out.RawAt)
	}
	if b.Rows == nil {
		return out // bad rows only
	}
	cols := make([]arrow.Array, b.Rows.NumCols())
	for i, f := range b.Rows.Schema().Fields() {
		col, ok := b.Rows.Column(i).(*array.String)
		if !ok {
			col = nullText(int(b.Rows.NumRows())) // a connector gives text only; nothing else is known to be safe
		}
		cols[i] = editedColumn(f.Name, col, e)
	}
	out.Rows = array.NewRecordBatch(b.Rows.Schema(), cols, b.Rows.NumRows())
	for _, c := range cols {
		c.Release()
	}
	return out
}

func nullText(n int) *array.String {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.AppendNulls(n)
	return b.NewStringArray()
}

func editedColumn(name string, col *array.String, e *Edit) arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	for row := range col.Len() {
		if _, gone := e.Rows[row]; gone || col.IsNull(row) || blanked(e.Cells[row], name) {
			b.AppendNull()
			continue
		}
		text := col.Value(row)
		for _, o := range e.Words[row] {
			if o.Column == name && o.Lo >= 0 && o.Lo <= o.Hi && o.Hi <= len(text) {
				text = text[:o.Lo] + Filler(text[o.Lo:o.Hi]) + text[o.Hi:]
			}
		}
		b.Append(text)
	}
	return b.NewArray()
}

// blanked also covers the token that a connector made of a column.
func blanked(list []string, name string) bool {
	for _, c := range list {
		if c == name || c+"#token" == name {
			return true
		}
	}
	return false
}

// Filler gives what a word is overwritten with: as many letters in as many
// bytes, so that every place in the text stays what it was.
func Filler(word string) string {
	var b strings.Builder
	for _, r := range word {
		switch utf8.RuneLen(r) {
		case 2:
			b.WriteRune('×')
		case 3:
			b.WriteRune('█')
		case 4:
			b.WriteRune('🞩')
		default:
			b.WriteByte('*')
		}
	}
	return b.String()
}

// span gives the place of a row in Raw; ok is false when it is not known.
func (b *Batch) span(row int) (lo, hi int64, ok bool) {
	if row >= len(b.Pos) || b.Pos[row].Kind != connectors.AtOffset {
		return 0, 0, false
	}
	lo, hi = b.Pos[row].A-b.RawAt, b.Pos[row].B-b.RawAt
	return lo, hi, lo >= 0 && lo <= hi && hi <= int64(len(b.Raw))
}

// blankRaw blanks the received bytes of a row, its line end but; where its
// place is not known, those of the whole batch.
func (b *Batch) blankRaw(row int) {
	lo, hi, ok := b.span(row)
	if !ok {
		lo, hi = 0, int64(len(b.Raw))
	}
	b.blank(lo, hi)
}

func (b *Batch) blank(lo, hi int64) {
	for i := max(lo, 0); i < min(hi, int64(len(b.Raw))); i++ {
		if b.Raw[i] != '\n' && b.Raw[i] != '\r' {
			b.Raw[i] = ' '
		}
	}
}

// overwriteRaw overwrites a word in the received bytes of a row, in whichever
// encoding it stands there; where it stands in none, the row is blanked.
func (b *Batch) overwriteRaw(row int, word string) {
	if len(b.Raw) == 0 || word == Filler(word) { // nothing, or overwritten before
		return
	}
	lo, hi, ok := b.span(row)
	if !ok {
		b.blankRaw(row)
		return
	}
	found := false
	for _, enc := range rawEncodings() {
		w := []byte(word)
		if enc != nil {
			var err error
			if w, err = enc.NewEncoder().Bytes(w); err != nil {
				continue
			}
		}
		for at := lo; ; {
			i := bytes.Index(b.Raw[at:hi], w)
			if i < 0 {
				break
			}
			found = true
			at += int64(i)
			for k := range w {
				b.Raw[at+int64(k)] = '*'
			}
			at += int64(len(w))
		}
	}
	if !found {
		b.blankRaw(row)
	}
}

// rawEncodings are those in which files come; nil is UTF-8.
func rawEncodings() []encoding.Encoding {
	return []encoding.Encoding{nil, charmap.Windows1251, charmap.CodePage866, charmap.KOI8R, charmap.KOI8U,
		unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}
}

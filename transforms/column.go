package transforms

import (
	"unsafe"

	"clientbase/schemas"
)

// Result is the verdict on one value of a cell; a cell may give several.
type Result struct {
	Out    string // cleansed value; empty unless Status.Usable
	Status schemas.Status
	Reason schemas.Reason
	Rule   string // chain text, "phone@1"
	Lo, Hi int    // byte span inside the cell; 0,0 = the whole cell
	Ext    string // phone extension
	Class  string // what sort of value it is: phone type, class of an e-mail address, …
	// Details is what else the rule read out of the cell; nil in batches, whose
	// columns hold it.
	Details []Detail
}

// extMark parts a phone from its extension.
const extMark = ";ext="

// Value is the form in which a result is stored: Out, and the extension after
// ";ext=".
func (r Result) Value() string {
	if r.Ext == "" || r.Out == "" {
		return r.Out
	}
	return r.Out + extMark + r.Ext
}

// cell is a text to judge and what is known around it.
type cell struct {
	text   string
	attr   schemas.Attr
	region string // default region of the stream
	asOf   int32  // the batch's business date, days since 1970
	party  schemas.Party
	stream string // "source/stream"
	field  string // source column
	format string // declared format or decoding of the column
	model  *Model // nil = nothing known
	votes  DateVotes
	peaks  map[int32]bool // days of the column that are no dates but fill its cells
	row    int
	batch  *schemas.Batch // nil outside a batch
	str    maker
	raw    schemas.Cell      // the cell that text stands in
	detail bool              // the asker wants Result.Details
	mails  *memo[mailDomain] // mail domains of the column; nil outside a batch
	limits *limits           // nil = the program's
	phones *phoneScan        // memory in which phones are read; nil = none yet
}

// cellFunc judges one cell and appends its results to out. Results must not
// keep out's memory; texts made for them come from c.str.
type cellFunc func(c *cell, out []Result) []Result

// columnRule is a rule that judges each cell of the attributes of some kinds
// by f, cell by cell.
func columnRule(d *schemas.Dictionary, id string, version int, doc string, f cellFunc, kinds ...schemas.Kind) Rule {
	attrs := attrsOf(d, kinds...)
	ids := make([]string, len(attrs))
	for i, a := range attrs {
		ids[i] = a.ID
	}
	return Rule{ID: id, Version: version, Doc: doc, Reads: ids, Writes: ids,
		Apply: func(b *schemas.Batch, m *Model) error {
			for _, a := range attrs {
				if err := column(b, m, a, f); err != nil {
					return err
				}
			}
			return nil
		}}
}

// attrsOf lists the dictionary's attributes of the given kinds, in its order.
func attrsOf(d *schemas.Dictionary, kinds ...schemas.Kind) []schemas.Attr {
	var out []schemas.Attr
	for _, a := range d.Attrs {
		for _, k := range kinds {
			if a.Kind == k {
				out = append(out, a)
				break
			}
		}
	}
	return out
}

// column judges every raw cell of one attribute by f and writes b.Out. Cells
// that are not raw any more are passed on; an attribute without raw cells gets
// no column.
func column(b *schemas.Batch, m *Model, a schemas.Attr, f cellFunc) error {
	in := b.In[a.ID]
	if in == nil {
		return nil
	}
	out := emptyColumn(b, a.ID, in.Len())
	c := cell{attr: a, region: b.Region, asOf: b.AsOf, stream: b.Stream, model: m, batch: b}
	var buf [4]Result
	chains := chainCache{b: b}
	for i := range b.Rows {
		c.row = i
		if i < len(b.Party) {
			c.party = b.Party[i]
		}
		for _, raw := range in.Row(i) {
			if raw.Status != schemas.Raw {
				out.Append(raw)
				continue
			}
			if raw.Value == "" {
				continue
			}
			c.text, c.raw, c.field, c.format = raw.Value, raw, "", ""
			if int(raw.Field) < len(b.Fields) {
				c.field = b.Fields[raw.Field]
			}
			if int(raw.Field) < len(b.Format) {
				c.format = b.Format[raw.Field]
			}
			results := f(&c, buf[:0])
			for k := range results {
				if r := &results[k]; r.Status != schemas.Empty {
					out.Append(c.stored(r, chains.of(r.Rule)))
				}
			}
		}
		out.EndRow()
	}
	return nil
}

// emptyColumn is a column of b.Out to fill, with room for so many cells.
func emptyColumn(b *schemas.Batch, attr string, cells int) *schemas.Cells {
	out := b.Out[attr]
	if out == nil {
		out = &schemas.Cells{}
		b.Out[attr] = out
	}
	out.Reset()
	out.Grow(b.Rows, cells)
	return out
}

// stored is a result as its column holds it; its span is counted in the field of
// the raw cell.
func (c *cell) stored(r *Result, chain uint16) schemas.Cell {
	v := schemas.Cell{Value: r.Out, Status: r.Status, Reason: r.Reason, Chain: chain, Field: c.raw.Field, Lo: c.raw.Lo, Hi: c.raw.Hi}
	if r.Ext != "" && r.Out != "" {
		var buf [64]byte
		v.Value = c.str.make(append(append(append(buf[:0], r.Out...), extMark...), r.Ext...))
	}
	if r.Hi > 0 {
		v.Lo, v.Hi = c.raw.Lo+int32(r.Lo), c.raw.Lo+int32(r.Hi)
	}
	return v
}

// fill gives an attribute to records that have no usable cell of it: of is
// asked for each such record. Cells already there (junk, invalid) stay before
// the new one. Nothing is written when of gives nothing.
func fill(b *schemas.Batch, attr string, of func(row int) (schemas.Cell, bool)) {
	old := b.Out[attr]
	var out *schemas.Cells
	for i := range b.Rows {
		var cells []schemas.Cell
		if old != nil {
			cells = old.Row(i)
		}
		add, ok := schemas.Cell{}, false
		if !anyUsable(cells) {
			add, ok = of(i)
		}
		if ok && out == nil {
			out = &schemas.Cells{}
			out.Grow(b.Rows, b.Rows)
			for j := range i {
				if old != nil {
					for _, v := range old.Row(j) {
						out.Append(v)
					}
				}
				out.EndRow()
			}
		}
		if out == nil {
			continue
		}
		for _, v := range cells {
			out.Append(v)
		}
		if ok {
			out.Append(add)
		}
		out.EndRow()
	}
	if out != nil {
		b.Out[attr] = out
	}
}

func anyUsable(cells []schemas.Cell) bool {
	for _, v := range cells {
		if v.Status.Usable() {
			return true
		}
	}
	return false
}

// chainCache remembers the chains that the last results used.
type chainCache struct {
	b    *schemas.Batch
	text [4]string
	id   [4]uint16
	n    int
}

func (c *chainCache) of(text string) uint16 {
	for i := range min(c.n, len(c.text)) {
		if c.text[i] == text {
			return c.id[i]
		}
	}
	id := c.b.Chain(text)
	i := c.n % len(c.text)
	c.text[i], c.id[i] = text, id
	c.n++
	return id
}

// maker cuts short-lived texts out of shared blocks, so that a batch of values
// costs few allocations. The zero value is ready.
type maker struct{ block []byte }

// make copies b into a new string.
func (m *maker) make(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(m.block)+len(b) > cap(m.block) {
		m.block = make([]byte, 0, max(len(b), min(8192, max(64, 2*cap(m.block)))))
	}
	lo := len(m.block)
	m.block = append(m.block, b...)
	part := m.block[lo:]
	return unsafe.String(unsafe.SliceData(part), len(part))
}

// keep gives s itself when b holds the same bytes, so that an unchanged value
// costs nothing.
func (m *maker) keep(s string, b []byte) string {
	if s == string(b) {
		return s
	}
	return m.make(b)
}

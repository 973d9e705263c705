package schemas

import "slices"

// Cell is one value of one attribute of one record. A record's cell list for
// an attribute may hold none, one or several (two phones in one field).
type Cell struct {
	Value  string // cleansed form; the source text while Status is Raw; empty unless Status.Usable or Raw
	Status Status
	Reason Reason
	Chain  uint16 // index into Batch.Chains: which rules, in order, made it
	Field  uint16 // index into Batch.Fields: the source column it came from
	Lo, Hi int32  // byte span inside that field's text; 0,0 = the whole field
}

// Conflicts is the column of Batch.Out that is no attribute: what contradicts
// what inside a record. Two cells make one contradiction, one for each side, with
// the field and the chain of the value that stands there; the last rule of both
// chains is the check that found it. Their values stay where they are.
const Conflicts = "#conflicts"

// Cells is a list column: Row(i) are the cells of record i. The zero value is
// ready to fill: Append cells, then EndRow, once per record.
type Cells struct {
	off   []uint32
	cells []Cell
}

// Grow makes room for a column of so many rows and cells.
func (c *Cells) Grow(rows, cells int) {
	c.off, c.cells = slices.Grow(c.off, rows+1), slices.Grow(c.cells, cells)
}

// Append adds a cell to the row being filled.
func (c *Cells) Append(v Cell) { c.cells = append(c.cells, v) }

// EndRow closes the row being filled and opens the next.
func (c *Cells) EndRow() {
	if len(c.off) == 0 {
		c.off = append(c.off, 0)
	}
	c.off = append(c.off, uint32(len(c.cells)))
}

// Rows counts closed rows.
func (c *Cells) Rows() int {
	if len(c.off) == 0 {
		return 0
	}
	return len(c.off) - 1
}

// Row gives the cells of row i; the slice is owned by the column.
func (c *Cells) Row(i int) []Cell {
	if i < 0 || i+1 >= len(c.off) {
		return nil
	}
	return c.cells[c.off[i]:c.off[i+1]:c.off[i+1]]
}

// Len counts cells over all rows.
func (c *Cells) Len() int { return len(c.cells) }

// Reset empties the column and keeps its memory.
func (c *Cells) Reset() { c.off, c.cells = c.off[:0], c.cells[:0] }

// NoAsOf is the business date of rows whose file tells none: dates are judged as
// of this program's own year.
const NoAsOf = 20818 // 2026-12-31

// Batch is a group of records on their way through the transforms: per
// attribute a list column. Rules read raw cells from In and write cleansed
// ones to Out; an attribute that no rule writes is copied with status OK.
type Batch struct {
	Rows   int
	Party  []Party  // per row: person or organisation
	Stream string   // "source/stream", the name under which the model keeps column evidence
	Region string   // default region of the stream: RU, UA, BY, KZ, …
	AsOf   int32    // the batch's business date in days since 1970; rules use it instead of a clock
	Fields []string // source column names; Cell.Field points here
	Format []string // beside Fields: declared Column.Format or Column.Decode ("dmy", "birth_number"), "" = undeclared
	Lists  []string // beside Fields: id and version of the code list that decoded the column, "" = none or one of its own; nil = none at all
	Chains []string // interned rule chains, "phone@1" or "mixed@1>name@1"; 0 is ""
	In     map[string]*Cells
	Out    map[string]*Cells
}

// Chain interns a rule chain text and returns its index in Chains.
func (b *Batch) Chain(text string) uint16 {
	for i, s := range b.Chains {
		if s == text {
			return uint16(i)
		}
	}
	if len(b.Chains) == 0 {
		b.Chains = append(b.Chains, "")
		if text == "" {
			return 0
		}
	}
	b.Chains = append(b.Chains, text)
	return uint16(len(b.Chains) - 1)
}

// Dict is an append-only set of distinct strings with dense ids. Id 0 is
// always the empty string, which means "missing". Strings live in one byte
// arena, so the garbage collector has nothing to follow. Not safe for
// concurrent Intern; reading is.
type Dict struct {
	arena []byte
	off   []uint32 // off[id]..off[id+1]; arenas over 4 GiB are not supported: split by attribute
	index []uint32 // open addressing: id+1, 0 = free
	mask  uint64
}

// NewDict returns a dictionary that holds only the empty string.
func NewDict() *Dict {
	d := &Dict{off: []uint32{0, 0}}
	d.grow(64)
	return d
}

// DictOf adopts an arena with its offsets (off[0] = off[1] = 0, then one end
// per id), as written by a state file; the index is built on first Intern.
func DictOf(arena []byte, off []uint32) *Dict { return &Dict{arena: arena, off: off} }

// Parts gives the arena and offsets for writing; the caller must not change them.
func (d *Dict) Parts() (arena []byte, off []uint32) { return d.arena, d.off }

// Len counts ids, the empty string included.
func (d *Dict) Len() int { return len(d.off) - 1 }

// Get gives the string of an id. It shares the arena's memory and stays valid:
// arena growth copies, never overwrites.
func (d *Dict) Get(id uint32) string { return viewString(d.arena[d.off[id]:d.off[id+1]]) }

// Intern gives the id of s, adding it when new.
func (d *Dict) Intern(s string) uint32 {
	if s == "" {
		return 0
	}
	switch {
	case d.index == nil:
		d.Index()
	case uint64(d.Len())*4 > (d.mask+1)*3:
		d.grow(uint64(d.Len()) * 2)
	}
	h := hash64(s)
	for i := h & d.mask; ; i = (i + 1) & d.mask {
		e := d.index[i]
		if e == 0 {
			id := uint32(d.Len())
			d.arena = append(d.arena, s...)
			d.off = append(d.off, uint32(len(d.arena)))
			d.index[i] = id + 1
			return id
		}
		if d.Get(e-1) == s {
			return e - 1
		}
	}
}

// Add gives a new id to s, which is not empty, without asking whether it has one:
// for dictionaries in which nobody looks for a string.
func (d *Dict) Add(s string) uint32 {
	d.index = nil
	d.arena = append(d.arena, s...)
	d.off = append(d.off, uint32(len(d.arena)))
	return uint32(d.Len() - 1)
}

// Find gives the id of s, or 0,false when it is not there.
func (d *Dict) Find(s string) (uint32, bool) {
	if s == "" {
		return 0, true
	}
	d.Index()
	for i := hash64(s) & d.mask; ; i = (i + 1) & d.mask {
		e := d.index[i]
		if e == 0 {
			return 0, false
		}
		if d.Get(e-1) == s {
			return e - 1, true
		}
	}
}

// Index makes the index by which strings are found, unless it is there: who needs
// it soon may have it made meanwhile.
func (d *Dict) Index() {
	if d.index == nil {
		d.grow(uint64(d.Len()) + uint64(d.Len())/8)
	}
}

func (d *Dict) grow(n uint64) {
	size := uint64(64)
	for size < n*2 {
		size *= 2
	}
	d.index, d.mask = Touched[uint32](int(size)), size-1
	// Strings are entered several at a time: their places, which lie far apart, are
	// looked at one right after the other, so that no look waits for the one before.
	var place [64]uint64
	for id := 1; id < d.Len(); {
		some := place[:min(len(place), d.Len()-id)]
		for k := range some {
			some[k] = hash64(d.Get(uint32(id + k)))
		}
		for k, h := range some {
			i := h & d.mask
			some[k] = i + uint64(min(d.index[i], 1)) // the next one where it is taken
		}
		for _, i := range some {
			i &= d.mask
			for d.index[i] != 0 {
				i = (i + 1) & d.mask
			}
			d.index[i] = uint32(id) + 1
			id++
		}
	}
}

package state

import (
	"io"
	"slices"
	"sort"
	"unsafe"

	"clientbase/schemas"
)

// Mark remembers how much of a base is on disk already.
type Mark struct {
	rows  int
	keys  int
	dicts map[string]int
	cells map[string]int
	match map[string][]keyMark
}

// Mark takes the base's present size; WriteRows and WriteTexts later write what came after.
func (b *Base) Mark() Mark {
	m := Mark{rows: b.Rows(), keys: b.Keys.Len(), dicts: map[string]int{}, cells: map[string]int{}, match: map[string][]keyMark{}}
	for a, c := range b.Attrs {
		m.dicts[a], m.cells[a], m.match[a] = c.Dict.Len(), len(c.ID), c.keyMarks()
	}
	return m
}

// Rows counts the rows on disk.
func (m Mark) Rows() int { return m.rows }

// Empty is the mark of a base with nothing on disk.
func Empty() Mark {
	return Mark{keys: 1, dicts: map[string]int{}, cells: map[string]int{}}
}

// WriteRows writes the rows and cells that were added since the mark: the first
// of the two files of a generation.
func (b *Base) WriteRows(w io.Writer, since Mark) error {
	s := newSectionWriter(w)
	n := since.rows
	put(s, "stream", b.Stream[n:])
	put(s, "key", b.Key[n:])
	put(s, "party", b.Party[n:])
	put(s, "batch", b.Batch[n:])
	put(s, "pos", b.Pos[n:])
	put(s, "content", b.Content[n:])
	put(s, "valid", b.Valid[n:])
	put(s, "known_us", b.Known[n:])
	attrs := b.AttrNames()
	putStrings(s, "attrs", attrs)
	for _, a := range attrs {
		c := b.Attrs[a]
		k := since.cells[a]
		// Offsets are written relative to the generation's first cell.
		off := make([]uint32, 0, b.Rows()-n)
		for r := n + 1; r <= b.Rows(); r++ {
			off = append(off, c.Off[r]-uint32(k))
		}
		put(s, a+"/off", off)
		put(s, a+"/id", c.ID[k:])
		put(s, a+"/status", c.Status[k:])
		put(s, a+"/reason", c.Reason[k:])
		put(s, a+"/chain", c.Chain[k:])
		put(s, a+"/field", c.Field[k:])
	}
	return s.close()
}

// WriteTexts writes the record keys, dictionary entries and match keys that were
// added since the mark: the second file of a generation.
func (b *Base) WriteTexts(w io.Writer, since Mark) error {
	s := newSectionWriter(w)
	putDict(s, "keys", b.Keys, since.keys)
	for _, a := range b.AttrNames() {
		c := b.Attrs[a]
		putDict(s, a+"/dict", c.Dict, max(since.dicts[a], 1))
		c.putKeys(s, a, since.match[a])
	}
	return s.close()
}

// Part is a file of a generation that was read and waits to be taken in: the
// files are read side by side and taken in one by one.
type Part struct{ s *sections }

// ReadPart reads what WriteRows, WriteTexts or WriteMutable wrote.
func ReadPart(r io.Reader, thing string) (*Part, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	return &Part{s}, nil
}

// Grow appends one generation; generations come in their order. A generation of
// a program that wrote one file has the texts among the rows.
func (b *Base) Grow(rows, texts *Part) {
	s, before := rows.s, b.Rows()
	b.Stream = get(s, "stream", b.Stream)
	b.Key = get(s, "key", b.Key)
	b.Party = get(s, "party", b.Party)
	b.Batch = get(s, "batch", b.Batch)
	b.Pos = get(s, "pos", b.Pos)
	b.Content = get(s, "content", b.Content)
	b.Valid = get(s, "valid", b.Valid)
	b.Known = get(s, "known_us", b.Known)
	b.Keys = getDict(texts.s, "keys", b.Keys)
	for _, a := range getStrings(s, "attrs") {
		c := b.column(a, before)
		for len(c.Off) <= before {
			c.Off = append(c.Off, uint32(len(c.ID)))
		}
		c.Dict = getDict(texts.s, a+"/dict", c.Dict)
		c.Off = getOffsets(s, a+"/off", c.Off, uint32(len(c.ID)))
		c.ID = get(s, a+"/id", c.ID)
		c.Status = get(s, a+"/status", c.Status)
		c.Reason = get(s, a+"/reason", c.Reason)
		c.Chain = get(s, a+"/chain", c.Chain)
		c.Field = get(s, a+"/field", c.Field)
		c.getKeys(texts.s, a)
	}
	for _, c := range b.Attrs {
		for len(c.Off) <= b.Rows() {
			c.Off = append(c.Off, uint32(len(c.ID)))
		}
	}
}

// AttrNames lists the attributes that have a column, sorted.
func (b *Base) AttrNames() []string {
	out := make([]string, 0, len(b.Attrs))
	for a := range b.Attrs {
		out = append(out, a)
	}
	sort.Strings(out)
	return out
}

func putDict(s *sectionWriter, name string, d *schemas.Dict, first int) {
	arena, off := d.Parts()
	first = min(first, d.Len())
	start := off[first]
	put(s, name+"/bytes", arena[start:])
	ends := make([]uint32, 0, d.Len()-first)
	for _, o := range off[first+1:] {
		ends = append(ends, o-start)
	}
	put(s, name+"/ends", ends)
}

// getDict gives a dictionary with further entries, behind those of the one that
// was, which is not used any more.
func getDict(s *sections, name string, d *schemas.Dict) *schemas.Dict {
	arena, off := d.Parts()
	base := uint32(len(arena))
	return schemas.DictOf(get(s, name+"/bytes", arena), getOffsets(s, name+"/ends", off, base))
}

// getOffsets appends offsets that are told from base on. To dst that holds but the
// first ones, 0, they are taken as they lie.
func getOffsets(s *sections, name string, dst []uint32, base uint32) []uint32 {
	more := get[uint32](s, name, nil)
	if first := 4 * len(dst); base == 0 && first <= front && len(more) > 0 && !slices.ContainsFunc(dst, func(o uint32) bool { return o != 0 }) {
		begin := (*uint32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(more)), -first))
		return unsafe.Slice(begin, len(dst)+cap(more))[:len(dst)+len(more)]
	}
	dst = slices.Grow(dst, len(more)+spare(len(more)))
	for _, o := range more {
		dst = append(dst, base+o)
	}
	return dst
}

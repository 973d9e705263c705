package state

import "io"

// Junk remembers what the junk cells of record versions look like: values that
// are none are not kept with a record, but people ask which junk is frequent. It
// holds shapes and words of closed lists, no client's value. Rows are those of
// the Base beside it, ascending.
type Junk struct {
	Texts []string // attribute ids and shapes, each once
	Row   []Row
	Attr  []uint32 // in Texts
	Shape []uint32 // in Texts

	id map[string]uint32
}

// Add notes one junk cell of the row that was opened last.
func (j *Junk) Add(r Row, attr, shape string) {
	j.Row, j.Attr, j.Shape = append(j.Row, r), append(j.Attr, j.intern(attr)), append(j.Shape, j.intern(shape))
}

func (j *Junk) intern(text string) uint32 {
	if j.id == nil {
		j.id = make(map[string]uint32, len(j.Texts))
		for i, t := range j.Texts {
			j.id[t] = uint32(i)
		}
	}
	i, ok := j.id[text]
	if !ok {
		i = uint32(len(j.Texts))
		j.Texts = append(j.Texts, text)
		j.id[text] = i
	}
	return i
}

// Write saves it.
func (j *Junk) Write(w io.Writer) error {
	s := newSectionWriter(w)
	putStrings(s, "texts", j.Texts)
	put(s, "row", j.Row)
	put(s, "attr", j.Attr)
	put(s, "shape", j.Shape)
	return s.close()
}

// ReadJunk reads what Write wrote.
func ReadJunk(r io.Reader, thing string) (*Junk, error) {
	s, err := readSections(r, thing)
	if err != nil {
		return nil, err
	}
	j := &Junk{Texts: getStrings(s, "texts")}
	j.Row, j.Attr, j.Shape = get[uint32](s, "row", nil), get[uint32](s, "attr", nil), get[uint32](s, "shape", nil)
	return j, nil
}

package pipeline

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/connectors"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/schemas"
)

// sifter sends the batches of one stream through the sieve. It has a tokenizer
// of its own: one per goroutine.
type sifter struct {
	x     *sieve
	in    *interpreter // nil: the project has no such stream any more
	tok   *tokenizer
	known func(journal.Record) (bool, error) // records of the snapshot in force are no doubtful ones
	refs  []refAt
	cut   cut                      // rows before it are past their time
	free  func(column string) bool // may hold words about anybody
}

// refAt is a reference in a row: where it stands.
type refAt struct {
	schemas.Operand
	columns []string
}

func newSifter(x *sieve, in *interpreter, tok *tokenizer, known func(journal.Record) (bool, error)) *sifter {
	f := &sifter{x: x, in: in, tok: tok, known: known, free: func(string) bool { return true }}
	if in == nil {
		return f
	}
	bound := map[string]bool{} // columns whose cells are names and numbers of the row's own party
	for i := range in.stream.Parties {
		m := &in.stream.Parties[i]
		for _, c := range append(slices.Clone(m.Key), in.stream.Key...) {
			bound[c] = true
		}
		for _, a := range m.Attrs {
			attr, _ := in.dict.Attr(a.Attr)
			if attr.PII == schemas.PIIName || attr.PII.Protected() && attr.Kind != schemas.KindAddress || attr.Kind == schemas.KindVisitor {
				for _, c := range a.Columns {
					bound[c] = true
				}
			}
		}
	}
	for _, fact := range in.stream.Facts {
		for _, o := range fact.Fields {
			if o.Ref == "" {
				continue
			}
			cols := o.Columns
			if len(cols) == 0 {
				cols = []string{o.Column}
			}
			f.refs = append(f.refs, refAt{o, cols})
			for _, c := range cols {
				bound[c] = true
			}
		}
	}
	slices.SortFunc(f.refs, func(a, b refAt) int {
		return strings.Compare(strings.Join(a.columns, "\x00"), strings.Join(b.columns, "\x00"))
	})
	f.free = func(c string) bool { return !bound[c] && !strings.HasSuffix(c, "#token") }
	return f
}

// found is what the sieve says of one row.
type found struct {
	act    int64 // the row is this person's
	own    []int // party maps whose record is
	others []int // party maps whose record is somebody else's
	doubt  string
	record journal.Record // of the doubt
	refs   []refAt        // references to the person
	points []refAt        // phones and e-mails of the person
	other  bool           // a reference to somebody else
}

// sift says what must not be kept of a batch that speaks of a day.
func (f *sifter) sift(b *landing.Batch, day int32) (*landing.Edit, error) {
	e := &landing.Edit{}
	f.past(e, b, day)
	if f.x.idle || b.Rows == nil {
		f.between(e, b, day)
		return e, nil
	}
	v := newView(b)
	n := int(b.Rows.NumRows())
	rows := make([]found, n)
	if f.in != nil {
		if err := f.judge(v, rows, n, day); err != nil {
			return nil, err
		}
	}
	for row := range rows {
		if _, gone := b.Gone[row]; gone || e.Rows[row] != "" {
			continue
		}
		if err := f.settle(e, v, row, &rows[row]); err != nil {
			return nil, err
		}
	}
	f.between(e, b, day)
	return e, nil
}

// between looks at the received bytes that belong to no row: those of rows that
// could not be read are among them. Of a delivery that is past its time none stay.
func (f *sifter) between(e *landing.Edit, b *landing.Batch, day int32) {
	old := day < f.cut.day
	if len(b.Raw) == 0 || f.x.idle && !old {
		return
	}
	region := ""
	if f.in != nil {
		region = f.in.stream.Region
	}
	line := func(lo, hi int64) {
		if lo < hi && (old && len(bytes.TrimSpace(b.Raw[lo:hi])) > 0 || !f.x.idle && f.x.bytesMention(f.tok, b.Raw[lo:hi], region)) {
			e.Bytes = append(e.Bytes, [2]int64{lo + b.RawAt, hi + b.RawAt})
		}
	}
	gap := func(lo, hi int64) {
		for lo < hi {
			n := bytes.IndexByte(b.Raw[lo:hi], '\n')
			if n < 0 {
				break
			}
			line(lo, lo+int64(n))
			lo += int64(n) + 1
		}
		line(lo, hi)
	}
	at := int64(0)
	for _, p := range b.Pos {
		if p.Kind != connectors.AtOffset {
			return
		}
		lo, hi := p.A-b.RawAt, p.B-b.RawAt
		if lo > at && lo <= int64(len(b.Raw)) {
			gap(at, lo)
		}
		at = max(at, hi)
	}
	if at < int64(len(b.Raw)) {
		gap(at, int64(len(b.Raw)))
	}
}

// judge maps the parties and references of all rows, filtered and broken ones too.
func (f *sifter) judge(v *view, rows []found, n int, day int32) error {
	for i := range f.in.stream.Parties {
		out := &interpreted{rows: n, fate: make([]rowFate, n), filters: map[string]int64{}, unknown: unknownCodes{}, asOf: day}
		for row := range v.batch.Gone {
			out.fate[row] = fateFiltered
		}
		p := f.in.party(out, v, &f.in.stream.Parties[i], day)
		if err := f.x.rules.Apply(&p.cells, f.x.model); err != nil {
			return err
		}
		for k := range p.key {
			r := &rows[p.row[k]]
			got := f.x.person(f.tok, &p, k)
			switch {
			case got.act != 0:
				r.act, r.own = got.act, append(r.own, i)
			default:
				r.others = append(r.others, i)
				if got.doubt != "" && r.doubt == "" {
					r.doubt, r.record = got.doubt, journal.Record{Stream: p.cells.Stream, Key: p.key[k]}
				}
			}
		}
	}
	for row := range rows {
		r := &rows[row]
		for _, ref := range f.refs {
			t := f.tok.ref(ref.Operand, v, row, f.in.stream)
			switch {
			case t.IsZero():
			case f.x.sure[t] != 0:
				r.act, r.refs = f.x.sure[t], append(r.refs, ref)
			case f.x.points[t] != 0:
				r.points = append(r.points, ref)
				if r.act == 0 {
					r.act = f.x.points[t]
				}
			case ref.Ref == schemas.RefRecord || ref.Ref == schemas.RefAccount || ref.Ref == schemas.RefCard:
				r.other = true
			}
		}
	}
	return nil
}

// settle decides about one row.
func (f *sifter) settle(e *landing.Edit, v *view, row int, r *found) error {
	gone := func(act int64) { e.Erase(row, f.x.word+" "+strconv.FormatInt(act, 10)) }
	switch {
	case len(r.own) > 0 && len(r.others) == 0, len(r.others) == 0 && len(r.refs) > 0:
		gone(r.act)
		return nil
	case len(r.own) > 0:
		e.Blank(row, f.only(r.own, r.others)...)
	case len(r.others) == 0 && len(r.points) > 0 && !r.other:
		gone(r.act)
		return nil
	case len(r.others) == 0 && len(r.points) > 0:
		for _, ref := range r.points {
			e.Blank(row, ref.columns...)
		}
	}
	if len(r.others) > 0 {
		for _, ref := range r.refs {
			e.Blank(row, ref.columns...)
		}
	}
	if r.doubt != "" && len(r.own) == 0 && !f.x.admitted[r.record] {
		known, err := f.known(r.record)
		if err != nil {
			return err
		}
		if !known {
			e.Doubt(row, r.doubt)
		}
	}
	lost := f.in == nil || len(f.in.stream.Parties) > 0 && len(r.own)+len(r.others) == 0 // nobody knows whose row it is
	return f.words(e, v, row, lost, gone)
}

// words overwrites what a row of somebody else says of the person. A row that
// says it and that is nobody's goes as a whole.
func (f *sifter) words(e *landing.Edit, v *view, row int, lost bool, gone func(int64)) error {
	region := ""
	if f.in != nil {
		region = f.in.stream.Region
	}
	for i, field := range v.batch.Rows.Schema().Fields() {
		col, ok := v.batch.Rows.Column(i).(*array.String)
		if !ok || col.IsNull(row) || !lost && !f.free(field.Name) {
			continue
		}
		for _, s := range f.x.mentioned(f.tok, col.Value(row), region) {
			if lost {
				gone(f.x.anyAct())
				return nil
			}
			e.Overwrite(row, landing.Overwrite{Column: field.Name, Lo: s.lo, Hi: s.hi})
		}
	}
	return nil
}

// only gives the columns from which some party maps take attributes and others
// do not.
func (f *sifter) only(own, others []int) []string {
	kept := map[string]bool{}
	for _, c := range f.in.stream.Key {
		kept[c] = true
	}
	for _, i := range others {
		m := &f.in.stream.Parties[i]
		for _, c := range m.Key {
			kept[c] = true
		}
		for _, a := range m.Attrs {
			for _, c := range a.Columns {
				kept[c] = true
			}
		}
	}
	var out []string
	for _, i := range own {
		for _, a := range f.in.stream.Parties[i].Attrs {
			for _, c := range a.Columns {
				if !kept[c] && !slices.Contains(out, c) {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// anyAct names an act where the words do not tell which.
func (x *sieve) anyAct() int64 {
	least := int64(0)
	for act := range x.common {
		if least == 0 || act < least {
			least = act
		}
	}
	return least
}

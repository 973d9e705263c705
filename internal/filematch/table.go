package filematch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sort"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/sync/errgroup"

	"clientbase/connectors"
	"clientbase/dedupe"
	"clientbase/internal/errs"
	"clientbase/internal/ordered"
	"clientbase/schemas"
	"clientbase/transforms"
)

// fileTable is a file read whole, one dictionary per column.
type fileTable struct {
	rows  int
	names []string
	cols  []*fileColumn
	file  []uint16 // per row: 0 or 1
	in    []uint8  // per column: bit k is set when file k has it
}

type fileColumn struct {
	dict *schemas.Dict
	id   []uint32
}

func (c *fileColumn) at(row int) string {
	if row < len(c.id) {
		return c.dict.Get(c.id[row])
	}
	return ""
}

// readTable reads all rows of the slices; a row that cannot be read is counted
// and reported, never dropped silently. Rows that cannot be matched in a size of
// memory, 0 = any, are only counted.
func readTable(ctx context.Context, slices []connectors.Slice, memory int64, note func(string)) (*fileTable, error) {
	t := &fileTable{}
	rows, full := 0, false
	at := map[string]int{}
	for no, s := range slices {
		bad, seen := 0, map[string]bool{}
		batches, failed := ahead(ctx, s)
		for b := range batches {
			bad += len(b.Bad)
			for _, n := range b.Notes {
				if !seen[n] {
					seen[n] = true
					note(s.Info().Name + ": " + n)
				}
			}
			if b.Rows == nil {
				continue
			}
			n := int(b.Rows.NumRows())
			if rows += n; !full {
				t.addBatch(b, at, no)
				for range n {
					t.file = append(t.file, uint16(no))
				}
				t.rows += n
				full = memory > 0 && t.needs() > memory
			}
			b.Rows.Release()
		}
		if err := <-failed; err != nil {
			return nil, err
		}
		if bad > 0 {
			note(fmt.Sprintf("%s: %d rows could not be read and are not in the result; `clientbase read` shows where they stand", s.Info().Name, bad))
		}
	}
	if full {
		return nil, t.tooLarge(rows, memory)
	}
	return t, nil
}

// ahead reads a slice while what was read before is worked on. The second
// channel gives the error, or nil at the end of the slice.
func ahead(ctx context.Context, s connectors.Slice) (<-chan connectors.Batch, <-chan error) {
	batches, failed := make(chan connectors.Batch, 2), make(chan error, 1)
	go func() {
		defer close(batches)
		for {
			b, err := s.Next(ctx)
			if errors.Is(err, io.EOF) {
				err = nil
				failed <- err
				return
			}
			if err != nil {
				failed <- err
				return
			}
			batches <- b // its reader takes all until the channel is closed
		}
	}()
	return batches, failed
}

func (t *fileTable) addBatch(b connectors.Batch, at map[string]int, file int) {
	for i, f := range b.Rows.Schema().Fields() {
		col, ok := b.Rows.Column(i).(*array.String)
		if !ok || strings.HasSuffix(f.Name, "#token") {
			continue
		}
		k, known := at[f.Name]
		if !known {
			k = len(t.cols)
			at[f.Name] = k
			t.names = append(t.names, f.Name)
			t.cols = append(t.cols, &fileColumn{dict: schemas.NewDict()})
			t.in = append(t.in, 0)
		}
		t.in[k] |= 1 << file
		c := t.cols[k]
		for len(c.id) < t.rows { // the column came with a later file
			c.id = append(c.id, 0)
		}
		for r := 0; r < col.Len(); r++ {
			c.id = append(c.id, c.dict.Intern(strings.TrimSpace(col.Value(r))))
		}
	}
}

// release lets go of the values of all columns but the given ones.
func (t *fileTable) release(keep ...int) {
	for i := range t.cols {
		if !slices.Contains(keep, i) {
			t.cols[i] = &fileColumn{dict: schemas.NewDict()}
		}
	}
}

// find gives the place of a column by name, whatever the case of its letters.
func (t *fileTable) find(name string) (int, error) {
	for i, n := range t.names {
		if strings.EqualFold(strings.TrimSpace(n), name) {
			return i, nil
		}
	}
	return 0, errs.New(errs.Config, "read", "column "+name, "the file has no such column", "it has "+strings.Join(t.names, ", "))
}

// roles recognises the columns of each file by itself, so that two files that
// are linked meet in their attributes whatever their headings; --map overrides,
// id and truth take no part.
func (t *fileTable) roles(overrides map[string]string, without map[int]bool) ([]dedupe.RoleGuess, error) {
	out := make([]dedupe.RoleGuess, len(t.names))
	done := make([]bool, len(t.names))
	for first, file := 0, 0; first < t.rows; file++ {
		end := first + sort.Search(t.rows-first, func(i int) bool { return int(t.file[first+i]) > file })
		var raw []dedupe.RawColumn
		var place []int
		sample := t.roleRows(first, end, without)
		for i, n := range t.names {
			if without[i] || t.in[i]&(1<<file) == 0 {
				continue
			}
			c := dedupe.RawColumn{Name: n}
			for _, r := range sample {
				c.Values = append(c.Values, t.cols[i].at(r))
			}
			raw, place = append(raw, c), append(place, i)
		}
		for k, g := range dedupe.Recognise(raw) {
			for j, p := range g.Parts {
				g.Parts[j] = place[p]
			}
			if i := place[k]; !done[i] {
				out[i], done[i] = g, true
			}
		}
		first = end
	}
	names := make([]string, 0, len(overrides))
	for n := range overrides {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		i, err := t.find(n)
		if err != nil {
			return nil, err
		}
		g, err := roleNamed(overrides[n])
		if err != nil {
			return nil, err
		}
		out[i] = g
	}
	return out, nil
}

// roleNamed reads the right side of --map: an attribute of the dictionary or a
// role of the matcher.
func roleNamed(word string) (dedupe.RoleGuess, error) {
	if a, ok := schemas.Builtin().Attr(word); ok {
		return dedupe.RoleGuess{Role: dedupe.RoleOf(a), Attribute: a.ID, Why: "told by --map"}, nil
	}
	if r, ok := dedupe.ParseRole(word); ok {
		return dedupe.RoleGuess{Role: r, Why: "told by --map"}, nil
	}
	var words []string
	for _, a := range schemas.Builtin().Attrs {
		words = append(words, a.ID)
	}
	return dedupe.RoleGuess{}, errs.New(errs.Config, "map", word, "no such attribute", "one of "+strings.Join(words, ", ")+", or ignore, text, code, number, date")
}

// matchColumns cleanses what is recognised with the same transforms as the
// river and gives the matcher's columns. A value that the transforms refuse is
// matched as it stands: a foreign phone still identifies. Junk is missing.
func (t *fileTable) matchColumns(ctx context.Context, roles []dedupe.RoleGuess, region string, threads int) ([]dedupe.Column, error) {
	if threads < 1 {
		threads = runtime.NumCPU()
	}
	dict := schemas.Builtin()
	clean, err := t.cleanse(ctx, roles, region, dict, threads)
	if err != nil {
		return nil, err
	}
	var cols []dedupe.Column
	var kinds []schemas.Kind
	for _, a := range dict.Attrs {
		c := clean[a.ID]
		role := dedupe.RoleOf(a)
		if c == nil || len(c.ID) == 0 || role == dedupe.Ignore || (a.ID == "full_name" && clean["surname"] != nil) {
			continue
		}
		if a.ID == "gender" && !slices.ContainsFunc(roles, func(g dedupe.RoleGuess) bool { return g.Attribute == a.ID }) {
			continue // read off the given name, which is compared itself
		}
		c.Name, c.Role = a.ID, role
		cols, kinds = append(cols, *c), append(kinds, a.Kind)
	}
	var g errgroup.Group
	g.SetLimit(threads)
	for i := range cols {
		g.Go(func() error {
			for _, k := range transforms.Keys(kinds[i]) {
				cols[i].AddKeys(k.Name, k.Of)
			}
			return nil
		})
	}
	_ = g.Wait() // computing a key cannot fail
	for i, g := range roles {
		if g.Attribute != "" || g.Role == dedupe.Ignore {
			continue
		}
		src := t.cols[i]
		c := dedupe.Column{Name: t.names[i], Role: g.Role, Dict: src.dict, ID: src.id, Unproved: true}
		for len(c.ID) < t.rows {
			c.ID = append(c.ID, 0)
		}
		cols = append(cols, c)
	}
	return cols, nil
}

const cleanRows = 4096

// cleanse runs the transforms over the recognised columns: batches on all
// cores, their values encoded in the order of the rows.
func (t *fileTable) cleanse(ctx context.Context, roles []dedupe.RoleGuess, region string, dict *schemas.Dictionary, threads int) (map[string]*dedupe.Column, error) {
	set := transforms.NewSet(dict)
	prof := transforms.NewProfile(dict)
	for lo := 0; lo < t.rows; lo += cleanRows {
		prof.Add(t.batch(roles, region, lo, min(lo+cleanRows, t.rows)))
	}
	model := prof.Model()
	out := map[string]*dedupe.Column{}
	err := ordered.Do(ctx, threads, (t.rows+cleanRows-1)/cleanRows, func(_, i int) (*schemas.Batch, error) {
		b := t.batch(roles, region, i*cleanRows, min((i+1)*cleanRows, t.rows))
		return b, set.Apply(b, model)
	}, func(i int, b *schemas.Batch) error {
		gather(out, b, i*cleanRows)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, c := range out {
		fillTo(c, t.rows)
	}
	return out, nil
}

// gather encodes the usable values of a batch whose first row is lo.
func gather(out map[string]*dedupe.Column, b *schemas.Batch, lo int) {
	attrs := map[string]bool{}
	for id := range b.In {
		attrs[id] = true
	}
	for id := range b.Out {
		attrs[id] = true
	}
	for id := range attrs {
		c := out[id]
		if c == nil {
			c = &dedupe.Column{Dict: schemas.NewDict(), Off: []uint32{0}}
			out[id] = c
		}
		fillTo(c, lo)
		in, clean := b.In[id], b.Out[id]
		for i := range b.Rows {
			for _, v := range usable(in, clean, i) {
				if v != "" {
					c.ID = append(c.ID, c.Dict.Intern(v))
				}
			}
			c.Off = append(c.Off, uint32(len(c.ID)))
		}
	}
}

// fillTo gives a column empty rows up to a number of rows.
func fillTo(c *dedupe.Column, rows int) {
	for len(c.Off) <= rows {
		c.Off = append(c.Off, uint32(len(c.ID)))
	}
}

// usable gives the values of one cell list: cleansed ones, or the raw text
// where a rule refused the form but did not call it junk.
func usable(in, out *schemas.Cells, row int) []string {
	var values []string
	refused := false
	if out != nil {
		for _, c := range out.Row(row) {
			switch {
			case transforms.Identifies(c.Status, c.Reason) && c.Value != "":
				values = append(values, c.Value)
			case c.Status == schemas.Invalid || c.Status == schemas.Ambiguous || c.Status == schemas.Conflict:
				refused = true
			}
		}
	}
	if len(values) > 0 || !refused || in == nil {
		return values
	}
	for _, c := range in.Row(row) {
		values = append(values, c.Value)
	}
	return values
}

// batch gathers raw cells of rows lo to hi by attribute.
func (t *fileTable) batch(roles []dedupe.RoleGuess, region string, lo, hi int) *schemas.Batch {
	b := &schemas.Batch{Rows: hi - lo, Stream: "file", Region: region, AsOf: schemas.NoAsOf, Fields: []string{""}, Format: []string{""}, Chains: []string{""},
		In: map[string]*schemas.Cells{}, Out: map[string]*schemas.Cells{}}
	var attrs []string
	by := map[string][]int{}
	for i, g := range roles {
		if g.Attribute == "" || g.Role == dedupe.Ignore {
			continue
		}
		if by[g.Attribute] == nil {
			attrs = append(attrs, g.Attribute)
		}
		by[g.Attribute] = append(by[g.Attribute], i)
		b.Fields, b.Format = append(b.Fields, t.names[i]), append(b.Format, "")
	}
	fieldNo := map[string]uint16{}
	for i, f := range b.Fields {
		fieldNo[f] = uint16(i)
	}
	for r := lo; r < hi; r++ {
		party := schemas.Person
		if len(by["org_name"]) > 0 && len(by["surname"]) == 0 && len(by["full_name"]) == 0 {
			party = schemas.Org
		}
		b.Party = append(b.Party, party)
	}
	for _, a := range attrs {
		cells := &schemas.Cells{}
		for r := lo; r < hi; r++ {
			for _, i := range by[a] {
				if text := t.text(i, roles[i], r); text != "" {
					cells.Append(schemas.Cell{Value: text, Status: schemas.Raw, Field: fieldNo[t.names[i]]})
				}
			}
			cells.EndRow()
		}
		b.In[a] = cells
	}
	return b
}

// text gives a cell, or the day composed of three columns.
func (t *fileTable) text(i int, g dedupe.RoleGuess, row int) string {
	if len(g.Parts) != 3 {
		return t.cols[i].at(row)
	}
	y, m, d := t.cols[g.Parts[0]].at(row), t.cols[g.Parts[1]].at(row), t.cols[g.Parts[2]].at(row)
	if y == "" && m == "" && d == "" {
		return ""
	}
	pad := func(s string) string {
		s = strings.TrimSuffix(s, ".0")
		if len(s) == 1 {
			return "0" + s
		}
		return s
	}
	return strings.TrimSuffix(y, ".0") + "-" + pad(m) + "-" + pad(d)
}

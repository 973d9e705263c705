package dedupe

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
)

// Limits of the engine. A pattern packs the level of each compared feature in
// four bits, a key mask one bit per key.
// MaxAttributes is how many attributes are compared: columns beyond it are not
// looked at (all phones are one attribute, so are all e-mails).
const MaxAttributes = 15

const (
	maxFeatures = MaxAttributes // one more slot holds the swap of surname and given name
	maxKeys     = 64
	maxWidth    = 6 // keys of one kind that one record may hold; the smallest hashes are kept
	manyBit     = 1 << 31
)

// matrix is a table compiled for one set of features: per row, side by side,
// the value id of each feature and the hashes of each key.
type matrix struct {
	t            *Table
	feats        []*feature
	surname      int // index of the features that are compared jointly, -1 = absent
	given        int
	crosswise    *feature // all names, with the keys of their letters alone: a surname against a given name
	born         int      // the feature of the birth date, -1 = absent
	email, full  int      // those of e-mails and of whole names, -1 = absent
	rank, byRank []uint32 // nil where the table has Before instead of names
	sorted       bool     // rows come in the order of their names
	counted      bool     // values are only counted: they have neither keys nor cards
	share        float64  // of the rows that were given; below 1 in a sample
	cell         []uint32 // rows × features: value id, 0 = missing, manyBit|i = more[f] list i
	more         []lists
	keys         []rowKey
	filled       uint64    // keys whose values are computed
	dropped      []string  // in words, what the limits left out
	joint        []float32 // per row: log2 frequency of surname and given name together under the model
}

// rowKey is one blocking key with its values in all rows.
type rowKey struct {
	name  string                                           // "surname.skeleton"
	feats uint32                                           // bit set of features it is made of
	of    func(m *matrix, r uint32, dst []uint32) []uint32 // appends the values of a row
	width int                                              // most values in a row; 0 before fill, or when no row has one
	val   []uint32                                         // rows × width: the values of a row, sorted, then 0
}

// compile builds the matrix. Features are made in the order of the columns.
// With a model only the blocking keys of its plan are computed; without one,
// for training, all.
func compile(t *Table, md *Model) (*matrix, error) {
	m := &matrix{}
	return m, m.compile(t, md)
}

func (m *matrix) compile(t *Table, md *Model) error {
	if err := t.Check(); err != nil {
		return err
	}
	m.t, m.surname, m.given, m.born, m.email, m.full, m.share = t, -1, -1, -1, -1, -1, 1
	if t.Before == nil {
		var err error
		if m.rank, m.byRank, err = t.ranks(); err != nil {
			return err
		}
		m.sorted = slices.IsSorted(m.rank)
	}
	m.makeFeatures(md)
	m.fillCells()
	if !m.counted {
		m.listKeys()
	}
	m.t = &Table{Rows: t.Rows, Record: t.Record, Source: t.Source, NoDup: t.NoDup, Before: t.Before, Room: t.Room} // the columns are read: they need not be kept for this
	for _, f := range m.feats {
		f.held, f.remap = nil, nil
	}
	if m.crosswise != nil {
		m.crosswise.held, m.crosswise.remap = nil, nil
	}
	return nil
}

// single lists the columns that are an attribute each, at most so many: where there
// are more, columns of known meaning come before the others.
func (m *matrix) single(t *Table, most int) (cols []int) {
	var left []int
	for _, known := range []bool{true, false} {
		for i := range t.Cols {
			switch r := t.Cols[i].Role; {
			case r == Ignore || r == Surname || r == Former || r == Given || r == Phone || r == Email || unknownMeaning(r) == known:
			case len(cols) < most:
				cols = append(cols, i)
			default:
				left = append(left, i)
			}
		}
	}
	slices.Sort(cols)
	switch n := len(left); {
	case n == 1:
		m.dropped = append(m.dropped, fmt.Sprintf("%s: not compared, %d attributes are the limit", t.Cols[left[0]].Name, MaxAttributes))
	case n > 1:
		m.dropped = append(m.dropped, fmt.Sprintf("%s and %d more columns: not compared, %d attributes are the limit; those that matter can be named by --map", t.Cols[left[0]].Name, n-1, MaxAttributes))
	}
	return cols
}

// makeFeatures joins columns: all phones are one feature, all e-mails one,
// former surnames stand beside the surname. Surname and given name share one
// set of values, so that they can be compared crosswise; but each has the keys
// of its own columns, and crosswise only letters count: what a third record
// holds in the other column must not change how two records compare.
func (m *matrix) makeFeatures(md *Model) {
	t := m.t
	by := func(roles ...Role) (cols []int) {
		for i := range t.Cols {
			if slices.Contains(roles, t.Cols[i].Role) {
				cols = append(cols, i)
			}
		}
		return cols
	}
	type job struct {
		name string
		role Role
		cols []int
	}
	var jobs []job
	names := by(Surname, Former, Given)
	if len(names) > 0 {
		jobs = append(jobs, job{"name", Surname, names})
	}
	for _, r := range []Role{Phone, Email} {
		if cols := by(r); len(cols) > 0 {
			jobs = append(jobs, job{r.String(), r, cols})
		}
	}
	count := len(jobs)
	if len(by(Surname, Former)) > 0 && len(by(Given)) > 0 {
		count++ // the names are two features
	}
	for _, i := range m.single(t, maxFeatures-count) {
		jobs = append(jobs, job{t.Cols[i].Name, t.Cols[i].Role, []int{i}})
	}
	made := make([]*feature, len(jobs))
	order := make([]int, len(jobs)) // those that take longest first, so that no worker is left alone with one
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t.letters(jobs[b].cols), t.letters(jobs[a].cols)) })
	parallel(runtime.GOMAXPROCS(0), len(jobs), func(i int, _ *sortBuffer) {
		i = order[i]
		j := jobs[i]
		if made[i] = newValues(t, j.name, j.role, j.cols); j.role != Surname && !m.counted {
			made[i].addKeys(t, func(key string) bool { return md.blocksBy(j.name + "." + key) })
		}
	})
	if len(names) > 0 {
		all := made[0]
		made = made[1:]
		part := func(role Role, name string, cols []int) int {
			if len(cols) == 0 {
				return -1
			}
			f := *all
			f.role, f.name, f.cols, f.held, f.remap, f.multi = role, name, nil, nil, nil, len(cols) > 1
			for i, ci := range all.cols {
				if slices.Contains(cols, ci) {
					f.cols, f.held, f.remap = append(f.cols, ci), append(f.held, all.held[i]), append(f.remap, all.remap[i])
					f.multi = f.multi || t.Cols[ci].Off != nil && all.multi
				}
			}
			m.feats = append(m.feats, &f)
			return len(m.feats) - 1
		}
		m.surname = part(Surname, "surname", by(Surname, Former))
		m.given = part(Given, "given", by(Given))
		m.crosswise = all
		compared := len(m.feats) + 1
		if m.counted {
			compared = 0
		}
		parallel(runtime.GOMAXPROCS(0), compared, func(i int, _ *sortBuffer) {
			if i == len(m.feats) {
				all.addKeys(nil, func(key string) bool { return key == "skeleton" })
				return
			}
			f := m.feats[i]
			f.addKeys(t, func(key string) bool { return md.blocksBy(f.name + "." + key) })
		})
	}
	m.feats = append(m.feats, made...)
	first := func(r Role) int { return slices.IndexFunc(m.feats, func(f *feature) bool { return f.role == r }) }
	m.born, m.email, m.full = first(BirthDate), first(Email), first(FullName)
}

func (m *matrix) fillCells() {
	a := len(m.feats)
	m.cell = make([]uint32, m.t.Rows*a)
	m.more = make([]lists, a)
	parallel(runtime.GOMAXPROCS(0), a, func(i int, _ *sortBuffer) {
		f := m.feats[i]
		if !f.multi && len(f.cols) == 1 && m.t.Cols[f.cols[0]].Off == nil {
			for r, v := range m.t.Cols[f.cols[0]].ID {
				m.cell[r*a+i] = f.remap[0][v]
			}
			return
		}
		l := &m.more[i]
		l.off = append(l.off, 0)
		var vs []uint32
		for r := 0; r < m.t.Rows; r++ {
			vs = f.rowValues(vs[:0], m.t, r)
			switch len(vs) {
			case 0:
			case 1:
				m.cell[r*a+i] = vs[0]
			default:
				m.cell[r*a+i] = manyBit | uint32(len(l.off)-1)
				l.val = append(l.val, vs...)
				l.end()
			}
		}
	})
}

// rowFeature gives the values of feature i in row r.
func (m *matrix) rowFeature(r uint32, i int, one *[1]uint32) []uint32 {
	c := m.cell[int(r)*len(m.feats)+i]
	if c == 0 {
		return nil
	}
	if c&manyBit != 0 {
		return m.more[i].get(c &^ manyBit)
	}
	one[0] = c
	return one[:]
}

// inOrder gives two rows, the one whose record name comes first in front.
func (m *matrix) inOrder(x, y uint32) (uint32, uint32) {
	switch {
	case m.sorted && x > y, !m.sorted && m.rank != nil && m.rank[x] > m.rank[y], m.rank == nil && m.t.Before(y, x):
		return y, x
	}
	return x, y
}

// ranks gives the places of the rows by their names; of a table that has none, those
// of the rows that edges join, among themselves.
func (m *matrix) ranks(lists ...[]Edge) []uint32 {
	if m.rank != nil {
		return m.rank
	}
	rank := make([]uint32, m.t.Rows)
	var rows []uint32
	for _, list := range lists {
		for _, e := range list {
			for _, r := range [2]uint32{e.A, e.B} {
				if rank[r] == 0 {
					rank[r], rows = 1, append(rows, r)
				}
			}
		}
	}
	slices.SortFunc(rows, func(a, b uint32) int {
		if m.t.Before(a, b) {
			return -1
		}
		return 1
	})
	for i, r := range rows {
		rank[r] = uint32(i)
	}
	return rank
}

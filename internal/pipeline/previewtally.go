package pipeline

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"clientbase/internal/opaque"
	"clientbase/schemas"
	"clientbase/transforms"
)

// tally counts what changes.
type tally struct {
	dict    *schemas.Dictionary
	names   map[string][2]string // rule or list → how it is called before and after
	changed map[string]bool      // rules that differ
	stream  string
	sums    map[tallyKey]*tallySum
}

type tallyKey struct{ rule, stream, what string }

type tallySum struct {
	values, changed int64
	moves           map[[2]string]*PreviewMove
}

// newTally prepares to count the differences of two settings.
func newTally(before, after *Project) *tally {
	t := &tally{dict: before.Dict, names: map[string][2]string{}, changed: map[string]bool{}, sums: map[tallyKey]*tallySum{}}
	for k, p := range []*Project{before, after} {
		for _, u := range RulesInUse(p) {
			id, _, _ := strings.Cut(u.Name, "@")
			n := t.names[id]
			n[k] = u.Name
			t.names[id] = n
		}
	}
	was, now := usedVersions(before), usedVersions(after)
	for id, b := range now {
		a := was[id]
		t.changed[id] = a.Version != b.Version || !slices.Equal(a.Sums, b.Sums)
	}
	for id := range was {
		if _, ok := now[id]; !ok {
			t.changed[id] = true
		}
	}
	return t
}

func (t *tally) open(stream string) { t.stream = stream }

func (t *tally) sum(rule, what string) *tallySum {
	k := tallyKey{rule, t.stream, what}
	s := t.sums[k]
	if s == nil {
		s = &tallySum{moves: map[[2]string]*PreviewMove{}}
		t.sums[k] = s
	}
	return s
}

// move counts one value that was a and would be b; text gives the sample's shape.
func (t *tally) move(rule, what, a, b, text string) {
	s := t.sum(rule, what)
	s.values++
	if a == b {
		return
	}
	s.changed++
	k := [2]string{a, b}
	m := s.moves[k]
	if m == nil {
		m = &PreviewMove{Before: a, After: b}
		s.moves[k] = m
	}
	m.Values++
	if shape := opaque.Shape(text); text != "" && len(m.Shapes) < maxShapes && !slices.Contains(m.Shapes, shape) {
		m.Shapes = append(m.Shapes, shape)
	}
}

// maxShapes is how many samples a move shows.
const maxShapes = 3

func (t *tally) code(x, y *schemas.CodeMap, column, a, b, text string) {
	id := x.Dictionary + "/" + x.Name
	if t.changed[id] {
		t.move(id, column, a, b, text)
	}
}

// values compares the verdicts on the fresh rows of a batch.
func (t *tally) values(x, y *schemas.Batch, fresh []bool) {
	attrs := map[string]bool{}
	for _, b := range []*schemas.Batch{x, y} {
		for id := range b.Out {
			attrs[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(attrs)) {
		rule := t.ruleOf(id)
		for i, is := range fresh {
			if !is {
				continue
			}
			var a, b []schemas.Cell
			if x.Out[id] != nil {
				a = x.Out[id].Row(i)
			}
			if y.Out[id] != nil {
				b = y.Out[id].Row(i)
			}
			for k := range max(len(a), len(b)) {
				t.cell(rule, id, x, i, cellAt(a, k), cellAt(b, k))
			}
		}
	}
}

func cellAt(list []schemas.Cell, k int) schemas.Cell {
	if k < len(list) {
		return list[k]
	}
	return schemas.Cell{}
}

// cell counts one cell. An attribute of a rule that stays the same is shown only
// where it changes: what another rule gave it has changed.
func (t *tally) cell(rule, attr string, x *schemas.Batch, row int, a, b schemas.Cell) {
	same := a.Value == b.Value && a.Status == b.Status && a.Reason == b.Reason
	if same && !t.changed[rule] {
		return
	}
	before, after := verdictWord(a), verdictWord(b)
	if !same && before == after {
		after += ", another value"
	}
	t.move(rule, attr, before, after, rawText(x.In[attr], row, a, b))
}

// verdictWord is status and reason; "none" where there is no value at all.
func verdictWord(c schemas.Cell) string {
	if c.Status == schemas.Empty {
		return "none"
	}
	if c.Reason == schemas.NoReason {
		return c.Status.String()
	}
	return c.Status.String() + "/" + c.Reason.String()
}

// rawText is the source cell of a value, or the value where a rule derived it.
func rawText(in *schemas.Cells, row int, a, b schemas.Cell) string {
	if in != nil {
		for _, raw := range in.Row(row) {
			if raw.Field == a.Field || raw.Field == b.Field {
				return raw.Value
			}
		}
	}
	return cmp.Or(a.Value, b.Value)
}

// ruleOf names the rule that has a project's lists for an attribute.
func (t *tally) ruleOf(attr string) string {
	if a, ok := t.dict.Attr(attr); ok {
		return transforms.RuleOf(a.Kind)
	}
	return "text"
}

// lines gives the counts by rule, stream and attribute.
func (t *tally) lines() []PreviewLine {
	keys := slices.SortedFunc(maps.Keys(t.sums), func(a, b tallyKey) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.stream, b.stream), cmp.Compare(a.what, b.what))
	})
	out := make([]PreviewLine, 0, len(keys))
	for _, k := range keys {
		s := t.sums[k]
		l := PreviewLine{Rule: k.rule, Before: t.names[k.rule][0], After: t.names[k.rule][1], Stream: k.stream, What: k.what, Values: s.values, Changed: s.changed}
		for _, m := range s.moves {
			l.Moves = append(l.Moves, *m)
		}
		slices.SortFunc(l.Moves, func(a, b PreviewMove) int {
			return cmp.Or(cmp.Compare(b.Values, a.Values), cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
		})
		out = append(out, l)
	}
	return out
}

func countWord(n int) string {
	if n == 1 {
		return "1 name"
	}
	return strconv.Itoa(n) + " names"
}

package dedupe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Each value has its own keys, each once, also one that several columns give.
func TestKeysOfEachValue(t *testing.T) {
	col := func(name string, role Role, values ...string) Column {
		c := NewColumn(name, role, values)
		c.AddKeys("skeleton", func(v string, emit func(string)) {
			for w := range strings.FieldsSeq(v) {
				emit(w)
				emit(w[:1])
				emit(w)
			}
		})
		return c
	}
	tab := &Table{Rows: 4, Record: []string{"1", "2", "3", "4"}, Cols: []Column{
		col("surname", Surname, "orlov", "petrov ivanov", "", "orlov"), col("given_name", Given, "anna", "orlov", "boris", "petrov ivanov")}}
	m, err := compile(tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	of := func(words ...string) string {
		c := NewColumn("x", Surname, []string{strings.Join(words, " ")})
		c.AddKeys("skeleton", func(v string, emit func(string)) {
			for _, w := range words {
				emit(w)
			}
		})
		one, err := compile(&Table{Rows: 1, Record: []string{"1"}, Cols: []Column{c}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(one.feats[one.surname].weak.get(1))
	}
	none := fmt.Sprint([]uint32{})
	for feat, want := range map[int]map[string]string{ // each has the keys of its own columns
		m.surname: {"orlov": of("orlov", "o"), "petrov ivanov": of("petrov", "p", "ivanov", "i"), "anna": none, "boris": none},
		m.given:   {"orlov": of("orlov", "o"), "petrov ivanov": of("petrov", "p", "ivanov", "i"), "anna": of("anna", "a"), "boris": of("boris", "b")},
	} {
		f := m.feats[feat]
		for v, want := range want {
			found := 0
			for id := 1; id < f.values(); id++ {
				if string(letters(f, uint32(id))) == v {
					found++
					if got := fmt.Sprint(f.weak.get(uint32(id))); got != want {
						t.Errorf("keys of %s %q: %s, want %s", f.name, v, got, want)
					}
				}
			}
			if found != 1 {
				t.Errorf("%q stands %d times", v, found)
			}
		}
	}
}

// What two records weigh is a function of the two: the same in the whole base
// and in a table that holds nobody else, whatever third records have in the
// other name column.
func TestAPairIsAFunctionOfTwoRecords(t *testing.T) {
	s := synthetic(12, 250, 0.15)
	keyed := func(rows []uint32) *Table {
		out := &Table{Rows: len(rows)}
		for _, r := range rows {
			out.Record = append(out.Record, s.table.Record[r])
		}
		for i := range s.table.Cols {
			from := &s.table.Cols[i]
			values := make([]string, len(rows))
			for k, r := range rows {
				values[k] = from.Dict.Get(from.ID[r])
			}
			c := NewColumn(from.Name, from.Role, values)
			cut := map[Role]int{Surname: 4, Given: 3}[c.Role] // of some language, other for each column
			if cut > 0 {
				c.AddKeys("lemma", func(v string, emit func(string)) { emit(v[:min(len(v), cut)]) })
				c.AddKeys("skeleton", func(v string, emit func(string)) { emit(v[min(len(v), 6-cut):]) })
			}
			out.Cols = append(out.Cols, c)
		}
		return out
	}
	all := make([]uint32, s.table.Rows)
	for i := range all {
		all[i] = uint32(i)
	}
	whole := keyed(all)
	md, err := Train(context.Background(), whole, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := NewExplainer(whole, md)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Score(context.Background(), whole, md, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range 400 {
		d := e.List[r.IntN(len(e.List))]
		a, b := d.A, d.B
		if r.IntN(3) == 0 {
			b = r.Uint32N(uint32(s.table.Rows))
		}
		if a == b {
			continue
		}
		two, err := NewExplainer(keyed([]uint32{a, b}), md)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := two.Explain(0, 1).Bits, x.Explain(a, b).Bits; got != want {
			t.Fatalf("%v alone, %v in the base", two.Explain(0, 1), x.Explain(a, b))
		}
	}
}

func letters(f *feature, v uint32) []rune {
	var out []rune
	for _, c := range f.letters(v) {
		out = append(out, rune(c))
	}
	return out
}

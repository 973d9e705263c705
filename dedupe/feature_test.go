package dedupe

import (
	"fmt"
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
	f := m.feats[m.surname]
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
	for v, want := range map[string]string{"orlov": of("orlov", "o"), "petrov ivanov": of("petrov", "p", "ivanov", "i"), "anna": of("anna", "a"), "boris": of("boris", "b")} {
		found := 0
		for id := 1; id < f.values(); id++ {
			if string(letters(f, uint32(id))) == v {
				found++
				if got := fmt.Sprint(f.weak.get(uint32(id))); got != want {
					t.Errorf("keys of %q: %s, want %s", v, got, want)
				}
			}
		}
		if found != 1 {
			t.Errorf("%q stands %d times", v, found)
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

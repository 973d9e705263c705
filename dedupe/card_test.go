package dedupe

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// nearby gives texts that lie close to each other: edits, exchanged and
// dropped words, repeated letters of few kinds.
func nearby(r *rand.Rand, n int, make func() string) []string {
	var out []string
	for len(out) < n {
		s := []rune(make())
		out = append(out, string(s))
		for k := r.IntN(6); k > 0 && len(s) > 1; k-- {
			i := r.IntN(len(s) - 1)
			switch r.IntN(4) {
			case 0:
				s[i] = s[r.IntN(len(s))]
			case 1:
				s = append(s[:i], s[i+1:]...)
			case 2:
				s[i], s[i+1] = s[i+1], s[i]
			default:
				s = append(s[:i+1], s[i:]...)
			}
			out = append(out, string(s))
		}
		if w := strings.Fields(string(s)); len(w) > 1 {
			r.Shuffle(len(w), func(i, j int) { w[i], w[j] = w[j], w[i] })
			out = append(out, strings.Join(w, " "), w[0])
		}
	}
	return out
}

// TestGlanceNeverContradictsReading compares what the cards tell with what
// letters and keys tell.
func TestGlanceNeverContradictsReading(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 14))
	letters := func(alphabet string, n int) string {
		var b strings.Builder
		a := []rune(alphabet)
		for range n {
			b.WriteRune(a[r.IntN(len(a))])
		}
		return b.String()
	}
	digits := func(n int) func() string { return func() string { return letters("0123456789", 1+r.IntN(n)) } }
	words := func() string {
		var w []string
		for range 1 + r.IntN(5) {
			w = append(w, letters("абвгд12", 1+r.IntN(7)))
		}
		return strings.Join(w, " ")
	}
	name := func() string {
		s := letters("ивановпетр", 1+r.IntN(9))
		switch r.IntN(8) {
		case 0:
			return s[:2] + "."
		case 1:
			return s + "-" + letters("ивано", 3)
		}
		return s
	}
	mail := func() string {
		return letters("abc.1", 1+r.IntN(10)) + []string{"@mail.ru", "@gmail.com", "@a.ru", ""}[r.IntN(4)]
	}
	for role, gen := range map[Role]func() string{Surname: name, Given: name, Patronymic: name, FullName: words, OrgName: words, Text: words,
		Address: words, Street: words, City: words, Email: mail, Phone: digits(14), NationalID: digits(12), Document: digits(17), Postcode: digits(6),
		House: digits(4), Number: digits(8)} {
		t.Run(role.String(), func(t *testing.T) {
			values := nearby(r, 500, gen)
			c := NewColumn("x", role, values)
			key := "key"
			if role == Surname {
				key = "lemma"
			}
			c.AddKeys(key, func(v string, emit func(string)) { emit(v[:len(v)/2]) })
			if role == Address {
				c.AddKeys("city", func(v string, emit func(string)) { emit(strings.Fields(v + " x")[0]) })
			}
			f := newFeature(&Table{Rows: len(values), Cols: []Column{c}}, "x", role, []int{0}, func(string) bool { return true })
			sure := 0
			for range 200_000 {
				a := uint32(1 + r.IntN(f.values()-1))
				b := uint32(1 + r.IntN(f.values()-1))
				if r.IntN(2) == 0 {
					b = 1 + (a+uint32(r.IntN(5)))%uint32(f.values()-1)
				}
				if a == b {
					continue
				}
				level, done := f.glance(a, b)
				mirror, _ := f.glance(b, a)
				want := f.read(a, b)
				if level != mirror || want != f.read(b, a) {
					t.Fatalf("the level depends on who comes first")
				}
				if done && level != want || level > want {
					t.Fatalf("a glance says level %d (sure %v), reading says %d", level, done, want)
				}
				if done {
					sure++
				}
			}
			if sure == 0 {
				t.Error("no glance was enough")
			}
		})
	}
}

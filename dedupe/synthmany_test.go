package dedupe

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// manyRecords makes people with about nine records each, in which names, dates
// and places are often wrong, shortened or missing, as in files gathered from
// many hands over years.
func manyRecords(seed uint64, people int) truthSet {
	r := rand.New(rand.NewPCG(seed, 9))
	syllables := []string{"ba", "den", "fi", "gol", "har", "ka", "lin", "mor", "na", "pet", "ro", "sal", "ti", "ver", "wil", "zo"}
	list := func(n, parts int) []string {
		out := make([]string, n)
		for i := range out {
			for range parts + r.IntN(2) {
				out[i] += syllables[r.IntN(len(syllables))]
			}
		}
		return out
	}
	given, surnames, places, trades := list(200, 2), list(people/2, 3), list(150, 3), list(20, 4)
	pick := func(l []string) string { x := r.Float64(); return l[int(float64(len(l))*x*x)] }
	chance := func(p float64) bool { return r.Float64() < p }
	typo := func(s string) string {
		if len(s) < 3 {
			return s
		}
		b := []byte(s)
		i := r.IntN(len(b) - 1)
		switch r.IntN(3) {
		case 0:
			b[i], b[i+1] = b[i+1], b[i]
		case 1:
			b = append(b[:i], b[i+1:]...)
		default:
			b[i] = 'a' + byte(r.IntN(26))
		}
		return string(b)
	}
	day := func() string {
		return fmt.Sprintf("%04d-%02d-%02d", 1830+r.IntN(110), 1+r.IntN(12), 1+r.IntN(28))
	}
	s := truthSet{table: &Table{}}
	roles := []Role{Given, Surname, BirthDate, City, Postcode, Text}
	cols := make([][]string, len(roles))
	for who := range people {
		p := [6]string{pick(given), pick(surnames), day(), pick(places), fmt.Sprintf("%05d", r.IntN(90000)+10000), pick(trades)}
		for range 3 + r.IntN(13) {
			q := p
			switch {
			case chance(0.12):
				q[0] = q[0][:1]
			case chance(0.08):
				q[0] = pick(given)
			case chance(0.15):
				q[0] = typo(q[0])
			}
			switch {
			case chance(0.15):
				q[1] = typo(q[1])
			case chance(0.05):
				q[1] = pick(surnames)
			}
			switch {
			case chance(0.10):
				q[2] = q[2][:4] + "-01-01"
			case chance(0.10):
				q[2] = day()
			case chance(0.10):
				q[2] = ""
			}
			for i, wrong := range []float64{3: 0.15, 4: 0.25, 5: 0.20} {
				switch {
				case chance(wrong):
					q[i] = ""
				case chance(wrong):
					q[i] = []string{3: pick(places), 4: typo(q[4]), 5: pick(trades)}[i]
				}
			}
			for i := range q {
				cols[i] = append(cols[i], q[i])
			}
			s.table.Record = append(s.table.Record, fmt.Sprintf("m%06d", len(s.truth)))
			s.truth = append(s.truth, uint32(who))
		}
	}
	s.table.Rows = len(s.truth)
	for i, role := range roles {
		s.table.Cols = append(s.table.Cols, NewColumn(role.String(), role, cols[i]))
	}
	return s
}

// Where people have many records, each record finds its home by what the others
// hold together, and no cluster swallows its neighbours.
func TestManyRecords(t *testing.T) {
	s := manyRecords(1, 250)
	q, r := resolve(t, s)
	report(t, s, q, r)
	if q.F1 < 0.96 || q.B3F1 < 0.965 {
		t.Errorf("pair F1 %.4f and B-cubed F1 %.4f, want 0.96 and 0.965", q.F1, q.B3F1)
	}
	if r.sure.Precision < 0.998 {
		t.Errorf("confident precision %.4f, want 0.998", r.sure.Precision)
	}
	if q.Largest > 2*q.TrueLargest {
		t.Errorf("largest cluster %d, true %d", q.Largest, q.TrueLargest)
	}
}

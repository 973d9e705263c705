package dedupe

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// synthetic makes records of invented people in families: spouses and
// children share surname, street, city and often the phone; some are twins,
// some sons carry their father's given name. Every person has 1–3 records
// with typing errors, gaps and moves.
func synthetic(seed uint64, families int, dirt float64) truthSet {
	r := rand.New(rand.NewPCG(seed, 7))
	word := func(n int) string {
		const c, v = "bdfgklmnprstvz", "aeiou"
		var b strings.Builder
		for i := 0; i < n; i++ {
			b.WriteByte(c[r.IntN(len(c))])
			b.WriteByte(v[r.IntN(len(v))])
		}
		return b.String()
	}
	list := func(n, syl int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = word(syl + r.IntN(2))
		}
		return out
	}
	pick := func(l []string) string { // frequencies fall like Zipf's law
		x := r.Float64()
		return l[int(float64(len(l))*x*x*x)]
	}
	surnames, given, streets, cities := list(max(200, families/3), 3), list(250, 2), list(max(100, families/10), 3), list(60, 3)
	typo := func(s string) string {
		if len(s) < 3 {
			return s
		}
		b := []byte(s)
		i := 1 + r.IntN(len(b)-2)
		switch r.IntN(4) {
		case 0:
			b[i] = "abcdefghiklmnoprst"[r.IntN(18)]
		case 1:
			b = append(b[:i], b[i+1:]...)
		case 2:
			b[i], b[i+1] = b[i+1], b[i]
		default:
			b = append(b[:i+1], b[i:]...)
		}
		return string(b)
	}
	s := truthSet{table: &Table{}}
	var cols [7][]string // given, surname, birth date, phone, street, house, city
	roles := []Role{Given, Surname, BirthDate, Phone, Street, House, City}
	day := func(from, to int) string {
		return fmt.Sprintf("%04d-%02d-%02d", from+r.IntN(to-from), 1+r.IntN(12), 1+r.IntN(28))
	}
	phone := func() string { return fmt.Sprintf("+7916%07d", r.IntN(10_000_000)) }
	who := uint32(0)
	f := 0
	emit := func(p [7]string) {
		for k, n := 0, 1+r.IntN(3); k < n; k++ {
			q := p
			for i := range q {
				switch x := r.Float64(); {
				case x < dirt*0.5:
					q[i] = ""
				case x < dirt*1.3:
					q[i] = typo(q[i])
				}
			}
			if r.Float64() < dirt*0.3 {
				q[0], q[1] = q[1], q[0]
			}
			if r.Float64() < dirt {
				q[4], q[5], q[6] = pick(streets), fmt.Sprint(1+r.IntN(90)), pick(cities)
			}
			for i := range q {
				cols[i] = append(cols[i], q[i])
			}
			s.table.Record = append(s.table.Record, fmt.Sprintf("r%07d", len(s.truth)))
			s.truth, s.family = append(s.truth, who), append(s.family, uint32(f))
		}
		who++
	}
	for ; f < families; f++ {
		home := [7]string{"", pick(surnames), "", phone(), pick(streets), fmt.Sprint(1 + r.IntN(90)), pick(cities)}
		person := func(name, born string) {
			p := home
			p[0], p[2] = name, born
			if r.Float64() < 0.5 {
				p[3] = phone()
			}
			emit(p)
		}
		father := pick(given)
		person(father, day(1950, 1975))
		if r.Float64() < 0.7 {
			person(pick(given), day(1952, 1978))
		}
		for k := r.IntN(3); k > 0; k-- {
			born := day(1980, 2005)
			name := pick(given)
			if r.Float64() < 0.1 {
				name = father
			}
			person(name, born)
			if r.Float64() < 0.08 {
				person(pick(given), born) // a twin
			}
		}
	}
	s.table.Rows = len(s.truth)
	for i, role := range roles {
		s.table.Cols = append(s.table.Cols, NewColumn(role.String(), role, cols[i]))
	}
	return s
}

func TestFamilies(t *testing.T) {
	s := synthetic(1, 3000, 0.08)
	q, r := resolve(t, s)
	report(t, s, q, r)
	if q.F1 < 0.97 {
		t.Errorf("pair F1 %.4f with families, want 0.97", q.F1)
	}
	if r.sure.Precision < 0.998 {
		t.Errorf("confident precision %.4f, want 0.998", r.sure.Precision)
	}
	if q.Largest > 2*q.TrueLargest {
		t.Errorf("largest cluster %d, true %d", q.Largest, q.TrueLargest)
	}
}

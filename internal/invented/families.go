package invented

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Families makes people in families: spouses and children share surname,
// street, city and often the phone; some are twins, some sons carry their
// father's given name. Every person has one to three records with typing
// errors, gaps and moves; dirt is the share of it, 0.08 is usual.
func Families(seed uint64, families int, dirt float64) *File {
	r := rand.New(rand.NewPCG(seed, 7))
	word := func(n int) string {
		const c, v = "bdfgklmnprstvz", "aeiou"
		var b []byte
		for range n {
			b = append(b, c[r.IntN(len(c))], v[r.IntN(len(v))])
		}
		return string(b)
	}
	list := func(n, syl int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = word(syl + r.IntN(2))
		}
		return out
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
	phone := func() string { return fmt.Sprintf("+7916%07d", r.IntN(10_000_000)) }
	f := &File{Head: []string{"given name", "surname", "birth date", "phone", "street", "house", "city"},
		Roles: []string{"given", "surname", "birth_date", "phone", "street", "house", "city"}}
	who, family := uint32(0), 0
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
				q[4], q[5], q[6] = pick(r, streets, 3), fmt.Sprint(1+r.IntN(90)), pick(r, cities, 3)
			}
			f.add("r", who, q[:])
			f.Family = append(f.Family, uint32(family))
		}
		who++
	}
	for ; family < families; family++ {
		home := [7]string{"", pick(r, surnames, 3), "", phone(), pick(r, streets, 3), fmt.Sprint(1 + r.IntN(90)), pick(r, cities, 3)}
		person := func(name, born string) {
			p := home
			p[0], p[2] = name, born
			if r.Float64() < 0.5 {
				p[3] = phone()
			}
			emit(p)
		}
		father := pick(r, given, 3)
		person(father, day(r, 1950, 1975))
		if r.Float64() < 0.7 {
			person(pick(r, given, 3), day(r, 1952, 1978))
		}
		for k := r.IntN(3); k > 0; k-- {
			born := day(r, 1980, 2005)
			name := pick(r, given, 3)
			if r.Float64() < 0.1 {
				name = father
			}
			person(name, born)
			if r.Float64() < 0.08 {
				twin := pick(r, given, 3)
				if twin == name { // no family names two children born on one day alike
					twin = given[(slices.Index(given, name)+1)%len(given)]
				}
				person(twin, born)
			}
		}
	}
	return f
}

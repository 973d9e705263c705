package invented

import (
	"fmt"
	"math/rand/v2"
)

// Many makes people with about nine records each, in which names, dates and
// places are often wrong, shortened or missing, as in files gathered from many
// hands over years. Heavy multiplies the errors; 1 is much already.
func Many(seed uint64, people int, heavy float64) *File {
	r := rand.New(rand.NewPCG(seed, 9))
	w := words{r, []string{"ba", "den", "fi", "gol", "har", "ka", "lin", "mor", "na", "pet", "ro", "sal", "ti", "ver", "wil", "zo"}}
	given, surnames, places, trades := w.list(200, 2), w.list(people/2, 3), w.list(150, 3), w.list(20, 4)
	from := func(l []string) string { return pick(r, l, 2) }
	chance := func(p float64) bool { return r.Float64() < p*heavy }
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
	f := &File{Head: []string{"first name", "last name", "dob", "birth place", "postcode", "occupation"},
		Roles: []string{"given", "surname", "birth_date", "city", "postcode", "text"}}
	for who := range people {
		p := [6]string{from(given), from(surnames), day(r, 1830, 1940), from(places), fmt.Sprintf("%05d", r.IntN(90000)+10000), from(trades)}
		for range 3 + r.IntN(13) {
			q := p
			switch {
			case chance(0.12):
				q[0] = q[0][:1]
			case chance(0.08):
				q[0] = from(given)
			case chance(0.15):
				q[0] = typo(q[0])
			}
			switch {
			case chance(0.15):
				q[1] = typo(q[1])
			case chance(0.05):
				q[1] = from(surnames)
			}
			switch {
			case chance(0.10):
				q[2] = q[2][:4] + "-01-01"
			case chance(0.10):
				q[2] = day(r, 1830, 1940)
			case chance(0.10):
				q[2] = ""
			}
			for i, wrong := range []float64{3: 0.15, 4: 0.25, 5: 0.20} {
				switch {
				case chance(wrong):
					q[i] = ""
				case chance(wrong):
					q[i] = []string{3: from(places), 4: typo(q[4]), 5: from(trades)}[i]
				}
			}
			f.add("m", uint32(who), q[:])
		}
	}
	return f
}

package invented

import (
	"fmt"
	"math/rand/v2"
)

// Thin makes records of five fields that say little: two names, the year of
// birth, town and postcode. One in eight has its names exchanged, and typing
// errors, gaps and moves come on top. People have one to five records.
func Thin(seed uint64, rows int) *File {
	r := rand.New(rand.NewPCG(seed, 13))
	w := words{r, openSyllables}
	given, surnames, towns := w.list(500, 2), w.list(max(300, rows/5), 2), w.list(max(60, rows/60), 3)
	posts := make([]string, len(towns))
	for i := range posts {
		posts[i] = fmt.Sprintf("%05d", 10000+r.IntN(90000))
	}
	f := &File{Head: []string{"given name", "surname", "year", "suburb", "postcode"},
		Roles: []string{"given", "surname", "number", "city", "postcode"}}
	home := func() (string, string) {
		x := r.Float64()
		i := int(float64(len(towns)) * x * x)
		return towns[i], posts[i]
	}
	for who := uint32(0); len(f.Rows) < rows; who++ {
		p := []string{pick(r, given, 2), pick(r, surnames, 2), fmt.Sprint(1920 + r.IntN(85)), "", ""}
		p[3], p[4] = home()
		for range 1 + r.IntN(3) + r.IntN(2)*r.IntN(3) {
			q := append([]string(nil), p...)
			for i, wrong := range []float64{0.10, 0.10, 0.06, 0.06, 0.06} {
				switch x := r.Float64(); {
				case x < wrong:
					q[i] = slip(r, q[i])
				case x < wrong*1.4:
					q[i] = ""
				}
			}
			if r.IntN(8) == 0 {
				q[0], q[1] = q[1], q[0]
			}
			if r.IntN(20) == 0 {
				q[3], q[4] = home()
			}
			f.add("t", who, q)
		}
	}
	return f
}

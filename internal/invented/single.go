package invented

import (
	"fmt"
	"math/rand/v2"
)

// Single makes a file in which nine in ten people have one record and the
// others two; names have a second part now and then, the birth date stands in
// three columns. The copies have one mistake, now and then two, in a name or in a
// part of the date.
func Single(seed uint64, rows int) *File {
	r := rand.New(rand.NewPCG(seed, 11))
	w := words{r, openSyllables}
	given, surnames := w.list(260, 2), w.list(1200, 2)
	f := &File{Head: []string{"fname_c1", "fname_c2", "lname_c1", "lname_c2", "by", "bm", "bd"},
		Roles: []string{"given", "given", "surname", "surname", "number", "number", "number"}}
	var people [][]string
	for who := 0; len(f.Rows) < rows*10/11; who++ {
		p := []string{pick(r, given, 3), "", pick(r, surnames, 3), "", fmt.Sprint(1915 + r.IntN(85)), fmt.Sprint(1 + r.IntN(12)), fmt.Sprint(1 + r.IntN(28))}
		if r.IntN(12) == 0 {
			p[1] = pick(r, given, 3)
		}
		if r.IntN(40) == 0 {
			p[3] = pick(r, surnames, 3)
		}
		people = append(people, p)
		f.add("s", uint32(who), p)
	}
	for _, who := range r.Perm(len(people))[:rows-len(f.Rows)] {
		q := append([]string(nil), people[who]...)
		for range 1 + r.IntN(10)/9 {
			switch r.IntN(6) {
			case 0:
				q[0] = slip(r, q[0])
			case 1:
				q[2] = slip(r, q[2])
			case 2:
				q[4] = fmt.Sprint(1915 + r.IntN(85))
			case 3:
				q[5] = fmt.Sprint(1 + r.IntN(12))
			case 4:
				q[6] = fmt.Sprint(1 + r.IntN(28))
			default:
				q[1] = ""
			}
		}
		f.add("s", uint32(who), q)
	}
	return f
}

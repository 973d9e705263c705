package invented

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// File is a file with its truth. Columns of the same number belong together.
type File struct {
	Head   []string // headings as a file of the kind would have them
	Roles  []string // per column: what dedupe calls its role
	Rows   [][]string
	Record []string // per row: its name
	Person []uint32 // per row: who it is about
	Family []uint32 // per row, where the people live in families
}

// add appends a row about a person.
func (f *File) add(prefix string, who uint32, cells []string) {
	f.Record = append(f.Record, fmt.Sprintf("%s%07d", prefix, len(f.Rows)))
	f.Rows = append(f.Rows, cells)
	f.Person = append(f.Person, who)
}

// Evidence lists per row what two records of one person could be known by: a
// contact or number, or given name and surname, in whatever order, together
// with all that is told of the birth or with the postcode. Two rows that have
// none of it in common cannot be expected to be found.
func (f *File) Evidence() [][]string {
	out := make([][]string, len(f.Rows))
	for i, row := range f.Rows {
		by := map[string]string{}
		born := ""
		for c, role := range f.Roles {
			v := strings.ToLower(row[c])
			switch role {
			case "birth_date", "number":
				born += " " + v
			case "phone", "email", "national_id":
				if v != "" {
					out[i] = append(out[i], role+" "+v)
				}
			default:
				if by[role] == "" {
					by[role] = v
				}
			}
		}
		g, s := min(by["given"], by["surname"]), max(by["given"], by["surname"])
		if g == "" {
			continue
		}
		if strings.TrimSpace(born) != "" {
			out[i] = append(out[i], "born "+g+" "+s+born)
		}
		if post := by["postcode"]; post != "" {
			out[i] = append(out[i], "lives "+g+" "+s+" "+post)
		}
	}
	return out
}

// words makes names out of syllables.
type words struct {
	r         *rand.Rand
	syllables []string
}

var openSyllables = func() (out []string) {
	for _, c := range "bdfgklmnprstvz" {
		for _, v := range "aeiou" {
			out = append(out, string(c)+string(v))
		}
	}
	return out
}()

func (w words) list(n, parts int) []string {
	out := make([]string, n)
	for i := range out {
		for range parts + w.r.IntN(2) {
			out[i] += w.syllables[w.r.IntN(len(w.syllables))]
		}
	}
	return out
}

// pick draws a word; the frequencies fall the steeper the higher the power.
func pick(r *rand.Rand, l []string, power int) string {
	x := r.Float64()
	at := float64(len(l))
	for range power {
		at *= x
	}
	return l[int(at)]
}

// slip makes one typing error: two letters exchanged, one lost, one wrong or one doubled.
func slip(r *rand.Rand, s string) string {
	if len(s) < 3 {
		return s
	}
	b := []byte(s)
	i := r.IntN(len(b) - 1)
	switch r.IntN(4) {
	case 0:
		b[i], b[i+1] = b[i+1], b[i]
	case 1:
		b = append(b[:i], b[i+1:]...)
	case 2:
		b = append(b[:i+1], b[i:]...)
	default:
		b[i] = letterLike(r, b[i])
	}
	return string(b)
}

// letterLike draws a digit for a digit and a letter for anything else.
func letterLike(r *rand.Rand, c byte) byte {
	if c >= '0' && c <= '9' {
		return '0' + byte(r.IntN(10))
	}
	return 'a' + byte(r.IntN(26))
}

func day(r *rand.Rand, from, to int) string {
	return fmt.Sprintf("%04d-%02d-%02d", from+r.IntN(to-from), 1+r.IntN(12), 1+r.IntN(28))
}

package dedupe

import (
	"math/rand/v2"
	"testing"
)

// naiveOSA is the textbook table.
func naiveOSA(a, b []uint16) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			c := 1
			if a[i-1] == b[j-1] {
				c = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+c)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestOSAAgainstTheTextbook(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() []uint16 {
		x := make([]uint16, r.IntN(11))
		for i := range x {
			x[i] = uint16('а' + r.IntN(3))
		}
		return x
	}
	for n := 0; n < 60_000; n++ {
		a, b := word(), word()
		want := naiveOSA(a, b)
		for limit := 1; limit <= 4; limit++ {
			if got := osa(a, b, limit); got != min(want, limit+1) {
				t.Fatalf("osa(%v,%v,%d) = %d, textbook %d", a, b, limit, got, want)
			}
		}
		if got := within1(a, b); got != (want <= 1) {
			t.Fatalf("within1(%v,%v) = %v, textbook distance %d", a, b, got, want)
		}
	}
}

func TestLettersAreNotBytes(t *testing.T) {
	c := NewColumn("surname", Surname, []string{"Иванов", "Иваноф", "Ivanov", "ИВАНОВ"})
	f := newFeature(&Table{Rows: 4, Cols: []Column{c}}, "surname", Surname, []int{0}, func(string) bool { return true })
	id := func(r int) uint32 { return f.remap[0][c.ID[r]] }
	if id(0) != id(3) {
		t.Error("letter case tells two values apart")
	}
	if l := f.level(id(0), id(1)); nameLevels[l] != "edit1" {
		t.Errorf("one Cyrillic letter changed: level %s", nameLevels[l])
	}
	if l := f.level(id(0), id(2)); nameLevels[l] != "differ" {
		t.Errorf("two scripts without keys: level %s", nameLevels[l])
	}
}

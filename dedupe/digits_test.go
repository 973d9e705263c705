package dedupe

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestDayLevel compares packed days with days taken apart.
func TestDayLevel(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 8))
	day := func() uint32 {
		return uint32((1950+r.IntN(4)*14+r.IntN(4))*10000 + (1+r.IntN(13))*100 + 1 + r.IntN(33))
	}
	want := func(a, b uint32) uint8 {
		x, y := fmt.Sprintf("%08d", a), fmt.Sprintf("%08d", b)
		edits, parts := 0, 0
		for i := range x {
			if x[i] != y[i] {
				edits++
			}
		}
		for _, p := range [][2]int{{0, 4}, {4, 6}, {6, 8}} {
			if x[p[0]:p[1]] == y[p[0]:p[1]] {
				parts++
			}
		}
		neighbours := false
		for i := 0; i < 7; i++ {
			neighbours = neighbours || x[:i]+x[i+1:i+2]+x[i:i+1]+x[i+2:] == y
		}
		years := int(a/10000) - int(b/10000)
		level := "differ"
		switch {
		case x[:4] == y[:4] && x[4:6] == y[6:] && x[6:] == y[4:6]:
			level = "swapped"
		case x[4:] == y[4:] && max(years, -years) <= 2:
			level = "year near"
		case parts == 2:
			level = map[bool]string{false: "other year", true: "year edit1"}[edits == 1 || neighbours]
			switch {
			case x[4:6] != y[4:6]:
				level = strings.NewReplacer("year", "month").Replace(level)
			case x[6:] != y[6:]:
				level = strings.NewReplacer("year", "day").Replace(level)
			}
		case neighbours:
			level = "edit1"
		case edits == 2:
			level = "edit2"
		case x[:4] == y[:4]:
			level = "year"
		}
		return uint8(slices.Index(dateLevels, level))
	}
	seen := map[uint8]bool{}
	for range 300_000 {
		a, b := day(), day()
		if a == b {
			continue
		}
		got := dayLevel(packDay(a), packDay(b))
		if got != want(a, b) {
			t.Fatalf("%d and %d: level %s, want %s", a, b, dateLevels[got], dateLevels[want(a, b)])
		}
		seen[got] = true
		if y, m, d := dayParts(packDay(a)); uint32(y*10000+m*100+d) != a {
			t.Fatalf("%d is taken apart into %d %d %d", a, y, m, d)
		}
	}
	if len(seen) != len(dateLevels)-2 {
		t.Errorf("only levels %v were seen", seen)
	}
}

func TestPackedWithinOneEdit(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 300_000 {
		a := make([]uint16, 1+r.IntN(15))
		for i := range a {
			a[i] = uint16('0' + r.IntN(3))
		}
		b := append([]uint16(nil), a...)
		for k := r.IntN(3); k > 0 && len(b) > 1 && len(b) < 15; k-- {
			i := r.IntN(len(b) - 1)
			switch r.IntN(4) {
			case 0:
				b[i] = uint16('0' + r.IntN(3))
			case 1:
				b = append(b[:i], b[i+1:]...)
			case 2:
				b[i], b[i+1] = b[i+1], b[i]
			default:
				b = append(b[:i+1], b[i:]...)
			}
		}
		if got, want := packed1(packDigits(a), packDigits(b)), within1(a, b); got != want {
			t.Fatalf("%v and %v: %v, want %v", a, b, got, want)
		}
	}
	if packDigits([]uint16{'1', 'a'}) != 0 || packDigits(make([]uint16, 16)) != 0 {
		t.Error("a text that is no short number was packed")
	}
}

// A model that did not tell in which part of a date a digit is wrong weighs as
// it did.
func TestModelsOfEarlierDates(t *testing.T) {
	old := []LevelModel{{Name: "missing"}}
	for _, name := range []string{"exact", "swapped", "edit1", "other month", "other day", "year near", "other year", "edit2", "year", "differ"} {
		n := float64(len(old))
		old = append(old, LevelModel{name, n / 100, n / 200, n / 300, n / 400})
	}
	now := partsOfDates(old)
	if len(now) != len(dateLevels) || len(partsOfDates(now)) != len(dateLevels) {
		t.Fatalf("%d levels", len(now))
	}
	for l, x := range now {
		was := x.Name
		if strings.HasSuffix(was, " edit1") {
			was = "edit1"
		}
		i := slices.IndexFunc(old, func(o LevelModel) bool { return o.Name == was })
		if x.Name != dateLevels[l] || x.Person != old[i].Person || x.Stranger != old[i].Stranger {
			t.Errorf("level %d is %+v", l, x)
		}
	}
}

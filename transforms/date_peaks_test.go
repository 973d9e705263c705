package transforms

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"clientbase/schemas"
)

// birthdays are made-up people: a share of them is given the first of January,
// and every fifteenth has a day that stands for "not known".
func birthdays(n int) (cells []string, placeholder []bool) {
	rng := rand.New(rand.NewPCG(3, 9))
	for range n {
		y, m, d := 1945+rng.IntN(60), 1+rng.IntN(12), 1+rng.IntN(28)
		if rng.IntN(30) == 0 {
			m, d = 1, 1
		}
		junk := rng.IntN(15) == 0
		if junk {
			y, m, d = 1984, 5, 17
		}
		cells, placeholder = append(cells, fmt.Sprintf("%02d.%02d.%d", d, m, y)), append(placeholder, junk)
	}
	return cells, placeholder
}

func TestDaysThatFillCells(t *testing.T) {
	cells, junk := birthdays(3000)
	b := batchOf("birth_date", cells...)
	p := NewProfile(schemas.Builtin())
	p.Add(b)
	var file bytes.Buffer
	if err := p.Model().Write(&file); err != nil {
		t.Fatal(err)
	}
	m, err := ReadModel(&file)
	if err != nil {
		t.Fatal(err)
	}
	if err := Apply(b, m); err != nil {
		t.Fatal(err)
	}
	c, _ := CleanKind("date", "")
	var alone []Result
	for _, s := range cells {
		c.Add(s, nil)
	}
	c.Close(func(rs []Result) { alone = append(alone, rs[0]) })
	missed, wrong := 0, 0
	for i, v := range cells {
		got := b.Out["birth_date"].Row(i)[0]
		if alone[i].Status != got.Status {
			t.Fatalf("%s: %s in the river, %s alone", v, got.Status, alone[i].Status)
		}
		switch {
		case junk[i] && got.Status != schemas.Junk:
			missed++
		case !junk[i] && got.Status == schemas.Junk && v != "17.05.1984" && v != "01.01.1970":
			wrong++
		}
	}
	if missed > 0 || wrong > 0 {
		t.Errorf("%d placeholders taken for birthdays, %d birthdays for placeholders", missed, wrong)
	}
	few, _ := CleanKind("date", "")
	for range 500 {
		few.Add("17.05.1984", nil)
	}
	few.Close(func(rs []Result) {
		if rs[0].Status != schemas.OK {
			t.Fatal("a column of one day has no peak")
		}
	})
}

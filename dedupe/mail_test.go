package dedupe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestOneAddress(t *testing.T) {
	cases := []struct {
		x, y   string
		differ bool
		want   bool
	}{
		{"anna.smith62@example.com", "ana.smith62@example.com", false, true},
		{"anna.smith62@example.com", "anna.smith4@example.com", false, false},
		{"anna.smith62@example.com", "anna.smith63@example.com", false, false},
		{"anna.smith62@example.com", "anna.smith@example.com", false, false},
		{"anna.smith@example.com", "ana.smith@example.com", false, true},
		{"anna.smith@example.com", "a.smith@example.com", false, false},
		{"asmith@example.com", "tsmith@example.com", true, false},
		{"anna.smith@example.com", "anna.smith@exmaple.com", false, true},
		{"anna.smith@example.com", "anna.smith@elsewhere.org", false, false},
	}
	for _, c := range cases {
		x, y := fold(nil, c.x, false), fold(nil, c.y, false)
		if oneAddress(x, y, c.differ) != c.want || oneAddress(y, x, c.differ) != c.want {
			t.Errorf("%s, %s: not %v", c.x, c.y, c.want)
		}
	}
}

// Addresses made of common names and a number join no namesakes.
func TestMailsNamedAfterPeople(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 3))
	given, surname := []string{"anna", "emily", "jack", "thomas", "lucy", "oliver", "ruby", "noah"}, make([]string, 60)
	for i := range surname {
		surname[i] = string(rune('a'+i%20)) + []string{"lbright", "rmstrong", "shworth"}[i/20]
	}
	table, truth := &Table{}, []string{}
	var cols [4][]string
	for p := range 1500 {
		g, s := given[r.IntN(len(given))], surname[r.IntN(len(surname))]
		born := fmt.Sprintf("%d-%02d-%02d", 1940+r.IntN(60), 1+r.IntN(12), 1+r.IntN(28))
		mail := fmt.Sprintf("%s.%s%d@example.com", g, s, 10+r.IntN(990))
		for k := range 1 + p%2 {
			row := []string{g, s, born, mail}
			if k > 0 && r.IntN(3) == 0 {
				row[3] = ""
			}
			for c, v := range row {
				cols[c] = append(cols[c], v)
			}
			table.Record, truth = append(table.Record, fmt.Sprintf("%05d", table.Rows)), append(truth, fmt.Sprint(p))
			table.Rows++
		}
	}
	table.Cols = []Column{NewColumn("given", Given, cols[0]), NewColumn("surname", Surname, cols[1]), NewColumn("born", BirthDate, cols[2]), NewColumn("mail", Email, cols[3])}
	res, err := Resolve(context.Background(), table, nil, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	dict := map[string]uint32{}
	ids := make([]uint32, len(truth))
	for i, p := range truth {
		if _, ok := dict[p]; !ok {
			dict[p] = uint32(len(dict))
		}
		ids[i] = dict[p]
	}
	if q := Evaluate(res.Partition.Confident, ids); q.Precision < 0.998 || q.Recall < 0.8 {
		t.Errorf("confident precision %.4f, recall %.4f", q.Precision, q.Recall)
	}
}

package dedupe

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"clientbase/internal/invented"
)

// The cases that a matcher is known to get wrong, planted many times into
// families with a personal number: each plant is two records, whose cells follow
// the columns of the families and then the number.
func TestTraps(t *testing.T) {
	f := invented.Families(17, 1500, 0.06)
	number := func(who uint32) string { return fmt.Sprintf("%011d", 10_000_000_019*uint64(who+7)%99_999_999_977) }
	r := rand.New(rand.NewPCG(17, 2))
	var numbers []string
	for _, who := range f.Person {
		n := number(who)
		if r.Float64() < 0.4 {
			n = ""
		}
		numbers = append(numbers, n)
	}
	type plant struct {
		name  string
		one   bool // of one person
		twist func(a, b []string)
	}
	const given, surname, born, phone, street, house, city, id = 0, 1, 2, 3, 4, 5, 6, 7
	plants := []plant{
		{"twins of one address and phone", false, func(a, b []string) { b[given], a[id], b[id] = "zelotivo", "", "" }},
		{"father and son with equal initials", false, func(a, b []string) {
			a[given], b[given], b[born] = "pokelu", "poratim", "1991"+a[born][4:]
			a[born], a[id], b[id] = "1962-03-14", "", ""
		}},
		{"father and son of one name", false, func(a, b []string) { a[born], b[born], a[id], b[id] = "1958-11-02", "1985-06-21", "", "" }},
		{"spouses on one phone", false, func(a, b []string) {
			a[born], b[given], b[born], a[id], b[id] = "1970-05-06", "zalimeru", "1973-09-17", "", ""
		}},
		{"maiden name with a number", true, func(a, b []string) {
			b[surname], b[phone], b[street], b[house], b[city] = "zunibora", "+79160000000", "vekosu", "71", a[city]
		}},
		{"a mistyped number", true, func(a, b []string) { b[id] = b[id][:4] + b[id][5:6] + b[id][4:5] + b[id][6:] }},
	}
	var pairs [][2]int
	var kind []int
	persons := f.Person[len(f.Person)-1] + 1
	for i := range 40 {
		for k, p := range plants {
			at := r.IntN(len(f.Rows))
			a := append(slices.Clone(f.Rows[at]), number(persons))
			for c, v := range []string{"pelira", fmt.Sprintf("zorab%c%c", 'a'+i%26, 'a'+k), "1984-02-11", fmt.Sprintf("+7926%07d", 1000*k+i), "lukose", "12", "morike"} {
				if a[c] == "" || c == given || c == phone || c == born {
					a[c] = v
				}
			}
			b := slices.Clone(a)
			p.twist(a, b)
			pairs, kind = append(pairs, [2]int{len(f.Rows), len(f.Rows) + 1}), append(kind, k)
			for n, row := range [][]string{a, b} {
				f.Record = append(f.Record, fmt.Sprintf("trap%03d-%d-%d", i, k, n))
				f.Rows, numbers = append(f.Rows, row[:7]), append(numbers, row[7])
				f.Person, f.Family = append(f.Person, persons), append(f.Family, 1<<30)
				if !p.one {
					persons++
				}
			}
			if p.one {
				persons++
			}
		}
	}
	s := setOf(f)
	s.table.Cols = append(s.table.Cols, NewColumn("number", NationalID, numbers))
	md, err := Train(context.Background(), s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := Score(context.Background(), s.table, md, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Cluster(context.Background(), s.table, md, e, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	right := make([]int, len(plants))
	sure := make([]int, len(plants))
	for i, pair := range pairs {
		if (p.Cluster[pair[0]] == p.Cluster[pair[1]]) == plants[kind[i]].one {
			right[kind[i]]++
		}
		if (p.Confident[pair[0]] == p.Confident[pair[1]]) == plants[kind[i]].one {
			sure[kind[i]]++
		}
	}
	for k, x := range plants {
		t.Logf("%s: %d of 40 right, confident %d", x.name, right[k], sure[k])
		if right[k] < 38 || !x.one && sure[k] < 40 {
			t.Errorf("%s: %d of 40 right, confident %d", x.name, right[k], sure[k])
		}
	}
}

// TestEMTellsTwins draws pairs of one person, of relatives with twins and
// namesakes among them, and of strangers from known probabilities, and expects
// EM to find them again: twins do not become persons whose given name is wrong.
func TestEMTellsTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	const persons, relatives, strangers = 6000, 20_000, 600_000
	roles := []Role{Surname, Given, BirthDate, Phone, Street}
	rough := func(exact, differ float64, levels int) []float64 { // the rest spread over the levels between
		p := make([]float64, levels)
		for l := 1; l < levels; l++ {
			p[l] = (1 - exact - differ) / float64(levels-3)
		}
		p[1], p[levels-1] = exact, differ
		return p
	}
	levels := []int{len(nameLevels), len(nameLevels), len(dateLevels), len(phoneLevels), len(wordLevels)}
	m := [][]float64{rough(0.90, 0.02, levels[0]), rough(0.88, 0.002, levels[1]), rough(0.90, 0.002, levels[2]), rough(0.85, 0.10, levels[3]), rough(0.90, 0.05, levels[4])}
	u := [][]float64{rough(0.01, 0.97, levels[0]), rough(0.02, 0.95, levels[1]), rough(0.0001, 0.96, levels[2]), rough(0.0001, 0.999, levels[3]), rough(0.01, 0.97, levels[4])}
	shared := rough(0.25, 0.70, levels[3])
	e := &estimate{places: len(m), total: persons + relatives + strangers, rows: 12_000, roles: roles, levels: levels, floor: make([]float64, len(m))}
	seen := map[uint64]float64{}
	draw := func(p ...[]float64) {
		x := uint64(0)
		for i := range p {
			at, l := r.Float64(), 1
			for at >= p[i][l] && l < len(p[i])-1 {
				at, l = at-p[i][l], l+1
			}
			x |= uint64(l) << (4 * i)
		}
		seen[x]++
	}
	for range persons {
		draw(m...)
	}
	for i := range relatives {
		switch {
		case i%100 < 3: // twins
			draw(m[0], u[1], m[2], shared, m[4])
		case i%100 < 7: // of one name
			draw(m[0], m[1], u[2], shared, m[4])
		default:
			draw(m[0], u[1], u[2], shared, m[4])
		}
	}
	for range strangers {
		draw(u...)
	}
	for _, k := range slices.Sorted(maps.Keys(seen)) {
		e.patterns = append(e.patterns, counted{k, seen[k]})
	}
	for i := range m {
		share := make([]float64, levels[i])
		for _, p := range e.patterns {
			share[p.pattern>>(4*i)&15] += p.n / e.total
		}
		e.marginal = append(e.marginal, share)
	}
	e.run()
	if got := e.n[classPerson]; math.Abs(got-persons)/persons > 0.05 {
		t.Errorf("%.0f pairs of one person, drawn %d", got, persons)
	}
	if got := e.n[classRelative]; math.Abs(got-relatives)/relatives > 0.05 {
		t.Errorf("%.0f pairs of relatives, drawn %d", got, relatives)
	}
	for i := range m {
		if got := e.p[i][classPerson][1]; math.Abs(got-m[i][1]) > 0.03 {
			t.Errorf("%s: m(exact) %.3f, drawn %.3f", roles[i], got, m[i][1])
		}
	}
	for _, i := range []int{1, 2} {
		if got := e.p[i][classPerson][levels[i]-1]; got > 0.01 {
			t.Errorf("%s differs in %.4f of the pairs of one person, drawn 0.002", roles[i], got)
		}
	}
	for _, k := range e.kinds {
		if want := map[int]float64{0: 0.93, sameGiven: 0.04, sameBorn: 0.03}[k.Same]; math.Abs(k.Share-want) > 0.012 {
			t.Errorf("kind %d: %.3f of the relatives, drawn %.2f", k.Same, k.Share, want)
		}
	}
}

package demobank

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func testBank(t *testing.T, records int) *bank {
	t.Helper()
	o, err := Options{Records: records, Seed: 11}.filled()
	if err != nil {
		t.Fatal(err)
	}
	return newBank(o)
}

// The hard cases of matching must be there, or tests on this bank prove nothing.
func TestHardCasesExist(t *testing.T) {
	b := testBank(t, 20_000)
	n := map[string]int{}
	for h := range b.households {
		hh := b.household(h)
		if hh.twins {
			n["twins"]++
			x, y := hh.people[len(hh.people)-2], hh.people[len(hh.people)-1]
			if x.born != y.born || x.given == y.given || x.fam != y.fam {
				t.Error("twins must share birth date and surname, and differ in given name")
			}
		}
		if len(hh.people) == 2 && hh.people[1].slot == 2 && hh.people[1].father == hh.people[0].given {
			f, s := hh.people[0], hh.people[1]
			if []rune(f.given.ru)[0] == []rune(s.given.ru)[0] && []rune(f.patronymicRu())[0] == []rune(s.patronymicRu())[0] {
				n["father and son with equal initials"]++
				if f.given == s.given {
					n["full namesakes"]++
				}
			}
		}
		for _, f := range b.footprints(hh) {
			branches := map[bool]bool{}
			for _, c := range f.core {
				branches[c.uk] = true
				if c.kind == recMaiden {
					n["a record before the marriage"]++
				}
				if c.kind == recDuplicate {
					n["a duplicate in core banking"]++
				}
			}
			if len(branches) == 2 {
				n["records in both languages"]++
			}
			for _, a := range f.accounts {
				if a.second != nil {
					n["a second owner"]++
				}
			}
			if len(f.core) > 0 && len(f.cards) > 0 && f.leads > 0 && f.notes > 0 {
				n["records in all systems"]++
			}
		}
	}
	for _, what := range []string{"twins", "father and son with equal initials", "full namesakes", "a record before the marriage",
		"a duplicate in core banking", "records in both languages", "a second owner", "records in all systems"} {
		if n[what] < 10 {
			t.Errorf("%s: %d", what, n[what])
		}
	}
}

// Numbers that identify a person belong to one person.
func TestNumbersAreUnique(t *testing.T) {
	b := testBank(t, 40_000)
	seen := map[string]string{}
	claim := func(kind, v, who string) {
		if v == "" {
			return
		}
		if other, ok := seen[kind+v]; ok && other != who {
			t.Fatalf("two people have one %s", kind)
		}
		seen[kind+v] = who
	}
	for h := range b.households {
		for _, f := range b.footprints(b.household(h)) {
			id := f.p.id()
			claim("mobile", f.p.mobile, id)
			claim("mobile", f.p.second, id)
			claim("SNILS", f.p.snils, id)
			claim("INN", f.p.inn, id)
			claim("RNOKPP", f.p.rnokpp, id)
			for _, c := range f.core {
				claim(c.stream(), c.id, id)
			}
			for _, a := range f.accounts {
				claim("account", a.number, id+a.holder.id)
			}
			for _, c := range f.cards {
				claim("card", c.pan, id+c.id)
			}
		}
	}
}

func TestEveryRowHasItsTruth(t *testing.T) {
	dir, s := small(t, Options{Records: 4000, Seed: 2})
	people := map[string]bool{}
	for _, l := range lines(t, filepath.Join(dir, "truth/people.csv"))[1:] {
		id, _, _ := strings.Cut(l, ",")
		people[id] = true
	}
	known := map[string]bool{}
	for _, l := range lines(t, filepath.Join(dir, "truth/records.csv"))[1:] {
		c := strings.Split(l, ",")
		known[c[0]+"/"+c[1]+" "+c[2]] = true
		if !people[c[3]] {
			t.Fatal("a record is about somebody who is not in people.csv")
		}
	}
	if len(known) != s.Records {
		t.Errorf("%d keys for %d records: some are not unique", len(known), s.Records)
	}
	for _, l := range lines(t, filepath.Join(dir, "in/core/clients_uk_2026-09-30.csv"))[1:] {
		key, _, _ := strings.Cut(l, ",")
		if !known["core/clients_uk "+key] {
			t.Fatal("a client of the Ukrainian branch has no truth")
		}
	}
	facts := map[string]bool{}
	for _, l := range lines(t, filepath.Join(dir, "truth/facts.csv"))[1:] {
		c := strings.Split(l, ",")
		if facts[c[0]+c[1]] {
			t.Fatalf("two facts of %s have one key", c[0])
		}
		facts[c[0]+c[1]] = true
		if c[2] != "" && !people[c[2]] {
			t.Fatal("a fact is about somebody who is not in people.csv")
		}
	}
}

func TestPlantedCardsAreInTheNotes(t *testing.T) {
	dir, _ := small(t, Options{Records: 20_000, Seed: 2})
	notes := map[string]string{}
	id := regexp.MustCompile(`"id":"(N\d+)"`)
	for _, l := range lines(t, filepath.Join(dir, "in/callcentre/notes_2026-09-30.ndjson")) {
		notes[id.FindStringSubmatch(l)[1]] = l
	}
	sixteen := regexp.MustCompile(`\d{4}[ .\x{a0}-]?\d{4}[ .\x{a0}-]?\d{4}[ .\x{a0}-]?(\d{4})`)
	planted := lines(t, filepath.Join(dir, "truth/cards_planted.csv"))[1:]
	if len(planted) < 10 {
		t.Fatalf("%d planted cards", len(planted))
	}
	for _, l := range planted {
		c := strings.Split(l, ",")
		ok := false
		for _, m := range sixteen.FindAllStringSubmatch(notes[c[1]], -1) {
			ok = ok || m[1] == c[2]
		}
		if !ok {
			t.Error("a planted card is not in its note")
		}
	}
}

func TestNoDirtMeansNoDirt(t *testing.T) {
	b := testBank(t, 2000)
	b.dirt = 0
	for h := range uint64(200) {
		for _, f := range b.footprints(b.household(h)) {
			for _, c := range f.core {
				if c.uk || c.kind != recMain {
					continue
				}
				row := b.clientRow(f.p, c, nil)
				if row[1] != f.p.surnameRu(false) || row[2] != f.p.given.ru || row[5] != f.p.born.dmy() || row[6] != f.p.inn {
					t.Fatal("a clean record differs from the person")
				}
			}
		}
	}
}

func TestRatesAreShares(t *testing.T) {
	rates := Rates()
	if len(rates) != int(dirtKinds) {
		t.Fatalf("%d rates for %d kinds", len(rates), dirtKinds)
	}
	names := map[string]bool{}
	for _, r := range rates {
		if r.Share < 0 || r.Share > 1 || r.Doc == "" || names[r.Name] {
			t.Errorf("rate %s", r.Name)
		}
		names[r.Name] = true
	}
}

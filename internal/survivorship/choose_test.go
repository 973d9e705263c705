package survivorship

import (
	"math/rand/v2"
	"testing"

	"clientbase/schemas"
)

func offer(text string, value uint32, change func(*Candidate)) Candidate {
	c := Candidate{Value: value, Text: text, Status: schemas.OK, Trust: 50, Day: 100}
	if change != nil {
		change(&c)
	}
	return c
}

func TestEachCriterionSettlesItsCase(t *testing.T) {
	plain := func(*Candidate) {}
	cases := []struct {
		name         string
		better, less func(*Candidate)
		want         Decision
	}{
		{"a person's word wins", func(c *Candidate) { c.Act = 3; c.Status = schemas.Assumed }, func(c *Candidate) { c.Trust = 99 }, ByHand},
		{"the later word of two wins", func(c *Candidate) { c.Act = 4 }, func(c *Candidate) { c.Act = 3; c.Day = 900 }, ByHand},
		{"a closed record loses", plain, func(c *Candidate) { c.Closed = true; c.Trust = 99 }, Open},
		{"an assumed value loses", plain, func(c *Candidate) { c.Status = schemas.Assumed; c.Trust = 99 }, Certainty},
		{"trust wins over recency", func(c *Candidate) { c.Trust = 60 }, func(c *Candidate) { c.Day = 900 }, Trust},
		{"the newer wins", func(c *Candidate) { c.Day = 101 }, plain, Recency},
	}
	for _, tc := range cases {
		got := Choose([]Candidate{offer("б", 2, tc.less), offer("а", 1, tc.better)}, false, nil)
		if got[0].Value != 1 || !got[0].Winner || got[0].Decision != tc.want || got[1].Winner || got[1].Decision != tc.want {
			t.Errorf("%s: %v beat %v by %q", tc.name, got[0].Value, got[1].Value, got[0].Decision)
		}
	}
}

func TestSourcesThatAgreeWinAndOneSourceCountsOnce(t *testing.T) {
	list := []Candidate{
		offer("a", 1, func(c *Candidate) { c.Source = 1 }), offer("a", 1, func(c *Candidate) { c.Source = 1; c.Row = 1 }),
		offer("b", 2, func(c *Candidate) { c.Source = 2; c.Row = 2 }), offer("b", 2, func(c *Candidate) { c.Source = 3; c.Row = 3 }),
	}
	got := Choose(list, false, nil)
	if got[0].Value != 2 || got[0].Decision != Agreement || got[1].Decision != Same {
		t.Fatalf("winner %d by %q, then %q", got[0].Value, got[0].Decision, got[1].Decision)
	}
}

func TestUnusableNeverWins(t *testing.T) {
	got := Choose([]Candidate{offer("", 0, nil)}, true, nil)
	if got[0].Winner || got[0].Decision != Unusable {
		t.Fatal("an unusable value won")
	}
}

func TestOrderOfCandidatesDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := 0; trial < 300; trial++ {
		var list []Candidate
		for i := 0; i < 2+rng.IntN(2*few); i++ {
			v := uint32(rng.IntN(4))
			list = append(list, Candidate{Row: uint32(i), Value: v, Text: "abcd"[:v], Status: schemas.Status(2 + rng.IntN(3)),
				Closed: rng.IntN(4) == 0, Trust: 40 + rng.IntN(2), Source: uint16(rng.IntN(2)), Day: int32(rng.IntN(2))})
		}
		a := Choose(append([]Candidate(nil), list...), trial%2 == 0, nil)
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		b := Choose(list, trial%2 == 0, nil)
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("trial %d: place %d differs", trial, i)
			}
		}
	}
}

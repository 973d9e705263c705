package dedupe

import (
	"context"
	"math"
	"testing"
)

// Twins, sons with their fathers' names and brothers are told from one person,
// and how many there are is learnt: in the families of the generator about three
// in a hundred pairs of relatives have one birth date, four one given name.
func TestKindsOfRelatives(t *testing.T) {
	s := synthetic(15, 2500, 0.08)
	md, err := Train(context.Background(), s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	share := map[int]float64{}
	sum := 0.0
	for _, k := range md.Kinds {
		share[k.Same], sum = k.Share, sum+k.Share
	}
	if len(md.Kinds) != 3 || math.Abs(sum-1) > 1e-5 {
		t.Fatalf("kinds %v", md.Kinds)
	}
	if g, b := share[sameGiven], share[sameBorn]; g < 0.025 || g > 0.06 || b < 0.02 || b > 0.05 {
		t.Errorf("namesakes %.3f, twins %.3f", g, b)
	}
	for _, f := range md.Features {
		if last := f.Levels[len(f.Levels)-1]; (f.Role == Given || f.Role == BirthDate) && last.Person > 0.015 {
			t.Errorf("%s differs in %.4f of the pairs of one person, in truth hardly ever", f.Name, last.Person)
		}
	}
}

// What cannot be told is not learnt: without a birth date a namesake looks like
// one person.
func TestKindsThatCannotBeTold(t *testing.T) {
	kinds := firstKinds([]Role{Given, Surname, City})
	before := kinds[1].Share
	learnKinds(kinds, []float64{10, 90})
	if len(kinds) != 2 || kinds[1].Share != before || kinds[0].Share+before != 1 {
		t.Errorf("kinds %v", kinds)
	}
	if kinds = firstKinds([]Role{City}); len(kinds) != 1 || kinds[0].Share != 1 {
		t.Errorf("kinds %v", kinds)
	}
	full := firstKinds([]Role{Given, BirthDate, Patronymic})
	learnKinds(full, []float64{0, 0, 500, 0, 500, 0})
	sum := 0.0
	for _, k := range full {
		if sum += k.Share; k.Same&(sameGiven|sameBorn) == sameGiven|sameBorn {
			t.Error("two relatives of one name and one birth date")
		}
	}
	if math.Abs(sum-1) > 1e-12 || full[0].Share < 0.7 {
		t.Errorf("kinds %v", full)
	}
}

// Two people born on one day in one family bear two names: all else equal, one
// name and one date is a person, not twins, unless one of them is missing.
func TestTwinsBearTwoNames(t *testing.T) {
	twins, brothers := Kind{Same: sameBorn, Share: 1}, Kind{Share: 1}
	for level, want := range map[uint8]float64{1: alike, 2: alike, 4: 0, 8: 0} {
		one, two := inbornBits{}, inbornBits{0: -4, twinGiven: -inTwins(level)}
		if got := brothers.bits(&one, &two) - twins.bits(&one, &two); got != want {
			t.Errorf("level %s: %v bits rarer in twins, want %v", nameLevels[level], got, want)
		}
	}
	if named := (Kind{Same: sameGiven | sameBorn}); named.twins() {
		t.Error("a kind of one name and one date has no two names")
	}
}

// Package survivorship picks, for one attribute of one client, the golden
// value among all that its records offer, and says by which criterion each of
// the others lost. It merges nothing: losers stay and are published beside
// their winner. The criteria, in order:
//
//	by hand     a value that a person set, the latest first
//	open        a record still open beats one that its source has closed
//	certainty   ok and corrected beat assumed
//	trust       the configured trust of the source
//	recency     the business date of the version
//	agreement   how many independent sources say the same
//	length      the fuller form ("Иванов" beats "И.")
//	tie         least text, so that the choice never depends on order
package survivorship

import (
	"cmp"
	"slices"

	"clientbase/schemas"
)

// Decision names the criterion that settled a value. Numbers are written to
// disk: never reuse one.
type Decision uint8

// Decisions.
const (
	OnlyValue Decision = 1 // nobody contradicted it
	Open      Decision = 2
	Certainty Decision = 3
	Trust     Decision = 4
	Recency   Decision = 5
	Agreement Decision = 6
	Length    Decision = 7
	Tie       Decision = 8
	Multi     Decision = 9  // the attribute keeps all its values
	Group     Decision = 10 // follows the record that won the group's first attribute
	Same      Decision = 11 // says the same as the winner
	Unusable  Decision = 12 // junk, invalid or ambiguous: never a candidate
	Derived   Decision = 13 // computed from other golden values
	ByHand    Decision = 14 // a person set the value
)

var decisionNames = [...]string{"", "only value", "record still open", "certainty", "source trust", "recency", "agreement of sources",
	"fuller form", "tie", "all values kept", "group", "same value", "not usable", "derived", "set by hand"}

// String names a decision in words.
func (d Decision) String() string {
	if int(d) < len(decisionNames) {
		return decisionNames[d]
	}
	return "unknown"
}

// Candidate is one value that a record offers.
type Candidate struct {
	Row    uint32 // record version
	Cell   uint32 // cell within the attribute's column
	Value  uint32 // dictionary id; 0 = not usable
	Text   string
	Status schemas.Status
	Act    int64 // entry of the journal that set it by hand; 0 = a source says it
	Closed bool
	Trust  int
	Source uint16 // streams of one source count once for agreement
	Day    int32  // business date of the version
	Stream uint16 // place of the stream among all names, and Key: the record's name, for ties
	Key    string

	agree int
}

// Verdict is what became of a candidate.
type Verdict struct {
	Candidate
	Winner   bool
	Decision Decision
}

// Choose orders the candidates, best first, and judges each. multi keeps
// every distinct value as a winner. The slice is reordered in place; the
// result is appended to out. Equal values after the first are Same.
func Choose(list []Candidate, multi bool, out []Verdict) []Verdict {
	if len(list) == 1 {
		v := Verdict{Candidate: list[0], Winner: list[0].Value != 0, Decision: OnlyValue}
		if !v.Winner {
			v.Decision = Unusable
		} else if v.Act != 0 {
			v.Decision = ByHand
		}
		return append(out, v)
	}
	countAgreement(list)
	sortBest(list)
	start := len(out)
	for i := range list {
		c := &list[i]
		v := Verdict{Candidate: *c}
		switch {
		case c.Value == 0:
			v.Decision = Unusable
		case i == 0:
			v.Winner, v.Decision = true, settledBy(list)
		case sameAsEarlier(list[:i], c.Value):
			v.Decision = Same
		case multi:
			v.Winner, v.Decision = true, Multi
		default:
			_, v.Decision = compare(&list[0], c)
		}
		out = append(out, v)
	}
	if multi && len(out) > start+1 && out[start].Winner {
		out[start].Decision = Multi
	}
	for i := start; i < len(out); i++ {
		if out[i].Winner && out[i].Act != 0 {
			out[i].Decision = ByHand
		}
	}
	return out
}

// settledBy finds the criterion that put the first value before the next
// different one.
func settledBy(list []Candidate) Decision {
	for i := 1; i < len(list); i++ {
		if list[i].Value != 0 && list[i].Value != list[0].Value {
			_, d := compare(&list[0], &list[i])
			return d
		}
	}
	return OnlyValue
}

func sameAsEarlier(list []Candidate, value uint32) bool {
	for i := range list {
		if list[i].Value == value {
			return true
		}
	}
	return false
}

// few is up to how many candidates plain loops beat maps and a general sort:
// most clients have a handful of records.
const few = 12

// sortBest orders the candidates, best first. The order is total, so that the
// method leaves no trace.
func sortBest(list []Candidate) {
	if len(list) > few {
		slices.SortFunc(list, func(a, b Candidate) int {
			c, _ := compare(&a, &b)
			return c
		})
		return
	}
	for i := 1; i < len(list); i++ {
		for k := i; k > 0; k-- {
			if c, _ := compare(&list[k], &list[k-1]); c >= 0 {
				break
			}
			list[k], list[k-1] = list[k-1], list[k]
		}
	}
}

// countAgreement counts, per value, the sources that offer it.
func countAgreement(list []Candidate) {
	if len(list) <= few {
		for i := range list {
			list[i].agree = agreement(list, list[i].Value)
		}
		return
	}
	type offer struct {
		value  uint32
		source uint16
	}
	sources := map[uint32]int{}
	seen := make(map[offer]bool, len(list))
	for i := range list {
		o := offer{list[i].Value, list[i].Source}
		if o.value != 0 && !seen[o] {
			seen[o] = true
			sources[o.value]++
		}
	}
	for i := range list {
		list[i].agree = sources[list[i].Value]
	}
}

// agreement counts the sources among few candidates that offer a value.
func agreement(list []Candidate, value uint32) int {
	n := 0
	for i := range list {
		if value == 0 || list[i].Value != value {
			continue
		}
		first := true
		for k := range i {
			first = first && (list[k].Value != value || list[k].Source != list[i].Source)
		}
		if first {
			n++
		}
	}
	return n
}

// compare puts the better candidate first and names the criterion.
func compare(a, b *Candidate) (int, Decision) {
	if c := -cmp.Compare(boolInt(a.Value != 0), boolInt(b.Value != 0)); c != 0 {
		return c, Unusable
	}
	if c := -cmp.Compare(a.Act, b.Act); c != 0 {
		return c, ByHand
	}
	if c := cmp.Compare(boolInt(a.Closed), boolInt(b.Closed)); c != 0 {
		return c, Open
	}
	if c := cmp.Compare(certainty(a.Status), certainty(b.Status)); c != 0 {
		return c, Certainty
	}
	if c := -cmp.Compare(a.Trust, b.Trust); c != 0 {
		return c, Trust
	}
	if c := -cmp.Compare(a.Day, b.Day); c != 0 {
		return c, Recency
	}
	if c := -cmp.Compare(a.agree, b.agree); c != 0 {
		return c, Agreement
	}
	if c := -cmp.Compare(len(a.Text), len(b.Text)); c != 0 {
		return c, Length
	}
	if c := cmp.Compare(a.Text, b.Text); c != 0 {
		return c, Tie
	}
	if c := cmp.Compare(a.Stream, b.Stream); c != 0 {
		return c, Tie
	}
	if c := cmp.Compare(a.Key, b.Key); c != 0 {
		return c, Tie
	}
	if c := cmp.Compare(a.Row, b.Row); c != 0 { // versions of one record, or several cells of it
		return c, Tie
	}
	return cmp.Compare(a.Cell, b.Cell), Tie
}

func certainty(s schemas.Status) int {
	if s == schemas.Assumed {
		return 1
	}
	return 0
}

func boolInt(v bool) int {
	if v {
		return 1
	}
	return 0
}

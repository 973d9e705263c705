package outbound

import (
	"cmp"
	"slices"

	"clientbase/internal/opaque"
)

// chosen is one row of a list before it is written.
type chosen struct {
	Client  int32
	Contact string // contact id
	Point   Point
}

// choose judges the matched clients and gives the rows in the order of their
// contact ids, so that the order of a list says nothing about anybody.
func choose(j *Judge, matched []int32, contact func(client int32) string) ([]chosen, Waterfall) {
	matched = slices.Clone(matched)
	slices.Sort(matched)
	matched = slices.Compact(matched)
	removed := map[Gate]int64{}
	var fit []chosen
	for _, no := range matched {
		v := j.Client(no)
		if v.Gate != "" {
			removed[v.Gate]++
			continue
		}
		fit = append(fit, chosen{no, contact(no), v.Point})
	}
	slices.SortFunc(fit, func(a, b chosen) int {
		return cmp.Or(cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Client, b.Client))
	})
	used := map[opaque.Token]bool{}
	rows := fit[:0]
	for _, c := range fit {
		if used[c.Point.Token] {
			removed[SamePoint]++
			continue
		}
		used[c.Point.Token] = true
		rows = append(rows, c)
	}
	return rows, newWaterfall(int64(len(matched)), removed)
}

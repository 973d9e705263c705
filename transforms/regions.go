package transforms

import (
	_ "embed" // the table of regions
	"strings"
	"sync"
)

//go:embed data/places/regions.tsv
var regionsTSV string

// regionIndex finds a region (its line in the table) by what records hold of
// it. A name may belong to several lines, for cities have namesakes. Crimea
// stands in Russian codes only: its Ukrainian ones are not checked.
type regionIndex struct {
	phone   map[string]int // country code and area code
	russian [1000]int      // first three digits of a postcode
	ukraine [100]int       // first two
	name    map[string][]int
}

var regions = sync.OnceValue(func() *regionIndex {
	x := &regionIndex{phone: map[string]int{}, name: map[string][]int{}}
	no := 0
	tsvRows(regionsTSV, 4, func(r []string) {
		no++
		id := no
		names := strings.Split(r[3], "|")
		for _, n := range names {
			k := foldName(n)
			x.name[k] = append(x.name[k], id)
		}
		for _, p := range strings.Split(r[1], ",") {
			x.phone[r[0]+p] = id
		}
		for _, span := range strings.Split(r[2], ",") {
			lo, hi, two := strings.Cut(span, "-")
			if !two {
				hi = lo
			}
			for v := atoi(lo); v <= atoi(hi); v++ {
				if r[0] == "7" {
					x.russian[v] = id
				} else {
					x.ukraine[v] = id
				}
			}
		}
	})
	return x
})

// ofPhone gives the region of a fixed line in international form; 0 = unknown
// or not a fixed line of a region.
func (x *regionIndex) ofPhone(e164 string) int {
	switch {
	case len(e164) == 12 && e164[:2] == "+7":
		return x.phone[e164[1:5]]
	case len(e164) == 13 && e164[:4] == "+380":
		return x.phone[e164[1:6]]
	}
	return 0
}

// ofPostcode gives the region of a postcode: six digits are Russian, five
// Ukrainian; 0 = unknown.
func (x *regionIndex) ofPostcode(s string) int {
	switch {
	case !allDigits(s):
	case len(s) == 6:
		return x.russian[atoi(s[:3])]
	case len(s) == 5:
		return x.ukraine[atoi(s[:2])]
	}
	return 0
}

// ofName gives the regions that a city or region may be, by its bare name.
func (x *regionIndex) ofName(s string) []int {
	var buf [96]byte
	return x.name[string(appendFold(buf[:0], s))]
}

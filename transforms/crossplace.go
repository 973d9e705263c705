package transforms

import (
	"slices"
	"strings"

	"clientbase/schemas"
)

// placeChecks compare what tells the region in which somebody lives.
func placeChecks() []CrossCheck {
	return []CrossCheck{
		{ID: "phone_city", Version: 1, A: "phone", B: "city", Weak: true, find: findPhoneCity, Doc: "the fixed phone is one of another region than the address"},
		{ID: "postcode_city", Version: 1, A: "postcode", B: "city", Weak: true, find: findPostcodeCity, Doc: "the postcode is one of another region than the city"},
	}
}

// findPhoneCity looks at fixed lines only: a mobile number goes with its owner.
// The postcode counts too, so that a namesake of the city is no contradiction.
func findPhoneCity(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	if b = r.value("city"); b.Value == "" {
		return a, b, 0
	}
	var where []int
	x := regions()
	for _, a := range r.values("phone") {
		if !a.Status.Usable() {
			continue
		}
		number, _, _ := strings.Cut(a.Value, ";")
		from := x.ofPhone(number)
		if from == 0 {
			continue
		}
		if where == nil {
			if where = r.place.of(b.Value); len(where) == 0 {
				return a, b, 0
			}
			if p := x.ofPostcode(r.value("postcode").Value); p != 0 {
				where = append(slices.Clone(where), p)
			}
		}
		if !slices.Contains(where, from) {
			return a, b, schemas.RegionDiffers
		}
	}
	return a, b, 0
}

func findPostcodeCity(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	if !ok {
		return a, b, 0
	}
	x := regions()
	p := x.ofPostcode(a.Value)
	if p == 0 {
		return a, b, 0
	}
	where := r.place.of(b.Value)
	if len(where) > 0 && !slices.Contains(where, p) {
		return a, b, schemas.RegionDiffers
	}
	return a, b, 0
}

// placeMemo keeps the regions of the last city: neighbours in a source often
// live in one. The zero value is ready.
type placeMemo struct {
	city  string
	where []int
}

func (m *placeMemo) of(city string) []int {
	if m.city != city {
		m.city, m.where = city, regions().ofName(city)
	}
	return m.where
}

package pipeline

import (
	"cmp"
	"maps"
	"slices"

	"clientbase/internal/opaque"
	"clientbase/internal/state"
)

// Lookalike is another client who may be the same person: whoever erases one has
// to decide about the other.
type Lookalike struct {
	Client string `json:"client"`
	Why    string `json:"why"` // LikeByEvidence or LikeByName
}

// Why a client may be the same person as another.
const (
	LikeByEvidence = "evidence"  // in the ask zone of matching, or said to be one and not merged yet
	LikeByName     = "full_name" // one surname, given name and patronymic, and no other day of birth
)

// lookalikes gives the clients who may be the same person as m's, those with more
// evidence first, then by id.
func (m *marker) lookalikes() []Lookalike {
	why := map[uint32]string{}
	full, days := m.fullNames()
	if len(full) > 0 {
		unlike := map[uint32]bool{} // bears another day of birth
		for row := range m.r.base.Stream {
			if !m.other(state.Row(row)) {
				continue
			}
			client := m.r.base.Client[row]
			m.namesOn(state.Row(row), func(surname, name, patronymic, day string) {
				unlike[client] = unlike[client] || day != "" && len(days) > 0 && !days[day]
				if full[m.r.tok.fullName(surname, name, patronymic)] {
					why[client] = LikeByName
				}
			})
		}
		maps.DeleteFunc(why, func(client uint32, _ string) bool { return unlike[client] })
	}
	for _, other := range m.r.Asks(map[int32]bool{int32(m.client): true})[int32(m.client)] {
		why[uint32(other)] = LikeByEvidence
	}
	out := make([]Lookalike, 0, len(why))
	for client, by := range why {
		out = append(out, Lookalike{m.r.ClientID(int32(client)), by})
	}
	slices.SortFunc(out, func(a, b Lookalike) int {
		return cmp.Or(cmp.Compare(a.Why, b.Why), cmp.Compare(a.Client, b.Client))
	})
	return out
}

// fullNames gives the client's names of three parts, and its days of birth.
func (m *marker) fullNames() (full map[opaque.Token]bool, days map[string]bool) {
	full, days = map[opaque.Token]bool{}, map[string]bool{}
	for _, row := range m.mine {
		m.namesOn(row, func(surname, name, patronymic, day string) {
			if t := m.r.tok.fullName(surname, name, patronymic); !t.IsZero() {
				full[t] = true
			}
			if day != "" {
				days[day] = true
			}
		})
	}
	return full, days
}

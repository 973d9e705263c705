package pipeline

import "clientbase/schemas"

// counts are what is counted over all records in force once who is who is known,
// beside the work on golden values: it stands on nothing that they give.
type counts struct {
	profile [][]quality
	links   [len(householdParties)]partyLinks
}

// householdParties are the kinds of parties that have households, in their order.
var householdParties = [...]schemas.Party{schemas.Person, schemas.Org}

// partyLinks are the links between clients of one kind; see linksOf.
type partyLinks struct {
	list  []clientLink
	order []uint32
	rank  map[uint32]uint32
}

func (r *river) count() (c counts, err error) {
	c.profile = r.profile()
	for i, p := range householdParties {
		l := &c.links[i]
		l.list, l.order, l.rank = r.linksOf(p)
	}
	return c, r.countConflicts()
}

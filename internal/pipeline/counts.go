package pipeline

import (
	"context"

	"clientbase/schemas"
)

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
	order []uint32 // clients that have a link
	rank  []uint32 // client → place in order

	home    []int32 // per place in order: number of the household, 0 = none
	members []int32 // per household, from 1 on
}

// writeCounts writes the tables that hold what is counted.
func (r *river) writeCounts(ctx context.Context) error {
	c, err := r.count()
	if err != nil {
		return err
	}
	if err := r.writeProfile(ctx, c.profile); err != nil {
		return err
	}
	return r.writeHouseholds(ctx, c.links)
}

func (r *river) count() (c counts, err error) {
	c.profile = r.profile()
	c.links = r.allLinks()
	for i := range c.links {
		l := &c.links[i]
		l.home, l.members = l.household()
	}
	return c, r.countConflicts()
}

// allLinks gives the links between clients of each kind as they are now.
func (r *river) allLinks() (all [len(householdParties)]partyLinks) {
	for i, p := range householdParties {
		l := &all[i]
		l.list, l.order, l.rank = r.linksOf(p)
	}
	return all
}

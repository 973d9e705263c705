package pipeline

import (
	"context"

	"golang.org/x/sync/errgroup"

	"clientbase/schemas"
)

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

// writeCounts writes the tables of what is counted over all records in force once
// who is who is known, beside the work on golden values: it stands on nothing that
// they give.
func (r *river) writeCounts(ctx context.Context) error {
	var g errgroup.Group
	g.Go(func() error {
		links := r.allLinks()
		for i := range links {
			l := &links[i]
			l.home, l.members = l.household()
		}
		return r.writeHouseholds(ctx, links)
	})
	g.Go(func() error { return r.writeProfile(ctx, r.profile()) })
	g.Go(r.countConflicts)
	return g.Wait()
}

// allLinks gives the links between clients of each kind as they are now.
func (r *river) allLinks() (all [len(householdParties)]partyLinks) {
	for i, p := range householdParties {
		l := &all[i]
		l.list, l.order, l.rank = r.linksOf(p)
	}
	return all
}

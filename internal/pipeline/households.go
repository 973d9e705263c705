package pipeline

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/dedupe"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// clientLink is the strongest evidence that two clients belong together
// without being one.
type clientLink struct {
	a, b uint32 // clients
	bits float32
	same uint16 // attributes that agree, see dedupe.Edges.Kin
}

// writeHouseholds publishes links between relatives, and between firms of one
// holding, and the households they make. A link is evidence and nothing more:
// it joins no records and is not passed on, and in a household each is linked
// with each. The tables are written whole: they are a function of the evidence
// between records and of who is who.
func (r *river) writeHouseholds(ctx context.Context, all [len(householdParties)]partyLinks) error {
	for _, t := range []string{"household_links", "households"} {
		if err := r.staging.Empty(ctx, t); err != nil {
			return err
		}
	}
	i32, f32 := arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Float32
	links := newTable("household_links", r.insertInto("household_links"), field("client_no", i32), field("client_id", textType), field("other_no", i32),
		field("other_id", textType), field("party", textType), field("bits", f32), field("p", f32), field("because", textType))
	homes := newTable("households", r.insertInto("households"), field("household_no", i32), field("client_no", i32), field("client_id", textType),
		field("party", textType), field("members", i32))
	first := int32(1)
	for i, party := range householdParties {
		list, order, rank := all[i].list, all[i].order, all[i].rank
		for _, l := range list {
			because := strings.Join(r.memory.models[party].Shared(l.same), ", ")
			for _, way := range [2][2]uint32{{l.a, l.b}, {l.b, l.a}} {
				err := links.i32(int32(way[0])).text(r.memory.book.ID(way[0]).String()).i32(int32(way[1])).text(r.memory.book.ID(way[1]).String()).
					text(party.String()).f32(l.bits).f32(float32(1 / (1 + math.Exp2(-float64(l.bits))))).text(because).end(ctx)
				if err != nil {
					return err
				}
			}
		}
		n, err := r.putHouseholds(ctx, homes, party, list, order, rank, first)
		if err != nil {
			return err
		}
		first += n
		r.report.Households = append(r.report.Households, HouseholdLine{Party: party.String(), Links: len(list), Households: int(n)})
	}
	if err := links.flush(ctx); err != nil {
		return err
	}
	return homes.flush(ctx)
}

// linksOf gives the links between clients of a party kind and the clients that
// have any, both in the order of the least record name of each client, with the
// place of each in it: no history of ids decides what a household is.
func (r *river) linksOf(party schemas.Party) (list []clientLink, order []uint32, rank map[uint32]uint32) {
	b := r.memory.base
	name := map[uint32]string{}
	best := map[[2]uint32]clientLink{}
	for _, e := range r.memory.kin[party] {
		ca, cb := b.Client[e.A], b.Client[e.B]
		if ca == cb || ca == state.None || cb == state.None {
			continue
		}
		for _, x := range [2]struct {
			c   uint32
			row state.Row
		}{{ca, e.A}, {cb, e.B}} {
			if n := recordName(b, x.row); name[x.c] == "" || n < name[x.c] {
				name[x.c] = n
			}
		}
		key := [2]uint32{min(ca, cb), max(ca, cb)}
		if old, ok := best[key]; !ok || e.Bits > old.bits || e.Bits == old.bits && e.Rule > old.same {
			best[key] = clientLink{bits: e.Bits, same: e.Rule}
		}
	}
	for c := range name {
		order = append(order, c)
	}
	slices.SortFunc(order, func(x, y uint32) int { return cmp.Compare(name[x], name[y]) })
	rank = make(map[uint32]uint32, len(order))
	for i, c := range order {
		rank[c] = uint32(i)
	}
	for key, l := range best {
		l.a, l.b = key[0], key[1]
		if rank[l.a] > rank[l.b] {
			l.a, l.b = l.b, l.a
		}
		list = append(list, l)
	}
	slices.SortFunc(list, func(x, y clientLink) int {
		return cmp.Or(cmp.Compare(rank[x.a], rank[y.a]), cmp.Compare(rank[x.b], rank[y.b]))
	})
	return list, order, rank
}

// putHouseholds writes the households that the links make, numbered from first
// on, and gives how many there are.
func (r *river) putHouseholds(ctx context.Context, t *table, party schemas.Party, list []clientLink, order []uint32, rank map[uint32]uint32, first int32) (int32, error) {
	links := make([]dedupe.Link, len(list))
	for i, l := range list {
		links[i] = dedupe.Link{A: rank[l.a], B: rank[l.b], Bits: l.bits}
	}
	of := dedupe.Households(links)
	members := map[uint32]int32{}
	for _, g := range of {
		members[g]++
	}
	number := map[uint32]int32{}
	for i, c := range order {
		g, ok := of[uint32(i)]
		if !ok {
			continue
		}
		if number[g] == 0 {
			number[g] = first + int32(len(number))
		}
		if err := t.i32(number[g]).i32(int32(c)).text(r.memory.book.ID(c).String()).text(party.String()).i32(members[g]).end(ctx); err != nil {
			return 0, err
		}
	}
	return int32(len(number)), nil
}

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
// with each. The tables are a function of the evidence between records and of who
// is who. A delta writes the links of those clients anew of which one is another
// than it was, and the households whole: they are numbered through.
func (r *river) writeHouseholds(ctx context.Context, all [len(householdParties)]partyLinks) error {
	written, same, err := r.linksMoved(ctx, &all)
	if err != nil {
		return err
	}
	if !same {
		if err := r.staging.Empty(ctx, "households"); err != nil {
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
		l := &all[i]
		for _, x := range l.list {
			because := ""
			for _, way := range [2][2]uint32{{x.a, x.b}, {x.b, x.a}} {
				if !written(way[0]) {
					continue
				}
				if because == "" {
					because = strings.Join(r.memory.models[party].Shared(x.same), ", ")
				}
				err := links.i32(int32(way[0])).text(r.memory.book.ID(way[0]).String()).i32(int32(way[1])).text(r.memory.book.ID(way[1]).String()).
					text(party.String()).f32(x.bits).f32(float32(1 / (1 + math.Exp2(-float64(x.bits))))).text(because).end(ctx)
				if err != nil {
					return err
				}
			}
		}
		if !same {
			if err := r.putHouseholds(ctx, homes, party, l, first); err != nil {
				return err
			}
		}
		n := len(l.members) - 1
		first += int32(n)
		r.report.Households = append(r.report.Households, HouseholdLine{Party: party.String(), Links: len(l.list), Households: n})
	}
	if err := links.flush(ctx); err != nil {
		return err
	}
	return homes.flush(ctx)
}

// linksMoved takes the links away that are to be written anew. written tells of
// which clients; same, that neither a link nor the order of clients is another
// than in the previous snapshot.
func (r *river) linksMoved(ctx context.Context, all *[len(householdParties)]partyLinks) (written func(c uint32) bool, same bool, err error) {
	m := &r.memory
	if m.full {
		return func(uint32) bool { return true }, false, r.staging.Empty(ctx, "household_links")
	}
	moved, same := make([]bool, m.book.Len()), true
	for i := range all {
		now, was := &all[i], &m.linksBefore[i]
		if slices.Equal(now.list, was.list) && slices.Equal(now.order, was.order) {
			continue
		}
		same = false
		for _, c := range differing(was.list, now.list) {
			moved[c] = true
		}
	}
	var gone []int64
	for c, is := range moved {
		if is {
			gone = append(gone, int64(c))
		}
	}
	return func(c uint32) bool { return moved[c] }, same, r.staging.Delete(ctx, "household_links", "client_no", gone)
}

// differing names the clients of links that are not in both lists.
func differing(a, b []clientLink) (clients []uint32) {
	type worth struct {
		bits float32
		same uint16
	}
	key := func(l clientLink) [2]uint32 { return [2]uint32{min(l.a, l.b), max(l.a, l.b)} }
	in := make(map[[2]uint32]worth, len(a))
	for _, l := range a {
		in[key(l)] = worth{l.bits, l.same}
	}
	for _, l := range b {
		if w, ok := in[key(l)]; !ok || w != (worth{l.bits, l.same}) {
			clients = append(clients, l.a, l.b)
		}
		delete(in, key(l))
	}
	for k := range in {
		clients = append(clients, k[0], k[1])
	}
	return clients
}

// linksOf gives the links between clients of a party kind and the clients that
// have any, both in the order of the least record name of each client, with the
// place of each in it: no history of ids decides what a household is.
func (r *river) linksOf(party schemas.Party) (list []clientLink, order, rank []uint32) {
	b := r.memory.base
	least := make([]state.Row, r.memory.book.Len()) // client → its record of the least name
	for c := range least {
		least[c] = state.None
	}
	before := byName(b)
	for _, e := range r.memory.kin[party] {
		ca, cb := b.Client[e.A], b.Client[e.B]
		if ca == cb || ca == state.None || cb == state.None {
			continue
		}
		for _, row := range [2]state.Row{e.A, e.B} {
			if c := b.Client[row]; least[c] == state.None || before(row, least[c]) < 0 {
				least[c] = row
			}
		}
		list = append(list, clientLink{a: ca, b: cb, bits: e.Bits, same: e.Rule})
	}
	var rows []state.Row
	for _, row := range least {
		if row != state.None {
			rows = append(rows, row)
		}
	}
	sortByName(b, rows)
	rank = make([]uint32, len(least))
	for i, row := range rows {
		order = append(order, b.Client[row])
		rank[b.Client[row]] = uint32(i)
	}
	for i := range list {
		if l := &list[i]; rank[l.a] > rank[l.b] {
			l.a, l.b = l.b, l.a
		}
	}
	slices.SortFunc(list, func(x, y clientLink) int {
		return cmp.Or(cmp.Compare(rank[x.a], rank[y.a]), cmp.Compare(rank[x.b], rank[y.b]), cmp.Compare(y.bits, x.bits), cmp.Compare(y.same, x.same))
	})
	list = slices.CompactFunc(list, func(x, y clientLink) bool { return x.a == y.a && x.b == y.b })
	return list, order, rank
}

// household numbers the groups that links make, from 1 on in the order of clients:
// 0 for a client that is in none. members counts those of each.
func (l *partyLinks) household() (of []int32, members []int32) {
	links := make([]dedupe.Link, len(l.list))
	for i, x := range l.list {
		links[i] = dedupe.Link{A: l.rank[x.a], B: l.rank[x.b], Bits: x.bits}
	}
	group := dedupe.Households(links)
	number := make([]int32, len(group))
	of, members = make([]int32, len(l.order)), []int32{0}
	for i, g := range group {
		if g == dedupe.NoHousehold {
			continue
		}
		if number[g] == 0 {
			number[g] = int32(len(members))
			members = append(members, 0)
		}
		of[i] = number[g]
		members[of[i]]++
	}
	return of, members
}

// putHouseholds writes the households of a party kind, numbered from first on.
func (r *river) putHouseholds(ctx context.Context, t *table, party schemas.Party, l *partyLinks, first int32) error {
	for i, c := range l.order {
		if l.home[i] == 0 {
			continue
		}
		err := t.i32(first + l.home[i] - 1).i32(int32(c)).text(r.memory.book.ID(c).String()).text(party.String()).i32(l.members[l.home[i]]).end(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

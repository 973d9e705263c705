package outbound

import (
	"cmp"
	"maps"
	"slices"

	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// Base is what a snapshot knows of clients, their records and contact points.
// Clients go by their number in the snapshot. Calls with sets are made once per
// judge; Points once per client.
type Base interface {
	// Holder gives the client of a record.
	Holder(record opaque.Token) (client int32, ok bool)
	// Borne gives every contact point that any version of these records bore.
	Borne(records map[opaque.Token]bool) map[opaque.Token][]opaque.Token
	// Holders gives the clients that hold these contact points now.
	Holders(points map[opaque.Token]bool) map[opaque.Token][]int32
	// Asks gives the clients that may be the same party as these: evidence in
	// the ask zone, not merged.
	Asks(clients map[int32]bool) map[int32][]int32
	// Parts gives all partings of clients, in their numbers of now.
	Parts() []Part
	// Points gives the contact points on the records of a client as they are
	// now; one that stands on several records comes once for each.
	Points(client int32) []Point
}

// Part says that records of one client became another client's.
type Part struct {
	A, B int32
	Day  string // ISO day of the run
}

// Point is a contact point as it stands on one record.
type Point struct {
	Token     opaque.Token // of the number or address, wherever it stands
	Kind      string       // schemas.RefPhone or RefEmail
	Record    opaque.Token
	Value     opaque.Value // E.164, or the address
	Status    schemas.Status
	Mobile    bool
	Extension bool  // reached only through an extension
	Holders   int   // clients that hold it
	Day       int32 // business day of the record's version, days since 1970
}

// Gate is where a client falls out on the way to a list; "" = it does not.
type Gate string

// Gates in their order. The waterfall prints them like this.
const (
	Objection      Gate = "objection"       // objected, or may be the same person as one who did
	NoConsent      Gate = "no_consent"      // no grant in force for purpose and channel
	NoPoint        Gate = "no_point"        // the grant covers no contact point of this kind that the client has now
	PointObjection Gate = "point_objection" // the contact point is one of a person who objected
	BadPoint       Gate = "bad_point"       // not certain enough, no mobile for an SMS, behind an extension
	SharedPoint    Gate = "shared_point"    // several clients hold it
	SamePoint      Gate = "same_point"      // another row of the list goes to it already
)

// Gates lists all gates in their order.
func Gates() []Gate {
	return []Gate{Objection, NoConsent, NoPoint, PointObjection, BadPoint, SharedPoint, SamePoint}
}

// Verdict is what became of one client: the point to use, or the gate.
type Verdict struct {
	Gate  Gate
	Why   string // for people: which fact decided; no value in it
	Point Point
}

// Judge answers one question for any client. It is made for one snapshot and
// one state of consents, and holds what the restrictions reach.
type Judge struct {
	q       Question
	base    Base
	clients map[int32]string        // blocked, with the reason
	points  map[opaque.Token]string // blocked, with the reason
	grants  map[int32][]*Row        // in force, by client of the record that gave it
	nearly  map[int32]string        // why a grant of the client is not in force
}

// NewJudge spreads the restrictions and places the permissions.
func NewJudge(base Base, rows []Row, q Question) *Judge {
	q.MaxHolders = max(q.MaxHolders, 1)
	j := &Judge{q: q, base: base, clients: map[int32]string{}, points: map[opaque.Token]string{}, grants: map[int32][]*Row{}, nearly: map[int32]string{}}
	j.restrict(rows)
	j.permit(rows)
	return j
}

// restrict blocks whoever an objection reaches. When no record says who
// objected, anybody who holds the contact point may have. What was one client
// when the objection stood keeps it in all its parts.
func (j *Judge) restrict(rows []Row) {
	records, loose, objectors := map[opaque.Token]bool{}, map[opaque.Token]bool{}, map[int32]bool{}
	var list []*Row
	for i := range rows {
		r := &rows[i]
		if !r.Objection || !r.restricts(j.q) {
			continue
		}
		list = append(list, r)
		for _, rec := range r.Records {
			records[rec] = true
		}
		if len(j.clientsOf(r)) == 0 {
			for _, p := range r.Points {
				loose[p] = true
			}
		}
	}
	held, borne, parts := j.base.Holders(loose), j.base.Borne(records), j.base.Parts()
	for _, r := range list {
		who := j.clientsOf(r)
		if len(who) == 0 {
			for _, p := range r.Points {
				who = append(who, held[p]...)
			}
		}
		for _, c := range withParts(who, parts, r.Since) {
			objectors[c] = true
			j.block(c, r.Origin)
		}
		for _, p := range r.Points {
			j.blockPoint(p, r.Origin)
		}
		for _, rec := range r.Records {
			for _, p := range borne[rec] {
				j.blockPoint(p, r.Origin)
			}
		}
	}
	for c := range objectors { // the person's other numbers are the person's too
		for _, p := range j.base.Points(c) {
			j.blockPoint(p.Token, j.clients[c])
		}
	}
	own := maps.Clone(j.clients) // a reason of one's own comes before a neighbour's
	for c, others := range j.base.Asks(objectors) {
		for _, o := range others {
			if _, ok := own[o]; !ok {
				j.block(o, "may be the same as a client who objected ("+own[c]+")")
			}
		}
	}
}

// clientsOf gives the clients of the records that a row names.
func (j *Judge) clientsOf(r *Row) []int32 {
	var out []int32
	for _, rec := range r.Records {
		if c, ok := j.base.Holder(rec); ok {
			out = append(out, c)
		}
	}
	return out
}

// withParts adds to clients those that were parted from them, or they from
// those, on the day since or later, and what was parted from these.
func withParts(clients []int32, parts []Part, since string) []int32 {
	if len(parts) == 0 {
		return clients
	}
	seen := map[int32]bool{}
	for _, c := range clients {
		seen[c] = true
	}
	for grown := true; grown; {
		grown = false
		for _, p := range parts {
			if seen[p.A] != seen[p.B] && (!isDay(since) || p.Day >= since) {
				seen[p.A], seen[p.B], grown = true, true, true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// block keeps the least reason of several, so that no order shows.
func (j *Judge) block(c int32, why string) {
	if old, ok := j.clients[c]; !ok || why < old {
		j.clients[c] = why
	}
}

func (j *Judge) blockPoint(p opaque.Token, why string) {
	if old, ok := j.points[p]; !ok || why < old {
		j.points[p] = why
	}
}

// permit places each grant at the client of its record. One that names only a
// contact point belongs to the single client that holds it, else to nobody.
func (j *Judge) permit(rows []Row) {
	loose := map[opaque.Token]bool{}
	var nameless []*Row
	for i := range rows {
		r := &rows[i]
		if r.Objection {
			continue
		}
		if !r.permits(j.q) {
			j.explain(r)
			continue
		}
		if len(r.Records) == 0 {
			nameless = append(nameless, r)
			for _, p := range r.Points {
				loose[p] = true
			}
		}
		seen := map[int32]bool{}
		for _, rec := range r.Records {
			if c, ok := j.base.Holder(rec); ok && !seen[c] {
				seen[c] = true
				j.grants[c] = append(j.grants[c], r)
			}
		}
	}
	held := j.base.Holders(loose)
	for _, r := range nameless {
		seen := map[int32]bool{}
		for _, p := range r.Points {
			if len(held[p]) == 1 && !seen[held[p][0]] {
				seen[held[p][0]] = true
				j.grants[held[p][0]] = append(j.grants[held[p][0]], r)
			}
		}
	}
}

// explain remembers, for people, why a grant of a client does not count: the
// least of several reasons, so that no order shows.
func (j *Judge) explain(r *Row) {
	why := r.short(j.q)
	for _, rec := range r.Records {
		if c, ok := j.base.Holder(rec); ok && (j.nearly[c] == "" || why < j.nearly[c]) {
			j.nearly[c] = why
		}
	}
}

// covers says whether a grant of the point's client opens the point: the
// points it names, or those on the record that gave it.
func (r *Row) covers(p *Point) bool {
	if len(r.Points) > 0 {
		return slices.Contains(r.Points, p.Token)
	}
	return slices.Contains(r.Records, p.Record)
}

// Client sends one client through the gates. SamePoint is not among them: it
// depends on the rest of the list.
func (j *Judge) Client(no int32) Verdict { return j.judge(no, opaque.Token{}) }

// Point is Client for one contact point only: may a row that was sent to it
// still be used?
func (j *Judge) Point(no int32, only opaque.Token) Verdict { return j.judge(no, only) }

func (j *Judge) judge(no int32, only opaque.Token) Verdict {
	if why, ok := j.clients[no]; ok {
		return Verdict{Gate: Objection, Why: why}
	}
	grants := j.grants[no]
	if len(grants) == 0 {
		why := "nobody said yes to " + j.q.Purpose + " by " + j.q.Channel
		if near := j.nearly[no]; near != "" {
			why += "; " + near
		}
		return Verdict{Gate: NoConsent, Why: why}
	}
	kind := schemas.RefPhone
	if j.q.Channel == Email {
		kind = schemas.RefEmail
	}
	last := Verdict{Gate: NoPoint, Why: "the grant covers no " + kind + " that the client has now"}
	reached := 0
	fell := func(stage int, gate Gate, why string) {
		if stage > reached || stage == reached && why < last.Why {
			reached, last = stage, Verdict{Gate: gate, Why: why}
		}
	}
	var fit []Point
	for _, p := range j.base.Points(no) {
		if p.Kind != kind || !only.IsZero() && p.Token != only {
			continue
		}
		if !slices.ContainsFunc(grants, func(r *Row) bool { return r.covers(&p) }) {
			continue
		}
		if why, ok := j.points[p.Token]; ok {
			fell(1, PointObjection, "the "+kind+" stands with a client who objected ("+why+")")
			continue
		}
		if why := j.unfit(&p); why != "" {
			fell(2, BadPoint, why)
			continue
		}
		if p.Holders > j.q.MaxHolders {
			fell(3, SharedPoint, "several clients hold the "+kind)
			continue
		}
		fit = append(fit, p)
	}
	if len(fit) == 0 {
		return last
	}
	return Verdict{Point: slices.MinFunc(fit, better)}
}

// unfit says why a point that may be used cannot be.
func (j *Judge) unfit(p *Point) string {
	switch {
	case p.Status != schemas.OK && p.Status != schemas.Corrected:
		return "the " + p.Kind + " is " + p.Status.String()
	case p.Extension:
		return "the phone is reached through an extension"
	case j.q.Channel == SMS && !p.Mobile:
		return "the phone is no mobile"
	}
	return ""
}

// better orders the points of one client: the surer, then the newer, then by
// token so that the choice is always the same.
func better(a, b Point) int {
	return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(b.Day, a.Day), slices.Compare(a.Token[:], b.Token[:]), slices.Compare(a.Record[:], b.Record[:]))
}

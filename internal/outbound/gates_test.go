package outbound

import (
	"testing"

	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// phone and mail are contact points that pass on their own.
func phone(n int) Point {
	return Point{Token: phoneTok(n), Kind: schemas.RefPhone, Value: opaque.Of("+79165550000"), Status: schemas.OK, Mobile: true}
}

func mail(n int) Point {
	return Point{Token: emailTok(n), Kind: schemas.RefEmail, Value: opaque.Of("c@example.org"), Status: schemas.OK}
}

// agreed is a grant of records that opens their own points.
func agreed(records ...int) Row {
	r := Row{Purpose: "marketing", Since: "2026-01-01", Origin: "form"}
	for _, n := range records {
		r.Records = append(r.Records, recTok(n))
	}
	return r
}

// refused is an objection to everything.
func refused(records ...int) Row {
	r := agreed(records...)
	r.Objection, r.Purpose, r.Since, r.Origin = true, "", "2026-10-01", "call"
	return r
}

func with(r Row, change func(*Row)) Row { change(&r); return r }

// bank gives a world with records r0, r1, … of the clients, with points.
func bank(owners []int32, points ...[]Point) *world {
	w := &world{}
	for i, c := range owners {
		w.recs = append(w.recs, record{name: recTok(i), client: c, now: points[i]})
	}
	return w
}

func TestGates(t *testing.T) {
	day := Question{Purpose: "marketing.deposits", Channel: Phone, AsOf: "2026-10-15", Today: "2026-10-15"}
	two := func() *world { return bank([]int32{0, 1}, []Point{phone(0)}, []Point{phone(1)}) }
	one := func() *world { return bank([]int32{0, 0}, []Point{phone(0)}, []Point{phone(1)}) }
	shared := func() *world { return bank([]int32{0, 1}, []Point{phone(0)}, []Point{phone(0)}) }
	ask := func(change func(*Question)) Question { q := day; change(&q); return q }
	for _, c := range []struct {
		says string
		w    *world
		rows []Row
		q    Question
		want Gate // of client 0
	}{
		{"nothing said means no", two(), nil, day, NoConsent},
		{"a grant opens the record's own number", two(), []Row{agreed(0)}, day, ""},
		{"a grant of somebody else opens nothing", two(), []Row{agreed(1)}, day, NoConsent},
		{"a grant for the parent purpose covers the child", two(), []Row{agreed(0)}, day, ""},
		{"a grant for the child does not cover the parent", two(), []Row{with(agreed(0), func(r *Row) { r.Purpose = "marketing.deposits" })}, ask(func(q *Question) { q.Purpose = "marketing" }), NoConsent},
		{"a purpose that only begins alike is another", two(), []Row{with(agreed(0), func(r *Row) { r.Purpose = "market" })}, day, NoConsent},
		{"a grant without purpose proves nothing", two(), []Row{with(agreed(0), func(r *Row) { r.Purpose = "" })}, day, NoConsent},
		{"a grant without a first day proves nothing", two(), []Row{with(agreed(0), func(r *Row) { r.Since = "" })}, day, NoConsent},
		{"a grant for another channel", two(), []Row{with(agreed(0), func(r *Row) { r.Channel = "email" })}, day, NoConsent},
		{"a grant for a channel nobody knows", two(), []Row{with(agreed(0), func(r *Row) { r.Channel = "pigeon" })}, day, NoConsent},
		{"a grant by the source's own word", two(), []Row{with(agreed(0), func(r *Row) { r.Channel = "Звонок" })}, day, ""},
		{"a grant on its last day", two(), []Row{with(agreed(0), func(r *Row) { r.Until = "2026-10-16" })}, day, ""},
		{"a grant that ended", two(), []Row{with(agreed(0), func(r *Row) { r.Until = "2026-10-15" })}, day, NoConsent},
		{"a grant of today helps a list as of last week", two(), []Row{with(agreed(0), func(r *Row) { r.Since = "2026-10-15" })}, ask(func(q *Question) { q.AsOf = "2026-10-01" }), ""},
		{"a grant that will have ended by the as-of day", two(), []Row{with(agreed(0), func(r *Row) { r.Until = "2026-11-01" })}, ask(func(q *Question) { q.AsOf = "2026-11-01" }), NoConsent},
		{"an objection that was over before today, as of last week", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Until = "2026-10-10" })}, ask(func(q *Question) { q.AsOf = "2026-10-01" }), ""},
		{"a grant that ended before today helps no list of last week", two(), []Row{with(agreed(0), func(r *Row) { r.Until = "2026-10-15" })}, ask(func(q *Question) { q.AsOf = "2026-10-01" }), NoConsent},
		{"a grant of next week", two(), []Row{with(agreed(0), func(r *Row) { r.Since = "2026-10-20" })}, ask(func(q *Question) { q.AsOf = "2026-11-01" }), NoConsent},
		{"a grant opens no number of another record of the client", bank([]int32{0, 0}, nil, []Point{phone(1)}), []Row{agreed(0)}, day, NoPoint},
		{"a grant that names a number opens that one", one(), []Row{with(agreed(0), func(r *Row) { r.Points = []opaque.Token{phoneTok(1)} })}, day, ""},
		{"a grant that names a number opens no other", bank([]int32{0}, []Point{phone(0)}), []Row{with(agreed(0), func(r *Row) { r.Points = []opaque.Token{phoneTok(1)} })}, day, NoPoint},
		{"a grant of a number alone belongs to its only holder", two(), []Row{with(agreed(), func(r *Row) { r.Points = []opaque.Token{phoneTok(0)} })}, day, ""},
		{"a grant of a shared number belongs to nobody", shared(), []Row{with(agreed(), func(r *Row) { r.Points = []opaque.Token{phoneTok(0)} })}, ask(func(q *Question) { q.MaxHolders = 5 }), NoConsent},

		{"an objection blocks its client", two(), []Row{agreed(0), refused(0)}, day, Objection},
		{"an objection on another record of the client", one(), []Row{agreed(0), refused(1)}, day, Objection},
		{"an objection of somebody else", two(), []Row{agreed(0), refused(1)}, day, ""},
		{"a later grant lifts no objection", two(), []Row{refused(0), with(agreed(0), func(r *Row) { r.Since = "2026-10-14" })}, day, Objection},
		{"an objection to the parent purpose", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Purpose = "marketing" })}, day, Objection},
		{"an objection to a part blocks the whole", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Purpose = "marketing.deposits" })}, ask(func(q *Question) { q.Purpose = "marketing" }), Objection},
		{"an objection to another part", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Purpose = "marketing.loans" })}, day, ""},
		{"an objection to calls, found in a note", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Channel = "call" })}, day, Objection},
		{"an objection to e-mails keeps no call", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Channel = "email" })}, day, ""},
		{"an objection to letters keeps no call", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Channel = "post" })}, day, ""},
		{"an objection to a channel nobody knows is one to all", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Channel = "pigeon" })}, day, Objection},
		{"an objection that ended", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Until = "2026-10-15" })}, day, ""},
		{"no as-of day in the future ends an objection", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Until = "2026-12-01" })}, ask(func(q *Question) { q.AsOf = "2027-01-01" }), Objection},
		{"no as-of day in the past comes before an objection", two(), []Row{agreed(0), refused(0)}, ask(func(q *Question) { q.AsOf = "2026-02-01" }), Objection},
		{"an objection whose end is no day stands", two(), []Row{agreed(0), with(refused(0), func(r *Row) { r.Until = "soon" })}, day, Objection},
		{"an objection of a number alone blocks whoever holds it", two(), []Row{agreed(0), with(refused(), func(r *Row) { r.Points = []opaque.Token{phoneTok(0)} })}, day, Objection},
		{"an objection of a record nobody has binds by its number", two(), []Row{agreed(0), with(refused(9), func(r *Row) { r.Points = []opaque.Token{phoneTok(0)} })}, day, Objection},
		{"the number of one who objected, shared", shared(), []Row{agreed(0), refused(1)}, ask(func(q *Question) { q.MaxHolders = 5 }), PointObjection},
		{"the other number of one who objected, shared", bank([]int32{0, 1, 1}, []Point{phone(0)}, []Point{phone(1)}, []Point{phone(0)}), []Row{agreed(0), refused(1)}, ask(func(q *Question) { q.MaxHolders = 5 }), PointObjection},
		{"a number that the objector had before", func() *world { w := two(); w.recs[1].past = []opaque.Token{phoneTok(0)}; return w }(), []Row{agreed(0), refused(1)}, day, PointObjection},
		{"may be the same as one who objected", func() *world { w := two(); w.asks = [][2]int{{0, 1}}; return w }(), []Row{agreed(0), refused(1)}, day, Objection},
		{"may be the same as one who objected, seen from there", func() *world { w := two(); w.asks = [][2]int{{1, 0}}; return w }(), []Row{agreed(0), refused(1)}, day, Objection},

		{"no contact point at all", bank([]int32{0}, nil), []Row{agreed(0)}, day, NoPoint},
		{"only an e-mail, for a call", bank([]int32{0}, []Point{mail(0)}), []Row{agreed(0)}, day, NoPoint},
		{"an e-mail for an e-mail", bank([]int32{0}, []Point{mail(0)}), []Row{agreed(0)}, ask(func(q *Question) { q.Channel = Email }), ""},
		{"an assumed number", bank([]int32{0}, []Point{func() Point { p := phone(0); p.Status = schemas.Assumed; return p }()}), []Row{agreed(0)}, day, BadPoint},
		{"a number behind an extension", bank([]int32{0}, []Point{func() Point { p := phone(0); p.Extension = true; return p }()}), []Row{agreed(0)}, day, BadPoint},
		{"an SMS to a landline", bank([]int32{0}, []Point{func() Point { p := phone(0); p.Mobile = false; return p }()}), []Row{agreed(0)}, ask(func(q *Question) { q.Channel = SMS }), BadPoint},
		{"a call to a landline", bank([]int32{0}, []Point{func() Point { p := phone(0); p.Mobile = false; return p }()}), []Row{agreed(0)}, day, ""},
		{"a shared number", shared(), []Row{agreed(0, 1)}, day, SharedPoint},
		{"a shared number where two may share", shared(), []Row{agreed(0, 1)}, ask(func(q *Question) { q.MaxHolders = 2 }), ""},
	} {
		j := NewJudge(c.w, c.rows, c.q)
		if got := j.Client(0); got.Gate != c.want || (got.Gate != "") != (got.Why != "") {
			t.Errorf("%s: %q (%s), want %q", c.says, got.Gate, got.Why, c.want)
		}
	}
}

// The reason is for people: it names facts, and never a contact point.
func TestReasonsNameNoValue(t *testing.T) {
	w := bank([]int32{0, 1}, []Point{phone(0)}, []Point{phone(0)})
	w.asks = [][2]int{{0, 1}}
	for _, rows := range [][]Row{{refused(0)}, {agreed(0), refused(1)}, {agreed(0)}, {}} {
		v := NewJudge(w, rows, Question{Purpose: "marketing", Channel: Phone, AsOf: "2026-10-15", Today: "2026-10-15"}).Client(0)
		if v.Why == "" || len(v.Why) > 200 {
			t.Errorf("%q", v.Why)
		}
	}
}

func TestAWaterfallThatDoesNotAddUpIsABug(t *testing.T) {
	w := newWaterfall(10, map[Gate]int64{Objection: 2, SamePoint: 1})
	if err := w.check(7); err != nil || w.Contactable != 8 || w.Sendable != 7 {
		t.Fatalf("%+v %v", w, err)
	}
	for _, written := range []int64{6, 8} {
		if w.check(written) == nil {
			t.Errorf("%d rows written of 7 sendable: not noticed", written)
		}
	}
	w.Steps[0].Removed++
	if w.check(7) == nil {
		t.Error("a step that counts too many is not noticed")
	}
}

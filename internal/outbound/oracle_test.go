package outbound

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// oracle is promise 7 read aloud, slowly, one contact point at a time. It shares
// no line with the gates.
type oracle struct {
	w *world
	q Question
}

// same tells whether two dotted purposes are equal or the first holds the second.
func holds(wide, narrow string) bool {
	a, b := strings.Split(strings.ToLower(wide), "."), strings.Split(strings.ToLower(narrow), ".")
	return len(a) <= len(b) && slices.Equal(a, b[:len(a)])
}

var heardAs = map[string]string{"phone": "phone", "call": "phone", "sms": "sms", "email": "email", "post": "post"}

// "Restrictions spread": over purposes, over channels, over everything a word
// may mean; an objection stands until undone or expired.
func (o oracle) forbids(r Row) bool {
	if !r.Objection {
		return false
	}
	if r.Purpose != "" && !holds(r.Purpose, o.q.Purpose) && !holds(o.q.Purpose, r.Purpose) {
		return false
	}
	if c, known := heardAs[r.Channel]; known && c != o.q.Channel {
		return false
	}
	if r.Until == "" || r.Until == "soon" {
		return true
	}
	return r.Until > o.q.Today
}

// "Permissions do not": purpose, channel, today, and a day ahead for which the
// list is made must lie within.
func (o oracle) allows(r Row) bool {
	if r.Objection || r.Purpose == "" || !holds(r.Purpose, o.q.Purpose) {
		return false
	}
	if r.Channel != "" && heardAs[r.Channel] != o.q.Channel {
		return false
	}
	if r.Since == "" || r.Since > o.q.Today || r.Until == "soon" {
		return false
	}
	return r.Until == "" || r.Until > o.q.Today && r.Until > o.q.AsOf
}

// recordsOf, bearers, joined: plain loops over the world.
func (o oracle) recordsOf(c int32) (out []record) {
	for _, r := range o.w.recs {
		if r.client == c {
			out = append(out, r)
		}
	}
	return out
}

func bears(r record, p opaque.Token) bool {
	return slices.ContainsFunc(r.now, func(x Point) bool { return x.Token == p })
}

func (o oracle) bearers(p opaque.Token) map[int32]bool {
	out := map[int32]bool{}
	for _, r := range o.w.recs {
		if bears(r, p) {
			out[r.client] = true
		}
	}
	return out
}

// objectors of one objection: the clients of the records that gave it; when no
// record is known, whoever bears the contact point it names.
func (o oracle) objectors(r Row) map[int32]bool {
	out := map[int32]bool{}
	for _, rec := range o.w.recs {
		if slices.Contains(r.Records, rec.name) {
			out[rec.client] = true
		}
	}
	if len(out) == 0 {
		for _, p := range r.Points {
			for c := range o.bearers(p) {
				out[c] = true
			}
		}
	}
	// "a split keeps every objection on both parts": of a client and a part of it
	// that left on a day when the objection stood, or later, both have it.
	for range len(o.w.parts) {
		for _, p := range o.w.parts {
			if (r.Since == "" || p.Day >= r.Since) && (out[p.A] || out[p.B]) {
				out[p.A], out[p.B] = true, true
			}
		}
	}
	return out
}

// blocked: "an objection on any record blocks its client, every client joined
// to it in the ask zone …"
func (o oracle) blocked(c int32) bool {
	for _, r := range o.w.rows {
		if !o.forbids(r) {
			continue
		}
		who := o.objectors(r)
		if who[c] {
			return true
		}
		for _, e := range o.w.asks {
			a, b := o.w.recs[e[0]].client, o.w.recs[e[1]].client
			if a == c && who[b] || b == c && who[a] {
				return true
			}
		}
	}
	return false
}

// blockedPoint: "… and the contact point itself wherever it stands".
func (o oracle) blockedPoint(p opaque.Token) bool {
	for _, r := range o.w.rows {
		if !o.forbids(r) {
			continue
		}
		if slices.Contains(r.Points, p) {
			return true
		}
		for _, rec := range o.w.recs {
			if slices.Contains(r.Records, rec.name) && (bears(rec, p) || slices.Contains(rec.past, p)) {
				return true
			}
		}
		for c := range o.objectors(r) {
			for _, rec := range o.recordsOf(c) {
				if bears(rec, p) {
					return true
				}
			}
		}
	}
	return false
}

// granted: "a grant covers only the record's own contact point and purpose"; no
// row means no.
func (o oracle) granted(c int32, rec record, p opaque.Token) bool {
	for _, g := range o.w.rows {
		if !o.allows(g) {
			continue
		}
		mine := false // given by a record of this client
		for _, r := range o.recordsOf(c) {
			mine = mine || slices.Contains(g.Records, r.name)
		}
		if len(g.Records) == 0 {
			holders := o.bearers(p)
			mine = len(holders) == 1 && holders[c]
			// the grant may name another point that this client alone bears
			for _, q := range g.Points {
				if h := o.bearers(q); len(h) == 1 && h[c] {
					mine = true
				}
			}
		}
		if !mine {
			continue
		}
		if len(g.Points) > 0 && slices.Contains(g.Points, p) {
			return true
		}
		if len(g.Points) == 0 && slices.Contains(g.Records, rec.name) {
			return true
		}
	}
	return false
}

// usable gives the points at which a client may be reached.
func (o oracle) usable(c int32) map[opaque.Token]bool {
	out := map[opaque.Token]bool{}
	if o.blocked(c) {
		return out
	}
	for _, rec := range o.recordsOf(c) {
		for _, p := range rec.now {
			right := p.Kind == schemas.RefPhone && o.q.Channel != Email || p.Kind == schemas.RefEmail && o.q.Channel == Email
			sure := (p.Status == schemas.OK || p.Status == schemas.Corrected) && !p.Extension && (o.q.Channel != SMS || p.Mobile)
			if right && sure && o.granted(c, rec, p.Token) && !o.blockedPoint(p.Token) && len(o.bearers(p.Token)) <= max(o.q.MaxHolders, 1) {
				out[p.Token] = true
			}
		}
	}
	return out
}

// meets compares the gates with the oracle for one list.
func (o oracle) meets(t *rapid.T, matched []int32, said string) (sent int64) {
	j := NewJudge(o.w, o.w.rows, o.q)
	rows, fall := choose(j, matched, func(c int32) string { return tok("contact", int(c)).String() })
	if err := fall.check(int64(len(rows))); err != nil {
		t.Fatalf("%s: %v", said, err)
	}
	if fall.Sendable != int64(len(rows)) || fall.Matched < fall.Contactable || fall.Contactable < fall.Sendable {
		t.Fatalf("%s: %+v", said, fall)
	}
	on, used := map[int32]bool{}, map[opaque.Token]bool{}
	for _, r := range rows {
		if !slices.Contains(matched, r.Client) || !o.usable(r.Client)[r.Point.Token] {
			t.Fatalf("%s: client %d is on the list and must not be\n%+v\n%+v", said, r.Client, o.q, o.w)
		}
		if used[r.Point.Token] || on[r.Client] {
			t.Fatalf("%s: contacted twice", said)
		}
		on[r.Client], used[r.Point.Token] = true, true
	}
	for _, c := range matched {
		free := o.usable(c)
		if !on[c] && len(free) > 0 && !used[j.Client(c).Point.Token] {
			t.Fatalf("%s: client %d may be contacted and is not on the list (%s)\n%+v\n%+v", said, c, j.Client(c).Gate, o.q, o.w)
		}
		for _, p := range []int{0, 1, 2, 3, 4, 5} { // one point at a time, as a recall asks
			for _, at := range []opaque.Token{phoneTok(p), emailTok(p)} {
				if (j.Point(c, at).Gate == "") != free[at] {
					t.Fatalf("%s: client %d at one point: %s", said, c, j.Point(c, at).Gate)
				}
			}
		}
	}
	return fall.Sendable
}

// Random people, consents, merges, splits, objections and undos: the gates give
// what the promise says, after every step. make test draws 1000 worlds,
// -rapid.checks=10000 more.
func TestNobodyIsContactedAgainstThePromise(t *testing.T) {
	checks, sent := 0, int64(0)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		ask := func(said string) {
			q := drawQuestion(t)
			var matched []int32
			for _, c := range w.clients() {
				if rapid.IntRange(0, 4).Draw(t, "matched") > 0 {
					matched = append(matched, c)
				}
			}
			checks++
			sent += oracle{w, q}.meets(t, matched, said)
		}
		ask("at first")
		for i := range rapid.IntRange(0, 5).Draw(t, "steps") {
			what := rapid.SampledFrom([]string{"merge", "split", "object", "grant", "undo", "move"}).Draw(t, "step")
			switch what {
			case "merge":
				list := w.clients()
				into, from := rapid.SampledFrom(list).Draw(t, "into"), rapid.SampledFrom(list).Draw(t, "from")
				w.merge(into, from)
			case "split":
				w.split(rapid.IntRange(0, len(w.recs)-1).Draw(t, "record"), int32(100+i), rapid.SampledFrom(testDays).Draw(t, "split on"))
			case "object", "grant":
				w.rows = append(w.rows, w.drawRow(t, what == "object"))
			case "undo":
				if n := len(w.rows); n > 0 {
					k := rapid.IntRange(0, n-1).Draw(t, "row")
					w.rows = slices.Delete(slices.Clone(w.rows), k, k+1)
				}
			case "move": // a record's contact point changes
				r := &w.recs[rapid.IntRange(0, len(w.recs)-1).Draw(t, "record")]
				for _, p := range r.now {
					r.past = append(r.past, p.Token)
				}
				r.now = []Point{drawPoint(t)}
			}
			ask(fmt.Sprintf("after step %d, %s", i+1, what))
		}
	})
	if checks < 20 || sent < int64(checks)/2 {
		t.Errorf("only %d lists with %d rows were compared", checks, sent)
	}
	t.Logf("%d lists, %d rows", checks, sent)
}

// An objection outlives every merge and split: whatever becomes of the records
// that gave it, no client that holds one of them, and no number of theirs, is
// on a list. Written apart from the oracle, as the sentence stands.
func TestObjectionsSurviveMergesAndSplits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for i := range w.recs { // everybody agreed to everything
			w.rows = append(w.rows, Row{Purpose: "marketing", Since: "2026-01-01", Records: []opaque.Token{recTok(i)}, Origin: "test"})
		}
		objector := rapid.IntRange(0, len(w.recs)-1).Draw(t, "objector")
		said := Row{Objection: true, Since: "2026-10-01", Origin: "call"}
		for _, r := range w.recs { // as the journal pins it: all records and points of the client
			if r.client == w.recs[objector].client {
				said.Records = append(said.Records, r.name)
				for _, p := range r.now {
					said.Points = append(said.Points, p.Token)
				}
			}
		}
		w.rows = append(w.rows, said)
		bound := map[opaque.Token]bool{} // records that ever were one client with one that objected
		for i := range rapid.IntRange(1, 8).Draw(t, "steps") {
			k := rapid.IntRange(0, len(w.recs)-1).Draw(t, "record")
			if rapid.Bool().Draw(t, "split") {
				w.split(k, int32(100+i), "2026-10-20")
			} else {
				w.merge(w.recs[k].client, rapid.SampledFrom(w.clients()).Draw(t, "from"))
			}
			for range w.recs {
				for _, r := range w.recs {
					for _, s := range w.recs {
						if r.client == s.client && (bound[s.name] || slices.Contains(said.Records, s.name)) {
							bound[r.name] = true
						}
					}
				}
			}
			q := drawQuestion(t)
			rows, _ := choose(NewJudge(w, w.rows, q), w.clients(), func(c int32) string { return fmt.Sprint(c) })
			for _, row := range rows {
				for _, r := range w.recs {
					if r.client == row.Client && bound[r.name] {
						t.Fatalf("step %d: a client with a record that objected, or that was one with it, is on the list", i)
					}
				}
				if slices.Contains(said.Points, row.Point.Token) {
					t.Fatalf("step %d: a number of the person who objected is on the list", i)
				}
			}
		}
	})
}

package outbound

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// TestMain draws a thousand worlds per property where nobody asks for another
// number: -rapid.checks=10000 for a long look.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		_ = flag.Set("rapid.checks", "1000")
	}
	os.Exit(m.Run())
}

// world is a small bank for tests: records with contact points, who is whose,
// evidence in the ask zone, and everything that was ever said about consent.
// It is also the Base that the gates see.
type world struct {
	recs  []record
	asks  [][2]int // pairs of records
	parts []Part
	rows  []Row
}

type record struct {
	name   opaque.Token
	client int32
	now    []Point        // on its present version
	past   []opaque.Token // on earlier ones
}

func tok(kind string, n int) opaque.Token {
	return opaque.NewKey([]byte("0123456789abcdef0123456789abcdef")).Token(kind, fmt.Sprint(n))
}

func recTok(n int) opaque.Token   { return tok("record", n) }
func phoneTok(n int) opaque.Token { return tok("phone", n) }
func emailTok(n int) opaque.Token { return tok("email", n) }

func (w *world) Holder(r opaque.Token) (int32, bool) {
	for i := range w.recs {
		if w.recs[i].name == r {
			return w.recs[i].client, true
		}
	}
	return 0, false
}

func (w *world) Borne(records map[opaque.Token]bool) map[opaque.Token][]opaque.Token {
	out := map[opaque.Token][]opaque.Token{}
	for _, r := range w.recs {
		if records[r.name] {
			out[r.name] = append(out[r.name], r.past...)
			for _, p := range r.now {
				out[r.name] = append(out[r.name], p.Token)
			}
		}
	}
	return out
}

func (w *world) Holders(points map[opaque.Token]bool) map[opaque.Token][]int32 {
	out := map[opaque.Token][]int32{}
	for _, r := range w.recs {
		for _, p := range r.now {
			if points[p.Token] && !slices.Contains(out[p.Token], r.client) {
				out[p.Token] = append(out[p.Token], r.client)
			}
		}
	}
	return out
}

func (w *world) Asks(clients map[int32]bool) map[int32][]int32 {
	out := map[int32][]int32{}
	for _, e := range w.asks {
		a, b := w.recs[e[0]].client, w.recs[e[1]].client
		if a == b {
			continue
		}
		if clients[a] {
			out[a] = append(out[a], b)
		}
		if clients[b] {
			out[b] = append(out[b], a)
		}
	}
	return out
}

func (w *world) Parts() []Part { return w.parts }

// split parts record k from its client.
func (w *world) split(k int, into int32, day string) {
	w.parts = append(w.parts, Part{into, w.recs[k].client, day})
	w.recs[k].client = into
}

// merge makes two clients one.
func (w *world) merge(into, from int32) {
	for k := range w.recs {
		if w.recs[k].client == from {
			w.recs[k].client = into
		}
	}
	for k := range w.parts {
		if w.parts[k].A == from {
			w.parts[k].A = into
		}
		if w.parts[k].B == from {
			w.parts[k].B = into
		}
	}
}

func (w *world) Points(c int32) []Point {
	var out []Point
	for _, r := range w.recs {
		if r.client != c {
			continue
		}
		for _, p := range r.now {
			p.Record = r.name
			p.Holders = len(w.Holders(map[opaque.Token]bool{p.Token: true})[p.Token])
			out = append(out, p)
		}
	}
	return out
}

func (w *world) clients() []int32 {
	var out []int32
	for _, r := range w.recs {
		if !slices.Contains(out, r.client) {
			out = append(out, r.client)
		}
	}
	return out
}

var (
	testPurposes = []string{"marketing", "marketing.deposits", "marketing.loans", "service"}
	testDays     = []string{"2026-01-01", "2026-06-01", "2026-10-01", "2026-11-01", "2027-01-01"}
)

// drawPoint draws a contact point out of few, so that many are shared. Whether
// a number is mobile is the number's own matter.
func drawPoint(t *rapid.T) Point {
	n := rapid.IntRange(0, 5).Draw(t, "number")
	status := rapid.SampledFrom([]schemas.Status{schemas.OK, schemas.OK, schemas.OK, schemas.OK, schemas.Corrected, schemas.Assumed}).Draw(t, "status")
	if rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
		return Point{Token: emailTok(n), Kind: schemas.RefEmail, Value: opaque.Of(fmt.Sprintf("c%d@example.org", n)), Status: status, Day: int32(n)}
	}
	return Point{Token: phoneTok(n), Kind: schemas.RefPhone, Value: opaque.Of(fmt.Sprintf("+791655500%02d", n)), Status: status, Day: int32(n),
		Mobile: n%3 != 0, Extension: rapid.IntRange(0, 9).Draw(t, "ext") == 0}
}

func drawWorld(t *rapid.T) *world {
	w := &world{}
	n := rapid.IntRange(2, 8).Draw(t, "records")
	for i := range n {
		r := record{name: recTok(i), client: int32(rapid.IntRange(0, n-1).Draw(t, "client"))}
		for range rapid.IntRange(1, 2).Draw(t, "points") {
			r.now = append(r.now, drawPoint(t))
		}
		if rapid.IntRange(0, 4).Draw(t, "past") == 0 {
			r.past = append(r.past, drawPoint(t).Token)
		}
		w.recs = append(w.recs, r)
	}
	for range rapid.IntRange(0, 2).Draw(t, "asks") {
		w.asks = append(w.asks, [2]int{rapid.IntRange(0, n-1).Draw(t, "ask"), rapid.IntRange(0, n-1).Draw(t, "ask")})
	}
	for i := range n { // most people agreed: else hardly anybody is ever on a list
		if rapid.IntRange(0, 3).Draw(t, "agreed") > 0 {
			w.rows = append(w.rows, Row{Purpose: "marketing", Since: "2026-01-01", Records: []opaque.Token{recTok(i)}, Origin: "form"})
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "said") {
		w.rows = append(w.rows, w.drawRow(t, rapid.IntRange(0, 2).Draw(t, "objects") == 0))
	}
	return w
}

// drawRow draws what a source or a person may say, unknown records, words and
// days included.
func (w *world) drawRow(t *rapid.T, objects bool) Row {
	r := Row{Objection: objects, Origin: "test",
		Purpose: rapid.SampledFrom(append(testPurposes, "", "marketing", "Marketing")).Draw(t, "purpose"),
		Channel: rapid.SampledFrom([]string{"", "", Phone, "call", SMS, Email, "pigeon", "post"}).Draw(t, "channel"),
		Since:   rapid.SampledFrom(append(testDays, "", "2026-01-01", "2026-01-01")).Draw(t, "since"),
		Until:   rapid.SampledFrom(append(testDays, "", "", "", "soon")).Draw(t, "until")}
	for range rapid.IntRange(0, 2).Draw(t, "named records") {
		r.Records = append(r.Records, recTok(rapid.IntRange(0, len(w.recs)).Draw(t, "record"))) // the last one is no record
	}
	if len(r.Records) == 0 || rapid.IntRange(0, 2).Draw(t, "names points") == 0 {
		for range rapid.IntRange(1, 2).Draw(t, "named points") {
			r.Points = append(r.Points, drawPoint(t).Token)
		}
	}
	return r
}

func drawQuestion(t *rapid.T) Question {
	return Question{Purpose: rapid.SampledFrom(append(testPurposes, "marketing", "marketing.loans")).Draw(t, "asked purpose"), Channel: rapid.SampledFrom([]string{Phone, Phone, SMS, Email}).Draw(t, "asked channel"),
		AsOf: rapid.SampledFrom(testDays).Draw(t, "as of"), Today: rapid.SampledFrom(testDays).Draw(t, "today"), MaxHolders: rapid.IntRange(1, 3).Draw(t, "holders")}
}

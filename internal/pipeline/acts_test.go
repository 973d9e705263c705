package pipeline

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

func testTokens() *tokenizer {
	t := newTokenizer(opaque.NewKey(bytes.Repeat([]byte{3}, 32)))
	return &t
}

func consentEntry(t *rapid.T, seq int64, c journal.Consent) journal.Entry {
	e, err := journal.Entry{Seq: seq, Kind: journal.KindConsent, At: time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)}.WithPayload(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// For any list of acts and undos and any cut of it into runs: a row stands for
// each record and point of an act, it is in force exactly while the act counts,
// and the tail brings a folded state to the whole one.
func TestConsentRowsFollowTheJournal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tok := testTokens()
		n := rapid.IntRange(1, 10).Draw(t, "entries")
		var list []journal.Entry
		pins := map[int64]int{}
		for i := 1; i <= n; i++ {
			if i > 1 && rapid.Bool().Draw(t, "undo") {
				list = append(list, journal.Entry{Seq: int64(i), Kind: journal.KindConsent, At: time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), UndoOf: int64(rapid.IntRange(1, i-1).Draw(t, "of"))})
				continue
			}
			c := journal.Consent{State: "objection", Since: "2026-10-01"}
			for _, k := range rapid.SliceOfNDistinct(rapid.StringMatching("[a-c]"), 0, 3, rapid.ID[string]).Draw(t, "records") {
				c.Records = append(c.Records, journal.Record{Stream: "core/clients", Key: k})
			}
			c.Points = []journal.Point{{Kind: schemas.RefPhone, Token: tok.token(schemas.RefPhone, "+79160000000")}}
			pins[int64(i)] = len(c.Records) + 1
			list = append(list, consentEntry(t, int64(i), c))
		}
		now, err := consentFacts(list, tok)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[int64]bool{}
		for _, e := range journal.Effective(list) {
			counts[e.Seq] = true
		}
		rows, ids := map[int64]int{}, map[opaque.Token]bool{}
		for _, f := range now {
			rows[f.seq]++
			if ids[f.id] {
				t.Fatalf("act %d has two rows of one id", f.seq)
			}
			ids[f.id] = true
			row := ConsentRow{Since: f.since, Until: f.until}
			if today, _ := isoDay("2026-10-02"); row.InForce(today) != counts[f.seq] {
				t.Fatalf("act %d in force: %t, counts: %t", f.seq, row.InForce(today), counts[f.seq])
			}
		}
		for seq, want := range pins {
			if rows[seq] != want {
				t.Fatalf("act %d has %d rows, want %d", seq, rows[seq], want)
			}
		}
		cut := rapid.IntRange(0, n).Draw(t, "folded")
		state := map[string]string{}
		folded, err := consentFacts(list[:cut], tok)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range folded {
			state[f.id.String()] = day(f.until)
		}
		changes, err := consentChanges(list, int64(cut), tok)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			key := c.Key.(string)
			switch {
			case c.Add:
				if _, twice := state[key]; twice {
					t.Fatal("a row is added beside an older one")
				}
				until := day(0)
				if s, ok := c.Set["until"].(string); ok {
					until = s
				}
				state[key] = until
			default:
				delete(state, key)
			}
		}
		if len(state) != len(now) {
			t.Fatalf("%d rows with the tail, want %d", len(state), len(now))
		}
		for _, f := range now {
			if state[f.id.String()] != day(f.until) {
				t.Fatalf("act %d differs with the tail", f.seq)
			}
		}
	})
}

// A grant's row covers a point on its record, never the record.
func TestAGrantCoversPointsOnly(t *testing.T) {
	tok := testTokens()
	phone := tok.token(schemas.RefPhone, "+79160000000")
	rec := journal.Record{Stream: "core/clients", Key: "1"}
	e, err := journal.Entry{Seq: 1, Kind: journal.KindConsent}.WithPayload(journal.Consent{State: "grant", Purpose: "x", Since: "2026-10-01", Points: []journal.Point{{Kind: schemas.RefPhone, Token: phone, Of: &rec}}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := consentFacts([]journal.Entry{e}, tok)
	if err != nil || len(list) != 1 {
		t.Fatal(len(list), err)
	}
	if f := list[0]; f.phone != phone || f.party != tok.record("core/clients", "1") || f.state != "grant" {
		t.Errorf("%+v", f)
	}
}

func TestAWordOfAnActMayNotHoldANumber(t *testing.T) {
	for _, a := range []ConsentAct{
		{State: "maybe", Origin: "call", Reason: "x"},
		{State: "grant", Origin: "call", Reason: "x"},
		{State: "objection", Reason: "x"},
		{State: "objection", Origin: "call", Reason: " "},
		{State: "objection", Origin: "call", Reason: "call 8 916 200 00 02"},
		{State: "objection", Origin: "from kanareika@example.org", Reason: "x"},
		{State: "objection", Origin: "call", Reason: "x", Since: "01.10.2026"},
		{State: "objection", Origin: "call", Reason: "x", Since: "2026-10-01", Until: "2026-10-01"},
	} {
		if _, err := a.consent("set consent"); err == nil {
			t.Errorf("taken: %+v", a)
		}
	}
	c, err := (&ConsentAct{State: "objection", Origin: "call", Reason: "asked on 2026-10-01", Now: time.Date(2026, 10, 1, 23, 0, 0, 0, time.UTC)}).consent("set consent")
	if err != nil || c.Since != "2026-10-01" {
		t.Error(c.Since, err)
	}
}

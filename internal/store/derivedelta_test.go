package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/internal/opaque"
)

// movingBank is a bank whose records, accounts, cards and facts move between
// clients from run to run.
type movingBank struct {
	r       *rand.Rand
	clients int
	owner   []int                // by record: its client
	phones  map[int]map[int]bool // by phone: the records that have it
	visits  int
	today   int // days since 2024-01-01
}

func (b *movingBank) pick(n int) int { return b.r.IntN(n) }

func (b *movingBank) day(around int) arrow.Date32 {
	return day("2024-01-01") + arrow.Date32(b.today-around/2+b.pick(around))
}

func (b *movingBank) maybe(v any) any {
	if b.pick(3) == 0 {
		return nil
	}
	return v
}

func record(n int) opaque.Token { return tok("record", fmt.Sprint(n)) }

func number(n int) opaque.Token { return tok("phone", fmt.Sprint(n)) }

// put writes clients with their identities and references, as a run does.
func (b *movingBank) put(t *testing.T, s *Staging, clients map[int]bool) {
	t.Helper()
	ctx := context.Background()
	var nos, ids, since, recNo, recClient, recID, stream, key, from []any
	var tokens, kinds, refClient, holders []any
	numbers := map[int]bool{}
	for c := 1; c <= b.clients; c++ {
		if !clients[c] {
			continue
		}
		has := false
		for r, o := range b.owner {
			if o != c {
				continue
			}
			has = true
			recNo, recClient, recID = append(recNo, r), append(recClient, c), append(recID, cid(c))
			stream, key, from = append(stream, "core/clients"), append(key, fmt.Sprint(r)), append(from, b.day(60))
			tokens, kinds, refClient, holders = append(tokens, record(r)), append(kinds, "record"), append(refClient, c), append(holders, 1)
			for p := range 40 {
				numbers[p] = numbers[p] || b.phones[p][r]
			}
		}
		if has {
			nos, ids, since = append(nos, c), append(ids, cid(c)), append(since, b.day(200))
		}
	}
	for p := range 40 {
		if !numbers[p] {
			continue
		}
		who := map[int]bool{}
		last := 0
		for r := range b.owner {
			if b.phones[p][r] && !who[b.owner[r]] {
				who[b.owner[r]], last = true, b.owner[r]
			}
		}
		var one any
		if len(who) == 1 {
			one = last
		}
		tokens, kinds, refClient, holders = append(tokens, number(p)), append(kinds, "phone"), append(refClient, one), append(holders, len(who))
	}
	must(t, s.Insert(ctx, "clients", batch("client_no", nos, "client_id", ids, "since", since)))
	must(t, s.Insert(ctx, "identities", batch("record_no", recNo, "client_no", recClient, "client_id", recID, "stream", stream, "key", key, "valid_from", from)))
	must(t, s.Upsert(ctx, "refs", []string{"token"}, batch("token", tokens, "kind", kinds, "client_no", refClient, "holders", holders)))
}

// give writes n facts of every kind, new ones and old ones anew.
func (b *movingBank) give(t *testing.T, s *Staging, n int) {
	t.Helper()
	ctx := context.Background()
	some := func(kind string, most int) any {
		return b.maybe(tok(kind, fmt.Sprint(b.pick(most))))
	}
	holder := func() any { return b.maybe(record(b.pick(len(b.owner)))) }
	up := func(kind string, cols func(id int) []any) {
		var all [][]any
		for range n {
			id := b.pick(120)
			all = append(all, append([]any{tok("f", kind+fmt.Sprint(id)), 1, id}, cols(id)...))
		}
		names := map[string][]string{
			"account": {"account", "holder", "opened", "closed"}, "card": {"card", "account", "holder", "issued"},
			"product": {"holder", "account", "product", "since", "until"}, "consent": {"party", "phone", "state", "since"}}[kind]
		args := []any{}
		for i, name := range append([]string{"fact_id", "batch_no", "row_no"}, names...) {
			col := []any{}
			for _, row := range all {
				col = append(col, row[i])
			}
			args = append(args, name, col)
		}
		must(t, s.Upsert(ctx, kind, []string{"fact_id"}, batch(args...)))
	}
	up("account", func(id int) []any {
		return []any{tok("account", fmt.Sprint(id%100)), holder(), b.maybe(b.day(300)), b.maybe(b.day(60))}
	})
	up("card", func(id int) []any {
		return []any{tok("card", fmt.Sprint(id%100)), some("account", 100), holder(), b.maybe(b.day(300))}
	})
	up("product", func(int) []any {
		return []any{holder(), some("account", 100), "deposit", b.maybe(b.day(300)), b.maybe(b.day(60))}
	})
	up("consent", func(int) []any { return []any{holder(), b.maybe(number(b.pick(40))), "grant", b.day(200)} })
	var ids, ones, nos, at, kind, party, phone []any
	for range n {
		b.visits++
		ids, nos = append(ids, tok("f", "v"+fmt.Sprint(b.visits))), append(nos, b.visits)
		ones = append(ones, 1)
		at, kind = append(at, arrow.Timestamp(int64(b.day(30))*86400e6)), append(kind, []string{"visit", "call"}[b.pick(2)])
		party, phone = append(party, holder()), append(phone, b.maybe(number(b.pick(40))))
	}
	must(t, s.AppendFacts(ctx, "interaction", "web/visits", batch("fact_id", ids, "batch_no", ones, "row_no", nos, "at", at, "kind", kind, "party", party, "phone", phone)))
}

// What a delta derives anew, with what it carries over, is what the views say of
// the whole snapshot.
func TestDerivedTablesFollowDeltas(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(1) {
		b := &movingBank{r: rand.New(rand.NewPCG(seed, 7)), clients: 150, owner: make([]int, 200), phones: map[int]map[int]bool{}}
		for p := range 40 {
			b.phones[p] = map[int]bool{}
		}
		all := map[int]bool{}
		for r := range b.owner {
			b.owner[r] = 1 + r%b.clients
			b.phones[b.pick(40)][r] = b.pick(4) == 0
		}
		for c := 1; c <= b.clients; c++ {
			all[c] = true
		}
		d := testDirs(t)
		var prev *Snapshot
		carried := 0
		for run := range 5 {
			name := fmt.Sprintf("run%d", run)
			s := begin(t, d, name, prev)
			if prev == nil {
				b.put(t, s, all)
				b.give(t, s, 150)
			} else {
				b.today += b.pick(2)
				touched := map[int]bool{}
				for range 2 { // a record moves, a phone comes or goes
					r := b.pick(len(b.owner))
					touched[b.owner[r]] = true
					if b.pick(2) == 0 {
						b.owner[r] = 1 + b.pick(b.clients)
						touched[b.owner[r]] = true
					}
					p := b.pick(40)
					b.phones[p][r] = !b.phones[p][r]
				}
				var nos []int32
				for c := range touched {
					nos = append(nos, int32(c))
				}
				must(t, s.DeleteClients(ctx, nos))
				b.put(t, s, touched)
				if run%2 == 0 {
					b.give(t, s, 2)
				} else { // a full extract holds some no longer
					k, _ := testSpec().kind("product")
					var gone []opaque.Token
					for id := range 60 {
						gone = append(gone, tok("f", "product"+fmt.Sprint(2*id)))
					}
					must(t, s.CloseFacts(ctx, k, gone, int32(day("2024-01-01"))+int32(b.today)))
				}
			}
			must(t, s.Upsert(ctx, "streams", []string{"stream"}, batch("stream", list("core/clients"), "as_of", list(day("2024-01-01")+arrow.Date32(b.today)))))
			_, err := s.Publish(ctx, testManifest(name))
			must(t, err)
			prev = open(t, d)
			views := withoutDerived(t, prev)
			for _, v := range []string{"holdings", "firsts", "lifecycle", "account_clients", "card_clients"} {
				got, want := leanRows(t, prev, v), leanRows(t, views, v)
				if got != want || want == "" {
					t.Fatalf("bank %d, run %d: %s\nas carried over:\n%s\nas views:\n%s", seed, run, v, got, want)
				}
			}
			r, err := prev.Reader(ctx)
			must(t, err)
			var n int
			must(t, one(ctx, r.conn, "SELECT count(*) FROM derived.main.made WHERE added > 0", &n))
			carried += n
		}
		if carried < 2 {
			t.Errorf("bank %d: only %d runs carried anything over", seed, carried)
		}
	}
}

package pipeline

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"clientbase/dedupe"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Review is what a person needs to judge pairs of records: the evidence of a
// snapshot, read from its encrypted state, and what people decided so far. Not
// safe for concurrent use.
type Review struct {
	p        *Project
	s        *store.Snapshot
	j        *journal.Journal
	ctx      context.Context
	tok      tokenizer
	base     *state.Base
	book     *state.Book
	streams  map[string]uint16
	byRecord map[opaque.Token][]opaque.Token // accounts behind which a record stands
	order    []state.Row                     // rows of client c: order[first[c]:first[c+1]]
	first    []uint32
	matchBy  map[string][]string
	models   map[schemas.Party]*dedupe.Model
	edges    map[schemas.Party][]state.Edge
	acts     []journal.Entry
	all      []decided // undone ones too
	u        *ruling
	random   [2][]*ReviewPair // pairs open when the review began, in random order: asked about, merged
	holds    map[string]int   // client id → accounts, cards and products
}

// OpenReview reads the current snapshot and the journal.
func OpenReview(ctx context.Context, p *Project, s *store.Snapshot) (*Review, error) {
	land, err := landing.Open(p.Data)
	if err != nil {
		return nil, err
	}
	f, err := openSealed(land.Keys, s)
	if err != nil {
		return nil, err
	}
	v := &Review{p: p, s: s, ctx: ctx, tok: newTokenizer(land.Keys.Project()), j: witnessed(p.Data, land.Keys.Project()), streams: map[string]uint16{},
		matchBy: f.head.MatchBy, models: map[schemas.Party]*dedupe.Model{}, edges: map[schemas.Party][]state.Edge{}}
	if v.base, err = f.records(); err != nil {
		return nil, err
	}
	if v.book, err = f.clients(); err != nil {
		return nil, err
	}
	held, err := f.holdings()
	if err != nil {
		return nil, err
	}
	v.byRecord = held.ByRecord()
	for _, party := range parties {
		if v.models[party], err = f.model(party); err != nil {
			return nil, err
		}
		if v.edges[party], err = f.edges(party); err != nil {
			return nil, err
		}
	}
	for no, id := range v.base.Streams {
		v.streams[id] = uint16(no)
	}
	v.order, v.first = groupByClient(v.base, v.book.Len())
	if err := v.readHoldings(); err != nil {
		return nil, err
	}
	return v, v.reread()
}

// reread takes up what was decided since.
func (v *Review) reread() (err error) {
	if v.acts, err = v.j.Read(0); err != nil {
		return err
	}
	if v.all, err = decisions(v.acts); err != nil {
		return err
	}
	v.u, err = rulingOf(v.acts)
	return err
}

// readHoldings counts what each client holds.
func (v *Review) readHoldings() error {
	r, err := v.s.Reader(v.ctx)
	if err != nil {
		return err
	}
	rows, err := r.Query(v.ctx, "SELECT client_id, count(*)::BIGINT FROM holdings WHERE client_id IS NOT NULL GROUP BY client_id")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	v.holds = map[string]int{}
	for rows.Next() {
		var id string
		var n int64
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		v.holds[id] = int(n)
	}
	return rows.Err()
}

// Model is the version of the matching models that weighed the pairs.
func (v *Review) Model() string { return v.s.Info().Manifest.Model }

// ReviewPair is one pair of records to be judged, or that was.
type ReviewPair struct {
	A       ReviewSide `json:"a"`
	B       ReviewSide `json:"b"`
	One     bool       `json:"one_client"`
	Bits    float64    `json:"bits"`
	P       float64    `json:"p"`
	Whole   bool       `json:"whole"`    // the two clients agree as a whole, not only these records
	AtStake int        `json:"at_stake"` // see weighStakes; set by Explain at the latest
	Risk    float64    `json:"risk"`     // AtStake times the chance that the two are wrongly apart (or, of one client, wrongly one)
	Said    string     `json:"said,omitempty"`
	Entries []int64    `json:"entries,omitempty"` // journal entries on exactly this pair

	party schemas.Party
	rows  [2]state.Row
}

// ReviewSide is a record with its client.
type ReviewSide struct {
	Stream  string `json:"stream"`
	Key     string `json:"key"`
	Client  string `json:"client_id"`
	Records int    `json:"client_records"`
	Holds   int    `json:"client_holds"` // accounts, cards, products
}

// Record names the record.
func (s ReviewSide) Record() journal.Record { return journal.Record{Stream: s.Stream, Key: s.Key} }

func (s ReviewSide) String() string { return s.Stream + ":" + s.Key }

func (q *ReviewPair) records() [2]journal.Record {
	return [2]journal.Record{q.A.Record(), q.B.Record()}
}

// Which pairs a review is about.
const (
	ByValue   = "value" // the ask zone, most value at risk first
	SampleAsk = "ask"   // the ask zone in random order
	SampleOne = "merge" // pairs within one client in random order
	OnUnsure  = "unsure"
)

// Queue gives the pairs that wait for a person. The order is that of value at
// risk, or a random one that is the same every time; equal ones come by name.
func (v *Review) Queue(which string) ([]*ReviewPair, error) {
	if err := v.reread(); err != nil {
		return nil, err
	}
	var units []unit
	var err error
	switch which {
	case ByValue, OnUnsure, SampleAsk:
		units, err = v.askUnits(v.u)
	case SampleOne:
		units = v.oneUnits()
	default:
		err = errs.New(errs.Config, "review", which, "no such order", "one of ask, merge")
	}
	if err != nil {
		return nil, err
	}
	var out []*ReviewPair
	for _, x := range units {
		q := v.pair(x.party, x.rows[0], x.rows[1], x.bits)
		unsure := v.isUnsure(q)
		if v.u.of(q.A.Record(), q.B.Record()) != dedupe.Unsure || unsure != (which == OnUnsure) {
			continue
		}
		out = append(out, q)
	}
	if which == ByValue || which == OnUnsure {
		if err := v.weighStakes(out); err != nil {
			return nil, err
		}
		slices.SortStableFunc(out, func(a, b *ReviewPair) int { return cmp.Or(cmp.Compare(b.Risk, a.Risk), cmp.Compare(b.Bits, a.Bits)) })
	}
	return out, nil
}

// isUnsure tells whether a person could not say of a pair under this model.
func (v *Review) isUnsure(q *ReviewPair) bool {
	return slices.ContainsFunc(v.u.on[q.records()], func(d *decided) bool { return d.verdict() == dedupe.Unsure && d.Model == v.Model() })
}

// pair describes two rows; the one whose record name comes first is A.
func (v *Review) pair(party schemas.Party, a, b state.Row, bits float64) *ReviewPair {
	if compareRecords(v.side(a).Record(), v.side(b).Record()) > 0 {
		a, b = b, a
	}
	q := &ReviewPair{A: v.side(a), B: v.side(b), Bits: bits, P: dedupe.Probability(bits), party: party, rows: [2]state.Row{a, b}, One: v.base.Client[a] == v.base.Client[b]}
	for _, d := range v.u.on[q.records()] {
		q.Said, q.Entries = d.Verdict, append(q.Entries, d.entry.Seq)
	}
	return q
}

func (v *Review) side(row state.Row) ReviewSide {
	c := v.base.Client[row]
	id := v.book.ID(c).String()
	return ReviewSide{Stream: v.base.StreamOf(row), Key: v.base.KeyOf(row), Client: id, Records: len(v.members(c)), Holds: v.holds[id]}
}

// Pair finds the pair of two records named SOURCE/STREAM:KEY, whatever the
// evidence says of it.
func (v *Review) Pair(a, b string) (*ReviewPair, error) {
	if err := v.reread(); err != nil {
		return nil, err
	}
	var rows [2]state.Row
	for i, name := range []string{a, b} {
		stream, key, ok := strings.Cut(name, ":")
		if !ok {
			return nil, errs.New(errs.Config, "review", "--pair", "a record is named SOURCE/STREAM:KEY", "clientbase review --pair core/clients:100234 cards/holders:C77")
		}
		if rows[i], ok = rowOf(v.base, v.streams, journal.Record{Stream: stream, Key: key}); !ok || stream == ActOverrides {
			return nil, errs.New(errs.Input, "review", stream, "no record with this key in the snapshot", "`clientbase query \"SELECT stream, key FROM identities\"` lists records")
		}
	}
	if rows[0] == rows[1] {
		return nil, errs.New(errs.Config, "review", "--pair", "both are the same record", "name two records")
	}
	party := schemas.Party(v.base.Party[rows[0]])
	if party != schemas.Party(v.base.Party[rows[1]]) {
		return nil, errs.New(errs.Input, "review", "--pair", "one is a person and one an organization: they are never one party", "name two of one kind")
	}
	q := v.pair(party, rows[0], rows[1], 0)
	bits, err := v.weight(q)
	if err != nil {
		return nil, err
	}
	q = v.pair(party, q.rows[0], q.rows[1], bits)
	return q, v.weighStakes([]*ReviewPair{q})
}

// weight gives the weight of a pair in the run, or now when no rule found it.
func (v *Review) weight(q *ReviewPair) (float64, error) {
	for _, e := range v.edges[q.party] {
		if e.A == q.rows[0] && e.B == q.rows[1] || e.A == q.rows[1] && e.B == q.rows[0] {
			return float64(e.Bits), nil
		}
	}
	x, err := v.Explain(q)
	if err != nil {
		return 0, err
	}
	return x[0].Bits, nil
}

// Settled tells whether a pair of the queue needs no answer any more, because
// of what was said since of it or of its clients.
func (v *Review) Settled(q *ReviewPair) bool {
	if v.u.of(q.A.Record(), q.B.Record()) != dedupe.Unsure {
		return true
	}
	return !q.One && apartClients(v.base, v.u)[clientsOf(v.base, q.rows[0], q.rows[1])]
}

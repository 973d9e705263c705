package pipeline

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/internal/survivorship"
	"clientbase/schemas"
)

// attrPlan is what survivorship needs to know of one attribute.
type attrPlan struct {
	schemas.Attr
	col   *state.Column
	trust []int          // by stream number
	lead  bool           // first attribute of its group: the others follow its record
	terms [][]searchTerm // by value, once they are computed
}

// golden builds clients one after another and reuses its buffers.
type golden struct {
	r        *river
	base     *state.Base
	attrs    []attrPlan
	source   []uint16 // by stream number: the source it belongs to
	rank     []uint16 // by stream number: place of its name among all
	cand     []survivorship.Candidate
	verdicts []survivorship.Verdict
	tok      *tokenizer

	// of the client in work
	live, own []state.Row // own: the records of sources, without values set by hand
	cells     []string
	lead      map[string]state.Row
	srcs      []uint16
	terms     []searchTerm
	valueSeen []uint32

	out []built

	clients, points, history, identities, findable, conflicts, lineage *table

	contradict *conflictFinder
}

func (r *river) newGolden() *golden {
	base := r.memory.base
	g := &golden{r: r, base: base, tok: r.newTokenizer(), lead: map[string]state.Row{}}
	g.tok.memo = nil // a value is asked for once
	sources := map[string]uint16{}
	for _, id := range base.Streams {
		src, _, _ := strings.Cut(id, "/")
		if _, ok := sources[src]; !ok {
			sources[src] = uint16(len(sources))
		}
		g.source = append(g.source, sources[src])
	}
	g.rank = streamRanks(base.Streams)
	grouped := map[string]bool{}
	for _, a := range r.p.Dict.Attrs {
		p := attrPlan{Attr: a, col: base.Attrs[a.ID]}
		for _, id := range base.Streams {
			p.trust = append(p.trust, r.p.Trust(id, a.ID))
		}
		if a.Group != "" && !a.Multi {
			p.lead = !grouped[a.Group]
			grouped[a.Group] = true
		}
		g.attrs = append(g.attrs, p)
	}
	g.makeTables()
	return g
}

// groupByClient sorts all rows by client and row.
func groupByClient(b *state.Base, clients int) (order []state.Row, first []uint32) {
	first = make([]uint32, clients+1)
	for _, c := range b.Client {
		if c != state.None {
			first[c+1]++
		}
	}
	for i := 1; i <= clients; i++ {
		first[i] += first[i-1]
	}
	order = make([]state.Row, first[clients])
	next := append([]uint32(nil), first...)
	for r, c := range b.Client {
		if c != state.None {
			order[next[c]] = state.Row(r)
			next[c]++
		}
	}
	return order, first
}

func (g *golden) makeTables() {
	into := func(name string) func(context.Context, arrow.RecordBatch) error {
		return func(_ context.Context, rec arrow.RecordBatch) error {
			rec.Retain()
			g.out = append(g.out, built{name, rec})
			return nil
		}
	}
	i32, i64 := arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64
	no, id := field("client_no", i32), field("client_id", textType)
	cols := []arrow.Field{no, id, field("party", textType), field("display_name", textType)}
	for _, a := range g.attrs {
		switch {
		case a.Multi:
		case a.Kind == schemas.KindDate:
			cols = append(cols, field(a.ID, dayType))
		default:
			cols = append(cols, field(a.ID, textType))
		}
	}
	cols = append(cols, field("n_records", i32), field("n_sources", i32), field("since", dayType), field("as_of", dayType))
	g.clients = newTable("clients", into("clients"), cols...)
	g.points = newTable("contact_points", into("contact_points"), no, id, field("attr", textType), field("masked", textType), field("token", tokenType),
		field("status", textType), field("holders", i32), field("rank", i32), field("valid_from", dayType), field("source", textType))
	g.history = newTable("attribute_history", into("attribute_history"), no, id, field("attr", textType), field("value", textType), field("token", tokenType),
		field("status", textType), field("reason", textType), field("stream", textType), field("record_no", i64), field("valid_from", dayType),
		field("valid_to", dayType), field("known_from", timeType), field("winner", arrow.FixedWidthTypes.Boolean))
	g.identities = newTable("identities", into("identities"), field("record_no", i64), no, id, field("stream", textType), field("key", textType),
		field("party", textType), field("valid_from", dayType), field("closed", dayType))
	g.findable = newTable(findTable, into(findTable), field("kind", textType), field("term", textType), no)
	g.makeConflicts(into)
	g.lineage = newTable(lineageTable, into(lineageTable), store.ValueSchema().Fields()...)
}

func (g *golden) tables() []*table {
	return []*table{g.clients, g.points, g.history, g.identities, g.findable, g.conflicts, g.lineage}
}

// client builds one client.
func (g *golden) client(ctx context.Context, c uint32) error {
	m := &g.r.memory
	rows := m.order[m.first[c]:m.first[c+1]]
	id := g.r.memory.book.ID(c).String()
	g.live, g.own = g.live[:0], g.own[:0]
	for _, r := range rows {
		if !g.base.Live[r] {
			continue
		}
		g.live = append(g.live, r)
		if !m.manual(r) {
			g.own = append(g.own, r)
		}
	}
	if len(g.own) == 0 {
		return nil // retired: its records belong to others now
	}
	party := schemas.Party(g.base.Party[g.own[0]])
	head := g.clients.i32(int32(c)).text(id).text(party.String())
	g.cells = g.cells[:0]
	clear(g.lead)
	for i := range g.attrs {
		win, err := g.attribute(ctx, &g.attrs[i], int32(c), id, rows)
		if err != nil {
			return err
		}
		g.cells = append(g.cells, win)
	}
	head.text(displayName(party, g.won))
	for i := range g.attrs {
		a := &g.attrs[i]
		switch {
		case a.Multi:
		case a.Kind == schemas.KindDate:
			d, ok := int32(0), false
			if g.cells[i] != "" {
				d, ok = parseDay(g.cells[i], "ymd")
			}
			head.date(d, ok)
		case a.PII.Protected():
			head.text(masked(a.Kind, g.cells[i]))
		case guards(a.Kind):
			head.text(guarded(g.cells[i]))
		default:
			head.text(g.cells[i])
		}
	}
	since, asOf := int32(0), int32(0)
	g.srcs = g.srcs[:0]
	for _, r := range g.own {
		if v := g.base.Valid[r]; since == 0 || v < since {
			since = v
		}
		asOf = max(asOf, g.base.Valid[r])
		if src := g.source[g.base.Stream[r]]; !slices.Contains(g.srcs, src) {
			g.srcs = append(g.srcs, src)
		}
	}
	if err := head.i32(int32(len(g.own))).i32(int32(len(g.srcs))).day(since).day(asOf).end(ctx); err != nil {
		return err
	}
	for _, r := range g.own {
		err := g.identities.i64(int64(r)).i32(int32(c)).text(id).text(g.base.StreamOf(r)).text(g.base.KeyOf(r)).
			text(schemas.Party(g.base.Party[r]).String()).day(g.base.Valid[r]).day(g.base.Closed[r]).end(ctx)
		if err != nil {
			return err
		}
	}
	if err := g.writeConflicts(ctx, int32(c), id, g.own); err != nil {
		return err
	}
	return g.findTerms(ctx, int32(c))
}

// won gives the golden text of an attribute of the client in work; "" = none or
// several.
func (g *golden) won(attr string) string {
	for i := range g.cells {
		if a := &g.attrs[i]; a.ID == attr && !a.Multi {
			return g.cells[i]
		}
	}
	return ""
}

// attribute judges all candidates of one attribute, writes their lineage, the
// history and contact points, and returns the golden text ("" = none).
func (g *golden) attribute(ctx context.Context, a *attrPlan, no int32, id string, rows []state.Row) (string, error) {
	if a.col == nil {
		return "", nil
	}
	g.cand = g.cand[:0]
	follow, following := g.lead[a.Group]
	col := a.col
	for _, r := range g.live {
		if a.Group != "" && !a.Multi && !a.lead && following && r != follow && !g.r.memory.manual(r) {
			continue // the group survives together: never parts of two addresses
		}
		lo, hi := col.Range(r)
		for k := lo; k < hi; k++ {
			st := schemas.Status(col.Status[k])
			if st == schemas.Empty {
				continue
			}
			v := col.ID[k]
			g.cand = append(g.cand, survivorship.Candidate{Row: r, Act: g.r.memory.act(r), Cell: k, Value: v, Text: col.Dict.Get(v), Status: st,
				Closed: g.base.Closed[r] != 0, Trust: a.trust[g.base.Stream[r]], Source: g.source[g.base.Stream[r]], Day: g.base.Valid[r],
				Stream: g.rank[g.base.Stream[r]], Key: g.base.KeyOf(r)})
		}
	}
	if len(g.cand) == 0 {
		return "", g.pastVersions(ctx, a, no, id, rows, nil)
	}
	g.verdicts = survivorship.Choose(g.cand, a.Multi, g.verdicts[:0])
	text := ""
	rank := int32(0)
	for i := range g.verdicts {
		v := &g.verdicts[i]
		if err := g.explain(ctx, a, no, v); err != nil {
			return "", err
		}
		if !v.Winner {
			continue
		}
		if text == "" {
			text = v.Text
			if a.lead {
				g.lead[a.Group] = v.Row
			}
		}
		show, tok := g.shown(a, v.Text)
		if err := g.current(ctx, a, no, id, v, show, tok); err != nil {
			return "", err
		}
		if a.PII == schemas.PIIContact {
			rank++
			if err := g.point(ctx, a, no, id, v, rank, show, tok); err != nil {
				return "", err
			}
		}
	}
	return text, g.pastVersions(ctx, a, no, id, rows, g.verdicts)
}

// explain writes one lineage row: where the candidate came from and why it
// won or lost.
func (g *golden) explain(ctx context.Context, a *attrPlan, no int32, v *survivorship.Verdict) error {
	return g.lineage.i32(no).text(a.ID).i64(int64(v.Row)).text(g.base.Fields[a.col.Field[v.Cell]]).text(g.base.Chains[a.col.Chain[v.Cell]]).
		text(v.Decision.String()).flag(v.Winner).day(v.Day).end(ctx)
}

// current writes the history row of a value in force.
func (g *golden) current(ctx context.Context, a *attrPlan, no int32, id string, v *survivorship.Verdict, show string, tok opaque.Token) error {
	return g.history.i32(no).text(id).text(a.ID).text(show).token(tok).text(v.Status.String()).text(schemas.Reason(a.col.Reason[v.Cell]).String()).
		text(g.base.StreamOf(v.Row)).i64(int64(v.Row)).day(v.Day).null().micros(g.base.Known[v.Row]).flag(true).end(ctx)
}

// shown gives the published form of a value and, where the value is
// protected, its token.
func (g *golden) shown(a *attrPlan, text string) (string, opaque.Token) {
	return shownForm(a.Attr, text, g.tok)
}

// pastVersions writes history rows for values of superseded versions that no
// value in force repeats.
func (g *golden) pastVersions(ctx context.Context, a *attrPlan, no int32, id string, rows []state.Row, now []survivorship.Verdict) error {
	if len(rows) < 2 {
		return nil
	}
	for _, r := range rows {
		if g.base.Live[r] {
			continue
		}
		col := a.col
		lo, hi := col.Range(r)
		for k := lo; k < hi; k++ {
			v := col.ID[k]
			if v == 0 || valueIn(now, v) {
				continue
			}
			show, tok := g.shown(a, col.Dict.Get(v))
			err := g.history.i32(no).text(id).text(a.ID).text(show).token(tok).text(schemas.Status(col.Status[k]).String()).text(schemas.Reason(col.Reason[k]).String()).
				text(g.base.StreamOf(r)).i64(int64(r)).day(g.base.Valid[r]).day(g.ended(r, rows)).micros(g.base.Known[r]).flag(false).end(ctx)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func valueIn(list []survivorship.Verdict, v uint32) bool {
	for i := range list {
		if list[i].Value == v {
			return true
		}
	}
	return false
}

// ended gives the day on which a version no longer held.
func (g *golden) ended(r state.Row, rows []state.Row) int32 {
	if g.r.memory.manual(r) {
		return g.base.Closed[r] // taken back
	}
	return g.nextVersion(r, rows)
}

// nextVersion gives the day on which a version of a record was superseded.
func (g *golden) nextVersion(r state.Row, rows []state.Row) int32 {
	next := int32(0)
	for _, o := range rows {
		if g.base.Key[o] == g.base.Key[r] && g.base.Valid[o] >= g.base.Valid[r] && o != r && (next == 0 || g.base.Valid[o] < next) {
			next = g.base.Valid[o]
		}
	}
	return next
}

// point writes one contact point.
func (g *golden) point(ctx context.Context, a *attrPlan, no int32, id string, v *survivorship.Verdict, rank int32, show string, tok opaque.Token) error {
	g.points.i32(no).text(id).text(a.ID).text(show).token(tok).text(v.Status.String())
	if n, ok := g.r.memory.holders(a.Attr, v.Value); ok {
		g.points.i32(n)
	} else {
		g.points.null() // only what facts refer to is counted
	}
	return g.points.i32(rank).day(v.Day).text(g.base.StreamOf(v.Row)).end(ctx)
}

// displayName is what people see of a client.
func displayName(p schemas.Party, won func(attr string) string) string {
	if p == schemas.Org {
		return won("org_name")
	}
	name := ""
	for _, a := range [...]string{"surname", "given_name", "patronymic"} {
		part := won(a)
		if name != "" && part != "" {
			name += " "
		}
		name += part
	}
	if name == "" {
		return won("full_name")
	}
	return name
}

// day renders a business day for reports.
func day(d int32) string { return time.Unix(int64(d)*86400, 0).UTC().Format("2006-01-02") }

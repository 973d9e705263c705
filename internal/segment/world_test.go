package segment

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// A world is a small bank as plain Go values: the reference interpreter reads
// these, the compiled rules read the snapshot that is published from them.
type world struct {
	clients []wClient
	day     Day // latest business day of its streams
	snap    *store.Snapshot
}

type wClient struct {
	id       string
	party    schemas.Party
	text     map[string]string // single-valued attributes; absent = NULL
	born     *Day
	joined   *Day // a date attribute of the project
	since    *Day
	nSources int
	tags     []string
	records  []*Day // valid_from
	held     []wHolding
	tx       []wFact
	talks    []wFact
	consents []*Day
}

type wHolding struct {
	kind            string // product | account | card
	product, status string // "" = NULL
	since, until    *Day
	seen            *Day
	tx              bool // the account that the client's transactions refer to
}

type wFact struct {
	at     time.Time
	text   map[string]string
	cents  *int64 // amount, or seconds
	linked bool
}

func testDict() *schemas.Dictionary {
	return schemas.NewDictionary(append(schemas.Builtin().Attrs,
		schemas.Attr{ID: "income", Kind: schemas.KindNumber, Party: schemas.Both, PII: schemas.PIINone},
		schemas.Attr{ID: "joined", Kind: schemas.KindDate, Party: schemas.Both, PII: schemas.PIINone},
		schemas.Attr{ID: "tag", Kind: schemas.KindText, Party: schemas.Both, Multi: true, PII: schemas.PIINone})...)
}

// edgeDays are days on which calendars and clocks go wrong.
var edgeDays = []string{"2024-02-29", "2024-02-28", "2024-03-01", "2023-02-28", "2023-03-31", "2024-03-31", "2024-10-27", "2024-01-31", "2023-12-31",
	"2024-01-01", "2018-11-04", "2018-11-03", "2024-04-26", "2024-04-25", "2000-02-29", "1999-03-01", "1988-02-29", "1990-06-30", "2024-05-31", "2024-04-30", "2024-07-01"}

var edgeZones = []string{"UTC", "Europe/Moscow", "Europe/Kyiv", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Cairo", "Pacific/Apia"}

var wordsOf = map[string][]string{
	"city":         {"Москва", "москва", "Київ", "Йошкар-Ола", "И\u0306ошкар-Ола", "Straße", "日本", "O'Neill \"q\"", " ", "a%b_", "NULL"},
	"segment_code": {"vip", "mass", "вип"},
	"gender":       {"m", "f"},
	"income":       {"100", "100.00", "1 000,50", "-0", "0", "NaN", "abc", "99.99999999", "-5", "1e3", "12345678901234567890.5"},
	"tag":          {"a", "б", "ё", "е\u0308", "x y"},
	"product":      {"deposit", "loan", "card", "вклад"},
	"status":       {"active", "closed"},
	"type":         {"salary", "fee", "зарплата"},
	"currency":     {"RUB", "UAH"},
	"kind":         {"call", "visit", "note", "answer"},
	"direction":    {"in", "out"},
	"topic":        {"/deposits", "вклад"},
}

type dice struct{ *rand.Rand }

func (d dice) p(x float64) bool { return d.Float64() < x }

func (d dice) day() Day {
	v, _ := ParseDay(edgeDays[d.IntN(len(edgeDays))])
	return v + Day(d.IntN(5)-2)
}

func (d dice) maybeDay(p float64) *Day {
	if !d.p(p) {
		return nil
	}
	v := d.day()
	return &v
}

func (d dice) word(of string, p float64) string {
	if !d.p(p) {
		return ""
	}
	return wordsOf[of][d.IntN(len(wordsOf[of]))]
}

func (d dice) instant() time.Time {
	zone, err := time.LoadLocation(edgeZones[d.IntN(len(edgeZones))])
	if err != nil {
		panic(err)
	}
	day := d.day()
	return day.Start(zone).Add([]time.Duration{0, -time.Second, time.Second, 12 * time.Hour, 23*time.Hour + 59*time.Minute, time.Hour, -time.Hour}[d.IntN(7)]).UTC()
}

func makeWorld(seed uint64) *world {
	d := dice{rand.New(rand.NewPCG(seed, 7))}
	w := &world{}
	w.day, _ = ParseDay("2024-05-31")
	for i := range 50 {
		c := wClient{id: fmt.Sprintf("%032x", (uint64(i)+1)*2654435761+seed), party: schemas.Person, text: map[string]string{}, nSources: 1 + d.IntN(4)}
		if d.p(0.2) {
			c.party = schemas.Org
		}
		for _, a := range []string{"city", "segment_code", "gender", "income"} {
			if v := d.word(a, 0.7); v != "" {
				c.text[a] = v
			}
		}
		c.born, c.joined, c.since = d.maybeDay(0.7), d.maybeDay(0.6), d.maybeDay(0.9)
		for range d.IntN(3) {
			c.tags = append(c.tags, d.word("tag", 1))
		}
		for range 1 + d.IntN(3) {
			c.records = append(c.records, d.maybeDay(0.9))
		}
		for range d.IntN(5) {
			h := wHolding{kind: []string{"product", "account", "card"}[d.IntN(3)], product: d.word("product", 0.9), status: d.word("status", 0.7),
				since: d.maybeDay(0.8), until: d.maybeDay(0.5), seen: d.maybeDay(0.8)}
			c.held = append(c.held, h)
		}
		for range d.IntN(8) {
			f := wFact{at: d.instant(), text: map[string]string{}, linked: d.p(0.9)}
			for _, k := range []string{"type", "currency"} {
				if v := d.word(k, 0.85); v != "" {
					f.text[k] = v
				}
			}
			if d.p(0.9) {
				v := int64(d.IntN(20001) - 10000)
				f.cents = &v
			}
			c.tx = append(c.tx, f)
		}
		if len(c.tx) > 0 {
			c.held = append(c.held, wHolding{kind: "account", product: d.word("product", 0.9), since: d.maybeDay(0.8), until: d.maybeDay(0.3), seen: d.maybeDay(0.8), tx: true})
		}
		for range d.IntN(6) {
			f := wFact{at: d.instant(), text: map[string]string{}, linked: d.p(0.9)}
			for _, k := range []string{"kind", "direction", "topic"} {
				if v := d.word(k, 0.85); v != "" {
					f.text[k] = v
				}
			}
			if d.p(0.5) {
				v := int64(d.IntN(600))
				f.cents = &v
			}
			c.talks = append(c.talks, f)
		}
		for range d.IntN(2) {
			c.consents = append(c.consents, d.maybeDay(0.9))
		}
		w.clients = append(w.clients, c)
	}
	return w
}

var worldKey = opaque.NewKey(bytes.Repeat([]byte("k"), 32))

// publish writes the world into a snapshot of its own.
func (w *world) publish(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	dirs := store.Dirs{Data: filepath.Join(t.TempDir(), "data"), Key: worldKey}
	s, err := store.Begin(ctx, dirs, "run1", nil, store.Spec{Dict: testDict(), Facts: schemas.FactKinds(), Streams: []string{"core/clients"}}, store.Settings{Threads: 2})
	check(t, err)
	tables := w.tables()
	for _, name := range []string{"clients", "refs", "identities", "attribute_history", "batches", "streams", "product", "account", "card", "consent"} {
		check(t, s.Insert(ctx, name, tables[name].batch()))
	}
	for _, kind := range []string{"transaction", "interaction"} {
		check(t, s.AppendFacts(ctx, kind, "core/"+kind, tables[kind].batch()))
	}
	_, err = s.Publish(ctx, store.Manifest{Run: "run1", Created: time.Unix(0, 0).UTC(), Program: "test"})
	check(t, err)
	w.snap, err = store.Open(dirs)
	check(t, err)
	t.Cleanup(func() { _ = w.snap.Close() })
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v (cause %v)", err, unwrap(err))
	}
}

func unwrap(err error) error {
	if u, ok := err.(interface{ Unwrap() error }); ok {
		return u.Unwrap()
	}
	return nil
}

// frame collects the rows of one table by column name.
type frame struct {
	names []string
	types map[string]arrow.DataType
	cols  map[string][]any
}

func (f *frame) row(kv ...any) {
	for i := 0; i < len(kv); i += 2 {
		f.cols[kv[i].(string)] = append(f.cols[kv[i].(string)], kv[i+1])
	}
}

func newFrame(spec ...any) *frame {
	f := &frame{types: map[string]arrow.DataType{}, cols: map[string][]any{}}
	for i := 0; i < len(spec); i += 2 {
		f.names = append(f.names, spec[i].(string))
		f.types[spec[i].(string)] = spec[i+1].(arrow.DataType)
	}
	return f
}

func (f *frame) batch() arrow.RecordBatch {
	var fields []arrow.Field
	var arrs []arrow.Array
	n := 0
	for _, name := range f.names {
		b := array.NewBuilder(memory.DefaultAllocator, f.types[name])
		for _, v := range f.cols[name] {
			put(b, v)
		}
		n = len(f.cols[name])
		fields, arrs = append(fields, arrow.Field{Name: name, Type: f.types[name], Nullable: true}), append(arrs, b.NewArray())
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), arrs, int64(n))
}

func put(b array.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.AppendNull()
	case int:
		switch b := b.(type) {
		case *array.Int32Builder:
			b.Append(int32(v))
		case *array.Int64Builder:
			b.Append(int64(v))
		}
	case bool:
		b.(*array.BooleanBuilder).Append(v)
	case string:
		if v == "" {
			b.AppendNull()
			return
		}
		b.(*array.StringBuilder).Append(v)
	case *Day:
		if v == nil {
			b.AppendNull()
			return
		}
		b.(*array.Date32Builder).Append(arrow.Date32(*v))
	case time.Time:
		b.(*array.TimestampBuilder).Append(arrow.Timestamp(v.UnixMicro()))
	case opaque.Token:
		b.(*array.FixedSizeBinaryBuilder).Append(v[:])
	case decimal128.Num:
		b.(*array.Decimal128Builder).Append(v)
	}
}

var (
	tText  = arrow.BinaryTypes.String
	tDay   = arrow.FixedWidthTypes.Date32
	tTime  = &arrow.TimestampType{Unit: arrow.Microsecond}
	tToken = &arrow.FixedSizeBinaryType{ByteWidth: 16}
	tInt   = arrow.PrimitiveTypes.Int32
	tLong  = arrow.PrimitiveTypes.Int64
	tMoney = &arrow.Decimal128Type{Precision: 18, Scale: 2}
	tBool  = arrow.FixedWidthTypes.Boolean
)

// tables writes the world as the rows of the store.
func (w *world) tables() map[string]*frame {
	fact := []any{"fact_id", tToken, "stream", tText, "batch_no", tInt, "row_no", tLong}
	with := func(more ...any) *frame { return newFrame(append(append([]any{}, fact...), more...)...) }
	out := map[string]*frame{
		"clients": newFrame("client_no", tInt, "client_id", tText, "party", tText, "display_name", tText, "city", tText, "segment_code", tText, "gender", tText,
			"income", tText, "birth_date", tDay, "joined", tDay, "n_records", tInt, "n_sources", tInt, "since", tDay),
		"refs":       newFrame("token", tToken, "kind", tText, "client_no", tInt, "holders", tInt),
		"identities": newFrame("record_no", tLong, "client_no", tInt, "client_id", tText, "stream", tText, "key", tText, "party", tText, "valid_from", tDay),
		"attribute_history": newFrame("client_no", tInt, "client_id", tText, "attr", tText, "value", tText, "status", tText, "stream", tText, "record_no", tLong,
			"valid_from", tDay, "winner", tBool),
		"batches":     newFrame("batch_no", tInt, "batch_id", tText, "stream", tText, "as_of", tDay),
		"streams":     newFrame("stream", tText, "as_of", tDay),
		"product":     with("holder", tToken, "product", tText, "since", tDay, "until", tDay, "status", tText),
		"account":     with("account", tToken, "holder", tToken, "product", tText, "opened", tDay, "closed", tDay, "status", tText),
		"card":        with("card", tToken, "holder", tToken, "product", tText, "issued", tDay, "expires", tDay, "status", tText),
		"consent":     with("party", tToken, "state", tText, "since", tDay),
		"transaction": with("at", tTime, "account", tToken, "amount", tMoney, "currency", tText, "type", tText),
		"interaction": with("at", tTime, "kind", tText, "direction", tText, "party", tToken, "seconds", tLong, "topic", tText),
	}
	n := 0
	next := func() []any {
		n++
		return []any{"fact_id", worldKey.Token("fact", fmt.Sprint(n)), "stream", "core/x", "batch_no", n, "row_no", n}
	}
	add := func(table string, kv ...any) { out[table].row(append(next(), kv...)...) }
	out["streams"].row("stream", "core/clients", "as_of", &w.day)
	for i, c := range w.clients {
		no, tok := i+1, worldKey.Token("record", c.id)
		out["clients"].row("client_no", no, "client_id", c.id, "party", c.party.String(), "display_name", "Тест", "city", c.text["city"], "segment_code", c.text["segment_code"],
			"gender", c.text["gender"], "income", c.text["income"], "birth_date", c.born, "joined", c.joined, "n_records", len(c.records), "n_sources", c.nSources, "since", c.since)
		out["refs"].row("token", tok, "kind", "record", "client_no", no, "holders", 1)
		for k, from := range c.records {
			out["identities"].row("record_no", no*100+k, "client_no", no, "client_id", c.id, "stream", fmt.Sprintf("core/s%d", k), "key", c.id, "party", c.party.String(), "valid_from", from)
		}
		for _, tag := range c.tags {
			out["attribute_history"].row("client_no", no, "client_id", c.id, "attr", "tag", "value", tag, "status", "ok", "stream", "core/s0", "record_no", no*100, "valid_from", c.since, "winner", true)
		}
		out["attribute_history"].row("client_no", no, "client_id", c.id, "attr", "tag", "value", "gone", "status", "ok", "stream", "core/s0", "record_no", no*100, "valid_from", c.since, "winner", false)
		if c.text["city"] != "" {
			out["attribute_history"].row("client_no", no, "client_id", c.id, "attr", "city", "value", c.text["city"], "status", "ok", "stream", "core/s0", "record_no", no*100, "valid_from", c.since, "winner", true)
		}
		for k, h := range c.held {
			if h.seen != nil {
				out["batches"].row("batch_no", n+1, "batch_id", "b", "stream", "core/x", "as_of", h.seen)
			}
			switch h.kind {
			case "product":
				add("product", "holder", tok, "product", h.product, "since", h.since, "until", h.until, "status", h.status)
			case "account":
				account := worldKey.Token("account", c.id, fmt.Sprint(k))
				if h.tx {
					account = worldKey.Token("txaccount", c.id)
				}
				add("account", "account", account, "holder", tok, "product", h.product, "opened", h.since, "closed", h.until, "status", h.status)
			case "card":
				add("card", "card", worldKey.Token("card", c.id, fmt.Sprint(k)), "holder", tok, "product", h.product, "issued", h.since, "expires", h.until, "status", h.status)
			}
		}
		// facts of a reference that leads to nobody belong to nobody
		lead := func(f wFact, to opaque.Token) opaque.Token {
			if f.linked {
				return to
			}
			return worldKey.Token("nobody")
		}
		for _, f := range c.tx {
			var amount any
			if f.cents != nil {
				amount = decimal128.FromI64(*f.cents)
			}
			add("transaction", "at", f.at, "account", lead(f, worldKey.Token("txaccount", c.id)), "amount", amount, "currency", f.text["currency"], "type", f.text["type"])
		}
		for _, f := range c.talks {
			var seconds any
			if f.cents != nil {
				seconds = int(*f.cents)
			}
			add("interaction", "at", f.at, "kind", f.text["kind"], "direction", f.text["direction"], "party", lead(f, tok), "seconds", seconds, "topic", f.text["topic"])
		}
		for _, since := range c.consents {
			add("consent", "party", tok, "state", "grant", "since", since)
		}
	}
	return out
}

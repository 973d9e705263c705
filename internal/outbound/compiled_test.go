package outbound

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"clientbase/internal/opaque"
	"clientbase/internal/segment"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// person is what the base knows of a client, beside its contact points.
type person struct {
	city, gender string // "" = unknown
	born         string // ISO day; "" = unknown
	product      string // held; "" = none
	status       string // of the product; "" = unknown
}

// people are as many as the worlds of the gates have clients, those who are
// born of a split included.
func people() []person {
	cities, genders, products, statuses := []string{"Москва", "Київ", ""}, []string{"m", "f", ""}, []string{"deposit", "loan", ""}, []string{"active", "closed", ""}
	out := make([]person, 120)
	for i := range out {
		p := person{city: cities[i%3], gender: genders[i/3%3], product: products[i/9%3], status: statuses[(i/2)%3]}
		if i%7 != 0 {
			p.born = fmt.Sprintf("%d-%02d-%02d", 1950+i%60, 1+i%12, 1+i%28)
		}
		out[i] = p
	}
	return out
}

// leaf is one question of a rule, as YAML and as what it means: 1 yes, 0 no, -1
// not known.
type leaf struct {
	text map[string]any
	of   func(person) int
}

func same(have, want string) int {
	switch have {
	case "":
		return -1
	case want:
		return 1
	}
	return 0
}

func drawLeaf(t *rapid.T, asOf string) leaf {
	switch rapid.SampledFrom([]string{"city", "gender", "age", "holds", "never"}).Draw(t, "leaf") {
	case "city":
		c := rapid.SampledFrom([]string{"Москва", "Київ"}).Draw(t, "city")
		return leaf{map[string]any{"attr": "city", "equals": c}, func(p person) int { return same(p.city, c) }}
	case "gender":
		g := rapid.SampledFrom([]string{"m", "f"}).Draw(t, "gender")
		return leaf{map[string]any{"attr": "gender", "equals": g}, func(p person) int { return same(p.gender, g) }}
	case "age":
		n := rapid.IntRange(18, 70).Draw(t, "age")
		return leaf{map[string]any{"attr": "age", "ge": n}, func(p person) int {
			if p.born == "" {
				return -1
			}
			var y int
			_, _ = fmt.Sscanf(asOf, "%4d", &y)
			if p.born <= fmt.Sprintf("%04d%s", y-n, asOf[4:]) {
				return 1
			}
			return 0
		}}
	}
	what := rapid.SampledFrom([]string{"deposit", "loan"}).Draw(t, "product")
	holds := func(p person) int {
		if p.product != what {
			return 0
		}
		return same(p.status, "active")
	}
	test := map[string]any{"product": what, "status": "active"}
	if rapid.Bool().Draw(t, "never") {
		return leaf{map[string]any{"never": test}, func(p person) int { return not(holds(p)) }}
	}
	return leaf{map[string]any{"holds": test}, holds}
}

func not(v int) int {
	if v < 0 {
		return v
	}
	return 1 - v
}

// drawRule draws a tree of leaves.
func drawRule(t *rapid.T, depth int, asOf string) leaf {
	op := "leaf"
	if depth > 0 {
		op = rapid.SampledFrom([]string{"leaf", "all", "any", "not"}).Draw(t, "op")
	}
	switch op {
	case "not":
		k := drawRule(t, depth-1, asOf)
		return leaf{map[string]any{"not": k.text}, func(p person) int { return not(k.of(p)) }}
	case "all", "any":
		var kids []leaf
		var texts []any
		for range rapid.IntRange(1, 3).Draw(t, "kids") {
			k := drawRule(t, depth-1, asOf)
			kids, texts = append(kids, k), append(texts, k.text)
		}
		decides := map[string]int{"all": 0, "any": 1}[op] // one such kid is enough
		return leaf{map[string]any{op: texts}, func(p person) int {
			out := 1 - decides
			for _, k := range kids {
				switch k.of(p) {
				case decides:
					return decides
				case -1:
					out = -1
				}
			}
			return out
		}}
	}
	return drawLeaf(t, asOf)
}

// compiled asks a snapshot as the program does.
type compiled struct{ r *store.Reader }

func (c compiled) Query(ctx context.Context, sql string, args ...any) (segment.Rows, error) {
	return c.r.Query(ctx, sql, args...)
}

// matches runs a rule compiled to SQL and gives the client numbers.
func (c compiled) matches(t *rapid.T, rule map[string]any, asOf string) []int32 {
	text, err := yaml.Marshal(map[string]any{"segment": "drawn", "version": 1, "owner": "test", "purpose": "marketing", "title": "Проба", "where": rule})
	var doc yaml.Node
	if err == nil {
		err = yaml.Unmarshal(text, &doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	stream := &schemas.Stream{Source: "core", Name: "clients"}
	s, faults := segment.Parse("segments/drawn.yaml", doc.Content[0], segment.VocabularyOf(schemas.Builtin(), []*schemas.Stream{stream}))
	if faults = append(faults, segment.Link([]*segment.Segment{s})...); len(faults) > 0 {
		t.Fatalf("%v\n%s", faults, text)
	}
	day, _ := segment.ParseDay(asOf)
	q, err := segment.Compile(s, schemas.Builtin(), segment.AsOf(day, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var out []int32
	err = q.Members(context.Background(), c, func(no int32, _ string) error { out = append(out, no); return nil })
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// publish writes people as a snapshot.
func publish(t *testing.T, list []person) *store.Snapshot {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	dirs := store.Dirs{Data: filepath.Join(t.TempDir(), "data"), Key: opaque.NewKey([]byte("0123456789abcdef0123456789abcdef"))}
	s, err := store.Begin(ctx, dirs, "run1", nil, store.Spec{Dict: schemas.Builtin(), Facts: schemas.FactKinds(), Streams: []string{"core/clients"}}, store.Settings{Threads: 1})
	must(err)
	text, num, token, date := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32, &arrow.FixedSizeBinaryType{ByteWidth: 16}, arrow.FixedWidthTypes.Date32
	insert := func(table string, fields []arrow.Field, fill func(i int, p person, b *array.RecordBuilder)) {
		b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
		defer b.Release()
		for i, p := range list {
			fill(i, p, b)
		}
		rec := b.NewRecordBatch()
		defer rec.Release()
		must(s.Insert(ctx, table, rec))
	}
	col := func(name string, typ arrow.DataType) arrow.Field {
		return arrow.Field{Name: name, Type: typ, Nullable: true}
	}
	put := func(b *array.RecordBuilder, i int, v string) {
		switch x := b.Field(i).(type) {
		case *array.StringBuilder:
			if v == "" {
				x.AppendNull()
			} else {
				x.Append(v)
			}
		case *array.Date32Builder:
			if d, err := time.Parse(time.DateOnly, v); err == nil {
				x.Append(arrow.Date32(d.Unix() / 86400))
			} else {
				x.AppendNull()
			}
		}
	}
	i32 := func(b *array.RecordBuilder, i, v int) { b.Field(i).(*array.Int32Builder).Append(int32(v)) }
	tokenOf := func(b *array.RecordBuilder, i int, v opaque.Token) {
		b.Field(i).(*array.FixedSizeBinaryBuilder).Append(v[:])
	}
	insert("clients", []arrow.Field{col("client_no", num), col("client_id", text), col("party", text), col("city", text), col("gender", text), col("birth_date", date)},
		func(i int, p person, b *array.RecordBuilder) {
			i32(b, 0, i)
			for k, v := range []string{fmt.Sprintf("%032x", i+1), "person", p.city, p.gender, p.born} {
				put(b, k+1, v)
			}

		})
	insert("refs", []arrow.Field{col("token", token), col("kind", text), col("client_no", num), col("holders", num)}, func(i int, _ person, b *array.RecordBuilder) {
		tokenOf(b, 0, recTok(i))
		put(b, 1, "record")
		i32(b, 2, i)
		i32(b, 3, 1)

	})
	insert("product", []arrow.Field{col("fact_id", token), col("holder", token), col("product", text), col("since", date), col("status", text)}, func(i int, p person, b *array.RecordBuilder) {
		if p.product == "" {
			return
		}
		tokenOf(b, 0, tok("fact", i))
		tokenOf(b, 1, recTok(i))
		for k, v := range []string{p.product, "2020-01-01", p.status} {
			put(b, k+2, v)
		}

	})
	_, err = s.Publish(ctx, store.Manifest{Run: "run1", Created: time.Unix(0, 0).UTC(), Program: "test"})
	must(err)
	snap, err := store.Open(dirs)
	must(err)
	t.Cleanup(func() { _ = snap.Close() })
	return snap
}

// Random rules, compiled and run over the store, then random consents, merges
// and splits: the rule finds whom it means, and of those nobody stands on a list
// who must not. 300 rules here, as many as -rapid.checks says otherwise.
func TestCompiledRulesAndTheGates(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == "1000" {
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		must(flag.Set("rapid.checks", "300"))
		defer func() { must(flag.Set("rapid.checks", "1000")) }()
	}
	list := people()
	snap := publish(t, list)
	r, err := snap.Reader(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	db := compiled{r}
	rules, found, sent := 0, 0, int64(0)
	rapid.Check(t, func(t *rapid.T) {
		asOf := rapid.SampledFrom([]string{"2024-05-31", "2024-02-28", "2026-09-30"}).Draw(t, "as of")
		rule := drawRule(t, 3, asOf)
		var want []int32
		for i, p := range list {
			if rule.of(p) == 1 {
				want = append(want, int32(i))
			}
		}
		got := db.matches(t, rule.text, asOf)
		if !slices.Equal(got, want) {
			t.Fatalf("as of %s the rule %v matches %v, want %v", asOf, rule.text, got, want)
		}
		rules++
		if len(got) > 0 {
			found++
		}
		w := drawWorld(t)
		ask := func(said string) {
			var matched []int32
			for _, c := range w.clients() {
				if slices.Contains(got, c) {
					matched = append(matched, c)
				}
			}
			sent += oracle{w, drawQuestion(t)}.meets(t, matched, said)
		}
		ask("at first")
		for i := range rapid.IntRange(0, 3).Draw(t, "steps") {
			switch what := rapid.SampledFrom([]string{"merge", "split", "object", "grant"}).Draw(t, "step"); what {
			case "merge":
				all := w.clients()
				w.merge(rapid.SampledFrom(all).Draw(t, "into"), rapid.SampledFrom(all).Draw(t, "from"))
			case "split":
				w.split(rapid.IntRange(0, len(w.recs)-1).Draw(t, "record"), int32(100+i), rapid.SampledFrom(testDays).Draw(t, "split on"))
			default:
				w.rows = append(w.rows, w.drawRow(t, what == "object"))
			}
			ask(fmt.Sprintf("after step %d", i+1))
		}
	})
	if found*4 < rules || sent < int64(rules)/20 {
		t.Errorf("the rules say too little to prove anything: %d of %d match anybody, %d rows were on lists", found, rules, sent)
	}
	t.Logf("%d rules, %d match somebody, %d rows on lists", rules, found, sent)
}

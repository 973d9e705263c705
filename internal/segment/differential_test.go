package segment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"clientbase/internal/store"
)

// reader asks a snapshot as the program does.
type reader1 struct{ r *store.Reader }

func (r reader1) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	return r.r.Query(ctx, sql, args...)
}

func (w *world) reader(t testing.TB) Queryer {
	t.Helper()
	r, err := w.snap.Reader(context.Background())
	check(t, err)
	return reader1{r}
}

// rule draws a node as YAML data.
func rule(t *rapid.T, depth int, others []string) map[string]any {
	ops := []string{"attr", "attr", "holds", "had", "never", "count", "sum", "lifecycle"}
	if len(others) > 0 {
		ops = append(ops, "segment")
	}
	if depth > 0 {
		ops = append(ops, "all", "any", "not", "all", "any", "not")
	}
	op := rapid.SampledFrom(ops).Draw(t, "op")
	out := map[string]any{}
	switch op {
	case "all", "any":
		var kids []any
		for range rapid.IntRange(1, 3).Draw(t, "kids") {
			kids = append(kids, rule(t, depth-1, others))
		}
		return map[string]any{op: kids}
	case "not":
		return map[string]any{op: rule(t, depth-1, others)}
	case "attr":
		attr := rapid.SampledFrom([]string{"city", "segment_code", "gender", "income", "birth_date", "joined", "since", "n_sources", "age", "tag", "phone"}).Draw(t, "attr")
		out["attr"] = attr
		typ := map[string]Type{"income": Number, "birth_date": Date, "joined": Date, "since": Date, "n_sources": Number, "age": Number}[attr]
		if attr == "phone" {
			out["set"] = rapid.Bool().Draw(t, "set")
		} else {
			comparison(t, out, attr, typ)
		}
	case "holds", "had", "never":
		p := map[string]any{}
		if rapid.Bool().Draw(t, "some product") {
			p["product"] = words(t, "product")
		}
		if rapid.Bool().Draw(t, "some status") {
			p["status"] = words(t, "status")
		}
		if op == "holds" && rapid.Bool().Draw(t, "matures") {
			p["matures_within"] = period(t)
		}
		if op == "had" {
			days(t, p, false)
		}
		out[op] = p
	case "count", "sum":
		f := map[string]any{"event": rapid.SampledFrom([]string{"transaction", "interaction", "call", "visit"}).Draw(t, "event")}
		where := map[string]any{}
		fields := []string{"type", "currency", "amount"}
		if f["event"] != "transaction" {
			fields = []string{"direction", "topic", "seconds"}
		}
		for _, name := range fields {
			switch {
			case rapid.IntRange(0, 3).Draw(t, "narrow") > 0:
			case name == "amount" || name == "seconds":
				c := map[string]any{}
				comparison(t, c, "cents", Number)
				where[name] = c
			default:
				where[name] = words(t, name)
			}
		}
		if rapid.Bool().Draw(t, "within") {
			f["within"] = period(t)
		} else {
			days(t, f, true)
		}
		if op == "sum" {
			if f["event"] == "transaction" {
				delete(where, "currency")
				f["field"], f["currency"] = "amount", rapid.SampledFrom([]string{"RUB", "UAH"}).Draw(t, "currency")
			} else {
				f["field"] = "seconds"
			}
		}
		if len(where) > 0 {
			f["where"] = where
		}
		out[op] = f
		bound(t, out, "cents", Number)
	case "lifecycle":
		l := map[string]any{"state": rapid.SliceOfNDistinct(rapid.SampledFrom(States()), 1, 3, rapid.ID[string]).Draw(t, "states")}
		if rapid.Bool().Draw(t, "entered") {
			l["entered_within"] = period(t)
		}
		if rapid.Bool().Draw(t, "for") {
			l["for_at_least"] = period(t)
		}
		if rapid.Bool().Draw(t, "episode") {
			l["episode"] = map[string]any{"ge": 2}
		}
		out["lifecycle"] = l
	case "segment":
		out["segment"] = rapid.SampledFrom(others).Draw(t, "other")
	}
	if u := rapid.SampledFrom([]string{"", "", "exclude", "include"}).Draw(t, "unknown"); u != "" {
		out["unknown"] = u
	}
	return out
}

func words(t *rapid.T, of string) []any {
	var out []any
	for _, w := range rapid.SliceOfNDistinct(rapid.SampledFrom(wordsOf[of]), 1, 3, rapid.ID[string]).Draw(t, of) {
		out = append(out, w)
	}
	return out
}

func literal(t *rapid.T, of string, typ Type) any {
	switch {
	case typ == Date:
		return rapid.SampledFrom(edgeDays).Draw(t, "day")
	case of == "cents":
		return rapid.SampledFrom([]string{"0", "1", "2", "-10", "99.99", "-0", "300"}).Draw(t, "number")
	case typ == Number:
		return rapid.SampledFrom([]string{"0", "1", "2", "18", "24", "36", "100", "1000.5", "99.99999999", "-5", "-0", "12345678901234567890.5"}).Draw(t, "number")
	}
	return rapid.SampledFrom(wordsOf[of]).Draw(t, of)
}

func comparison(t *rapid.T, out map[string]any, of string, typ Type) {
	switch rapid.IntRange(0, 3).Draw(t, "how") {
	case 0:
		out["set"] = rapid.Bool().Draw(t, "set")
	case 1:
		out["in"] = []any{literal(t, of, typ), literal(t, of, typ)}
	default:
		if typ == "" {
			out["equals"] = literal(t, of, typ)
			return
		}
		bound(t, out, of, typ)
	}
}

func bound(t *rapid.T, out map[string]any, of string, typ Type) {
	switch k := rapid.SampledFrom([]string{"ge", "gt", "le", "lt", "equals", "between"}).Draw(t, "bound"); k {
	case "between":
		a, b := literal(t, of, typ).(string), literal(t, of, typ).(string)
		if less(typ, b, a) {
			a, b = b, a
		}
		out[k] = []any{a, b}
	default:
		out[k] = literal(t, of, typ)
	}
}

func period(t *rapid.T) string {
	return fmt.Sprintf("%d %s", rapid.SampledFrom([]int{1, 2, 3, 6, 12, 31}).Draw(t, "n"), rapid.SampledFrom([]string{"days", "weeks", "months", "years"}).Draw(t, "unit"))
}

func days(t *rapid.T, out map[string]any, need bool) {
	a, b := rapid.SampledFrom(edgeDays).Draw(t, "from"), rapid.SampledFrom(edgeDays).Draw(t, "to")
	if b < a {
		a, b = b, a
	}
	if need || rapid.Bool().Draw(t, "has from") {
		out["from"] = a
	}
	if rapid.Bool().Draw(t, "has to") {
		out["to"] = b
	}
}

// vocabulary without code lists: any word may be asked for.
func openVocabulary() *Vocabulary { return &Vocabulary{Dict: testDict(), codes: map[string]*codes{}} }

func parsed(t interface{ Fatalf(string, ...any) }, id string, content map[string]any) *Segment {
	text, err := yaml.Marshal(content)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	s, faults := Parse("segments/"+id+".yaml", doc.Content[0], openVocabulary())
	if len(faults) > 0 {
		t.Fatalf("%v\n%s", faults, text)
	}
	return s
}

func file(id, base string, where map[string]any) map[string]any {
	return map[string]any{"segment": id, "version": 1, "owner": "test", "purpose": "marketing", "base": base, "title": "Проба", "where": where}
}

// Random rules over random data: the compiled rule and the slow interpreter
// find the same people, and leave the same people undecided.
func TestRulesMeanWhatTheyMean(t *testing.T) {
	var worlds []*world
	for seed := range uint64(2) {
		w := makeWorld(seed)
		w.publish(t)
		worlds = append(worlds, w)
	}
	ctx := context.Background()
	some := map[string]int{} // rules that match, leave undecided, and do neither
	rapid.Check(t, func(rt *rapid.T) {
		w := rapid.SampledFrom(worlds).Draw(rt, "world")
		base := rapid.SampledFrom([]string{"clients", "people", "organisations"})
		draw := func(id string, where map[string]any) *Segment {
			b := base.Draw(rt, "base")
			for _, person := range []string{"age", "birth_date", "gender"} {
				if b == "organisations" && strings.Contains(fmt.Sprint(where), person) {
					b = "clients" // organisations have none
				}
			}
			return parsed(rt, id, file(id, b, where))
		}
		where := rule(rt, 3, []string{"inner"})
		inner, outer := draw("inner", rule(rt, 2, nil)), draw("outer", where)
		list := []*Segment{inner, outer}
		if faults := Link(list); len(faults) > 0 {
			rt.Fatalf("%v", faults)
		}
		zone, err := time.LoadLocation(rapid.SampledFrom(edgeZones).Draw(rt, "zone"))
		if err != nil {
			rt.Fatalf("%v", err)
		}
		day, _ := ParseDay(rapid.SampledFrom(edgeDays).Draw(rt, "as of"))
		day += Day(rapid.IntRange(-1, 1).Draw(rt, "beside"))
		asOf := AsOf(day, zone)
		r := w.reader(t)
		j := judge{w, day, zone}
		results, err := CountAll(ctx, list, testDict(), asOf, r)
		if err != nil {
			rt.Fatalf("%v: %v", err, unwrap(err))
		}
		for i, s := range list {
			var matched, undecided []string
			members := 0
			for k := range w.clients {
				v, in := j.segment(s, &w.clients[k])
				if !in {
					continue
				}
				members++
				switch v {
				case yes:
					matched = append(matched, w.clients[k].id)
				case unknown:
					undecided = append(undecided, w.clients[k].id)
				}
			}
			slices.Sort(matched)
			slices.Sort(undecided)
			want := Counts{int64(members), int64(len(matched)), int64(len(undecided))}
			if results[i].Counts != want {
				rt.Fatalf("%s as of %s %s: in a batch %v, want %v", s.ID, day, zone, results[i].Counts, want)
			}
			if s == inner {
				continue
			}
			some["rules"]++
			if len(matched) > 0 && len(matched) < members {
				some["matched"]++
			}
			if len(undecided) > 0 {
				some["undecided"]++
			}
			q, err := Compile(s, testDict(), asOf)
			if err != nil {
				rt.Fatalf("%v", err)
			}
			if d := cmp.Diff(matched, ids(rt, r, q.SQL, q.Args)); d != "" {
				rt.Fatalf("%s as of %s %s: matched (-reference +compiled)\n%s\n%v\n%s", s.ID, day, zone, d, where, q.SQL)
			}
			if d := cmp.Diff(undecided, ids(rt, r, q.Unknown, q.Args)); d != "" {
				rt.Fatalf("%s as of %s %s: unknown (-reference +compiled)\n%s\n%v\n%s", s.ID, day, zone, d, where, q.SQL)
			}
			if got, err := q.Count(ctx, s, r); err != nil || got != want {
				rt.Fatalf("counts %v, want %v (%v)", got, want, err)
			}
			if rapid.IntRange(0, 2).Draw(rt, "explain") == 0 {
				explains(rt, w, j, s, r, asOf)
			}
		}
	})
	if some["matched"]*3 < some["rules"] || some["undecided"]*5 < some["rules"] {
		t.Errorf("the rules say too little to prove anything: %v", some)
	}
}

// explains holds Why against the interpreter for one client of the world.
func explains(rt *rapid.T, w *world, j judge, s *Segment, r Queryer, asOf time.Time) {
	c := &w.clients[rapid.IntRange(0, len(w.clients)-1).Draw(rt, "who")]
	e, err := Why(context.Background(), s, testDict(), asOf, c.id, r)
	if err != nil {
		rt.Fatalf("why: %v: %v", err, unwrap(err))
	}
	v, in := j.segment(s, c)
	want := map[tri]Verdict{no: No, yes: Yes, unknown: DontKnow}[v]
	if !in {
		want = NotInBase
	}
	if e.Verdict != want {
		rt.Fatalf("why says %s, want %s", e.Verdict, want)
	}
	leaves, i := s.Where.Leaves(), 0
	var walk func(x *Reason)
	walk = func(x *Reason) {
		switch x.Op {
		case All, Any, Not:
			for _, k := range x.Kids {
				walk(k)
			}
		default:
			if got := map[tri]Verdict{no: No, yes: Yes, unknown: DontKnow}[j.leaf(leaves[i], c)]; x.Verdict != got {
				rt.Fatalf("why says %s of %q, want %s", x.Verdict, x.Rule, got)
			}
			i++
		}
	}
	walk(e.Rule)
}

func ids(rt *rapid.T, r Queryer, sql string, args []any) []string {
	rows, err := r.Query(context.Background(), "SELECT client_id FROM ("+sql+") ORDER BY client_id", args...)
	if err != nil {
		rt.Fatalf("%v: %v\n%s", err, unwrap(err), sql)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			rt.Fatalf("%v", err)
		}
		out = append(out, id)
	}
	if err := rows.Err(); err != nil {
		rt.Fatalf("%v", err)
	}
	return out
}

// Every row of the view lifecycle is a step that the guard table allows, states
// of a client neither overlap nor leave a gap, and of each state and day
// stock(t) = stock(t-1) + in - out.
func TestLifecycleBooks(t *testing.T) {
	w := makeWorld(11)
	w.publish(t)
	r := w.reader(t)
	rows, err := r.Query(context.Background(), `SELECT client_id, episode::BIGINT, state, CAST(since AS VARCHAR), coalesce(CAST(until AS VARCHAR), ''), cause, coalesce(source, '')
		FROM lifecycle ORDER BY client_id, since`)
	check(t, err)
	defer func() { _ = rows.Close() }()
	type line struct {
		id, state    string
		n            int64
		since, until Day
	}
	const still = Day(1 << 30)
	byClient := map[string][]line{}
	var all []line
	for rows.Next() {
		var l line
		var since, until, cause, source string
		check(t, rows.Scan(&l.id, &l.n, &l.state, &since, &until, &cause, &source))
		l.since, _ = ParseDay(since)
		l.until = still
		if until != "" {
			l.until, _ = ParseDay(until)
		}
		if cause == "" || source == "" || l.until <= l.since {
			t.Errorf("%s %s %s–%s: cause %q, source %q", l.id, l.state, since, until, cause, source)
		}
		byClient[l.id] = append(byClient[l.id], l)
		all = append(all, l)
	}
	check(t, rows.Err())
	seen := map[Transition]bool{}
	for i := range w.clients {
		c := &w.clients[i]
		got := byClient[c.id]
		want := w.episodes(c)
		if len(got) != len(want) {
			t.Errorf("client %d: %d states, the reference has %d", i, len(got), len(want))
			continue
		}
		before := line{}
		for k, l := range got {
			if e := want[k]; int64(e.episode) != l.n || e.state != l.state || e.since != l.since || (e.until == nil) != (l.until == still) || e.until != nil && *e.until != l.until {
				t.Errorf("client %d: %+v, want %+v", i, l, e)
			}
			if k > 0 && before.until != l.since {
				t.Errorf("client %d: a gap or an overlap before %s", i, l.since)
			}
			step := Transition{before.state, l.state, l.n != before.n}
			if !slices.Contains(Transitions(), step) {
				t.Errorf("client %d: the step %+v is not allowed", i, step)
			}
			seen[step] = true
			before = l
		}
		if len(got) > 0 && before.until != still {
			t.Errorf("client %d: ends in no state", i)
		}
	}
	if len(seen) < len(Transitions())-1 {
		t.Errorf("only %d of %d transitions occur in this world", len(seen), len(Transitions()))
	}
	for _, state := range States() {
		stock := func(d Day) (n int) {
			for _, l := range all {
				if l.state == state && l.since <= d && d < l.until {
					n++
				}
			}
			return n
		}
		for _, s := range edgeDays {
			d, _ := ParseDay(s)
			in, out := 0, 0
			for _, l := range all {
				if l.state == state && l.since == d {
					in++
				}
				if l.state == state && l.until == d {
					out++
				}
			}
			if got, want := stock(d), stock(d-1)+in-out; got != want {
				t.Errorf("%s on %s: stock %d, the day before with in and out gives %d", state, s, got, want)
			}
		}
	}
}

// unknown: error refuses to count while such a leaf leaves somebody undecided,
// and only then.
func TestUnknownThatIsAnError(t *testing.T) {
	w := makeWorld(3)
	w.publish(t)
	r := w.reader(t)
	day, _ := ParseDay("2024-05-31")
	count := func(where string) error {
		s := mustParse(t, "s", where)
		q, err := Compile(s, testDict(), AsOf(day, nil))
		check(t, err)
		_, err = q.Count(context.Background(), s, r)
		all, err2 := CountAll(context.Background(), []*Segment{s}, testDict(), AsOf(day, nil), r)
		check(t, err2)
		if (all[0].Err == nil) != (err == nil) {
			t.Errorf("%s: alone %v, in a batch %v", where, err, all[0].Err)
		}
		return err
	}
	if err := count("{attr: city, equals: Москва, unknown: error}"); err == nil || !strings.Contains(err.Error(), "s where: unknown of ") {
		t.Errorf("undecided people are no error: %v", err)
	}
	for _, where := range []string{
		"{attr: city, equals: Москва}",
		"{any: [{attr: n_sources, ge: 0}, {attr: city, equals: Москва, unknown: error}]}", // decided without it
		"{attr: city, set: true, unknown: error}",
	} {
		if err := count(where); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	}
}

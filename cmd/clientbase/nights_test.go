package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/demobank"
	"clientbase/internal/pipeline"
)

// full gives a file of clients 1…n with the phone ending of day.
func full(n int, day string) string {
	var s strings.Builder
	s.WriteString("ID;NAME;BIRTH;PHONE\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&s, "%d;Житель%s Пётр Ильич;0%d.0%d.19%02d;+7 916 4%02d-%s-%02d\n", i, string(rune('а'+i%30)), 1+i%9, 1+i%7, 40+i%55, i/100, day, i%100)
	}
	return s.String()
}

func (b bank) snapshots() (list []pipeline.Kept) {
	b.t.Helper()
	out, _ := b.does(0, "--json", "snapshot", "list")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var k pipeline.Kept
		if err := json.Unmarshal([]byte(line), &k); err != nil {
			b.t.Fatal(err)
		}
		list = append(list, k)
	}
	return list
}

// What the brake holds and what not: a delta, a rebuild, keyed facts, a stream
// with a limit of its own, few things, values changed at large.
func TestTheBrake(t *testing.T) {
	const accounts = `
  accounts:
    from: {path: "in/accounts_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ACC]
    order: {as_of: name}
    columns: {ACC: text, OWNER: text}
    facts:
      - fact: account
        fields: {account: {ref: account, column: ACC}, holder: {ref: record, of: core/clients, column: OWNER}}
`
	accFile := func(n int) string {
		text := "ACC;OWNER\n"
		for i := 1; i <= n; i++ {
			text += fmt.Sprintf("408178100000%08d;%d\n", i, i)
		}
		return text
	}
	start := func(t *testing.T, more string) bank {
		b := newBank(t)
		b.write("clientbase.yaml", mainYAML+"brake: {at_least: 10}\n")
		b.write("sources/core.yaml", clientsYAML+more+strings.TrimLeft(accounts, "\n"))
		b.write("in/clients_2026-03-01.csv", full(40, "01"))
		b.write("in/accounts_2026-03-01.csv", accFile(40))
		b.does(0, "-q", "run")
		return b
	}
	for name, c := range map[string]struct {
		stream string // more of the stream clients
		do     func(b bank)
		args   []string
		says   string // "" = published
	}{
		"a tenth":              {do: func(b bank) { b.write("in/clients_2026-03-02.csv", full(4, "01")) }, says: "would close 36 of 40 records of core/clients (90 %"},
		"few":                  {do: func(b bank) { b.write("in/clients_2026-03-02.csv", full(31, "01")) }},
		"a limit of its own":   {stream: "    brake: {close: 0.95}\n", do: func(b bank) { b.write("in/clients_2026-03-02.csv", full(4, "01")) }},
		"accounts":             {do: func(b bank) { b.write("in/accounts_2026-03-02.csv", accFile(4)) }, says: "would close 36 of 40 account facts of core/accounts"},
		"other phones for all": {do: func(b bank) { b.write("in/clients_2026-03-02.csv", full(40, "02")) }, says: "would change or take away values of 40 of 40 clients"},
		"phones for all that had none": {do: func(b bank) {
			b.write("in/clients_2026-03-01.csv", strings.ReplaceAll(full(40, "01"), "+7", ""))
			b.write("in/clients_2026-03-02.csv", full(40, "02"))
		}, says: "would change or take away"}, // the first file comes anew: its phones are gone, others come
		"delivered again, a tenth": {do: func(b bank) { b.write("in/clients_2026-03-01.csv", full(4, "01")) }, says: "would close 36 of 40 records"},
		"nothing else":             {do: func(bank) {}, args: []string{"--from-landing"}},
		"a stream taken away":      {do: func(b bank) { b.write("sources/core.yaml", strings.TrimRight(clientsYAML, "\n")+"\n") }, says: "would close 40 of 40 account facts of core/accounts"},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, c.stream)
			before := b.current()
			c.do(b)
			if c.says == "" {
				b.does(0, append([]string{"-q", "run"}, c.args...)...)
				if b.current() == before {
					t.Error("nothing was published")
				}
				return
			}
			b.fails(3, []string{c.says, "snapshot release"}, append([]string{"-q", "run"}, c.args...)...)
			if r := b.report(); r.Status != "held" || r.Exit != 3 || len(r.Held) == 0 {
				t.Errorf("report: %s %d %v", r.Status, r.Exit, r.Held)
			}
			b.does(0, "snapshot", "release")
			if b.current() == before {
				t.Error("the release published nothing")
			}
			if out, _ := b.does(0, "-q", "run"); !strings.Contains(out, "nothing new") {
				t.Errorf("after the release: %s", out)
			}
		})
	}
}

// A held snapshot gives way to what arrives, to a correction of the
// configuration and to a delivery set aside, and to nothing else.
func TestWhatTakesTheHeldOnesPlace(t *testing.T) {
	for name, do := range map[string]func(b bank){
		"the right file":   func(b bank) { b.write("in/clients_2026-03-02.csv", full(39, "01")) },
		"the limit raised": func(b bank) { b.write("clientbase.yaml", mainYAML+"brake: {close: 1}\n") },
		"set aside": func(b bank) {
			out, _ := b.does(0, "--json", "deliveries", "list")
			for _, line := range strings.Split(out, "\n") {
				var d pipeline.Delivered
				if json.Unmarshal([]byte(line), &d) == nil && d.State == "held" {
					b.does(0, "deliveries", "discard", d.ID)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBank(t)
			b.write("in/clients_2026-03-01.csv", full(40, "01"))
			b.does(0, "-q", "run")
			b.write("in/clients_2026-03-02.csv", full(4, "01"))
			b.does(3, "-q", "run")
			for range 2 {
				b.fails(3, []string{"is held and waits", "snapshot show"}, "run")
			}
			do(b)
			b.does(0, "-q", "run")
			for _, s := range b.snapshots() {
				if s.Mark == "held" {
					t.Error("still held")
				}
			}
			if left := b.matching("HELD"); left != 0 {
				t.Error("HELD is left")
			}
			b.does(0, "-q", "run")
		})
	}
}

// Discarded deliveries stay out for ever, until they are restored.
func TestSetAsideAndRestored(t *testing.T) {
	b := newBank(t)
	b.write("in/clients_2026-03-01.csv", full(40, "01"))
	b.does(0, "-q", "run")
	b.write("in/clients_2026-03-02.csv", full(4, "01"))
	b.does(3, "-q", "run")
	b.does(0, "snapshot", "discard", "--reason", "cut short")
	if out, _ := b.does(0, "-q", "run"); !strings.Contains(out, "nothing new") {
		t.Errorf("the delivery set aside was taken: %s", out)
	}
	b.does(0, "-q", "run", "--from-landing")
	if n := b.query("SELECT count(*) FROM identities WHERE closed IS NULL"); n != "40\n" {
		t.Errorf("open records %s", n)
	}
	out, _ := b.does(0, "--json", "deliveries", "list")
	id := ""
	for _, line := range strings.Split(out, "\n") {
		var d pipeline.Delivered
		if json.Unmarshal([]byte(line), &d) == nil && d.State == "set aside" {
			id = d.ID
		}
	}
	b.does(1, "deliveries", "restore", "zz")
	b.does(0, "deliveries", "restore", id[:12], "--reason", "it was right")
	b.does(3, "-q", "run")
	b.does(0, "snapshot", "release")
	if n := b.query("SELECT count(*) FROM identities WHERE closed IS NULL"); n != "4\n" {
		t.Errorf("open records %s", n)
	}
	// A loaded delivery that is set aside is left out of what comes next.
	b.does(0, "deliveries", "discard", id[:12])
	if out, _ := b.does(0, "-q", "run"); !strings.Contains(out, "restated:\n  core/clients 2026-03-02: clients_2026-03-02.csv is set aside") {
		t.Errorf("withdrawn: %s", out)
	}
	if n := b.query("SELECT count(*) FROM identities WHERE closed IS NULL"); n != "40\n" {
		t.Errorf("open records %s", n)
	}
}

// After a rollback the deliveries loaded since are pending: the next run ends
// where the runs before the rollback had ended.
func TestRollbackAndOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bank")
	opt := demobank.Options{Records: 400, FactsPerClient: 2, Seed: 3}
	if _, err := demobank.Generate(context.Background(), dir, opt); err != nil {
		t.Fatal(err)
	}
	b := bank{t, dir}
	b.does(0, "-q", "run")
	first, _, _ := strings.Cut(b.current(), " ")
	one := published(t, dir)
	for day := 1; day <= 2; day++ {
		if _, err := demobank.Delta(context.Background(), dir, opt, demobank.DeltaOptions{Records: 40, Day: day, Full: day == 2}); err != nil {
			t.Fatal(err)
		}
		b.does(0, "-q", "run")
	}
	three := published(t, dir)
	out, _ := b.does(0, "--json", "snapshot", "rollback", first[:6])
	var r pipeline.RolledBack
	if err := json.Unmarshal([]byte(out), &r); err != nil || r.Content != first || len(r.Pending) < 2 {
		t.Fatalf("%s, %v", out, err)
	}
	same(t, one, published(t, dir))
	b.does(1, "snapshot", "rollback", r.Snapshot)
	b.does(0, "-q", "run")
	same(t, three, published(t, dir))
	list := b.snapshots()
	if list[0].Previous != r.Snapshot || list[1].Rollback != first {
		t.Errorf("snapshots: %+v", list)
	}
}

// A corrected month or day gives what a project gives that never saw the wrong one.
func TestRestatementEqualsNeverHavingSeenIt(t *testing.T) {
	const more = `
  ops:
    from: {path: "in/ops_*.csv", format: delimited, delimiter: ";", header: true}
    mode: events
    period: month
    order: {as_of: name}
    columns: {ACC: text, AT: {type: timestamp, format: "2006-01-02"}, SUM: decimal}
    facts:
      - fact: transaction
        fields: {at: AT, account: {ref: account, column: ACC}, amount: SUM}
  leads:
    from: {path: "in/leads_*.csv", format: delimited, delimiter: ";", header: true}
    mode: delta
    period: day
    key: [ID]
    order: {as_of: name}
    columns: {ID: text, NAME: text, PHONE: text}
    party:
      kind: person
      map: {full_name: NAME, phone: PHONE}
`
	ops := func(lo, hi int) string {
		text := "ACC;AT;SUM\n"
		for i := lo; i < hi; i++ {
			text += fmt.Sprintf("4081781000000000000%d;2026-02-%02d;%d.50\n", i%5, 1+i%28, i)
		}
		return text
	}
	leads := func(lo, hi int, phone string) string {
		text := "ID;NAME;PHONE\n"
		for i := lo; i < hi; i++ {
			text += fmt.Sprintf("L%d;Гостева%s Анна;+7 916 %s-%02d\n", i, string(rune('а'+i)), phone, i)
		}
		return text
	}
	make := func() bank {
		b := newBank(t)
		b.shareKey([]byte(testKey))
		b.write("sources/core.yaml", strings.TrimRight(clientsYAML, "\n")+more)
		b.write("in/ops_2026-01-31.csv", ops(0, 20))
		b.write("in/leads_2026-02-01.csv", leads(0, 5, "500-00"))
		return b
	}
	b := make()
	b.write("in/ops_2026-02-27.csv", ops(15, 60))
	b.write("in/leads_2026-02-02.csv", leads(3, 9, "600-00"))
	b.does(0, "-q", "run")
	b.write("in/leads_2026-02-03.csv", leads(4, 6, "700-00"))
	b.does(0, "-q", "run")
	b.write("in/ops_2026-02-28.csv", ops(10, 30))             // the same month, another name
	b.write("in/leads_2026-02-02.csv", leads(3, 7, "611-00")) // the same day: two leads vanish, others have other phones
	out, _ := b.does(0, "-q", "run")
	for _, want := range []string{"core/ops 2026-02: ops_2026-02-27.csv is replaced by ops_2026-02-28.csv; 45 rows before, 20 now; 30 facts withdrawn, 0 added",
		"core/leads 2026-02-02: leads_2026-02-02.csv was delivered again, the later one counts; 6 rows before, 4 now"} {
		if !strings.Contains(out, want) {
			t.Errorf("the run does not say %q:\n%s", want, out)
		}
	}
	b.does(0, "-q", "run", "--from-landing")

	c := make()
	c.write("in/leads_2026-02-02.csv", leads(3, 7, "611-00"))
	c.write("in/ops_2026-02-28.csv", ops(10, 30))
	c.does(0, "-q", "run")
	c.write("in/leads_2026-02-03.csv", leads(4, 6, "700-00"))
	c.does(0, "-q", "run")
	c.does(0, "-q", "run", "--from-landing")
	if b.root() != c.root() {
		t.Error("row roots differ")
		same(t, published(t, c.dir), published(t, b.dir))
	}
}

// Rows that a wrong mapping set aside, replayed after its correction, give what
// a project gives that had the right mapping from the start.
func TestReplayEqualsRightFromTheStart(t *testing.T) {
	wrong := strings.Replace(clientsYAML, "PHONE: text", "PHONE: {required: true}", 1)
	files := func(b bank, day int) {
		text := full(30, "01")
		if day > 1 {
			text = strings.Replace(full(32, "01"), "+7 916 400-01-07", "", 1)
			text = strings.Replace(text, "+7 916 400-01-32", "", 1)
		}
		b.write(fmt.Sprintf("in/clients_2026-03-0%d.csv", day), text)
	}
	b, c := newBank(t), newBank(t)
	for i, x := range []bank{b, c} {
		x.shareKey([]byte(testKey))
		x.write("sources/core.yaml", []string{wrong, clientsYAML}[i])
		for day := 1; day <= 2; day++ {
			files(x, day)
			x.does(0, "-q", "run")
		}
	}
	out, _ := b.does(0, "--json", "quarantine", "list")
	var q pipeline.SetAside
	if err := json.Unmarshal([]byte(strings.TrimSpace(out)), &q); err != nil || q.Rows != 2 {
		t.Fatalf("%v: %s", err, out)
	}
	b.fails(1, []string{"all 2 rows would be set aside again", "quarantine show"}, "quarantine", "replay", q.ShortID())
	b.write("sources/core.yaml", clientsYAML)
	b.does(0, "-q", "quarantine", "replay", q.ShortID(), "--reason", "a phone is not required")
	if out, _ := b.does(0, "quarantine", "list"); !strings.Contains(out, "no rows in quarantine") {
		t.Errorf("still there: %s", out)
	}
	c.does(0, "-q", "run", "--from-landing")
	if b.root() != c.root() {
		t.Error("row roots differ")
		same(t, published(t, c.dir), published(t, b.dir))
	}
}

// A discard covers as many rows as were looked at and no more.
func TestDiscardedRowsStayCounted(t *testing.T) {
	b := newBank(t)
	b.write("in/clients_2026-03-01.csv", fourClients+";Безключева;;\n;Вторая;;\n1;2;3;4;5;6\n")
	b.does(3, "-q", "run") // 3 of 7 are over the limit
	out, _ := b.does(0, "--json", "quarantine", "list")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var q pipeline.SetAside
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		b.does(0, "quarantine", "discard", q.ShortID(), "--reason", "no clients")
	}
	b.does(0, "-q", "run")
	r := b.report().Balances[0]
	if r.Read != 7 || r.Loaded != 4 || r.Filtered != 3 || r.Quarantined != 0 || r.Filters["quarantine_discarded"] != 3 || len(r.Reasons) != 0 {
		t.Errorf("balance %+v", r)
	}
	if out, _ := b.does(0, "quarantine", "list"); !strings.Contains(out, "no rows in quarantine") {
		t.Errorf("the open list: %s", out)
	}
	// Under a stricter contract more rows are set aside than somebody looked at.
	b.write("sources/core.yaml", strings.Replace(clientsYAML, "PHONE: text", "PHONE: {type: int}", 1))
	b.fails(3, []string{"of 7 rows could not be used"}, "run")
}

// --from-landing --period ends where --from-landing ends: where all is well
// nothing is written; where landing gives something else, everything is.
func TestAPeriodRecomputedEqualsTheWhole(t *testing.T) {
	b := newBank(t)
	b.write("sources/core.yaml", clientsYAML+`  ops:
    from: {path: "in/ops_*.csv", format: delimited, delimiter: ";", header: true}
    mode: events
    key: [OP]
    order: {as_of: name}
    columns: {OP: text, ACC: text, AT: {type: timestamp, format: "2006-01-02"}, SUM: decimal}
    facts:
      - fact: transaction
        fields: {at: AT, account: {ref: account, column: ACC}, amount: SUM}
`)
	ops := func(from string, lo, hi int) string {
		text := "OP;ACC;AT;SUM\n"
		for i := lo; i < hi; i++ {
			text += fmt.Sprintf("%s%d;40817810000000000%03d;2026-03-%02d;%d.00\n", from, i, i, 1+i%28, i)
		}
		return text
	}
	b.write("in/clients_2026-03-02.csv", full(40, "01"))
	b.write("in/ops_2026-03-01.csv", ops("a", 0, 50))
	b.does(0, "-q", "run")
	b.write("in/clients_2026-03-03.csv", full(41, "01"))
	b.write("in/ops_2026-03-02.csv", ops("a", 40, 90)) // ten of them known already
	b.does(0, "-q", "run")
	b.does(0, "-q", "run", "--from-landing")
	root, before := b.root(), b.current()
	for period, rows := range map[string]string{"2026-03": "5 deliveries, 185 rows", "2026-03-02..2026-03-02": "2 deliveries, 90 rows", "2026-02..2026-02": "0 deliveries, 0 rows"} {
		if out, _ := b.does(0, "-q", "run", "--from-landing", "--period", period); !strings.Contains(out, rows+", nothing differs") || !strings.Contains(out, "nothing new") {
			t.Errorf("%s: %s", period, out)
		}
	}
	if b.current() != before {
		t.Error("something was published")
	}
	b.fails(1, []string{"needs --from-landing"}, "run", "--period", "2026-03")
	b.fails(1, []string{"not a period"}, "run", "--from-landing", "--period", "march")

	// A delivery that landing holds otherwise than the snapshot: rows that were
	// never loaded stand in it.
	b.write("in/ops_2026-03-03.csv", ops("b", 0, 7))
	b.does(0, "-q", "run")
	var one, three string
	out, _ := b.does(0, "--json", "deliveries", "list", "--select", "core/ops")
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var d pipeline.Delivered
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		switch d.AsOf {
		case "2026-03-01":
			one = d.ID
		case "2026-03-03":
			three = d.ID
		}
	}
	b.does(0, "deliveries", "discard", three)
	b.does(0, "-q", "run")
	if b.does(0, "-q", "run", "--from-landing"); b.root() != root {
		t.Error("a delivery set aside is not as if it had never come")
	}
	batch := func(id string) string {
		_, after, _ := strings.Cut(b.read("data/landing/core/ops/"+id+".json"), "\"batches\": [")
		list, _, _ := strings.Cut(after, "]")
		return strings.TrimSpace(list)
	}
	text := b.read("data/landing/core/ops/" + one + ".json")
	b.write("data/landing/core/ops/"+one+".json", strings.Replace(strings.Replace(text, batch(one), batch(one)+",\n"+batch(three), 1), "\n  \"rows\": 50,", "\n  \"rows\": 57,", 1))
	c := b.copied(t)
	if out, _ := b.does(0, "-q", "run", "--from-landing", "--period", "2026-03-02..2026-03-31"); !strings.Contains(out, "nothing new") {
		t.Errorf("outside of the period: %s", out)
	}
	if out, _ := b.does(0, "-q", "run", "--from-landing", "--period", "2026-03-01..2026-03-01"); !strings.Contains(out, "7 differ") {
		t.Errorf("inside of the period: %s", out)
	}
	c.does(0, "-q", "run", "--from-landing")
	if b.root() != c.root() || b.root() == root {
		t.Error("the period gives another store than the whole")
	}
}

package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// counts is what a test knows of the rows it wrote for a stream.
type counts struct{ read, quarantined, filtered, usable int64 }

// dirt writes small random files with random dirt, and counts what it wrote.
type dirt struct {
	*rand.Rand
	clients map[string]bool // keys given so far
	ops     map[string]bool
	freshOp int64 // operations never given before, in the last file
}

func (d *dirt) oneOf(list ...string) string { return list[d.IntN(len(list))] }

func (d *dirt) text() string {
	return d.oneOf("Иванов Иван", "ПЕТРОВА Анна", "Oleg Zhukov", "\"Белый; Пётр\"", "\"два \"\" знака\"", "\"строка\nвторая\"", "  ", "")
}

// clientsFile has rows ID;STATUS;NAME;PHONE;SEEN.
func (d *dirt) clientsFile() (string, counts) {
	var c counts
	text := "ID;STATUS;NAME;PHONE;SEEN\n"
	var rows []string
	for range d.IntN(60) + 1 {
		c.read++
		id := fmt.Sprint(d.IntN(40) + 1)
		name, phone, seen := d.text(), d.oneOf("", "+79162000001", "8 916 200 00 02", "junk"), d.oneOf("", "2026-01-02", "2026-03-04")
		x := d.IntN(20)
		if x < 4 { // a row that cannot be read may end at any of its line breaks
			name = strings.ReplaceAll(name, "\n", " ")
		}
		switch {
		case x == 0:
			rows, c.quarantined = append(rows, id+";A;"+name+";"+phone+";"+seen+";more;more"), c.quarantined+1
		case x == 1:
			rows, c.quarantined = append(rows, id+";A"), c.quarantined+1
		case x == 2:
			rows, c.quarantined = append(rows, ";A;"+name+";"+phone+";"+seen), c.quarantined+1
		case x == 3:
			rows, c.quarantined = append(rows, id+";A;"+name+";"+phone+";not a day"), c.quarantined+1
		case x == 4: // what is filtered out need not fit the contract
			rows, c.filtered = append(rows, id+";TEST;"+name+";"+phone+";"+d.oneOf(seen, "not a day")), c.filtered+1
		case x == 5:
			rows, c.filtered = append(rows, id+";A;;;"+seen), c.filtered+1 // no party in the row
		case x < 9 && len(rows) > 0 && c.usable > 0: // a row given already in this file
			i := d.IntN(len(rows))
			if f := strings.Split(rows[i], ";"); strings.Count(rows[i], ";") != 4 || strings.ContainsAny(rows[i], "\"") || f[0] == "" || f[1] != "A" || f[4] == "not a day" || strings.TrimSpace(f[2])+f[3] == "" {
				c.read--
				continue
			}
			rows, c.usable = append(rows, rows[i]), c.usable+1
		default:
			if strings.TrimSpace(name) == "" {
				phone = "+79162000003"
			}
			d.clients[id] = true
			rows, c.usable = append(rows, id+";A;"+name+";"+phone+";"+seen), c.usable+1
		}
	}
	return text + strings.Join(rows, "\n") + d.oneOf("", "\n"), c
}

// opsFile has rows OP;ACC;AT;SUM.
func (d *dirt) opsFile() (string, counts) {
	var c counts
	d.freshOp = 0
	text := "OP;ACC;AT;SUM\n"
	for range d.IntN(60) + 1 {
		c.read++
		n := d.IntN(120)
		op, at := fmt.Sprint(n), fmt.Sprintf("%02d.%02d.2026", n%28+1, n%3+1) // an event has one time
		switch d.IntN(12) {
		case 0:
			text += op + ";1;" + at + ";x1,5\n"
			c.quarantined++
		case 1:
			text += op + ";1;31.02.2026;5\n"
			c.quarantined++
		case 2:
			text += op + ";1;" + at + ";5;6\n"
			c.quarantined++
		case 3:
			text += ";1;" + at + ";5\n"
			c.quarantined++
		default:
			text += op + ";" + fmt.Sprint(d.IntN(5)) + ";" + at + ";" + fmt.Sprint(d.IntN(100)) + "\n"
			c.usable++
			if !d.ops[op] {
				d.freshOp++
			}
			d.ops[op] = true
		}
	}
	return text, c
}

const dirtYAML = `source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
streams:
  clients:
    from: {path: "in/clients_*.csv", format: delimited, delimiter: ";", header: true}
    mode: %s
    key: [ID]
    order: {as_of: name}
    columns: {ID: {required: true}, STATUS: text, NAME: text, PHONE: text, SEEN: {type: timestamp, format: "2006-01-02"}}
    party: {kind: person, when: [NAME, PHONE], map: {full_name: NAME, phone: PHONE}}
    filter:
      - {column: STATUS, equals: [TEST], reason: test_client}
  ops:
    from: {path: "in/ops_*.csv", format: delimited, delimiter: ";", header: true}
    mode: events
    key: [OP]
    order: {as_of: name}
    columns: {OP: {required: true}, ACC: text, AT: {type: timestamp, format: "02.01.2006"}, SUM: decimal}
    facts:
      - fact: transaction
        fields: {at: AT, account: {ref: account, column: ACC}, amount: SUM}
`

// For random files with random dirt, over several deliveries of which some
// come again and some come late: read = loaded + merged + quarantined +
// filtered in every stream, and the sides are what the test itself counted.
func TestTheBalanceCloses(t *testing.T) {
	for seed := uint64(1); seed <= 6; seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			d := &dirt{Rand: rand.New(rand.NewPCG(seed, 17)), clients: map[string]bool{}, ops: map[string]bool{}}
			b := bank{t, filepath.Join(t.TempDir(), "bank")}
			b.write("clientbase.yaml", strings.ReplaceAll(mainYAML, "max_quarantine: 0.3", "max_quarantine: 1"))
			b.write("sources/core.yaml", fmt.Sprintf(dirtYAML, d.oneOf("full", "delta")))
			days := d.Perm(4) // some deliveries are late
			total, ops := counts{}, int64(0)
			for i, day := range days {
				clients, c := d.clientsFile()
				operations, o := d.opsFile()
				b.write(fmt.Sprintf("in/clients_2026-03-%02d.csv", day+1), clients)
				b.write(fmt.Sprintf("in/ops_2026-03-%02d.csv", day+1), operations)
				b.does(0, "run")
				r := b.report() // checks that every line closes
				total = counts{total.read + c.read, total.quarantined + c.quarantined, total.filtered + c.filtered, total.usable + c.usable}
				ops += o.usable
				if !r.Rebuilt || i == 0 {
					b.expect(t, r.Balances[0].Stream, c, r.Balances[0].Read, r.Balances[0].Quarantined, r.Balances[0].Filtered, r.Balances[0].Loaded+r.Balances[0].Merged)
					b.expect(t, r.Balances[1].Stream, o, r.Balances[1].Read, r.Balances[1].Quarantined, r.Balances[1].Filtered, r.Balances[1].Loaded+r.Balances[1].Merged)
					if got := r.Balances[1].Loaded; got != d.freshOp {
						t.Errorf("%d operations loaded, %d are new", got, d.freshOp)
					}
				}
				if i == 1 { // the same bytes for the same day: nothing new
					b.write(fmt.Sprintf("in/clients_2026-03-%02d.csv", day+1), clients)
					if out, _ := b.does(0, "run"); !strings.Contains(out, "nothing new") {
						t.Errorf("the same file again:\n%s", out)
					}
				}
				b.contents(t, d)
			}
			b.does(0, "run", "--from-landing")
			r := b.report()
			x := r.Balances[0]
			b.expect(t, "all of "+x.Stream, total, x.Read, x.Quarantined, x.Filtered, x.Loaded+x.Merged)
			if y := r.Balances[1]; y.Loaded != int64(len(d.ops)) || y.Loaded+y.Merged != ops {
				t.Errorf("operations loaded %d, merged %d; %d are distinct of %d", y.Loaded, y.Merged, len(d.ops), ops)
			}
			b.contents(t, d)
		})
	}
}

func (b bank) expect(t *testing.T, stream string, want counts, read, quarantined, filtered, usable int64) {
	t.Helper()
	if got := (counts{read, quarantined, filtered, usable}); got != want {
		t.Errorf("%s: read, quarantined, filtered, loaded + merged = %v, written %v", stream, got, want)
	}
}

// contents counts what is published against what was given.
func (b bank) contents(t *testing.T, d *dirt) {
	t.Helper()
	if n := b.query("SELECT count(*) FROM identities"); n != fmt.Sprintln(len(d.clients)) {
		t.Errorf("%s records published, %d keys given", strings.TrimSpace(n), len(d.clients))
	}
	if n := b.query("SELECT count(*) FROM transactions"); n != fmt.Sprintln(len(d.ops)) {
		t.Errorf("%s operations published, %d given", strings.TrimSpace(n), len(d.ops))
	}
	if n := b.query("SELECT count(*) FROM (SELECT stream, key FROM identities GROUP BY ALL HAVING count(*) > 1)"); n != "0\n" {
		t.Errorf("%s records stand twice", n)
	}
}

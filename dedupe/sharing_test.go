package dedupe

import (
	"fmt"
	"slices"
	"testing"
)

// Every record that holds a value of a listed one is found, also beyond the values
// that blocks have of a record, and with the accounts of these alone the score is
// that with all accounts.
func TestSharingMissesNobody(t *testing.T) {
	ctx, set := t.Context(), Settings{Kin: true, Workers: 2}
	s := synthetic(7, 300, 0.12)
	rows := s.table.Rows
	accounts := make([][]string, rows)
	for r := range accounts {
		switch {
		case r%50 == 0: // more than blocks have of one record
			for i := range 12 {
				accounts[r] = append(accounts[r], fmt.Sprintf("a%04d", (r*7+i*31)%400))
			}
		case r%3 != 0:
			accounts[r] = []string{fmt.Sprintf("a%04d", r*13%400)}
		}
	}
	table := *s.table
	table.Cols = append(slices.Clone(table.Cols), NewMultiColumn("account", Account, accounts))
	md, err := Train(ctx, &table, set)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(md.plan.keys, "account.same") || !md.blocksBy("account.same") {
		t.Fatal("accounts make no blocks")
	}
	all, err := Prepare(&table, md)
	if err != nil {
		t.Fatal(err)
	}
	number, at, use := make([]uint32, rows), make([]uint32, rows), make([]bool, rows)
	var touched []uint32
	for r := range number {
		number[r], at[r] = uint32(r), uint32(r)+1
		if use[r] = r%25 != 0; !use[r] {
			touched = append(touched, uint32(r))
		}
	}
	kept, err := all.Blocks(md, number, set)
	if err != nil {
		t.Fatal(err)
	}
	part := func(rows []uint32, held func(r uint32) bool) *Table {
		out := &Table{Rows: len(rows)}
		for _, r := range rows {
			out.Record = append(out.Record, table.Record[r])
		}
		for i := range table.Cols {
			c := table.Cols[i]
			d := Column{Name: c.Name, Role: c.Role, Dict: c.Dict, Keys: c.Keys, Off: []uint32{0}}
			for _, r := range rows {
				if c.Role != Account || held(r) {
					d.ID = append(d.ID, c.Of(int(r))...)
				}
				d.Off = append(d.Off, uint32(len(d.ID)))
			}
			out.Cols = append(out.Cols, d)
		}
		return out
	}
	listed, err := Prepare(part(touched, func(uint32) bool { return true }), md)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := kept.Sharing("account.none", listed, use); ok {
		t.Error("a key that there is not was looked at")
	}
	found, ok := kept.Sharing("account.same", listed, use)
	if !ok {
		t.Fatal("accounts were not looked at")
	}
	want := map[string]bool{}
	for _, r := range touched {
		for _, a := range accounts[r] {
			want[a] = true
		}
	}
	for r := range uint32(rows) {
		shares := use[r] && slices.ContainsFunc(accounts[r], func(a string) bool { return want[a] })
		if shares && !slices.Contains(found, r) {
			t.Fatalf("row %d holds an account of a listed record and was not found", r)
		}
	}
	if len(found) == 0 || len(found) > rows*3/4 {
		t.Errorf("%d of %d rows were found", len(found), rows)
	}
	some, err := listed.Blocks(md, touched, set)
	if err != nil {
		t.Fatal(err)
	}
	near := kept.Near(md, some, use, set)
	score := func(held func(r uint32) bool) *Edges {
		p, err := PrepareBare(part(number, held), md)
		if err != nil {
			t.Fatal(err)
		}
		e, err := p.ScoreNear(ctx, md, near, at, set)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	full := score(func(uint32) bool { return true })
	few := score(func(r uint32) bool { return !use[r] || slices.Contains(found, r) })
	if len(full.List) == 0 || full.Pairs != few.Pairs || !slices.Equal(full.List, few.List) || !slices.Equal(full.Kin, few.Kin) {
		t.Errorf("%d and %d edges, %d and %d of relatives", len(full.List), len(few.List), len(full.Kin), len(few.Kin))
	}
}

package dedupe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/invented"
)

// An export has dozens of columns that say nothing of who it is: sums, branches,
// days of operations. They may not crowd out what tells.
func TestUnknownColumnsGiveWay(t *testing.T) {
	s := setOf(invented.Families(91, 60, 0.05))
	values := make([]string, s.table.Rows)
	for i := range values {
		values[i] = fmt.Sprint(i % 60)
	}
	var noise []Column
	for c := range MaxAttributes {
		noise = append(noise, NewColumn(fmt.Sprintf("noise %d", c), Number, values))
	}
	s.table.Cols = append(noise, s.table.Cols...)
	md, err := Train(context.Background(), s.table, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Role{Surname, Given, BirthDate, Phone, Street, House, City} {
		if !slices.ContainsFunc(md.Features, func(f FeatureModel) bool { return f.Role == want }) {
			t.Errorf("%s is not compared", want)
		}
	}
}

// oddly resolves a set of which columns were changed, and gives the quality of the
// most probable partition and of the confident one.
func oddly(t *testing.T, s truthSet) (likely, sure Quality, notes string) {
	t.Helper()
	r, err := Resolve(context.Background(), s.table, nil, nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return Evaluate(r.Partition.Cluster, s.truth), Evaluate(r.Partition.Confident, s.truth), strings.Join(r.Model.Notes, "\n")
}

// An export has dozens of columns that say nothing of who it is: sums, branches,
// days of operations. They may not hide the person, nor crowd out what tells.
func TestColumnsThatTellNothing(t *testing.T) {
	s := setOf(invented.Families(91, 250, 0.05))
	s.table.Cols = slices.DeleteFunc(s.table.Cols, func(c Column) bool { return c.Role != Given && c.Role != Surname && c.Role != BirthDate })
	plain, _, _ := oddly(t, s)
	r := rand.New(rand.NewPCG(9, 1))
	var noise []Column
	for c, role := range []Role{Number, Code, Date, Number, Code, Text, Number, Number, Code, Date, Number, Code, Number, Number} {
		values := make([]string, s.table.Rows)
		for i := range values {
			values[i] = fmt.Sprint(100 + r.IntN(60))
			if role == Date {
				values[i] = fmt.Sprintf("2024-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28))
			}
		}
		noise = append(noise, NewColumn(fmt.Sprintf("noise %d", c), role, values))
	}
	s.table.Cols = append(noise, s.table.Cols...)
	likely, sure, notes := oddly(t, s)
	if likely.F1 < plain.F1-0.02 || sure.Precision < 0.998 {
		t.Errorf("F1 %.4f with a dozen columns that tell nothing, %.4f without; confident precision %.4f", likely.F1, plain.F1, sure.Precision)
	}
	if !strings.Contains(notes, "noise ") || !strings.Contains(notes, "more columns: not compared") || strings.Contains(notes, "birth_date: not") {
		t.Errorf("notes: %s", notes)
	}
}

// Rows that are all the same, and one row or two: nothing is merged for sure that
// nothing tells, and nothing fails.
func TestHardlyAnyRows(t *testing.T) {
	for _, rows := range [][]string{{"Ivan"}, {"Ivan", "Ivan"}, {"Ivan", "Petr"}, strings.Split(strings.Repeat("Ivan,", 300), ",")[:300], make([]string, 40)} {
		table := &Table{Rows: len(rows)}
		for i := range rows {
			table.Record = append(table.Record, fmt.Sprintf("%04d", i))
		}
		table.Cols = []Column{NewColumn("given", Given, rows), NewColumn("surname", Surname, rows)}
		r, err := Resolve(context.Background(), table, nil, nil, Settings{})
		if err != nil {
			t.Fatalf("%d rows: %v", len(rows), err)
		}
		if r.Partition.Sure != len(rows) {
			t.Errorf("%d rows of one name and nothing else: %d clients for sure", len(rows), r.Partition.Sure)
		}
	}
}

// Notes under a phone number and nothing else: one number is mostly one client, which
// is believed but not sure.
func TestPhonesAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	table, truth := &Table{}, []uint32{}
	var phones, notes []string
	for p := range 600 {
		phone := fmt.Sprintf("+7%010d", 9_000_000_000+r.IntN(900_000_000))
		for range 1 + p%3 {
			phones, notes = append(phones, phone), append(notes, []string{"asked to be called", "no answer", "wants a card", "new address", "complaint"}[r.IntN(5)])
			table.Record, truth = append(table.Record, fmt.Sprintf("%05d", table.Rows)), append(truth, uint32(p))
			table.Rows++
		}
	}
	table.Cols = []Column{NewColumn("phone", Phone, phones), NewColumn("note", Text, notes)}
	likely, sure, _ := oddly(t, truthSet{table: table, truth: truth})
	if likely.F1 < 0.99 || sure.Precision < 1 {
		t.Errorf("F1 %.4f, confident precision %.4f", likely.F1, sure.Precision)
	}
}

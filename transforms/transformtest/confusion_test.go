package transformtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/demobank"
	"clientbase/schemas"
	"clientbase/transforms"
)

// sampleRecords is the size of the bank that the reports measure.
const sampleRecords = 40_000

// seeds are the banks that the reports measure, each by itself.
var seeds = [...]uint64{20261101, 77003}

// measured is the generator's records, cleansed.
type measured struct {
	samples []demobank.Sample
	batches []*schemas.Batch
	at      [][2]int // sample → batch, row
}

func measure(t *testing.T, seed uint64) *measured {
	t.Helper()
	m := &measured{}
	set := transforms.NewSet(projectDict())
	byStream := map[string][]int{}
	err := demobank.Samples(demobank.Options{Records: sampleRecords, Seed: seed}, func(s demobank.Sample) {
		byStream[s.Stream] = append(byStream[s.Stream], len(m.samples))
		m.samples = append(m.samples, s)
	})
	if err != nil {
		t.Fatal(err)
	}
	m.at = make([][2]int, len(m.samples))
	prof := transforms.NewProfile(projectDict())
	for _, stream := range []string{"core/clients", "core/clients_uk", "core/orgs"} {
		for list := byStream[stream]; len(list) > 0; {
			n := min(len(list), 4096)
			b := batchOf(m.samples, list[:n], stream)
			for row, i := range list[:n] {
				m.at[i] = [2]int{len(m.batches), row}
			}
			prof.Add(b)
			m.batches = append(m.batches, b)
			list = list[n:]
		}
	}
	model := prof.Model()
	for _, b := range m.batches {
		if err := set.Apply(b, model); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func batchOf(samples []demobank.Sample, list []int, stream string) *schemas.Batch {
	b := &schemas.Batch{Rows: len(list), Stream: stream, Region: samples[list[0]].Region, AsOf: 20726, Chains: []string{""}, Fields: []string{""}, Format: []string{""},
		In: map[string]*schemas.Cells{}, Out: map[string]*schemas.Cells{}}
	for _, a := range projectDict().Attrs {
		col := &schemas.Cells{}
		no := uint16(len(b.Fields))
		for _, i := range list {
			for _, v := range samples[i].Cells[a.ID] {
				col.Append(schemas.Cell{Value: v, Status: schemas.Raw, Field: no})
			}
			col.EndRow()
		}
		if col.Len() == 0 {
			continue
		}
		format := ""
		if stream == "core/clients" && a.Kind == schemas.KindDate {
			format = "dmy"
		}
		b.Fields, b.Format, b.In[a.ID] = append(b.Fields, a.ID), append(b.Format, format), col
	}
	for _, i := range list {
		party := schemas.Person
		if samples[i].Org {
			party = schemas.Org
		}
		b.Party = append(b.Party, party)
	}
	return b
}

// tally is one line of the confusion report.
type tally struct{ cells, right, unsure, wrong, sureWrong, none int }

func (c *tally) add(status schemas.Status, right bool) {
	c.cells++
	sure := status == schemas.OK || status == schemas.Corrected
	switch {
	case !status.Usable():
		c.none++
	case right:
		c.right++
	case sure:
		c.wrong++
		c.sureWrong++
	default:
		c.wrong++
	}
	if status == schemas.Assumed {
		c.unsure++
	}
}

// TestConfusion measures the rules on the truth of the generator: confident and
// wrong is at most one in a thousand, while at least 97 % of the cells get an
// answer.
func TestConfusion(t *testing.T) {
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { confusion(t, measure(t, seed)) })
	}
}

func confusion(t *testing.T, m *measured) {
	lines := map[string]*tally{}
	line := func(name string) *tally {
		if lines[name] == nil {
			lines[name] = &tally{}
		}
		return lines[name]
	}
	wrongs := map[string]map[string]int{}
	for i := range m.samples {
		s := &m.samples[i]
		b, row := m.batches[m.at[i][0]], m.at[i][1]
		if s.Meant == nil {
			continue
		}
		first := func(attr string) schemas.Cell {
			if c := b.Out[attr]; c != nil {
				for _, v := range c.Row(row) {
					if v.Status.Usable() {
						return v
					}
				}
				if cells := c.Row(row); len(cells) > 0 {
					return cells[0]
				}
			}
			return schemas.Cell{}
		}
		judge := func(kind, attr string, want string, equal func(a, b string) bool) {
			got := first(attr)
			right := got.Value != "" && equal(got.Value, want)
			line(kind).add(got.Status, right)
			if !right && (got.Status == schemas.OK || got.Status == schemas.Corrected) {
				if wrongs[kind] == nil {
					wrongs[kind] = map[string]int{}
				}
				wrongs[kind][fmt.Sprintf("%s %s: %q for %q of %q", s.Stream, got.Reason, got.Value, want, append(append([]string{}, s.Cells[attr]...), s.Cells["full_name"]...))]++
			}
		}
		for _, part := range []string{"surname", "given_name", "patronymic"} {
			for _, want := range s.Meant[part] {
				judge("name split", part, want, sameName)
			}
		}
		for _, want := range s.Meant["gender"] {
			judge("gender", "gender", want, func(a, b string) bool { return a == b })
		}
		for _, want := range s.Meant["birth_date"] {
			judge("date", "birth_date", want, func(a, b string) bool { return a == b })
		}
		phones(line("phone"), s, b, row, wrongs)
	}
	t.Logf("%-12s %8s %8s %8s %8s %12s %9s", "", "cells", "right", "assumed", "wrong", "sure, wrong", "answered")
	for _, name := range []string{"gender", "name split", "phone", "date"} {
		c := line(name)
		answered := float64(c.cells-c.none) / float64(max(c.cells, 1))
		t.Logf("%-12s %8d %8d %8d %8d %5d %.4f%% %8.2f%%", name, c.cells, c.right, c.unsure, c.wrong, c.sureWrong, 100*float64(c.sureWrong)/float64(max(c.cells, 1)), 100*answered)
		if c.cells < 10_000 || c.sureWrong*1000 > c.cells || answered < 0.97 {
			t.Errorf("%s: %d of %d sure and wrong (allowed 0.1 %%), %.2f %% answered (97 %% wanted)", name, c.sureWrong, c.cells, 100*answered)
		}
		shown := 0
		for _, w := range sorted(wrongs[name]) {
			if shown++; shown <= 12 {
				t.Logf("    %s", w)
			}
		}
	}
}

// phones compares the numbers of a record with those that were meant; each that
// was not meant is wrong, each that was meant and is not there has no answer.
func phones(c *tally, s *demobank.Sample, b *schemas.Batch, row int, wrongs map[string]map[string]int) {
	got := map[string]schemas.Status{}
	if col := b.Out["phone"]; col != nil {
		for _, v := range col.Row(row) {
			if v.Status.Usable() {
				got[v.Value] = v.Status
			}
		}
	}
	var want []string
	for _, d := range s.Meant["phone"] {
		if !slices.Contains(want, "+"+d) {
			want = append(want, "+"+d)
		}
	}
	for _, w := range want {
		st, ok := got[w]
		if !ok {
			st = schemas.Ambiguous
		}
		c.add(st, ok)
	}
	for v, st := range got {
		if slices.Contains(want, v) {
			continue
		}
		c.add(st, false)
		if st != schemas.Assumed {
			if wrongs["phone"] == nil {
				wrongs["phone"] = map[string]int{}
			}
			wrongs["phone"][fmt.Sprintf("%s: %q of %q", s.Stream, v, s.Cells["phone"])]++
		}
	}
}

// sameName compares letters: case, ё and the shape of an apostrophe are spelling.
func sameName(a, b string) bool { return nameLetters(a) == nameLetters(b) }

var apostrophes = strings.NewReplacer("ʼ", "'", "’", "'", "`", "'", "ё", "е")

func nameLetters(s string) string { return apostrophes.Replace(strings.ToLower(strings.TrimSpace(s))) }

func sorted(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

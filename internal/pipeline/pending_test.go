package pipeline

import (
	"fmt"
	"testing"
	"time"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/schemas"
)

// Which deliveries count: d = day of March, in order of arrival.
func TestWhatSupersedesWhat(t *testing.T) {
	type del struct {
		id, name string
		d        int
	}
	for name, c := range map[string]struct {
		mode   schemas.Mode
		period string
		list   []del
		aside  []string
		want   string
	}{
		"full, one name and day":                {schemas.Full, "", []del{{"a", "f", 1}, {"b", "f", 1}, {"c", "f", 2}}, nil, "map[a:b]"},
		"full, two names of one day":            {schemas.Full, "", []del{{"a", "moscow", 1}, {"b", "kazan", 1}}, nil, "map[]"},
		"the same bytes come back":              {schemas.Full, "", []del{{"a", "f", 1}, {"b", "f", 1}, {"a", "f", 1}}, nil, "map[b:a]"},
		"delta without a period":                {schemas.Delta, "", []del{{"a", "f", 1}, {"b", "f", 1}}, nil, "map[]"},
		"a growing log":                         {schemas.Events, "", []del{{"a", "Master.csv", 1}, {"b", "Master.csv", 1}}, nil, "map[]"},
		"a day, other names":                    {schemas.Delta, "day", []del{{"a", "x", 1}, {"b", "y", 1}, {"c", "x", 2}}, nil, "map[a:b]"},
		"a month, three times":                  {schemas.Events, "month", []del{{"a", "x", 1}, {"b", "y", 31}, {"c", "z", 15}, {"d", "w", 32}}, nil, "map[a:c b:c]"},
		"the last is set aside":                 {schemas.Events, "month", []del{{"a", "x", 1}, {"b", "y", 2}, {"c", "z", 3}}, []string{"c"}, "map[a:b c:]"},
		"one in the middle is set aside":        {schemas.Full, "", []del{{"a", "f", 1}, {"b", "f", 1}, {"c", "f", 1}}, []string{"b"}, "map[a:c b:]"},
		"all are set aside":                     {schemas.Full, "", []del{{"a", "f", 1}}, []string{"a"}, "map[a:]"},
		"set aside without period or full mode": {schemas.Events, "", []del{{"a", "f", 1}, {"b", "f", 1}}, []string{"a"}, "map[a:]"},
	} {
		var list []landing.Delivery
		for _, x := range c.list {
			list = append(list, landing.Delivery{ID: x.id, Name: x.name, AsOf: time.Date(2026, 3, x.d, 0, 0, 0, 0, time.UTC)})
		}
		aside := map[string]journal.Entry{}
		for _, id := range c.aside {
			aside[id] = journal.Entry{}
		}
		if got := fmt.Sprint(superseded(&schemas.Stream{Mode: c.mode, Period: c.period}, list, aside)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestPeriods(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03":                "2026-03-01..2026-03-31",
		"2026-02..2026-03":       "2026-02-01..2026-03-31",
		"2026-03-05":             "2026-03-05..2026-03-05",
		"2026-03-05..2026-03-07": "2026-03-05..2026-03-07",
		"2026-02..2026-03-02":    "2026-02-01..2026-03-02",
	} {
		if p, err := ParsePeriod(text); err != nil || p.String() != want || p.all() {
			t.Errorf("%s: %s, %v", text, p, err)
		}
	}
	for _, text := range []string{"", "march", "2026-03..2026-02", "2026-03-32", "..", "2026..2027", "2026-03-01..", "2026-03-01..2026-03-02..2026-03-03"} {
		if p, err := ParsePeriod(text); err == nil {
			t.Errorf("%q was read as %s", text, p)
		}
	}
	p, err := ParsePeriod("2026-03-05..2026-03-06")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"2026-03-04T23:59:59Z": false, "2026-03-05T00:00:00Z": true, "2026-03-06T23:59:59Z": true, "2026-03-07T00:00:00Z": false} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || p.has(at) != want {
			t.Errorf("%s in the period: %v, %v", text, !want, err)
		}
	}
}

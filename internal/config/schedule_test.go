package config

import (
	"strings"
	"testing"
	"time"
)

const timed = `
source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
zone: Europe/Kyiv
schedule: "0  3 * * mon-fri"
catch_up: all
freshness: 26h
streams:
  clients:
    from: {path: "clients_*.csv", format: delimited}
    mode: full
    key: [ID]
    columns: {ID: text, NAME: text, freshness: text}
    party: {kind: person, map: {full_name: NAME}}
  calls:
    from: {path: "calls_*.csv", format: delimited}
    mode: full
    freshness: 3d
    key: [ID]
    columns: {ID: text, NAME: text}
    party: {kind: person, map: {full_name: NAME}}
`

func TestTimesAndAges(t *testing.T) {
	p := mustLoad(t, write(t, map[string]string{"sources/core.yaml": timed}))
	s := p.Sources[0]
	if s.Zone != "Europe/Kyiv" || s.Schedule != "0 3 * * mon-fri" || s.CatchUp != CatchUpAll {
		t.Errorf("%q %q %q", s.Zone, s.Schedule, s.CatchUp)
	}
	if a, b := s.Streams[0].Freshness, s.Streams[1].Freshness; a != 26*time.Hour || b != 72*time.Hour {
		t.Errorf("ages %s and %s", a, b)
	}
	bare := strings.Replace(strings.Replace(timed, "catch_up: all\n", "", 1), "freshness: 26h\n", "", 1)
	s = mustLoad(t, write(t, map[string]string{"sources/core.yaml": bare})).Sources[0]
	if s.CatchUp != CatchUpLast || s.Streams[0].Freshness != 0 {
		t.Errorf("catch_up %q, age %s", s.CatchUp, s.Streams[0].Freshness)
	}
}

// When a source is loaded changes no result, so it must not make a run compute
// everything anew; what looks alike but is a column does.
func TestTimesAreNotInTheHash(t *testing.T) {
	hash := func(text string) string {
		return mustLoad(t, write(t, map[string]string{"sources/core.yaml": text})).Hash
	}
	want := hash(timed)
	for _, change := range [][2]string{{`"0  3 * * mon-fri"`, `"30 4 * * *"`}, {"catch_up: all\n", ""}, {"freshness: 26h\n", ""}, {"freshness: 3d\n", "freshness: 4d\n"}, {"    freshness: 3d\n", ""}} {
		if got := hash(strings.Replace(timed, change[0], change[1], 1)); got != want {
			t.Errorf("%q instead of %q changes the hash", change[1], change[0])
		}
	}
	for _, change := range [][2]string{{"zone: Europe/Kyiv", "zone: Europe/Moscow"}, {"freshness: text", "fresh: text"}} {
		if got := hash(strings.Replace(timed, change[0], change[1], 1)); got == want {
			t.Errorf("%q instead of %q does not change the hash", change[1], change[0])
		}
	}
}

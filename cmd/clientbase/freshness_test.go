package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"clientbase/internal/errs"
)

// Age counts from the time that a stream speaks of to now, to the minute.
func TestFreshness(t *testing.T) {
	b := newBank(t) // as of 2026-03-01
	b.write("sources/core.yaml", strings.Replace(clientsYAML, "streams:\n", "freshness: 26h\nstreams:\n", 1))
	b.write("sources/late.yaml", `source: late
kind: corebank
title: {ru: "Поздний", en: "Late"}
streams:
  clients:
    from: {path: "in/late_*.csv", format: delimited, delimiter: ";", header: true}
    mode: full
    key: [ID]
    order: {as_of: name}
    columns: {ID: text, NAME: text}
    party: {kind: person, map: {full_name: NAME}}
`)
	see := func(now string, exit int, words ...string) {
		t.Helper()
		var o bytes.Buffer
		instant, err := time.Parse("2006-01-02 15:04", now)
		if err != nil {
			t.Fatal(err)
		}
		a := &app{in: strings.NewReader(""), out: &o, errOut: &o, now: func() time.Time { return instant }}
		root := a.root()
		root.SetArgs([]string{"-C", b.dir, "freshness"})
		if code := errs.Exit(root.ExecuteContext(context.Background())); code != exit {
			t.Errorf("%s: exit %d, want %d", now, code, exit)
		}
		text := strings.Join(strings.Fields(o.String()), " ")
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s: it does not say %q:\n%s", now, w, o.String())
			}
		}
	}
	see("2026-03-01 12:00", 6, "core/clients - - - 1 d 2 h stale", "late/clients - - - - -") // never came
	b.does(1, "run")                                                                         // late has no file: core lands, nothing is published
	see("2026-03-01 12:00", 6, "1 d 2 h stale (1 delivery landed, not loaded)")
	b.does(0, "run", "--select", "core")
	see("2026-03-01 12:00", 0, "core/clients 2026-03-01 00:00", "12 h 1 d 2 h fresh")
	see("2026-03-02 02:00", 0, "1 d 2 h 1 d 2 h fresh")
	see("2026-03-02 02:01", 6, "1 d 2 h 1 d 2 h stale")
	see("2026-02-28 12:00", 0, "in the future 1 d 2 h fresh")
	b.write("in/late_2026-02-01.csv", "ID;NAME\n7;Панов Олег Ильич\n")
	b.does(0, "run")
	see("2026-03-01 12:00", 0, "late/clients 2026-02-01 00:00", "28 d 12 h - -")
}

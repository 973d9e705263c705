package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"clientbase/connectors"
	"clientbase/internal/demobank"
	"clientbase/internal/landing"
	"clientbase/internal/scan"
)

// No card of the demo bank (clearing files in EBCDIC, cardholders, cards
// planted in notes) is on disk after a run, under encryption or not.
func TestNoCardOfTheDemoBankIsKept(t *testing.T) {
	b := smallBank(t, demobank.Options{Records: 600, FactsPerClient: 3, Seed: 9})
	b.does(0, "run")
	text := b.read("in/cards/" + filepath.Base(one(t, b.path("in/cards/cardholders_*.csv"))))
	numbers := map[string]bool{}
	for _, line := range strings.Split(text, "\n")[1:] {
		if f := strings.Split(line, ","); len(f) > 2 && scan.Luhn(f[1]) {
			numbers[f[1]] = true
		}
	}
	for _, n := range regexp.MustCompile(`\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}`).FindAllString(b.read("in/callcentre/"+filepath.Base(one(t, b.path("in/callcentre/notes_*")))), -1) {
		if n = between.ReplaceAllString(n, ""); scan.Luhn(n) {
			numbers[n] = true
		}
	}
	if len(numbers) < 20 {
		t.Fatalf("only %d cards in the sources", len(numbers))
	}
	rows, digits := 0, regexp.MustCompile(`\d{16}`)
	search := func(what string, text []byte) {
		for i := 0; i+16 <= len(text); i++ { // every window: numbers may stand inside longer ones
			if text[i] < '0' || text[i] > '9' {
				continue
			}
			if m := digits.Find(text[i:min(i+16, len(text))]); m != nil && numbers[string(m)] {
				t.Errorf("%s holds a card number", what)
				return
			}
		}
	}
	for _, s := range []string{"cards/clearing", "cards/cardholders", "callcentre/notes", "core/clients", "web/leads"} {
		before := rows
		b.eachBatch(s, func(_ *landing.Delivery, batch *landing.Batch) {
			rows += int(batch.Rows.NumRows())
			search(s, ascii(batch))
			search(s, batch.Raw)
		})
		if rows == before {
			t.Fatalf("nothing of %s has landed", s)
		}
	}
	if rows < 500 {
		t.Errorf("only %d landed rows were searched", rows)
	}
}

func one(t *testing.T, glob string) string {
	t.Helper()
	files, err := filepath.Glob(glob)
	if err != nil || len(files) != 1 {
		t.Fatal(glob, files, err)
	}
	return files[0]
}

// ascii gives the bytes a batch was read from with EBCDIC digits as digits.
func ascii(b *landing.Batch) []byte {
	out := bytes.Clone(b.Raw)
	for i, c := range out {
		if c >= 0xF0 && c <= 0xF9 {
			out[i] = c - 0xF0 + '0'
		}
	}
	for i := range b.Pos {
		if b.Pos[i].Kind == connectors.AtKey {
			out = append(out, b.Pos[i].Key...)
		}
	}
	return out
}

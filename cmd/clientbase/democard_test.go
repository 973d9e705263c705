package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/pipeline"
	"clientbase/schemas"
)

// Values that did not win stand together, counted per stream, in the order of the trace.
func TestOtherValuesInShort(t *testing.T) {
	v := func(stream, decision string) pipeline.TraceValue {
		return pipeline.TraceValue{Stream: stream, Decision: decision}
	}
	got := otherValues([]pipeline.TraceValue{{Stream: "core/clients", Winner: true, Decision: "recency"}, v("callcentre/notes", "same value"), v("cards/cardholders", "source trust"),
		v("web/leads", "same value"), v("callcentre/notes", "same value"), v("journal/overrides", "taken back")})
	want := []string{"= says the same: 3 values (callcentre/notes ×2, web/leads)", "✗ lost by source trust: 1 value (cards/cardholders)", "✗ taken back: 1 value (journal/overrides)"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A card shows each golden value with its cell, and no more than three reasons.
func TestCardInShort(t *testing.T) {
	var out bytes.Buffer
	a := &app{out: &out}
	a.printCard(&pipeline.Trace{ClientID: "00ff", Name: "Орлова Анна", Party: "person", Records: []pipeline.TraceRecord{{Stream: "core/clients", Key: "1", File: "c.csv", Place: "line 2"}},
		Values: []pipeline.TraceValue{{Attr: "surname", Value: "Орлова", Source: strings.Repeat("я", 200), Winner: true, Decision: "recency", Stream: "core/clients", Key: "1", Field: "NAME", Rules: "name@2", Since: "2026-01-31"}},
		Joined: []string{"a", "b", "c", "d", "e"}}, schemas.Builtin())
	for _, want := range []string{"surname (фамилия)\n  ✓ Орлова  chosen by recency\n", "core/clients 1 · NAME = \"я", "· name@2 · since 2026-01-31", "core/clients 1 · c.csv line 2", "  c\n  and 2 more reasons\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), strings.Repeat("я", cardCell+1)) {
		t.Error("a long cell is shown whole")
	}
}

func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{"demo": "demo", "/tmp/a-b/c.csv": "/tmp/a-b/c.csv", "Орлова": "Орлова", "Орлова Анна": "'Орлова Анна'", "д'Арк $x": `'д'\''Арк $x'`, "": "''", "-x": "-x"} {
		if got := shellWord(in); got != want {
			t.Errorf("%q became %s, want %s", in, got, want)
		}
	}
}

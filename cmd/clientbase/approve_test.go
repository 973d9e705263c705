package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// A value set by hand under approvals counts from a second person's yes on, in
// reads before a run as in the base after it, and no other's yes will do.
func TestAValueWaitsForASecondPerson(t *testing.T) {
	b := newLeadsBank(t)
	b.write("clientbase.yaml", b.read("clientbase.yaml")+"approvals: {overrides: true}\n")
	b.does(0, "run")
	surname := func() string {
		return strings.Join(b.lines("SELECT surname FROM clients JOIN identities USING (client_id) WHERE stream = 'core/clients' AND key = '3'"), "|")
	}
	before := surname()
	out, _ := b.does(0, "override", "set", "--record", "core/clients:3", "--attr", "surname", "--value", "Ковальова", "--reason", "certificate shown")
	if !strings.Contains(out, "waits for a second person") {
		t.Errorf("set: %s", out)
	}
	if got := surname(); got != before {
		t.Errorf("it counts before anybody approved it: %q", got)
	}
	b.does(0, "run")
	if got := surname(); got != before {
		t.Errorf("a run took it up before anybody approved it: %q", got)
	}
	b.fails(1, []string{"you set it yourself"}, "override", "approve", "1", "--reason", "seen")
	b.fails(1, []string{"no value was set by hand"}, "override", "approve", "7", "--reason", "seen")

	p, now := b.pipelineProject(), time.Now()
	second := pipeline.Act{Now: now, Actor: journal.Actor{User: "petrov", Role: "steward"}, Reason: "certificate seen"}
	if _, err := pipeline.ApproveOverride(context.Background(), p, second, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.ApproveOverride(context.Background(), p, second, 1); err == nil {
		t.Error("it was approved twice")
	}
	if got := surname(); !strings.Contains(got, "Ковальова") {
		t.Errorf("approved, and reads do not show it: %q", got)
	}
	tail := b.lines("SELECT attr || value FROM attribute_history WHERE winner ORDER BY ALL")
	b.does(0, "run")
	if got := b.lines("SELECT attr || value FROM attribute_history WHERE winner ORDER BY ALL"); !slices.Equal(got, tail) {
		t.Errorf("the run made of it %d values, the read before it %d", len(got), len(tail))
	}
	out, _ = b.does(0, "trace", "--record", "core/clients:3", "--attr", "surname")
	card, _ := b.does(0, "trace", strings.Fields(out)[0], "--attr", "surname")
	if !strings.Contains(card, "approved by petrov") {
		t.Errorf("the card does not name who approved it:\n%s", card)
	}
	list, _ := b.does(0, "override", "list")
	if !strings.Contains(list, "approved by petrov") {
		t.Errorf("the list does not:\n%s", list)
	}
	b.does(0, "override", "undo", "1", "--reason", "wrong person")
	b.does(0, "run", "--from-landing")
	if got := surname(); got != before {
		t.Errorf("taken back, and still there: %q", got)
	}
}

package main

import (
	"strings"
	"testing"
	"time"

	"clientbase/internal/pipeline"
)

// Rows that are past their time go: from landing, quarantine, tables and older
// snapshots; they do not come back, and nothing else is touched.
func TestRetentionIsApplied(t *testing.T) {
	b := subjectBank(t)
	b.write("clientbase.yaml", b.read("clientbase.yaml")+"retention: {callcentre: 3y}\n")
	b.write("in/notes_2026-03-01.ndjson", `{"id":"1","at":"2019-03-01T10:00:00Z","client":"Зимин Борис Ильич","phone":"+7 916 200-00-02","text":"старинное слово один"}
{"id":"2","at":"`+time.Now().AddDate(0, -2, 0).UTC().Format(time.RFC3339)+`","client":"Рогова Вера Павловна","phone":"+7 916 200-00-03","text":"новое слово"}
{"id":"3","at":"2019-04-01T10:00:00Z","phone":"+7 916 200-00-09","text":"старинное слово два"}
`)
	b.write("in/notes_2019-05-01.ndjson", `{"id":"9","at":"2019-05-01T10:00:00Z","text":"старинное слово, и строка обрывается
{"id":"10","at":"2019-05-02T10:00:00Z","text":"старинное слово"}
`)
	b.does(0, "run")
	b.does(0, "consent", "set", "--record", "core/clients:2", "--state", "objection", "--origin", "call", "--reason", "asked")
	b.does(0, "run")
	words := func() (old, young int) {
		for _, text := range b.everything() {
			old += strings.Count(text, "старинное слово")
			young += strings.Count(text, "новое слово")
		}
		return old, young
	}
	if old, young := words(); old < 2 || young < 1 {
		t.Fatalf("the search finds %d old and %d young words", old, young)
	}
	clients := b.query("SELECT display_name FROM clients WHERE display_name LIKE '%а%' ORDER BY 1")

	b.does(1, "subject", "retention")
	b.does(1, "subject", "retention", "--apply") // without a reason
	before := b.current()
	out, _ := b.does(0, "subject", "retention", "--dry-run")
	if !strings.Contains(out, "callcentre/notes") || !strings.Contains(strings.Join(strings.Fields(out), " "), " 3 4 1") || b.current() != before {
		t.Errorf("dry run: %s", out)
	}
	reader, err := pipeline.Current(b.pipelineProject())
	if err != nil {
		t.Fatal(err)
	}
	_, said := b.does(2, "subject", "retention", "--apply", "--reason", "yearly clean-up")
	if !strings.Contains(said, "an older snapshot is still in use") {
		t.Errorf("while the snapshot before is read it says %s", said)
	}
	after := b.current()
	if err := reader.Close(); err != nil || len(b.snapshots()) != 2 {
		t.Errorf("%d snapshots are kept, %v", len(b.snapshots()), err)
	}
	out, _ = b.does(0, "subject", "retention", "--apply", "--reason", "not a second act")
	if b.current() != after || !strings.Contains(out, "entry 2 is ended: snapshot ") {
		t.Errorf("asked again it says %s", out)
	}
	gone := func(when string) {
		t.Helper()
		if old, young := words(); old != 0 || young < 1 {
			t.Errorf("%s: %d old and %d young words", when, old, young)
		}
		if n := b.query("SELECT count(*) FROM interactions"); n != "1\n" {
			t.Errorf("%s: interactions: %s", when, n)
		}
		for _, x := range b.report().Balances {
			if x.Stream == "callcentre/notes" && x.Read > 0 && x.Filters["retention"] != 3 {
				t.Errorf("%s: the balance says %+v", when, x.Filters)
			}
		}
		if found, _, code := b.tries("fsck"); code != 0 {
			t.Errorf("%s: %s", when, found)
		}
	}
	gone("applied")
	if kept := b.snapshots(); len(kept) != 1 {
		t.Errorf("%d snapshots are kept", len(kept))
	}
	if now := b.query("SELECT display_name FROM clients WHERE display_name LIKE '%а%' ORDER BY 1"); now != clients {
		t.Errorf("clients: %s, before %s", now, clients)
	}
	// delivered again, in a file of another day
	b.write("in/notes_2026-03-05.ndjson", b.read("in/notes_2026-03-01.ndjson")+`{"id":"4","at":"2018-04-01T10:00:00Z","phone":"+7 916 200-00-09","text":"старинное слово три"}
`)
	b.write("in/notes_2019-05-03.ndjson", `{"id":"12","at":"2019-05-03T10:00:00Z","text":"старинное слово"}
{"id":"11","at":"2019-05-03T10:00:00Z","text":"старинное слово, и строка обрывается
`)
	b.does(0, "run")
	if old, young := words(); old != 0 || young < 1 {
		t.Errorf("delivered again: %d old and %d young words", old, young)
	}
	if n := b.query("SELECT count(*) FROM interactions"); n != "1\n" {
		t.Errorf("delivered again: interactions: %s", n)
	}
	before = b.current()
	out, _ = b.does(0, "subject", "retention", "--apply", "--reason", "again")
	if strings.Contains(out, "erased") || b.current() != before {
		t.Errorf("nothing is past its time, and it says %s", out)
	}
	if out, _ := b.does(0, "journal", "list"); !strings.Contains(out, "yearly clean-up") || strings.Contains(out, "again") || strings.Contains(out, "second act") {
		t.Errorf("the journal says %s", out)
	}
}

package pipeline

import (
	"testing"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
)

// Of two requests about one person the first destroyed the keys; a request about
// somebody else is no earlier request.
func TestWhoAskedFirstHasTheKeys(t *testing.T) {
	ask := func(seq int64, records ...journal.Record) forgetAct {
		return forgetAct{SubjectAct: journal.SubjectAct{Records: records}, entry: &journal.Entry{Seq: seq}}
	}
	a, b := journal.Record{Stream: "core/clients", Key: "1"}, journal.Record{Stream: "core/clients", Key: "2"}
	all := []forgetAct{ask(3, a), ask(5, b), ask(8, a)}
	for i, want := range []bool{false, false, true} {
		if askedBefore(&all[i], all) != want {
			t.Errorf("request %d: want %v", all[i].entry.Seq, want)
		}
	}
}

// A request counts what files say of it, and nothing of what others did.
func TestARequestCountsItsOwn(t *testing.T) {
	did := &journal.Erasure{Rows: map[string]int64{}}
	for _, h := range []landing.Head{
		{Generation: 1, Gone: map[int]string{1: "erased 3", 2: "erased 5"}},
		{Generation: 2, Gone: map[int]string{1: "erased 5"}, Done: map[string]landing.Done{"erased 3": {Words: 2, Cells: 1}, "erased 5": {}}},
		{Generation: 1, Gone: map[int]string{4: "suppressed 3"}},
		{Generation: 1, Done: map[string]landing.Done{"erased 5": {Words: 7}}},
	} {
		addHead(did, "core/clients", "erased 3", h)
	}
	if did.Batches != 2 || did.Mentions != 2 || did.Cells != 1 || did.Rows["core/clients"] != 1 {
		t.Errorf("counted %+v", did)
	}
}

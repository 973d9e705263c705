package audit

import (
	"context"
	"testing"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/pipeline"
)

func TestTrailOfNothing(t *testing.T) {
	p := &pipeline.Project{Data: t.TempDir()}
	for _, kind := range Kinds() {
		if kind == "rule" || kind == "run" {
			continue // rules are known without a run, and of a run one asks by name
		}
		if list, err := Trail(context.Background(), p, kind, ""); err != nil || len(list) > 0 {
			t.Errorf("%s where nothing was done: %v, %v", kind, list, err)
		}
	}
	_, err := Trail(context.Background(), p, "weather", "")
	if e, ok := errs.Of(err); !ok || e.Kind != errs.Config {
		t.Errorf("an unknown kind: %v", err)
	}
}

// Whoever consented is told by name, from the journal entries that a leaf counts.
func TestApproversOfALeaf(t *testing.T) {
	a := &auditor{acts: []journal.Entry{{Seq: 1, Actor: journal.Actor{User: "anna"}}, {Seq: 2, Actor: journal.Actor{User: "boris"}}}}
	leaf := ledger.Leaf{Sums: []ledger.Sum{{Name: "configuration", Hash: "00"}, {Name: "approval 1", Hash: "journal 2"}, {Name: "approval 2", Hash: "journal 9"}, {Name: "approval 3", Hash: "x"}}}
	if got := a.approvers(leaf); got != "boris" {
		t.Errorf("approvers %q", got)
	}
}

// Reads that a run put on record are told with the leaf that proves them.
func TestReadsOnRecord(t *testing.T) {
	data := t.TempDir()
	land, err := landing.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	log := ledger.Open(data, land.Keys.Project())
	leaf := ledger.Leaf{Kind: ledger.Accessed, At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Subject: "reads 1-4", Sums: []ledger.Sum{{Name: "frames", Hash: "00"}}}
	if _, err := log.Append(context.Background(), leaf); err != nil {
		t.Fatal(err)
	}
	list, err := Trail(context.Background(), &pipeline.Project{Data: data}, "access", "")
	if err != nil || len(list) != 1 || list[0].Leaf == nil || *list[0].Leaf != 0 {
		t.Errorf("%v, %v", list, err)
	}
}

package errs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestEveryKindHasItsDocumentedExit(t *testing.T) {
	want := map[Kind]int{Config: 1, Input: 1, Retry: 2, Integrity: 3, Drift: 4, Locked: 5, Stale: 6, Bug: 70, Interrupted: 130}
	for kind, exit := range want {
		if got := Exit(fmt.Errorf("outer: %w", New(kind, "read", "file", "broken", ""))); got != exit {
			t.Errorf("%s: exit %d, want %d", kind, got, exit)
		}
	}
	if Exit(nil) != 0 || Exit(errors.New("nobody classified this")) != 70 {
		t.Error("nil must be 0, the unclassified 70")
	}
}

func TestAHiddenCauseIsFoundButNotPrinted(t *testing.T) {
	err := Hidden(Retry, "query", "core/clients", "the database refused", fmt.Errorf("value «Канарейкин»: %w", context.Canceled), "run again")
	if strings.Contains(err.Error(), "Канарейкин") {
		t.Error("the cause is printed")
	}
	if !errors.Is(err, context.Canceled) {
		t.Error("the cause is lost")
	}
	if got := err.Error(); got != "query core/clients: the database refused (try: run again)" {
		t.Errorf("got %q", got)
	}
}

func TestAListKeepsEveryFault(t *testing.T) {
	var l List
	if l.Err() != nil {
		t.Error("an empty list is no error")
	}
	l.Add(New(Drift, "check", "a", "moved", ""))
	l.Add(New(Config, "check", "b", "unknown", ""))
	if Exit(l.Err()) != 4 || strings.Count(l.Error(), "\n") != 1 {
		t.Errorf("exit %d, text %q", Exit(l.Err()), l.Error())
	}
}

func TestAPanicNeverPrintsItsValue(t *testing.T) {
	if text := Recovered("load", "Канарейкин").Error(); strings.Contains(text, "Канарейкин") {
		t.Error(text)
	}
}

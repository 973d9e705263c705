package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// Under policy hold a run by a changed configuration waits for somebody else
// than the one who runs it, for exactly what the files say now; what was run by
// stands in the ledger.
func TestAChangedConfigurationWaitsForASecondPerson(t *testing.T) {
	b := newBank(t)
	b.write("clientbase.yaml", mainYAML+"approvals: {configuration: {policy: hold, parts: [sources, rules, approvals]}}\n")
	b.does(0, "run") // nothing to compare with yet
	configured := func() int {
		out, _ := b.does(0, "--json", "ledger", "list", "--kind", "configured")
		return strings.Count(out, "\n")
	}
	b.write("sources/core.yaml", "# a comment is no change\n"+clientsYAML)
	b.does(0, "run")
	b.fails(1, []string{"nothing in it differs"}, "approve", "config", "--reason", "looked at")
	if n := configured(); n != 1 {
		t.Fatalf("%d leaves of configurations after a comment", n)
	}
	b.write("sources/core.yaml", strings.Replace(clientsYAML, "phone: PHONE", "phone: [PHONE]", 1))
	waits := []string{"not approved by another person than", "sources", "clientbase approve config"}
	b.fails(3, waits, "run")
	b.fails(1, []string{"--reason", "missing"}, "approve", "config")
	out, _ := b.does(0, "approve", "config", "--reason", "I changed it")
	if !strings.Contains(out, "sources") {
		t.Errorf("approved what: %s", out)
	}
	b.fails(3, waits, "run") // one's own yes does not count
	agree := func() {
		t.Helper()
		act := pipeline.Act{Now: time.Now(), Actor: journal.Actor{User: "petrov", Role: "auditor"}, Reason: "read the difference"}
		if _, err := pipeline.ApproveConfig(context.Background(), b.pipelineProject(), act); err != nil {
			t.Fatal(err)
		}
	}
	agree()
	b.write("sources/core.yaml", strings.Replace(clientsYAML, "phone: PHONE", "phone: [PHONE, PHONE]", 1))
	b.fails(3, waits, "run") // it is not what was agreed with
	b.write("sources/core.yaml", strings.Replace(clientsYAML, "phone: PHONE", "phone: [PHONE]", 1))
	b.does(0, "run")
	if n := configured(); n != 2 {
		t.Errorf("%d leaves of configurations", n)
	}
	if out, _ := b.does(0, "ledger", "list", "--kind", "configured", "--json"); !strings.Contains(out, `"name":"approval 1","hash":"journal 2"`) {
		t.Errorf("the leaf does not name who agreed:\n%s", out)
	}
	b.write("clientbase.yaml", mainYAML) // also that nobody need agree must be agreed with
	b.does(0, "run")                     // under note it is on record
	if n := configured(); n != 3 {
		t.Errorf("%d leaves of configurations", n)
	}
	b.does(0, "verify")
}

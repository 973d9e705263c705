package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/demobank"
)

// program runs the program in this process and gives its standard output.
func program(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errOut bytes.Buffer
	if code := run(args, strings.NewReader(""), &out, &errOut); code != want {
		t.Fatalf("clientbase %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out.String(), errOut.String())
	}
	return out.String()
}

// published dumps what a snapshot says, without the numbers that count rows of
// one build.
func published(t *testing.T, dir string) map[string]string {
	t.Helper()
	queries := map[string]string{
		"clients":        "SELECT * EXCLUDE (client_no) FROM clients ORDER BY client_id",
		"identities":     "SELECT stream, key, client_id, party, valid_from, closed FROM identities ORDER BY stream, key",
		"contact points": "SELECT * EXCLUDE (client_no) FROM contact_points ORDER BY client_id, attr, rank, token",
		"history":        "SELECT client_id, attr, value, token, status, reason, stream, valid_from, valid_to, winner FROM attribute_history ORDER BY ALL",
		"accounts":       "SELECT * EXCLUDE (batch_no, row_no) FROM client_accounts ORDER BY fact_id",
		"evidence":       "SELECT a.stream, a.key, b.stream, b.key, round(e.bits, 2) AS bits, e.why FROM match_edges e LEFT JOIN identities a ON a.record_no = e.record_a LEFT JOIN identities b ON b.record_no = e.record_b ORDER BY ALL",
		"kin":            "SELECT client_id, other_id, round(bits, 2) AS bits, because FROM household_links ORDER BY ALL",
		"households":     "SELECT members, string_agg(client_id, ' ' ORDER BY client_id) AS who FROM households GROUP BY household_no, members ORDER BY ALL",
		"interactions":   "SELECT client_id, resolution, fact_id FROM interactions ORDER BY fact_id",
	}
	out := map[string]string{}
	for name, q := range queries {
		out[name] = program(t, 0, "-C", dir, "-q", "query", "--format", "csv", "--limit", "0", q)
	}
	return out
}

// A delta under the pinned model must give what a rebuild from landing gives:
// only touched records are scored, clustered and written, and nobody can tell.
func TestADeltaEqualsARebuild(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bank")
	opt := demobank.Options{Records: 1200, FactsPerClient: 2, Seed: 7}
	if _, err := demobank.Generate(context.Background(), dir, opt); err != nil {
		t.Fatal(err)
	}
	program(t, 0, "-C", dir, "run")
	for day := 1; day <= 3; day++ {
		d := demobank.DeltaOptions{Records: 60, Day: day, Full: day == 2}
		if _, err := demobank.Delta(context.Background(), dir, opt, d); err != nil {
			t.Fatal(err)
		}
		program(t, 0, "-C", dir, "run")
	}
	delta := published(t, dir)
	program(t, 0, "-C", dir, "run", "--from-landing")
	rebuilt := published(t, dir)
	for name := range delta {
		if delta[name] != rebuilt[name] {
			t.Errorf("%s differ:\n%s", name, firstDifference(delta[name], rebuilt[name]))
		}
	}
	if sums := program(t, 0, "-C", dir, "-q", "trace", "--attr", "surname"); !strings.Contains(sums, "golden") || !strings.Contains(sums, "core/clients") {
		t.Errorf("origins of an attribute: %s", sums)
	}
	if again := program(t, 0, "-C", dir, "run"); !strings.Contains(again, "nothing new") {
		t.Errorf("a run without change: %s", again)
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			other := ""
			if i < len(y) {
				other = y[i]
			}
			return "delta:   " + x[i] + "\nrebuild: " + other
		}
	}
	return "the rebuild has more lines"
}

package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/demobank"
	"clientbase/internal/pipeline"
)

// Who erases a person is told of the clients that may be the same person:
// namesakes of whom no other day of birth is known, and those of whom matching
// would ask.
func TestForgetTellsWhoMayBeTheSame(t *testing.T) {
	b := smallBank(t, demobank.Options{Records: 2000, FactsPerClient: 1, Seed: 11})
	b.does(0, "run")
	asked := func(client string) (others []pipeline.Lookalike, said string) {
		t.Helper()
		args := []string{"subject", "forget", client, "--ground", "request", "--reason", "letter", "--dry-run"}
		out, _ := b.does(0, append([]string{"--json"}, args...)...)
		var f pipeline.Forgetting
		if err := json.Unmarshal([]byte(out), &f); err != nil {
			t.Fatal(err)
		}
		said, _ = b.does(0, args...)
		return f.Others, said
	}
	namesakes := func(born string) [][]string {
		var out [][]string
		for _, l := range b.lines(`SELECT a.client_id, b.client_id FROM clients a JOIN clients b ON a.full_name = b.full_name AND a.client_id != b.client_id
			WHERE a.party = 'person' AND b.party = 'person' AND a.patronymic IS NOT NULL AND b.patronymic IS NOT NULL AND a.birth_date IS NOT NULL AND ` + born + ` ORDER BY ALL LIMIT 4`) {
			out = append(out, strings.FieldsFunc(l, func(r rune) bool { return r == ',' || r == ' ' }))
		}
		return out
	}
	alike, unlike := namesakes("b.birth_date IS NULL"), namesakes("b.birth_date != a.birth_date")
	if len(alike) == 0 || len(unlike) == 0 {
		t.Fatalf("the bank has %d namesakes without and %d with another day of birth: the test asks nothing", len(alike), len(unlike))
	}
	for _, two := range alike {
		others, said := asked(two[0])
		if !slices.ContainsFunc(others, func(l pipeline.Lookalike) bool { return l.Client == two[1] }) || !strings.Contains(said, two[1][:12]) {
			t.Errorf("%s: %s is not told of", two[0], two[1])
		}
	}
	for _, two := range unlike {
		others, _ := asked(two[0])
		if slices.Contains(others, pipeline.Lookalike{Client: two[1], Why: pipeline.LikeByName}) {
			t.Errorf("%s: %s was born on another day", two[0], two[1])
		}
	}
}

package pipeline

import (
	"fmt"
	"slices"
	"testing"

	"clientbase/internal/journal"
	"clientbase/internal/state"
	"clientbase/schemas"
)

// letterBase makes a base of the records a, b, c, … of core/clients and A, B, … of
// cards/holders; clients gives the client of each.
func letterBase(records string, clients ...uint32) (*state.Base, map[string]state.Row) {
	b := state.NewBase()
	at := map[string]state.Row{}
	for i, r := range records {
		stream := "core/clients"
		if r < 'a' {
			stream = "cards/holders"
		}
		_, row := b.Put(state.Seen{Stream: b.StreamNo(stream), Key: string(r), Party: schemas.Person, Content: uint64(i + 1)})
		b.Client[row] = clients[i]
		at[string(r)] = row
	}
	return b, at
}

// Who may be the same as whom: by evidence, less what people parted, more what
// people joined since the last run.
func TestAsksHeedDecisions(t *testing.T) {
	b, at := letterBase("abcdAB", 0, 0, 1, 2, 3, 4)
	edges := []state.Edge{{A: at["a"], B: at["c"], Bits: 3}, {A: at["b"], B: at["c"], Bits: 9}, {A: at["a"], B: at["b"], Bits: 12}, {A: at["c"], B: at["d"], Bits: 1}, {A: at["d"], B: at["A"], Bits: -1}}
	for _, c := range []struct {
		said        []string
		asks, joins string // pairs of clients
	}{
		{nil, "0-1 0-1 1-2", ""},
		{[]string{"a unsure c"}, "0-1 0-1 1-2", ""},
		{[]string{"a different c"}, "1-2", ""},
		{[]string{"a different c", "undo 1"}, "0-1 0-1 1-2", ""},
		{[]string{"d same A", "A different c"}, "0-1 0-1", "2-3"},
		{[]string{"a same B", "B same d"}, "0-1 0-1 1-2", "0-2 0-4 2-4"},
		{[]string{"a same z", "z same B"}, "0-1 0-1 1-2", "0-4"}, // z is gone
	} {
		u := mustRule(t, spoken(t, c.said...))
		pairs := func(list []state.Edge) string {
			var out []string
			for _, e := range list {
				x := clientsOf(b, e.A, e.B)
				out = append(out, fmt.Sprintf("%d-%d", x[0], x[1]))
			}
			slices.Sort(out)
			return fmt.Sprint(out)
		}
		if got, want := pairs(asks(b, edges, 0, u)), "["+c.asks+"]"; got != want {
			t.Errorf("%v: asks %s, want %s", c.said, got, want)
		}
		if got, want := pairs(joins(b, u)), "["+c.joins+"]"; got != want {
			t.Errorf("%v: joins %s, want %s", c.said, got, want)
		}
	}
	b.Live[at["b"]] = false // superseded by a version of another kind of party
	if got := asks(b, edges, 0, rule(nil)); len(got) != 2 {
		t.Errorf("evidence of a version that is not in force counts: %v", got)
	}
	if _, ok := rowOf(b, map[string]uint16{"core/clients": 0}, journal.Record{Stream: "core/clients", Key: "q"}); ok {
		t.Error("a record that never was is found")
	}
}

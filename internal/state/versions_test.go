package state

import (
	"slices"
	"testing"

	"clientbase/schemas"
)

// A record's versions follow their declared order. A version that comes again
// after a newer one (an extract that was restored from a backup, a table whose
// clock went back) is no news and no second version.
func TestAVersionSeenAgainAfterANewerOne(t *testing.T) {
	const day = 86400
	sight := func(b *Base, content string, order, asOf int64) Outcome {
		out, _ := b.Put(Seen{Stream: b.StreamNo("core/clients"), Key: "1", Party: schemas.Person, Content: schemas.Hash64(content), Order: order, AsOf: asOf * day, Valid: int32(order)})
		return out
	}
	for _, c := range []struct {
		name   string
		sights func(b *Base) []Outcome
		want   []Outcome
		rows   int
	}{
		{"the same old version again", func(b *Base) []Outcome {
			return []Outcome{sight(b, "x", 1, 1), sight(b, "y", 5, 2), sight(b, "x", 1, 3), sight(b, "x", 1, 4)}
		}, []Outcome{Created, Changed, Merged, Merged}, 2},
		{"an old version that nobody saw", func(b *Base) []Outcome {
			return []Outcome{sight(b, "x", 1, 1), sight(b, "y", 5, 2), sight(b, "z", 3, 3), sight(b, "z", 3, 4), sight(b, "x", 1, 5)}
		}, []Outcome{Created, Changed, History, Merged, Merged}, 3},
		{"back to what it was is a version of its own", func(b *Base) []Outcome {
			return []Outcome{sight(b, "x", 1, 1), sight(b, "y", 5, 2), sight(b, "x", 7, 3)}
		}, []Outcome{Created, Changed, Changed}, 3},
	} {
		b := NewBase()
		if got := c.sights(b); !slices.Equal(got, c.want) || b.Rows() != c.rows {
			t.Errorf("%s: %v in %d rows, want %v in %d", c.name, got, b.Rows(), c.want, c.rows)
		}
		if b.HasOlder(b.StreamNo("core/clients"), 3*day) {
			t.Errorf("%s: the key was there on the last day, and counts as missing", c.name)
		}
	}
}

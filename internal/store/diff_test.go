package store

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inForce gives values in force: client, attribute, value.
func inForce(t *testing.T, s *Staging, rows ...[3]any) {
	t.Helper()
	var no, id, attr, value, winner []any
	for _, r := range rows {
		no, id = append(no, r[0]), append(id, cid(r[0].(int)))
		attr, value, winner = append(attr, r[1]), append(value, r[2]), append(winner, true)
	}
	must(t, s.Insert(context.Background(), "attribute_history", batch("client_no", no, "client_id", id, "attr", attr, "value", value, "winner", winner)))
}

func parties(t *testing.T, s *Staging, rows ...[3]any) { // client, key, closed
	t.Helper()
	var rec, no, id, stream, key, party, closed []any
	for i, r := range rows {
		rec, no, id = append(rec, 100+i), append(no, r[0]), append(id, cid(r[0].(int)))
		stream, key, party, closed = append(stream, "core/clients"), append(key, r[1]), append(party, "person"), append(closed, r[2])
	}
	must(t, s.Insert(context.Background(), "identities", batch("record_no", rec, "client_no", no, "client_id", id, "stream", stream, "key", key, "party", party, "closed", closed)))
}

// Client 2 is merged into 1, 3 is gone, 5 is new and parted from 4; values are
// set, changed and taken away; records come, go, close, open and move.
func TestCompareSnapshots(t *testing.T) {
	ctx := context.Background()
	d := testDirs(t)
	name := func(int) string { return "Пробный" }
	s := begin(t, d, "run1", nil)
	must(t, s.Insert(ctx, "clients", clientsBatch(1, 5, name)))
	parties(t, s, [3]any{1, "a", nil}, [3]any{2, "b", nil}, [3]any{3, "c", nil}, [3]any{4, "d", nil}, [3]any{4, "e", day("2025-01-01")}, [3]any{4, "f", nil})
	inForce(t, s, [3]any{1, "surname", "Пробный"}, [3]any{1, "phone", "1"}, [3]any{1, "phone", "2"}, [3]any{4, "surname", "Пробный"}, [3]any{4, "city", "Тверь"}, [3]any{3, "city", "Тула"})
	first := testManifest("run1")
	_, err := s.Publish(ctx, first)
	must(t, err)
	before := open(t, d)

	s = begin(t, d, "run2", nil)
	must(t, s.Insert(ctx, "clients", clientsBatch(1, 2, name)))
	must(t, s.Insert(ctx, "clients", clientsBatch(4, 6, name)))
	parties(t, s, [3]any{1, "a", nil}, [3]any{1, "b", nil}, [3]any{4, "d", day("2026-01-02")}, [3]any{4, "e", nil}, [3]any{5, "f", nil}, [3]any{5, "g", nil})
	inForce(t, s, [3]any{1, "surname", "Новый"}, [3]any{1, "phone", "1"}, [3]any{1, "city", "Тверь"}, [3]any{4, "surname", "Пробный"}, [3]any{5, "city", "Орёл"})
	must(t, s.Insert(ctx, "retired_ids", batch("retired_id", list(cid(2), cid(3)), "client_id", list(cid(1), nil))))
	must(t, s.Insert(ctx, "identity_events", batch("event_no", list(1), "run", list("run2"), "kind", list("split"), "client_id", list(cid(5)), "other_id", list(cid(4)))))
	second := testManifest("run2")
	second.Streams[0].AsOf, second.Streams[0].Deliveries, second.Streams[0].Facts = "2026-01-02", 3, 7
	_, err = s.Publish(ctx, second)
	must(t, err)
	after := open(t, d)

	got, err := Compare(ctx, before, after, t.TempDir(), Settings{})
	must(t, err)
	want := &Difference{Before: before.info.ID, After: after.info.ID,
		Clients: ClientsDiffer{Before: 4, After: 3, New: 1, Merged: 1, Gone: 1, Split: 1},
		Streams: []StreamDiff{{Stream: "core/clients", AsOfBefore: "2026-01-01", AsOf: "2026-01-02", Deliveries: 2, New: 1, Gone: 1, Closed: 1, Reopened: 1, Moved: 2, Facts: 7}},
		Attrs:   []AttrDiff{{Attr: "city", Set: 1, Gone: 1}, {Attr: "phone", Gone: 1}, {Attr: "surname", Changed: 1}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	same, err := Compare(ctx, after, after, t.TempDir(), Settings{})
	must(t, err)
	if d := cmp.Diff(&Difference{Before: after.info.ID, After: after.info.ID, Clients: ClientsDiffer{Before: 3, After: 3}}, same); d != "" {
		t.Error(d)
	}
}

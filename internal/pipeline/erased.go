package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// erasureOf names a request in what it erased.
func erasureOf(a *forgetAct) string { return goneErased + " " + strconv.FormatInt(a.entry.Seq, 10) }

// erased looks for the person in the snapshot in force and counts what was
// destroyed. What landed counts by what the files themselves say of the request:
// so the counts are the same however often the erasure was cut, and no request
// claims what another one did. all are the requests of the project.
func (r *river) erased(ctx context.Context, now *store.Snapshot, a *forgetAct, all []forgetAct) (*journal.Erasure, error) {
	did := &journal.Erasure{Rows: map[string]int64{}, Snapshot: now.Info().ID, Categories: a.Categories}
	if !askedBefore(a, all) {
		did.Keys, did.Acts, did.Lists = int64(a.Versions), int64(len(a.Overrides)), rowsOfLists(a.Recalls)
	}
	if err := stillThere(ctx, now, a); err != nil {
		return nil, err
	}
	streams, err := r.land.Streams()
	if err != nil {
		return nil, err
	}
	for _, stream := range streams {
		if err := r.countLanded(did, stream, erasureOf(a)); err != nil {
			return nil, err
		}
	}
	files, err := r.land.Quarantines()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		rows, err := r.land.Quarantined(f)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if row.Blank == erasureOf(a) {
				did.Quarantine++
			}
		}
	}
	return did, nil
}

// rowsOfLists counts the rows of lists among what left: files that queries gave
// are not kept here.
func rowsOfLists(recalls []journal.Recall) (n int64) {
	for _, r := range recalls {
		if strings.HasPrefix(r.List, "list-") {
			n++
		}
	}
	return n
}

// askedBefore tells whether an earlier request is about the same person. The
// records of a client go as a whole and do not come back: so a record that both
// name means that the earlier one destroyed what the record had.
func askedBefore(a *forgetAct, all []forgetAct) bool {
	return slices.ContainsFunc(all, func(b forgetAct) bool {
		return b.entry.Seq < a.entry.Seq && slices.ContainsFunc(a.Records, func(r journal.Record) bool { return slices.Contains(b.Records, r) })
	})
}

// stillThere refuses to end a request while the snapshot holds the person.
func stillThere(ctx context.Context, now *store.Snapshot, a *forgetAct) error {
	reader, err := now.Reader(ctx)
	if err != nil {
		return err
	}
	left := int64(0)
	count := func(query string, args ...any) error {
		var n int64
		if err := oneRow(ctx, reader, query, args, &n); err != nil {
			return err
		}
		left += n
		return nil
	}
	for _, rec := range a.Records {
		if err := count("SELECT count(*) FROM identities WHERE stream = ? AND key = ?", rec.Stream, rec.Key); err != nil {
			return err
		}
	}
	for _, t := range a.Marks.Points {
		if err := count("SELECT count(*) FROM contact_points WHERE token = ?", t.String()); err != nil {
			return err
		}
	}
	if left > 0 {
		return errs.New(errs.Integrity, "erase", requestName(a.entry.Seq), fmt.Sprintf("%d rows of the person are still in the snapshot", left), "run again; report it when it stays")
	}
	return nil
}

// countLanded adds what a request erased in the landed files of a stream.
func (r *river) countLanded(did *journal.Erasure, stream, erasure string) error {
	all, err := r.land.Deliveries(stream)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range all {
		for _, ref := range all[i].Batches {
			if seen[ref.ID] {
				continue
			}
			seen[ref.ID] = true
			h, err := r.land.Head(stream, ref.ID)
			if err != nil {
				return err
			}
			addHead(did, stream, erasure, h)
		}
	}
	return nil
}

func addHead(did *journal.Erasure, stream, erasure string, h landing.Head) {
	d, touched := h.Done[erasure]
	did.Mentions += int64(d.Words)
	did.Cells += int64(d.Cells)
	for _, why := range h.Gone {
		if why == erasure {
			did.Rows[stream]++
			touched = true
		}
	}
	if touched {
		did.Batches++
	}
}

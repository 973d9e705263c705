package pipeline

import (
	"context"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"clientbase/internal/ledger"
	"clientbase/internal/store"
)

// destroying lets the ledger say at whose request snapshots and keys go, so that
// whoever misses them later learns why. It is said before they go: a cut may fall
// anywhere behind it, and what was removed could not be listed any more. A snapshot
// that somebody reads goes with a later run. It gives the snapshots of each
// request, those of a run that was cut too.
func (r *river) destroying(ctx context.Context, ready, all []forgetAct) (map[int64][]string, error) {
	if len(ready) == 0 {
		return nil, nil
	}
	going, err := store.Surplus(r.dirs, 1)
	if err != nil {
		return nil, err
	}
	log := ledger.Open(r.p.Data, r.land.Keys.Project())
	said, err := destroyedSince(log, ready[0].entry.Seq)
	if err != nil {
		return nil, err
	}
	var leaves []ledger.Leaf
	for i := range ready {
		seq := ready[i].entry.Seq
		_, begun := said[seq]
		leaf := ledger.Leaf{Kind: ledger.Destroyed, Actor: r.o.Actor.User, Role: r.o.Actor.Role, Run: r.run, Subject: requestName(seq)}
		if !begun && !askedBefore(&ready[i], all) {
			leaf.Sums = append(leaf.Sums, ledger.Sum{Name: "record keys", Hash: strconv.Itoa(ready[i].Versions)})
		}
		for _, s := range going {
			if !slices.Contains(said[seq], s.ID) {
				_, hash, _ := strings.Cut(s.ID, "-")
				leaf.Sums = append(leaf.Sums, ledger.Sum{Name: snapshotSum + s.ID, Hash: hash})
				said[seq] = append(said[seq], s.ID)
			}
		}
		slices.Sort(said[seq])
		if len(leaf.Sums) > 0 {
			leaves = append(leaves, leaf)
		}
	}
	if len(leaves) > 0 {
		_, err = log.Append(ctx, leaves...)
	}
	return said, err
}

const snapshotSum = "snapshots/"

func requestName(seq int64) string { return "request " + strconv.FormatInt(seq, 10) }

// destroyedSince gives the snapshots that the ledger says went at requests, from
// the one under a number on.
func destroyedSince(log *ledger.Log, first int64) (map[int64][]string, error) {
	out := map[int64][]string{}
	err := log.Back(func(_ int64, leaf ledger.Leaf) error {
		if leaf.Kind == ledger.Acted && EntryOf(leaf) <= first {
			return fs.SkipAll
		}
		text, ok := strings.CutPrefix(leaf.Subject, "request ")
		seq, err := strconv.ParseInt(text, 10, 64)
		if leaf.Kind != ledger.Destroyed || !ok || err != nil {
			return nil
		}
		ids := out[seq]
		for _, s := range leaf.Sums {
			if id, ok := strings.CutPrefix(s.Name, snapshotSum); ok {
				ids = append(ids, id)
			}
		}
		out[seq] = ids
		return nil
	})
	return out, err
}

package pipeline

import (
	"context"

	"clientbase/internal/errs"
	"clientbase/internal/store"
)

// Commitment says how the commitment to a record version stands to what has
// landed.
type Commitment string

// Words of a commitment.
const (
	CommitmentProven    Commitment = "proven"    // what has landed is what was committed to
	CommitmentDiffers   Commitment = "differs"   // what has landed is something else
	CommitmentDestroyed Commitment = "destroyed" // the key is gone: nothing can be proven or guessed
	CommitmentAbsent    Commitment = "absent"    // a value set by hand, or a snapshot older than commitments
)

// CheckCommitment compares what landing holds of a record version with the
// commitment in the lineage of a snapshot.
func CheckCommitment(ctx context.Context, p *Project, s *store.Snapshot, recordNo int64) (Commitment, error) {
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return "", err
	}
	c, err := t.committed()
	if err != nil {
		return "", err
	}
	return c.check(recordNo)
}

// committed compares many record versions with their commitments: files of keys
// and landed batches are read once.
type committed struct {
	t    *tracer
	keys []*recordKeys
	said map[int32]map[landedRecord][]digest
}

// landedRecord is a record as a row of a batch gives it.
type landedRecord struct {
	row int64
	key string
}

func (t *tracer) committed() (*committed, error) {
	f, err := openSealed(t.land.Keys, t.s)
	if err != nil {
		return nil, err
	}
	keys, err := f.allRecordKeys(t.p.Data)
	return &committed{t: t, keys: keys, said: map[int32]map[landedRecord][]digest{}}, err
}

// check compares one record version.
func (c *committed) check(recordNo int64) (Commitment, error) {
	lines, err := c.t.versions(recordNo)
	if err != nil {
		return "", err
	}
	if len(lines) == 0 || len(lines[0].Commitment) == 0 {
		return CommitmentAbsent, nil
	}
	l := lines[0]
	key, ok := keyAmong(c.keys, recordNo)
	if !ok {
		return CommitmentDestroyed, nil
	}
	if c.said[l.FirstBatch] == nil {
		if c.said[l.FirstBatch], err = c.t.landedDigests(l); err != nil {
			return "", err
		}
	}
	for _, d := range c.said[l.FirstBatch][landedRecord{l.FirstRow, l.Key}] {
		if made := commitment(key, d); string(made[:]) == string(l.Commitment) {
			return CommitmentProven, nil
		}
	}
	return CommitmentDiffers, nil
}

// landedDigests maps the batch of a record version once more and gives the
// digests of all records in it.
func (t *tracer) landedDigests(l store.RecordLineage) (map[landedRecord][]digest, error) {
	b, _, err := t.batch(l.FirstBatch, new(string))
	if err != nil {
		return nil, err
	}
	var asOf int64
	if err := t.one("SELECT (as_of - DATE '1970-01-01')::BIGINT FROM batches WHERE batch_no = ?", []any{l.FirstBatch}, &asOf); err != nil {
		return nil, err
	}
	for i := range t.p.Streams {
		if t.p.Streams[i].ID() != l.Stream {
			continue
		}
		in, err := newInterpreter(&t.p.Streams[i].Stream, t.p.Dict, t.p.own())
		if err != nil {
			return nil, err
		}
		out, err := in.partiesOnly(b, int32(asOf))
		if err != nil {
			return nil, err
		}
		all := map[landedRecord][]digest{}
		for k := range out.parties {
			pb := &out.parties[k]
			for i, d := range pb.digests(l.Stream) {
				at := landedRecord{int64(pb.row[i]), pb.key[i]}
				all[at] = append(all[at], d)
			}
		}
		return all, nil
	}
	return nil, errs.New(errs.Input, "check commitment", l.Stream, "the project has no such stream any more", "restore sources/*.yaml as they were when it was loaded")
}

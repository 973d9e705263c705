package pipeline

import (
	"context"
	"path/filepath"

	"clientbase/internal/errs"
	"clientbase/internal/landing"
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
	byNo, err := s.Records(ctx, []int64{recordNo})
	if err != nil {
		return "", err
	}
	lines := byNo[recordNo]
	if len(lines) == 0 || len(lines[0].Commitment) == 0 {
		return CommitmentAbsent, nil
	}
	l := lines[0]
	keys, err := landing.OpenKeys(filepath.Join(p.Data, "keys"))
	if err != nil {
		return "", err
	}
	f, err := openSealed(keys, s)
	if err != nil {
		return "", err
	}
	key, ok, err := f.recordKeyOf(p.Data, recordNo)
	if err != nil || !ok {
		return CommitmentDestroyed, err
	}
	said, err := landedDigests(ctx, p, s, l)
	if err != nil {
		return "", err
	}
	for _, d := range said {
		if c := commitment(key, d); string(c[:]) == string(l.Commitment) {
			return CommitmentProven, nil
		}
	}
	return CommitmentDiffers, nil
}

// landedDigests maps the row of a record version once more and gives the
// digests of the records of that key in it.
func landedDigests(ctx context.Context, p *Project, s *store.Snapshot, l store.RecordLineage) ([]digest, error) {
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	b, _, err := t.batch(l.FirstBatch, new(string))
	if err != nil {
		return nil, err
	}
	var asOf int64
	if err := t.one("SELECT (as_of - DATE '1970-01-01')::BIGINT FROM batches WHERE batch_no = ?", []any{l.FirstBatch}, &asOf); err != nil {
		return nil, err
	}
	for i := range p.Streams {
		if p.Streams[i].ID() != l.Stream {
			continue
		}
		in, err := newInterpreter(&p.Streams[i].Stream, p.Dict, p.own())
		if err != nil {
			return nil, err
		}
		out, err := in.partiesOnly(b, int32(asOf))
		if err != nil {
			return nil, err
		}
		var list []digest
		for k := range out.parties {
			pb := &out.parties[k]
			for i, d := range pb.digests(l.Stream) {
				if int64(pb.row[i]) == l.FirstRow && pb.key[i] == l.Key {
					list = append(list, d)
				}
			}
		}
		return list, nil
	}
	return nil, errs.New(errs.Input, "check commitment", l.Stream, "the project has no such stream any more", "restore sources/*.yaml as they were when it was loaded")
}

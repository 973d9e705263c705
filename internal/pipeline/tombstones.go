package pipeline

import (
	"context"

	"clientbase/connectors"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
)

// gone counts tombstones as filtered, each under its reason: the row stays in
// the balance, and nothing of it is read.
func (in *interpreter) gone(out *interpreted, b *landing.Batch) {
	for row, why := range b.Gone {
		if row < out.rows && out.fate[row] == fateKept {
			out.fate[row] = fateFiltered
			out.filters[goneReason(why)]++
		}
	}
}

// aside sets rows aside that may be of a person who was erased, until somebody
// admits the record.
func (in *interpreter) aside(out *interpreted, v *view, b *landing.Batch) {
	for row := 0; row < out.rows && len(b.Aside) > 0; row++ {
		why, doubted := b.Aside[row]
		if !doubted || out.fate[row] != fateKept {
			continue
		}
		if key, ok := joinKey(v, in.stream.Key, row); ok && in.admits[key] {
			continue
		}
		in.quarantine(out, b, row, "subject", doubtful, why)
	}
}

// keysOf gives the keys of the records of one stream.
func keysOf(list map[journal.Record]bool, stream string) map[string]bool {
	out := map[string]bool{}
	for r := range list {
		if r.Stream == stream {
			out[r.Key] = true
		}
	}
	return out
}

// newSifter gives what keeps erased persons out of a stream; nil = nobody was erased.
func (r *river) newSifter(ctx context.Context, in *interpreter) *sifter {
	x, cut := r.sieve, r.cuts[in.stream.ID()]
	if x == nil && cut.day == 0 {
		return nil
	}
	if x == nil {
		x = &sieve{idle: true}
	}
	f := newSifter(x, in, r.newTokenizer(), r.known(ctx))
	f.cut = cut
	return f
}

// land lands a batch without the rows and words of persons who were erased. A
// nil sifter lands it as it is.
func (f *sifter) land(ctx context.Context, w *landing.Writer, b *connectors.Batch, day int32) error {
	if f == nil {
		return w.Add(ctx, *b, nil)
	}
	for i := range b.Bad {
		if bad := &b.Bad[i]; day < f.cut.day || !f.x.idle && f.x.bytesMention(f.tok, bad.Raw, f.in.stream.Region) {
			bad.Raw = nil
			bad.Pos.Key = ""
		}
	}
	e, err := f.sift(&landing.Batch{Rows: b.Rows, Pos: b.Pos, Raw: b.Raw, RawAt: b.RawAt}, day)
	if err != nil {
		return err
	}
	return w.Add(ctx, *b, e)
}

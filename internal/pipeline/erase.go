package pipeline

import (
	"context"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/ordered"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/transforms"
)

// erase does what the journal asks to be erased and is not yet: what is
// recorded is done by whoever runs next. It destroys the commitment keys of the
// person's records, turns the person's landed rows into tombstones under new
// identities, overwrites words about the person in rows of others, blanks rows
// set aside, and takes the person off the lists that left. Then everything is
// computed anew from landing, and expire removes what is older. Every step may
// be done twice.
func (r *river) erase(ctx context.Context) error {
	all, err := journal.Open(r.p.Data, r.land.Keys.Project()).Read(0)
	if err != nil {
		return err
	}
	acts, err := forgetActs(all)
	if err != nil {
		return err
	}
	if r.sieve, err = r.newSieve(acts, all, goneSuppressed); err != nil {
		return err
	}
	if r.cuts, r.cutAct, err = cutsOf(all); err != nil {
		return err
	}
	if r.sieve == nil && r.cutAct == 0 {
		return nil // nobody was erased, and nothing is past its time
	}
	if err := r.retain(ctx); err != nil {
		return err
	}
	r.unended = openForgets(acts, r.o.EraseSince)
	for i := range r.unended {
		if r.prev != nil && r.prev.Info().Manifest.Journal >= r.unended[i].entry.Seq {
			continue // the run that took the act up has erased; what is left is to remove what is older
		}
		if err := r.eraseOne(ctx, &r.unended[i], all); err != nil {
			return about(err, "erase", requestName(r.unended[i].entry.Seq))
		}
		r.erasing = true
	}
	if !r.erasing {
		return nil
	}
	// The state of the new snapshot is sealed under an identity of its own.
	return r.land.Keys.Renew(stateKey)
}

// newSieve gives the sieve of some acts under the rules and the model in force.
func (r *river) newSieve(acts []forgetAct, all []journal.Entry, word string) (*sieve, error) {
	x, err := newSieve(acts, all, word)
	if err != nil || x == nil {
		return nil, err
	}
	x.rules, x.dict = r.rules, r.p.Dict
	if r.prev == nil {
		x.model = transforms.NewProfile(r.p.Dict).Model()
		return x, nil
	}
	in, err := r.land.Keys.Unseal(r.prev.StateFile("rules.age"), stateKey)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	x.model, err = transforms.ReadModel(in)
	return x, err
}

// known tells whether the snapshot in force holds a record.
func (r *river) known(ctx context.Context) func(journal.Record) (bool, error) {
	return func(rec journal.Record) (bool, error) {
		if r.prev == nil {
			return false, nil
		}
		_, err := r.prev.RecordNo(ctx, rec.Stream, rec.Key)
		if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
			return false, nil
		}
		return err == nil, err
	}
}

func (r *river) eraseOne(ctx context.Context, a *forgetAct, all []journal.Entry) error {
	if err := r.destroyKeys(a); err != nil {
		return err
	}
	x, err := r.newSieve([]forgetAct{*a}, all, goneErased)
	if err != nil {
		return err
	}
	streams, err := r.land.Streams()
	if err != nil {
		return err
	}
	for _, stream := range streams {
		if err := r.eraseStream(ctx, x, stream, erasureOf(a)); err != nil {
			return about(err, "erase from", stream)
		}
	}
	if err := r.eraseSetAside(x, erasureOf(a)); err != nil {
		return err
	}
	if err := journal.Open(r.p.Data, r.land.Keys.Project()).DestroyValues(a.Overrides...); err != nil {
		return err
	}
	if r.p.EraseLists != nil {
		tokens := map[opaque.Token]bool{}
		for _, t := range a.Marks.Sure {
			tokens[t] = true
		}
		if err := r.ahead.under("journal/lists/"); err != nil {
			return err
		}
		if _, err := r.p.EraseLists(r.land.Keys, tokens, a.Client); err != nil {
			return err
		}
	}
	return nil
}

// destroyKeys destroys the keys of the commitments to a person's records.
func (r *river) destroyKeys(a *forgetAct) error {
	if r.prev == nil {
		return nil
	}
	f, err := openSealed(r.land.Keys, r.prev)
	if err != nil {
		return err
	}
	base, err := f.records()
	if err != nil {
		return err
	}
	mine := map[journal.Record]bool{}
	for _, rec := range a.Records {
		mine[rec] = true
	}
	var rows []int64
	for row := range base.Stream {
		if mine[journal.Record{Stream: base.StreamOf(state.Row(row)), Key: base.KeyOf(state.Row(row))}] {
			rows = append(rows, int64(row))
		}
	}
	_, err = destroyRecordKeys(r.land.Keys, r.p.Data, f.head.RecordKeys, rows)
	return err
}

// eraseStream sends every landed batch of a stream through the sieve, those of
// deliveries that no longer count too. The batches keep what was done under the
// name of the erasure.
func (r *river) eraseStream(ctx context.Context, x *sieve, stream, erasure string) error {
	all, err := r.land.Deliveries(stream)
	if err != nil {
		return err
	}
	type part struct {
		id  string
		day int32
	}
	var parts []part
	seen, rows := map[string]bool{}, int64(0)
	for i := range all {
		for _, b := range all[i].Batches {
			if !seen[b.ID] {
				seen[b.ID] = true
				parts = append(parts, part{b.ID, int32(all[i].AsOf.Unix() / 86400)})
				rows += int64(b.Rows)
			}
		}
	}
	meter := r.o.Progress.Start("erase from "+stream, rows, "rows")
	defer meter.Done()
	sifters := make([]*sifter, r.threads())
	for w := range sifters {
		never := func(journal.Record) (bool, error) { return true, nil } // what has landed is not doubted
		sifters[w] = newSifter(x, r.memory.interpreters[stream], r.newTokenizer(), never)
		sifters[w].cut = r.cuts[stream]
	}
	return ordered.Do(ctx, len(sifters), len(parts), func(w, i int) (*landing.Edit, error) {
		b, err := r.land.ReadBatch(stream, parts[i].id)
		if err != nil {
			return nil, err
		}
		defer b.Release()
		meter.Add(b.Rows.NumRows())
		return sifters[w].sift(b, parts[i].day)
	}, func(i int, e *landing.Edit) error {
		if e.Empty() {
			return r.land.RetireBatch(parts[i].id) // of a run that was cut between the two
		}
		e.For = erasure
		return r.land.Rewrite(stream, parts[i].id, e)
	})
}

// eraseSetAside blanks quarantined rows that speak of the person. Those of the
// load stage are made anew from what has landed; their old keys are destroyed.
func (r *river) eraseSetAside(x *sieve, erasure string) error {
	files, err := r.land.Quarantines()
	if err != nil {
		return err
	}
	tok := r.newTokenizer()
	for _, f := range files {
		region := r.p.Region
		if in := r.memory.interpreters[f.Stream]; in != nil && in.stream.Region != "" {
			region = in.stream.Region
		}
		if _, err := r.land.BlankQuarantined(f, erasure, func(row landing.QuarantineRow) bool { return x.bytesMention(tok, row.Raw, region) }); err != nil {
			return err
		}
	}
	return nil
}

// expire ends the requests whose person the snapshot in force no longer holds:
// older snapshots are removed with their keys, the base is searched for the
// person, and the journal takes what was done. A snapshot that somebody is
// reading stays, and the request stays open until the next run.
func (r *river) expire(ctx context.Context) error {
	if len(r.unended) == 0 && !r.retaining {
		return nil
	}
	now, err := store.Open(r.dirs)
	if err != nil {
		return err
	}
	defer func() { _ = now.Close() }()
	if r.prev != nil { // its lease
		_ = r.prev.Close()
		r.prev = nil
	}
	var ready []forgetAct
	for _, a := range r.unended {
		if now.Info().Manifest.Journal >= a.entry.Seq {
			ready = append(ready, a)
		}
	}
	last := int64(0) // act that the snapshot in force has taken up
	if r.retaining && now.Info().Manifest.Journal >= r.cutAct {
		last = r.cutAct
	}
	for i := range ready {
		last = max(last, ready[i].entry.Seq)
	}
	if last == 0 {
		return nil // what was built without the person waits for somebody to release it
	}
	_, all, err := requests(r.p)
	if err != nil {
		return err
	}
	named, err := r.destroying(ctx, ready, all)
	if err != nil {
		return err
	}
	gone, err := store.Collect(r.dirs, 1)
	r.report.Removed = append(r.report.Removed, gone...)
	if err != nil {
		return err
	}
	behind, err := anyBehind(r.dirs, last)
	if err != nil {
		return err
	}
	if behind {
		r.report.note("", "an erasure is not ended: older snapshots are being read; the next run, or `clientbase subject forget` again, ends it")
		return nil
	}
	if err := sweepRecordKeys(r.land.Keys, r.dirs); err != nil {
		return err
	}
	if err := r.land.Keys.Retire(stateKey); err != nil {
		return err
	}
	j := witnessed(r.p.Data, r.land.Keys.Project())
	for i := range ready {
		did, err := r.erased(ctx, now, &ready[i], all)
		if err != nil {
			return err
		}
		a := &ready[i]
		did.Snapshots = named[a.entry.Seq]
		e, err := journal.Entry{At: r.o.Now, Actor: r.o.Actor, Kind: journal.KindSubject, Subject: a.entry.Subject, Reason: a.entry.Reason}.WithPayload(
			journal.SubjectAct{Verb: journal.SubjectErased, Request: a.entry.Seq, Ground: a.Ground, Ref: a.Ref, Client: a.Client, Did: did})
		if err != nil {
			return err
		}
		if _, err := j.Append(ctx, e); err != nil {
			return err
		}
		r.report.note("", "request %d is ended: the person is erased", a.entry.Seq)
	}
	return nil
}

// goneReason is the reason under which a tombstone is counted.
func goneReason(why string) string {
	word, _, _ := strings.Cut(why, " ")
	return word
}

package pipeline

import (
	"context"
	"strings"
	"sync"

	"clientbase/dedupe"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/schemas"
	"clientbase/transforms"
)

// workspace is what a run holds in main memory: the state it started from and
// what it changes.
type workspace struct {
	mu         sync.RWMutex // base, between the workers and the committer
	base       *state.Base
	junk       *state.Junk // what the junk of its rows looks like
	keyed      *state.Keyed
	keyedFacts *int // how many there are where they were not read, see saysFacts
	book       *state.Book
	holdings   *state.Holdings
	replaced   map[schemas.Party]*dedupe.Model // models that this run trains anew, to tell what moved
	heldAnew   map[opaque.Token]bool           // records whose accounts changed in this run
	edges      map[schemas.Party][]state.Edge
	kin        map[schemas.Party][]state.Edge // pairs of relatives or of one holding; Rule is the set of attributes that agree

	rules   *transforms.Model
	models  map[schemas.Party]*dedupe.Model
	matchBy map[string][]string // party → attributes that its model compares

	blockFiles map[string]int                                  // party → files of blocks, see keepBlocks
	drifted    map[string]drifted                              // party → drift as it was last measured
	blocksOf   map[schemas.Party]func() (*state.Blocks, error) // those that are read ahead

	streams       map[string]*streamState
	interpreters  map[string]*interpreter
	pending       []landing.Delivery
	columnsBefore map[string][]string // delivery → columns of the one that arrived before it

	full       bool     // every table is written from empty, not patched
	gens       int      // generations of the base already on disk
	digests    []digest // of the record versions that this run opened, from mark on
	recordKeys []string // runs whose key files hold the keys of the record versions, in their order
	mark       state.Mark

	batchesBefore int // batches published already

	acts        []journal.Entry              // the journal as it stood when the run began
	actsAt      int64                        // number of its last entry
	actsNew     int                          // acts in it that the previous snapshot does not hold
	anchors     map[state.Row]journal.Record // rows set by hand → the record each is tied to
	handTouched []state.Row                  // rows set by hand that this run made, withdrew or restored
	ruling      *ruling                      // what people decided about who is who
	ruled       map[journal.Record]bool      // records of which that changed since the previous snapshot

	linksBefore    [len(householdParties)]partyLinks // what it said of relatives, for a delta
	before         map[string]uint32                 // record → client of the previous snapshot, for a rebuild
	stock          stock                             // what was there when the run began
	target         map[string]bool                   // deliveries that the state holds after the run
	arrived        int64                             // latest time that a delivery new to the snapshot in force speaks of; 0 = none is new
	restated       []*Restated                       // loaded deliveries that no longer count
	touched        map[state.Row]bool                // live rows that are new, changed or closed
	clientTouched  map[uint32]bool                   // clients whose rows must be written anew
	kept           map[uint32]bool                   // clients whose id a cluster bears after this run
	eventsBefore   int64                             // identity events published already
	touchedClients []uint32                          // ascending
	order          []state.Row                       // rows of client c: order[first[c]:first[c+1]]
	first          []uint32                          //
	contacts       [len(contactKinds)]contacts       // who holds the values of touched clients
	events         []identityEvent
	factBatches    map[uint32]*Balance // batch numbers whose fact counts decide rows
}

// open readies folders, keys and the previous snapshot.
func (r *river) open(ctx context.Context) error {
	err := r.useMaster(ctx)
	if err != nil {
		return err
	}
	if r.land, err = landing.Open(r.p.Data); err != nil {
		return err
	}
	r.dirs = notarized(r.p.Data, r.land.Keys.Project(), r.run, r.o.Actor)
	if err := store.Recover(r.dirs); err != nil {
		return err
	}
	if err := sweepRecordKeys(r.land.Keys, r.dirs); err != nil {
		return err
	}
	prev, err := store.Open(r.dirs)
	if !store.Published(r.dirs) {
		prev, err = nil, nil
	}
	if err != nil {
		return err
	}
	r.prev = prev
	if err := r.readHeld(); err != nil {
		return err
	}
	if r.settled, err = readSettled(r.p.Data, r.land.Keys.Project()); err != nil {
		return err
	}
	r.memory.interpreters = map[string]*interpreter{}
	for i := range r.p.Streams {
		s := &r.p.Streams[i]
		in, err := newInterpreter(&s.Stream, r.p.Dict, r.own)
		if err != nil {
			return err
		}
		in.admits = keysOf(r.settled.admitted, s.ID())
		r.memory.interpreters[s.ID()] = in
	}
	return nil
}

func (r *river) close() {
	if r.early != nil {
		_ = r.early.reading.Wait()
	}
	_ = r.reading.Wait() // who asks for what is read is told
	_ = r.saving.Wait()  // its error is that of publishing, or another came before
	if r.staging != nil {
		r.staging.Abort()
	}
	if r.prev != nil {
		_ = r.prev.Close()
	}
}

// recordName is the stable name of a record: stream and key. All order in
// matching comes from it.
func recordName(b *state.Base, row state.Row) string {
	return b.StreamOf(row) + "\x00" + b.KeyOf(row)
}

// recordNames gives recordName of many rows; the texts lie side by side.
func recordNames(b *state.Base, rows []state.Row) []string {
	size := 0
	for _, row := range rows {
		size += len(b.StreamOf(row)) + 1 + len(b.KeyOf(row))
	}
	var all strings.Builder
	all.Grow(size)
	for _, row := range rows {
		all.WriteString(b.StreamOf(row))
		all.WriteByte(0)
		all.WriteString(b.KeyOf(row))
	}
	text, names := all.String(), make([]string, len(rows))
	for i, row := range rows {
		n := len(b.StreamOf(row)) + 1 + len(b.KeyOf(row))
		names[i], text = text[:n], text[n:]
	}
	return names
}

package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"

	"clientbase/internal/errs"
)

// Words of what is put on record of a snapshot.
const (
	WasPublished = "published" // it is being made current
	WasHeld      = "held"      // it waits for a person
	WasAborted   = "aborted"   // what was published or held did not come to be in force
)

// Notary keeps a record of publications outside the store, before each takes
// effect: the ledger. The store knows no more of it than this.
type Notary interface {
	// Notarize records what becomes of a snapshot and gives the place of the record.
	Notarize(ctx context.Context, what, snapshot, manifest string) (leaf int64, err error)
	// Recorded gives the last publication that was not aborted, and the snapshot
	// that was held after it and neither published nor aborted since.
	Recorded() (published, held Notarized, err error)
}

// Notarized is a snapshot on record; ID "" is none.
type Notarized struct {
	ID   string
	Leaf int64
}

// notarize puts on record what becomes of a complete snapshot and gives what
// the pointer says of the record.
func (d Dirs) notarize(ctx context.Context, what, id string) (string, error) {
	if d.Notary == nil {
		return noLeaf, nil
	}
	b, err := os.ReadFile(filepath.Join(d.snapshot(id), manifestName))
	if err != nil && what != WasAborted {
		return "", errs.Wrap(errs.Integrity, "put on record", id, err, "run again")
	}
	sum := ""
	if err == nil {
		h := sha256.Sum256(b)
		sum = hex.EncodeToString(h[:])
	}
	leaf, err := d.Notary.Notarize(ctx, what, id, sum)
	return strconv.FormatInt(leaf, 10), err
}

// settleRecord brings pointers and record together after a cut between the two:
// a snapshot that is on record as published or held, whole, and built from the
// one in force gets its pointer; of one that is not whole it is put on record
// that it was aborted. Anything else is no cut.
func settleRecord(ctx context.Context, d Dirs) error {
	if d.Notary == nil {
		return nil
	}
	published, held, err := d.Notary.Recorded()
	if err != nil {
		return err
	}
	if err := settlePublished(ctx, d, published); err != nil {
		return err
	}
	return settleHeld(ctx, d, held)
}

func settlePublished(ctx context.Context, d Dirs, rec Notarized) error {
	cur, leaf, err := readCurrent(d)
	if err != nil && Published(d) {
		return err
	}
	edited := func(what string) error {
		return errs.New(errs.Integrity, "recover", currentName, what, "`clientbase verify` says what was changed; restore CURRENT, snapshots/ and ledger/ from one backup")
	}
	onRecord := strconv.FormatInt(rec.Leaf, 10)
	switch {
	case rec.ID == "" && (leaf == "" || leaf == noLeaf):
		return nil // nothing was published since there is a record
	case rec.ID == "":
		return edited("it names leaf " + leaf + ", and the ledger knows no publication")
	case rec.ID == cur && leaf == onRecord:
		return nil
	case rec.ID == cur:
		return edited("it names leaf " + leaf + ", and the ledger has its publication as leaf " + onRecord)
	case seqOf(rec.ID) <= seqOf(cur):
		return edited("it names " + cur + ", and the newest publication in the ledger is " + rec.ID)
	}
	m, err := readManifest(d, rec.ID)
	if err == nil && m.Previous != cur && cur == "" {
		return edited("it is gone; the newest publication in the ledger is " + rec.ID)
	}
	if err == nil && m.Previous != cur {
		return edited("it names " + cur + "; the newest publication in the ledger, " + rec.ID + ", was built from " + m.Previous)
	}
	if err == nil {
		err = verifyAt(d, rec.ID)
	}
	if err != nil {
		_, err := d.notarize(ctx, WasAborted, rec.ID)
		return err
	}
	if err := writeCurrent(d, rec.ID, onRecord); err != nil {
		return wrap("recover", rec.ID, err)
	}
	return nil
}

func settleHeld(ctx context.Context, d Dirs, rec Notarized) error {
	held, leaf, err := heldPointer(d)
	if err != nil {
		return err
	}
	onRecord := strconv.FormatInt(rec.Leaf, 10)
	switch {
	case held != "" && leaf != noLeaf && (held != rec.ID || leaf != onRecord):
		return removeHeld(d) // it was released or discarded, and the mark outlived it
	case rec.ID == "" || held != "":
		return nil
	}
	if err := verifyAt(d, rec.ID); err != nil {
		_, err := d.notarize(ctx, WasAborted, rec.ID)
		return err
	}
	return wrap("recover", rec.ID, writePointer(d, heldName, rec.ID, onRecord))
}

// CheckPointers checks the signatures of CURRENT and, where there is one, HELD.
func CheckPointers(d Dirs) error {
	if _, _, err := readCurrent(d); err != nil {
		return err
	}
	_, err := readHeld(d)
	return err
}

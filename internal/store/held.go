package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// A held snapshot is complete and verified and waits for a person: HELD names
// it as CURRENT names the one in force. Readers never see it.
//
//	hold      as a publication, but HELD is written in place of CURRENT
//	release   verify, on record as published, CURRENT swapped (the commit), HELD removed   a cut between: Recover goes on
//	discard   on record as aborted, HELD removed, then the folder   a cut between: Recover goes on
const heldName = "HELD"

func (d Dirs) heldPath() string { return filepath.Join(d.Data, heldName) }

// HeldBy is one reason why a snapshot was held.
type HeldBy struct {
	Share  string  `json:"share"`            // close | merge | split | change | late
	Stream string  `json:"stream,omitempty"` // whose deliveries made it, where that is known
	What   string  `json:"what"`             // "records of core/clients", "clients"
	Count  int64   `json:"count"`
	Total  int64   `json:"total"`
	Limit  float64 `json:"limit"` // share over which the brake holds
	Have   string  `json:"have,omitempty"`
	Want   string  `json:"want,omitempty"` // late: the day that the stream has, and the one that others brought
}

// String says it in words.
func (h HeldBy) String() string {
	if h.Share == "late" && h.Have == "" {
		return fmt.Sprintf("%s brought nothing for %s, nor ever before, and is not to be gone without", h.Stream, h.Want)
	}
	if h.Share == "late" {
		return fmt.Sprintf("%s brought nothing for %s (it stands at %s) and is not to be gone without", h.Stream, h.Want, h.Have)
	}
	verb := map[string]string{"merge": "merge away", "change": "change or take away values of"}[h.Share]
	if verb == "" {
		verb = h.Share
	}
	return fmt.Sprintf("would %s %d of %d %s (%.3g %%, the brake %s stands at %.3g %%)", verb, h.Count, h.Total, h.What, 100*float64(h.Count)/float64(max(h.Total, 1)), h.Share, 100*h.Limit)
}

// readHeld gives the id of the held snapshot, "" when nothing is held.
func readHeld(d Dirs) (string, error) {
	id, _, err := heldPointer(d)
	return id, err
}

// heldPointer gives id and ledger index of HELD.
func heldPointer(d Dirs) (id, leaf string, err error) {
	b, err := os.ReadFile(d.heldPath())
	if errors.Is(err, os.ErrNotExist) {
		return "", "", nil
	}
	if err != nil {
		return "", "", errs.Wrap(errs.Input, "open snapshot", heldName, err, "check the rights of the data folder")
	}
	return readPointer(d, heldName, b)
}

func removeHeld(d Dirs) error {
	if err := disk.Remove(d.heldPath()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return errs.Wrap(errs.Retry, "let go of snapshot", heldName, err, "check the rights of the data folder")
	}
	return wrap("let go of snapshot", heldName, disk.SyncDir(d.Data))
}

// Held gives the snapshot that waits for a person; ok is false when none does.
func Held(d Dirs) (info Info, ok bool, err error) {
	id, err := readHeld(d)
	if err != nil || id == "" {
		return Info{}, false, err
	}
	if cur, _, err := readCurrent(d); err == nil && seqOf(id) <= seqOf(cur) {
		return Info{}, false, nil // it was released; the mark is a remnant
	}
	if _, err := os.Stat(d.snapshot(id)); err != nil {
		return Info{}, false, nil
	}
	m, err := readManifest(d, id)
	return Info{ID: id, Held: true, Manifest: m}, err == nil, err
}

// Hold is Publish that stops before the commit: the snapshot is complete and
// verified, HELD names it, CURRENT is untouched. A snapshot held before must
// have been discarded.
func (s *Staging) Hold(ctx context.Context, m Manifest) (Info, error) {
	info, err := s.publish(ctx, m, heldName)
	s.Abort()
	return info, wrap("hold", "run "+s.run, err)
}

// Release publishes the held snapshot after reading all of its bytes again. It
// must have been built from the one in force. The caller has the run lock.
// onStep may be nil; it is called as Settings.OnStep.
func Release(d Dirs, id string, onStep func(string) error) (Info, error) {
	set := Settings{OnStep: onStep}
	info, err := heldAs(d, id)
	if err != nil {
		return Info{}, err
	}
	cur, _, err := readCurrent(d)
	if err != nil {
		return Info{}, err
	}
	if info.Manifest.Previous != cur {
		return Info{}, errs.New(errs.Integrity, "release snapshot", id, "it was built from "+info.Manifest.Previous+", and "+cur+" is in force",
			"`clientbase snapshot discard`, then `clientbase run` builds it anew")
	}
	if err := verifyAt(d, id); err != nil {
		return Info{}, err
	}
	if err := set.step("leaf"); err != nil {
		return Info{}, err
	}
	leaf, err := d.notarize(context.Background(), WasPublished, id)
	if err != nil {
		return Info{}, err
	}
	if err := set.step("pointer"); err != nil {
		return Info{}, err
	}
	if err := writeCurrent(d, id, leaf); err != nil {
		return Info{}, wrap("release snapshot", id, err)
	}
	if err := set.step("unmark"); err != nil {
		return Info{}, err
	}
	if err := removeHeld(d); err != nil {
		return Info{}, err
	}
	info.Current, info.Held = true, false
	return info, set.step("done")
}

// Discard removes the held snapshot. The caller has the run lock.
func Discard(d Dirs, id string, onStep func(string) error) error {
	set := Settings{OnStep: onStep}
	if _, err := heldAs(d, id); err != nil {
		return err
	}
	if err := set.step("leaf"); err != nil {
		return err
	}
	if _, err := d.notarize(context.Background(), WasAborted, id); err != nil {
		return err
	}
	if err := set.step("unmark"); err != nil {
		return err
	}
	if err := removeHeld(d); err != nil {
		return err
	}
	if err := set.step("remove"); err != nil {
		return err
	}
	if err := disk.RemoveAll(d.snapshot(id)); err != nil {
		return errs.Wrap(errs.Retry, "discard snapshot", id, err, "check the rights of the data folder")
	}
	return set.step("done")
}

// heldAs checks that id is the snapshot that waits.
func heldAs(d Dirs, id string) (Info, error) {
	info, ok, err := Held(d)
	if err != nil {
		return Info{}, err
	}
	if !ok || info.ID != id {
		return Info{}, errs.New(errs.Input, "open held snapshot", id, "it is not held", "`clientbase snapshot list` marks what is held")
	}
	return info, nil
}

// verifyAt reads every byte of a kept snapshot.
func verifyAt(d Dirs, id string) error {
	sn, err := OpenAt(d, id)
	if err != nil {
		return err
	}
	defer func() { _ = sn.Close() }()
	return sn.Verify()
}

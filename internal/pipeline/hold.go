package pipeline

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/store"
)

// waiting is the held snapshot and what it was made of.
type waiting struct {
	info store.Info
	head stateHead
}

// readHeld looks for a snapshot that waits for a person.
func (r *river) readHeld() error {
	info, ok, err := store.Held(r.dirs)
	if err != nil || !ok {
		return err
	}
	head, err := headOf(r.dirs, info.ID)
	if err != nil {
		return err
	}
	r.held = &waiting{info, head}
	return nil
}

// headOf reads what a kept snapshot was made of.
func headOf(d store.Dirs, id string) (head stateHead, err error) {
	sn, err := store.OpenAt(d, id)
	if err != nil {
		return head, err
	}
	defer func() { _ = sn.Close() }()
	return readHead(sn)
}

func readHead(sn *store.Snapshot) (head stateHead, err error) {
	text, err := os.ReadFile(sn.StateFile("head.json"))
	if err == nil {
		err = json.Unmarshal(text, &head)
	}
	if err != nil {
		return head, errs.Wrap(errs.Integrity, "read state", sn.Info().ID, err, "restore the snapshot's folder from a backup")
	}
	return head, nil
}

// Waits gives the id of the snapshot that waits for a person, "" when none does.
func Waits(p *Project) (string, error) {
	if !HasKey(p.Data) {
		return "", nil // nothing was ever built
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return "", err
	}
	info, _, err := store.Held(dirs)
	return info.ID, err
}

func (h *stateHead) deliveries() map[string]bool {
	out := map[string]bool{}
	for _, st := range h.Streams {
		for _, d := range st.Deliveries {
			out[d] = true
		}
	}
	return out
}

// minded refuses a run that would build again what waits for a person already.
// When something arrived since, was set aside, or the configuration was
// corrected, the run goes on from the snapshot in force and takes its place.
// What is left of an erasure waits for nobody: it is done first.
func (r *river) minded(ctx context.Context) error {
	if r.held == nil {
		return nil
	}
	h := &r.held.head
	if r.o.anew() || r.erasing || h.Config != r.p.Config || h.Program != r.p.Version || !maps.Equal(h.deliveries(), r.memory.target) {
		r.report.note("", "snapshot %s was held; it is discarded, because this run builds anew from the one in force with what came since", r.held.info.ID)
		return nil
	}
	if r.o.NoSources && (len(r.unended) > 0 || r.retaining) {
		r.nothingNew() // it is all that this run is for
		return nil
	}
	if err := r.expire(ctx); err != nil {
		return err
	}
	return r.lacking(errs.New(errs.Held, "run", r.held.info.ID, "a snapshot is held and waits for a person: "+reasons(r.held.info.Manifest.Held),
		"`clientbase snapshot show`, then `clientbase snapshot release` or `clientbase snapshot discard`; a new delivery takes its place by itself"))
}

// letGo discards the snapshot that was held when the run began, because
// another one takes its place.
func (r *river) letGo(ctx context.Context) error {
	if r.held == nil {
		return nil
	}
	act := Act{r.o.Now, r.o.Actor, "superseded by run " + r.run}
	if err := r.settled.on(ctx, r.p.Data, r.land.Keys.Project(), act, "discard", r.held.info.ID); err != nil {
		return err
	}
	return store.Discard(r.dirs, r.held.info.ID, nil)
}

// stopped is the error of a run whose snapshot was held.
func (r *river) stopped() error {
	if len(r.report.Held) == 0 {
		return nil
	}
	return errs.New(errs.Held, "publish", r.report.Snapshot, "held: "+reasons(r.report.Held), r.report.Hint)
}

// Settle says of held runs what became of what they built.
func Settle(p *Project, list []*Report) error {
	var a *settled
	for _, r := range list {
		if r.Status != "held" {
			continue
		}
		if a == nil {
			var err error
			if a, err = settledOf(p.Data); err != nil {
				return err
			}
		}
		acted := a.snapshots[r.Snapshot]
		if len(acted) == 0 {
			continue
		}
		last := acted[len(acted)-1]
		dirs, err := DirsOf(p.Data)
		if err != nil {
			return err
		}
		if now, ok, err := store.Held(dirs); err != nil || ok && now.ID == r.Snapshot {
			continue // recorded, and cut before it was done
		}
		for _, e := range acted {
			if v := verbOf(e); v == "released" || v == "discarded" {
				last = e
			}
		}
		r.Status, r.Settled = verbOf(last), verbOf(last)+" by "+by(last)
	}
	return nil
}

const heldHint = "`clientbase snapshot show` says what it would do; `clientbase snapshot release` publishes it as it is; `clientbase snapshot discard` removes it; the right file, delivered under the same name, takes its place"

func reasons(list []store.HeldBy) string {
	text := make([]string, len(list))
	for i, h := range list {
		text[i] = h.String()
	}
	return strings.Join(text, "; ")
}

func unix(s int64) time.Time { return time.Unix(s, 0).UTC() }

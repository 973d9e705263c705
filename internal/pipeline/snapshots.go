package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// Current opens the snapshot in force with the acts of people since. The
// caller closes it.
func Current(p *Project) (*store.Snapshot, error) {
	s, err := Published(p)
	if err != nil {
		return nil, err
	}
	if err := Overlay(context.Background(), p, s); err != nil { // opening is short and not worth a cancel
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// As opens a kept snapshot by the beginning of its id, as it stood: what people
// did later does not show, what they had done does. The snapshot in force is
// opened with the acts since. The caller closes it.
func As(p *Project, id string) (*store.Snapshot, error) {
	all, err := Snapshots(p)
	if err != nil {
		return nil, err
	}
	i, err := keptAt(all, id, func(int) bool { return false })
	if err != nil {
		return nil, err
	}
	if all[i].Mark == "current" {
		return Current(p)
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	return store.OpenAt(dirs, all[i].ID)
}

// still tells a snapshot that is read as it stood from one that acts lie over.
func still(s *store.Snapshot) bool { return !s.Info().Current && s.Overlay().Position == 0 }

// Published opens the snapshot in force as it was built.
func Published(p *Project) (*store.Snapshot, error) {
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	dirs.Ahead = p.Ahead
	return store.Open(dirs)
}

// HasKey tells whether anything was ever built or recorded here: both need the
// project key.
func HasKey(data string) bool {
	_, err := os.Stat(filepath.Join(data, "keys", "project.key"))
	return err == nil
}

// DirsOf gives the store's folders with the key that signs the pointer. It
// makes no key: without one nothing was ever published.
func DirsOf(data string) (store.Dirs, error) {
	if !HasKey(data) {
		return store.Dirs{}, errs.New(errs.Input, "open snapshot", data, "no snapshot yet", "run `clientbase run`")
	}
	keys, err := landing.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		return store.Dirs{}, err
	}
	return store.Dirs{Data: data, Key: keys.Project()}, nil
}

// loadedDeliveries lists the deliveries that the current snapshot holds.
func loadedDeliveries(p *Project) map[string]bool {
	s, err := Published(p)
	if err != nil {
		return map[string]bool{}
	}
	defer func() { _ = s.Close() }()
	head, err := readHead(s)
	if err != nil {
		return map[string]bool{}
	}
	return head.deliveries()
}

// Kept is a snapshot on disk, as `snapshot list` and `show` tell it.
type Kept struct {
	ID       string              `json:"id"`
	Mark     string              `json:"mark,omitempty"` // current | held | unpublished
	Created  time.Time           `json:"created"`
	Run      string              `json:"run"`
	Previous string              `json:"previous,omitempty"`
	Rollback string              `json:"rollback_to,omitempty"`
	Program  string              `json:"program"`
	Config   string              `json:"config"`
	Model    string              `json:"model"`
	Journal  int64               `json:"journal"` // acts up to this one are folded in; reads add the later ones
	Streams  []store.StreamState `json:"streams"`
	Counts   map[string]int64    `json:"counts,omitempty"`
	Tables   map[string]int64    `json:"tables"`
	RowRoot  string              `json:"row_root,omitempty"`
	Files    int                 `json:"files"`
	Bytes    int64               `json:"bytes"` // of all its files; unchanged ones are shared between snapshots
	Held     []store.HeldBy      `json:"held,omitempty"`
	Acts     []string            `json:"acts,omitempty"`       // who released, discarded or rolled back, and why
	New      []Arrival           `json:"deliveries,omitempty"` // of a held one: what it brings that the current one has not
}

// Arrival is a delivery that a snapshot brings, or that the next run would load.
type Arrival struct {
	ID     string `json:"id"`
	Stream string `json:"stream"`
	Name   string `json:"name"`
	AsOf   string `json:"as_of"`
	Rows   int64  `json:"rows"`
}

// Snapshots lists what is kept, oldest first. Without a project key nothing was
// ever made and the list is empty.
func Snapshots(p *Project) ([]Kept, error) {
	if !HasKey(p.Data) {
		return nil, nil
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	list, err := store.List(dirs)
	if err != nil {
		return nil, err
	}
	a, err := readSettled(p.Data, dirs.Key)
	if err != nil {
		return nil, err
	}
	var out []Kept
	current := map[string]bool{}
	inForce := ""
	for _, s := range list {
		if s.Current {
			inForce = s.ID
			if head, err := headOf(dirs, s.ID); err == nil {
				current = head.deliveries()
			}
		}
	}
	for _, s := range list {
		m := s.Manifest
		k := Kept{ID: s.ID, Created: m.Created, Run: m.Run, Previous: m.Previous, Rollback: m.Rollback, Program: m.Program, Config: m.Config, Model: m.Model, Journal: m.Journal,
			Streams: m.Streams, Counts: m.Counts, Tables: m.Tables, RowRoot: m.RowRoot, Files: len(m.Files), Held: m.Held}
		for _, f := range m.Files {
			k.Bytes += f.Size
		}
		switch {
		case s.Current:
			k.Mark = "current"
		case s.Held:
			k.Mark = "held"
			head, err := headOf(dirs, s.ID)
			if err != nil {
				return nil, err
			}
			if k.New, err = missing(p, head.deliveries(), current); err != nil {
				return nil, err
			}
		case s.ID > inForce:
			k.Mark = "unpublished"
		}
		for _, e := range a.snapshots[s.ID] {
			k.Acts = append(k.Acts, verbOf(e)+" by "+by(e))
		}
		out = append(out, k)
	}
	return out, nil
}

func verbOf(e journal.Entry) string {
	var v journal.Publication
	if e.Decode(&v) != nil {
		return "acted on"
	}
	return map[string]string{"release": "released", "discard": "discarded", "rollback": "rolled back to", "remove": "removed"}[v.Verb]
}

// missing lists the deliveries of have that without lacks, in loading order.
func missing(p *Project, have, without map[string]bool) ([]Arrival, error) {
	land := landing.At(p.Data)
	var list []landing.Delivery
	for i := range p.Streams {
		all, err := land.Deliveries(p.Streams[i].ID())
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			if have[d.ID] && !without[d.ID] {
				list = append(list, d)
			}
		}
	}
	pendingOrder(list)
	var out []Arrival
	for _, d := range list {
		out = append(out, Arrival{d.ID, d.Stream, d.Name, d.AsOf.UTC().Format(time.DateOnly), d.Rows})
	}
	return out, nil
}

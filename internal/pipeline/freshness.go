package pipeline

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/store"
)

// Verdicts on the age of a stream.
const (
	VerdictFresh = "fresh"
	VerdictStale = "stale"
)

// Freshness is how old what is published of one stream is.
type Freshness struct {
	Stream  string    `json:"stream"`
	AsOf    time.Time `json:"as_of,omitzero"`   // the latest time that the published deliveries speak of; zero = nothing is published
	Arrived time.Time `json:"arrived,omitzero"` // of the last delivery, published or not
	Waits   int       `json:"landed_not_loaded,omitempty"`
	// Age counts from AsOf to now, Limit is what the configuration allows; both
	// in seconds.
	Age     int64  `json:"age_seconds,omitempty"`
	Limit   int64  `json:"limit_seconds,omitempty"`
	Verdict string `json:"verdict,omitempty"` // fresh | stale; "" = no limit
}

// FreshnessOf tells for every selected stream how old its published state is at
// now. A stream of which nothing is published is stale when it has a limit. It
// writes nothing and works while a run is at work.
func FreshnessOf(p *Project, list []string, now time.Time) ([]Freshness, error) {
	published, err := publishedStreams(p)
	if err != nil {
		return nil, err
	}
	people, err := settledOf(p.Data)
	if err != nil {
		return nil, err
	}
	land := landing.At(p.Data)
	var out []Freshness
	for i := range p.Streams {
		s := &p.Streams[i]
		if !selected(list, s.Source, s.ID()) {
			continue
		}
		f := Freshness{Stream: s.ID(), Limit: int64(s.Freshness / time.Second)}
		st := published[s.ID()]
		done := map[string]bool{}
		if st != nil {
			f.AsOf = time.Unix(st.AsOf, 0).UTC()
			f.Age = int64(now.Sub(f.AsOf) / time.Second)
			for _, d := range st.Deliveries {
				done[d] = true
			}
		}
		deliveries, err := land.Deliveries(s.ID())
		if err != nil {
			return nil, err
		}
		void := superseded(&s.Stream, deliveries, people.aside)
		for _, d := range deliveries {
			if d.Arrived.After(f.Arrived) {
				f.Arrived = d.Arrived
			}
			if _, gone := void[d.ID]; !gone && !done[d.ID] {
				f.Waits++
			}
		}
		if s.Freshness > 0 {
			f.Verdict = VerdictFresh
			if st == nil || now.Sub(f.AsOf) > s.Freshness {
				f.Verdict = VerdictStale
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// publishedStreams reads what the snapshot in force knows of its streams; a
// project that has published nothing has none.
func publishedStreams(p *Project) (map[string]*streamState, error) {
	if _, err := os.Stat(filepath.Join(p.Data, "keys", "project.key")); err != nil {
		return nil, nil
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	if !store.Published(dirs) {
		return nil, nil
	}
	snap, err := store.Open(dirs)
	if err != nil {
		return nil, err
	}
	defer func() { _ = snap.Close() }()
	text, err := os.ReadFile(snap.StateFile("head.json"))
	if err != nil {
		return nil, errs.Wrap(errs.Integrity, "read state", snap.Info().ID, err, "rebuild: `clientbase run --from-landing`")
	}
	var head stateHead
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, errs.New(errs.Integrity, "read state", snap.Info().ID, "head.json is not of this format", "rebuild: `clientbase run --from-landing`")
	}
	return head.Streams, nil
}

// Package landing keeps what was received, immutable and encrypted from the
// first day: batches of parsed rows with the (card-masked) bytes they were
// read from, the deliveries that group them, and the quarantine of rows that
// could not be used. A batch lands by temporary file, fsync, rename, fsync of
// the folder; a delivery exists once its JSON stands beside its batches, so a
// cut between the two leaves orphans that the next run sweeps.
//
// On disk:
//
//	landing/<source>/<stream>/<batch id>.age         rows, positions, raw bytes
//	landing/<source>/<stream>/<delivery id>.json     no client value inside
//	quarantine/<source>/<stream>/<delivery id>-<stage>.age and .json (counts)
package landing

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"clientbase/connectors"
	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// Store is the landing folder of a project.
type Store struct {
	dir  string
	Keys *Keys

	// Ahead, which may be nil, is told of files, by path under the data folder,
	// before they are written anew or removed; several goroutines may call it.
	Ahead func(paths []string) error
}

// Open opens the landing under the data folder.
func Open(data string) (*Store, error) {
	keys, err := OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		return nil, err
	}
	return &Store{dir: data, Keys: keys}, nil
}

// At gives a store that only lists: it opens no keys and makes no folder.
func At(data string) *Store { return &Store{dir: data} }

// Delivery is one arrival of a part of a stream.
type Delivery struct {
	ID      string     `json:"id"`
	Stream  string     `json:"stream"`
	Seq     int        `json:"seq"`   // order of arrival within the stream, from 1
	Name    string     `json:"name"`  // file name, "query", …
	AsOf    time.Time  `json:"as_of"` // the time it speaks of
	Arrived time.Time  `json:"arrived"`
	Batches []BatchRef `json:"batches"`
	Rows    int64      `json:"rows"`
	Bad     int64      `json:"bad"`
	// Reasons counts the bad rows by reason.
	Reasons map[string]int64 `json:"reasons,omitempty"`
	Bytes   int64            `json:"bytes"`
	Cursor  []byte           `json:"cursor,omitempty"`
	Notes   []string         `json:"notes,omitempty"`
	// Sparse: Columns are the names that rows use, not a heading.
	Sparse  bool     `json:"sparse,omitempty"`
	Columns []string `json:"columns"`
}

// BatchRef names one batch of a delivery.
type BatchRef struct {
	ID    string `json:"id"`
	Rows  int    `json:"rows"`
	RawAt int64  `json:"raw_at"`
	Raw   int64  `json:"raw"` // bytes; 0 = the source was no file
}

// Writer collects the batches of one delivery.
type Writer struct {
	s   *Store
	d   Delivery
	bad *Spool
}

// Begin starts a delivery; Close it. arrived is the run's instant.
func (s *Store) Begin(stream string, seq int, name string, asOf, arrived time.Time) *Writer {
	return &Writer{s: s, bad: s.Spool(), d: Delivery{Stream: stream, Seq: seq, Name: name, AsOf: asOf.UTC(), Arrived: arrived.UTC()}}
}

// Add lands one batch. It does not release b.Rows. e, which may be nil, says
// what of it must not be kept.
func (w *Writer) Add(_ context.Context, b connectors.Batch, e *Edit) error {
	if b.Rows != nil && (b.Sparse || len(w.d.Columns) == 0) {
		w.d.Sparse = b.Sparse
		for _, f := range b.Rows.Schema().Fields() {
			if !slices.Contains(w.d.Columns, f.Name) {
				w.d.Columns = append(w.d.Columns, f.Name)
			}
		}
	}
	ref, err := w.s.putBatch(w.d.Stream, b, e)
	if err != nil {
		return err
	}
	w.d.Batches = append(w.d.Batches, ref)
	w.d.Rows += int64(ref.Rows)
	w.d.Bytes += int64(len(b.Raw))
	w.d.Bad += int64(len(b.Bad))
	if len(b.Bad) > 0 && w.d.Reasons == nil {
		w.d.Reasons = map[string]int64{}
	}
	for _, bad := range b.Bad {
		w.d.Reasons[bad.Reason]++
		if err := w.bad.Add(QuarantineRow{Class: "quality", Reason: bad.Reason, Detail: bad.Detail, Pos: bad.Pos, Raw: bad.Raw}); err != nil {
			return err
		}
	}
	if b.Next != nil {
		w.d.Cursor = b.Next
	}
	if !b.AsOf.IsZero() {
		w.d.AsOf = b.AsOf.UTC()
	}
	w.d.Notes = append(w.d.Notes, b.Notes...)
	return nil
}

// Delivery is what has been collected so far.
func (w *Writer) Delivery() *Delivery { return &w.d }

// Close frees what a delivery that is not finished holds.
func (w *Writer) Close() { w.bad.Close() }

// Finish writes the quarantine and the delivery: after it the delivery exists.
func (w *Writer) Finish() (Delivery, error) {
	if w.d.AsOf.IsZero() {
		w.d.AsOf = w.d.Arrived
	}
	parts := []string{"delivery", w.d.Stream, w.d.Name, w.d.AsOf.Format(time.RFC3339Nano)}
	for _, b := range w.d.Batches {
		parts = append(parts, b.ID)
	}
	w.d.ID = w.s.Keys.Project().Derive("delivery").Token(parts...).String()
	if err := w.s.PutQuarantine(w.d.Stream, w.d.ID, "read", w.bad); err != nil {
		return Delivery{}, err
	}
	text, err := json.MarshalIndent(w.d, "", "  ")
	if err != nil {
		return Delivery{}, errs.Wrap(errs.Bug, "write delivery", w.d.Stream, err, "")
	}
	if err := w.s.ahead(w.s.deliveryPath(w.d.Stream, w.d.ID)); err != nil {
		return Delivery{}, err
	}
	return w.d, disk.WriteBytes(w.s.deliveryPath(w.d.Stream, w.d.ID), append(text, '\n'))
}

func (s *Store) streamDir(stream string) string {
	return filepath.Join(s.dir, "landing", filepath.FromSlash(stream))
}

func (s *Store) batchPath(stream, id string) string {
	return filepath.Join(s.streamDir(stream), id+".age")
}

func (s *Store) deliveryPath(stream, id string) string {
	return filepath.Join(s.streamDir(stream), id+".json")
}

// Deliveries lists the finished deliveries of a stream in order of arrival.
func (s *Store) Deliveries(stream string) ([]Delivery, error) {
	entries, err := os.ReadDir(s.streamDir(stream))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, disk.Problem("list landing of", stream, err)
	}
	var out []Delivery
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(s.streamDir(stream), e.Name()))
		if err != nil {
			return nil, disk.Problem("read delivery of", stream, err)
		}
		var d Delivery
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, errs.Wrap(errs.Integrity, "read delivery", stream+" "+e.Name(), err, "restore the file from backup")
		}
		out = append(out, d)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Seq != out[j].Seq {
			return out[i].Seq < out[j].Seq
		}
		return out[i].ID < out[j].ID
	})
	return out, nil
}

// Sweep removes batches that no delivery names: the remains of a run that was
// cut. It returns how many it removed.
func (s *Store) Sweep(stream string) (int, error) {
	deliveries, err := s.Deliveries(stream)
	if err != nil {
		return 0, err
	}
	named := map[string]bool{}
	for _, d := range deliveries {
		for _, b := range d.Batches {
			named[b.ID] = true
		}
	}
	entries, err := os.ReadDir(s.streamDir(stream))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, disk.Problem("sweep landing of", stream, err)
	}
	var orphans, paths []string
	for _, e := range entries {
		if id, isBatch := strings.CutSuffix(e.Name(), ".age"); isBatch && !named[id] {
			orphans, paths = append(orphans, id), append(paths, s.batchPath(stream, id))
		}
	}
	if err := s.ahead(paths...); err != nil {
		return 0, err
	}
	for i, id := range orphans {
		if err := disk.Remove(paths[i]); err != nil {
			return i, disk.Problem("sweep", paths[i], err)
		}
		_ = disk.Remove(s.Keys.path(id))
	}
	return len(orphans), nil
}

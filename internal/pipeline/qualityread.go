package pipeline

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"clientbase/internal/store"
)

// AttrQuality is the quality profile of one attribute of one stream, as published.
type AttrQuality struct {
	Stream    string          `json:"stream"`
	Attr      string          `json:"attr"`
	Records   int64           `json:"records"` // in force, that could have the attribute
	Filled    int64           `json:"filled"`
	Fill      float64         `json:"fill"` // filled / records
	Cells     int64           `json:"cells"`
	Usable    int64           `json:"usable"`
	Valid     float64         `json:"valid"` // usable / cells
	OK        int64           `json:"ok"`
	Corrected int64           `json:"corrected"`
	Assumed   int64           `json:"assumed"`
	Ambiguous int64           `json:"ambiguous"`
	Conflict  int64           `json:"conflict"`
	Invalid   int64           `json:"invalid"`
	Junk      int64           `json:"junk"`
	Reasons   []QualityReason `json:"reasons"`          // the most frequent first
	Shapes    []JunkShape     `json:"shapes,omitempty"` // of junk, the most frequent first
}

// QualityReason counts one verdict.
type QualityReason struct {
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`
	Cells  int64  `json:"cells"`
}

// JunkShape counts what junk looks like.
type JunkShape struct {
	Shape string `json:"shape"`
	Cells int64  `json:"cells"`
}

// QualityOf reads the quality profile of a snapshot, by stream and in the order of
// the dictionary. list narrows it to sources or streams, attr to an attribute.
func QualityOf(ctx context.Context, p *Project, s *store.Snapshot, list []string, attr string) ([]AttrQuality, error) {
	r, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	var out []AttrQuality
	at := map[[2]string]int{}
	err = eachRow(ctx, r, "SELECT stream, attr, records, filled, fill::DOUBLE, cells, usable, valid::DOUBLE, ok, corrected, assumed, ambiguous, conflict, invalid, junk FROM client.main.quality_profile",
		func(scan func(...any) error) error {
			var q AttrQuality
			err := scan(&q.Stream, &q.Attr, &q.Records, &q.Filled, &q.Fill, &q.Cells, &q.Usable, &q.Valid, &q.OK, &q.Corrected, &q.Assumed, &q.Ambiguous, &q.Conflict, &q.Invalid, &q.Junk)
			source, _, _ := strings.Cut(q.Stream, "/")
			if err == nil && selected(list, source, q.Stream) && (attr == "" || attr == q.Attr) {
				at[[2]string{q.Stream, q.Attr}] = len(out)
				out = append(out, q)
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	err = eachRow(ctx, r, "SELECT stream, attr, status, coalesce(reason, ''), cells FROM client.main.quality_reasons ORDER BY stream, attr, cells DESC, status, reason",
		func(scan func(...any) error) error {
			var k [2]string
			var x QualityReason
			err := scan(&k[0], &k[1], &x.Status, &x.Reason, &x.Cells)
			if i, ok := at[k]; ok && err == nil {
				out[i].Reasons = append(out[i].Reasons, x)
			}
			return err
		})
	if err != nil {
		return nil, err
	}
	err = eachRow(ctx, r, "SELECT stream, attr, shape, cells FROM client.main.quality_junk ORDER BY stream, attr, cells DESC, shape",
		func(scan func(...any) error) error {
			var k [2]string
			var x JunkShape
			err := scan(&k[0], &k[1], &x.Shape, &x.Cells)
			if i, ok := at[k]; ok && err == nil {
				out[i].Shapes = append(out[i].Shapes, x)
			}
			return err
		})
	sortQuality(p, out)
	return out, err
}

// eachRow runs a query and shows each row to do.
func eachRow(ctx context.Context, r *store.Reader, sql string, do func(scan func(...any) error) error) error {
	rows, err := r.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func sortQuality(p *Project, list []AttrQuality) {
	place := map[string]int{}
	for i, a := range p.Dict.Attrs {
		place[a.ID] = i
	}
	slices.SortFunc(list, func(a, b AttrQuality) int {
		return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(place[a.Attr], place[b.Attr]))
	})
}

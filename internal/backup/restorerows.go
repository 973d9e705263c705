package backup

import (
	"path/filepath"

	"clientbase/internal/landing"
)

// rows reads every landed and quarantined row.
func (r *restorer) rows() error {
	if !r.o.Rows {
		return nil
	}
	gone := map[string]bool{}
	for _, name := range r.m.Keyless {
		gone[name] = true
	}
	streams, err := filepath.Glob(filepath.Join(r.o.To, "landing", "*", "*"))
	if err != nil {
		return err
	}
	for _, dir := range streams {
		rel, err := filepath.Rel(filepath.Join(r.o.To, "landing"), dir)
		if err != nil {
			return err
		}
		list, err := r.land.Deliveries(filepath.ToSlash(rel))
		if err != nil {
			return err
		}
		for _, d := range list {
			for _, ref := range d.Batches {
				if gone["data/landing/"+d.Stream+"/"+ref.ID+".age"] {
					continue
				}
				b, err := r.land.ReadBatch(d.Stream, ref.ID)
				if err != nil {
					return err
				}
				r.out.Rows += b.Rows.NumRows()
				b.Release()
			}
		}
	}
	aside, err := r.land.Quarantines()
	if err != nil {
		return err
	}
	for _, f := range aside {
		err := r.land.EachQuarantined(f, func(landing.QuarantineRow) bool { r.out.Rows++; return true })
		if err != nil {
			return err
		}
	}
	return nil
}

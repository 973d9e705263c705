package pipeline

import (
	"context"
	"slices"
	"strings"
)

// strangePurposes notes the streams whose consents name purposes that the
// project does not know. The words themselves stay in the base: they may be
// anything that a source wrote.
func (r *river) strangePurposes(ctx context.Context) error {
	list, err := r.staging.ConsentPurposes(ctx)
	if err != nil {
		return err
	}
	grants, objections := map[string]int64{}, map[string]int64{}
	for _, c := range list {
		if slices.Contains(r.p.Purposes, strings.ToLower(strings.TrimSpace(c.Purpose))) {
			continue
		}
		if c.State == "grant" {
			grants[c.Stream] += c.Count
		} else {
			objections[c.Stream] += c.Count
		}
	}
	for i := range r.p.Streams {
		id := r.p.Streams[i].ID()
		if n := objections[id]; n > 0 {
			r.report.note(id, "objections with a purpose that the project does not know: %d; each counts for the next wider purpose that it knows, else for everything. Add the purpose under purposes: in clientbase.yaml, or translate it in the mapping", n)
		}
		if n := grants[id]; n > 0 {
			r.report.note(id, "grants with a purpose that no segment has: %d; they open nothing", n)
		}
	}
	return nil
}

package outbound

import (
	"fmt"

	"clientbase/internal/errs"
)

// Step is one gate of a waterfall.
type Step struct {
	Gate    Gate  `json:"gate"`
	Removed int64 `json:"removed"`
	Left    int64 `json:"left"`
}

// Waterfall counts what each gate removed. Every matched client is either
// removed at exactly one gate or sendable.
type Waterfall struct {
	Matched     int64  `json:"matched"`
	Steps       []Step `json:"steps"`
	Contactable int64  `json:"contactable"` // may be contacted for this purpose and channel
	Sendable    int64  `json:"sendable"`    // and stands on the list
}

// newWaterfall makes the steps from the removals per gate.
func newWaterfall(matched int64, removed map[Gate]int64) Waterfall {
	w := Waterfall{Matched: matched}
	left := matched
	for _, g := range Gates() {
		if g == SamePoint {
			w.Contactable = left
		}
		left -= removed[g]
		w.Steps = append(w.Steps, Step{g, removed[g], left})
	}
	w.Sendable = left
	return w
}

// check compares the steps with the rows that were really written.
func (w Waterfall) check(written int64) error {
	removed := int64(0)
	for _, s := range w.Steps {
		removed += s.Removed
	}
	if removed != w.Matched-written || w.Sendable != written {
		return errs.New(errs.Bug, "export", "waterfall", fmt.Sprintf("%d matched, %d removed, %d written", w.Matched, removed, written), "report it; no file was delivered")
	}
	return nil
}

// counts is the waterfall as the journal keeps it.
func (w Waterfall) counts() map[string]int64 {
	out := map[string]int64{"matched": w.Matched, "contactable": w.Contactable, "sendable": w.Sendable}
	for _, s := range w.Steps {
		out[string(s.Gate)] = s.Removed
	}
	return out
}

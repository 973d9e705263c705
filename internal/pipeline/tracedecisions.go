package pipeline

import (
	"slices"

	"clientbase/dedupe"
	"clientbase/internal/journal"
)

// TraceDecision is what a person said of a record of the client and another.
type TraceDecision struct {
	Entry       int64  `json:"entry"`
	A           string `json:"a"`
	B           string `json:"b"`
	Verdict     string `json:"verdict"`
	By          string `json:"by"`
	At          string `json:"at"`
	Reason      string `json:"reason"`
	UndoneBy    int64  `json:"undone_by,omitempty"`
	Undone      string `json:"undone_reason,omitempty"`
	Contradicts bool   `json:"contradicts,omitempty"` // with others, so that it joins nobody
	Folded      bool   `json:"folded"`                // the snapshot obeys it, or obeys that it was taken back
}

// decisions gives what people said of these records, in the order of the journal.
func (t *tracer) decisions(records []TraceRecord) ([]TraceDecision, error) {
	acts, err := t.journal()
	if err != nil {
		return nil, err
	}
	all, err := decisions(acts)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	mine := map[journal.Record]bool{}
	for _, r := range records {
		mine[journal.Record{Stream: r.Stream, Key: r.Key}] = true
	}
	u := rule(slices.DeleteFunc(slices.Clone(all), func(d decided) bool { return d.undone != nil }))
	folded := t.s.Info().Manifest.Journal
	var out []TraceDecision
	for i := range all {
		d := &all[i]
		if !mine[d.A] && !mine[d.B] {
			continue
		}
		x := TraceDecision{Entry: d.entry.Seq, A: d.A.Stream + ":" + d.A.Key, B: d.B.Stream + ":" + d.B.Key, Verdict: d.Verdict, By: d.entry.Actor.User,
			At: d.entry.At.UTC().Format("2006-01-02 15:04"), Reason: d.entry.Reason, Folded: d.entry.Seq <= folded}
		if d.entry.Actor.Role != "" {
			x.By += " (" + d.entry.Actor.Role + ")"
		}
		if d.undone != nil {
			x.UndoneBy, x.Undone, x.Folded = d.undone.Seq, d.undone.Reason, d.undone.Seq <= folded
		}
		x.Contradicts = d.undone == nil && d.verdict() == dedupe.Same && u.of(d.A, d.B) != dedupe.Same
		out = append(out, x)
	}
	return out, nil
}

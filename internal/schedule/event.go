package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"clientbase/internal/errs"
)

// Kind names an event.
type Kind string

// What a scheduler tells.
const (
	Started Kind = "started" // the scheduler is at work
	Begun   Kind = "begun"   // a run starts
	Done    Kind = "done"    // it ended well
	Failed  Kind = "failed"  // it ended with Exit; Retry says when it is tried again, if it is
	Waits   Kind = "waits"   // somebody else's run is at work
	Skipped Kind = "skipped" // nothing is done for times that have come
	Changed Kind = "changed" // the configuration gives other times than before
	Faulty  Kind = "faulty"  // the configuration cannot be read: the times stay as they were
	Warned  Kind = "warned"  // something of the scheduler's own failed
	Stopped Kind = "stopped" // the scheduler ends
)

// Event is one thing that a scheduler tells: a line for a person, or an object.
// It holds no client value: errors name source, stream and row.
type Event struct {
	At       time.Time `json:"at"`
	Kind     Kind      `json:"event"`
	Due      []Due     `json:"due,omitempty"`
	Run      string    `json:"run,omitempty"`
	Status   string    `json:"status,omitempty"`
	Snapshot string    `json:"snapshot,omitempty"`
	Seconds  float64   `json:"seconds,omitempty"`
	Read     int64     `json:"read,omitempty"`
	Exit     int       `json:"exit"`
	Try      int       `json:"try,omitempty"`
	Retry    time.Time `json:"retry,omitzero"`
	Next     time.Time `json:"next,omitzero"`
	Sources  []string  `json:"sources,omitempty"` // whose next time it is, or how many there are
	Note     string    `json:"note,omitempty"`
	Error    string    `json:"error,omitempty"`
	Hint     string    `json:"hint,omitempty"`
	Quiet    bool      `json:"-"` // told before
}

// stampLayout tells a time with the offset of its zone.
const stampLayout = "2006-01-02 15:04 -07:00"

// String is the event as one line, without its instant.
func (e Event) String() string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	if len(e.Due) > 0 {
		b.WriteString(" " + dues(e.Due))
	}
	if e.Kind == Begun && e.Try > 1 {
		fmt.Fprintf(&b, ", try %d", e.Try)
	}
	if e.Note != "" {
		b.WriteString(": " + e.Note)
	}
	switch e.Kind {
	case Done:
		b.WriteString(": " + e.Status)
		if e.Snapshot != "" && e.Status == "published" {
			b.WriteString(" " + e.Snapshot)
		}
		fmt.Fprintf(&b, ", %d rows read, %.1f s, run %s", e.Read, e.Seconds, e.Run)
	case Failed:
		if e.Status == "published" { // without a source that could not be read
			fmt.Fprintf(&b, ": published %s", e.Snapshot)
		}
		fmt.Fprintf(&b, ": exit %d: %s", e.Exit, e.Error)
		if e.Run != "" {
			b.WriteString(", run " + e.Run)
		}
		if e.Retry.IsZero() {
			b.WriteString("; not tried again before the next time")
		} else {
			b.WriteString("; tried again at " + e.Retry.UTC().Format("15:04:05") + "Z")
		}
	default:
		if e.Error != "" {
			b.WriteString(": " + e.Error)
		}
	}
	if e.Hint != "" {
		b.WriteString(" (try: " + e.Hint + ")")
	}
	if !e.Next.IsZero() {
		b.WriteString("; next " + strings.Join(e.Sources, ", ") + " at " + e.Next.Format(stampLayout))
	}
	return b.String()
}

// dues gives "core, web (2026-03-01 03:00 +03:00)", grouped by time.
func dues(list []Due) string {
	var parts []string
	for i := 0; i < len(list); {
		names := []string{list[i].Source}
		j := i + 1
		for ; j < len(list) && list[j].At.Equal(list[i].At); j++ {
			names = append(names, list[j].Source)
		}
		parts = append(parts, strings.Join(names, ", ")+" ("+list[i].At.Format(stampLayout)+")")
		i = j
	}
	return strings.Join(parts, ", ")
}

// words gives the text of an error on one line, and the hint apart.
func words(err error) (text, hint string) {
	var list *errs.List
	if errors.As(err, &list) {
		var lines []string
		for _, e := range list.All {
			t, h := words(e)
			lines = append(lines, t)
			if hint == "" {
				hint = h
			}
		}
		return strings.Join(lines, "; "), hint
	}
	e, ok := errs.Of(err)
	if !ok {
		return "unclassified failure", "run again with CLIENTBASE_DEBUG=1 and report it"
	}
	c := *e
	c.Hint = ""
	return strings.ReplaceAll(c.Error(), "\n", " "), e.Hint
}

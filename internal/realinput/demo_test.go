package realinput

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// The demo tells as fields what it tells a person, its segment and waterfall are
// those of the verbs, they add up, and showing them leaves nothing behind.
func TestDemoTellsItsSegment(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	type waterfall struct {
		Segment, Channel, Recipient    string
		Matched, Contactable, Sendable int64
		Steps                          []struct {
			Gate          string
			Removed, Left int64
		}
	}
	var demo struct {
		Run, Truth, Client json.RawMessage
		Segment            struct {
			Segment string
			Counts  struct{ Matched, Unknown, Base int64 }
		}
		Export waterfall
	}
	parse := func(text string, v any) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), v); err != nil {
			t.Fatalf("%v\n%s", err, tail(text))
		}
	}
	parse(s.want(0, "demo", "--records", "1500", "--json").out, &demo)
	if len(demo.Run) == 0 || len(demo.Truth) == 0 || len(demo.Client) < 100 {
		t.Error("run, truth or client is missing")
	}
	n := demo.Segment.Counts
	if n.Matched == 0 || n.Base < n.Matched+n.Unknown || demo.Export.Matched != n.Matched {
		t.Errorf("counts %+v, waterfall from %d", n, demo.Export.Matched)
	}
	left := demo.Export.Matched
	for _, x := range demo.Export.Steps {
		if left -= x.Removed; left != x.Left {
			t.Errorf("gate %s: %d left, the waterfall says %d", x.Gate, left, x.Left)
		}
	}
	if left != demo.Export.Sendable || demo.Export.Contactable < left || left == 0 {
		t.Errorf("%d left; contactable %d, sendable %d", left, demo.Export.Contactable, demo.Export.Sendable)
	}
	var again waterfall
	parse(s.want(0, "-C", "demo", "--json", "segment", "export", demo.Segment.Segment, "--channel", demo.Export.Channel, "--profile", demo.Export.Recipient, "--dry-run").out, &again)
	if !reflect.DeepEqual(again, demo.Export) {
		t.Errorf("segment export --dry-run says %+v, the demo %+v", again, demo.Export)
	}
	if got := s.want(0, "-C", "demo", "journal", "list").out; !strings.Contains(got, "nothing entered yet") {
		t.Errorf("the journal holds something:\n%s", got)
	}
	if got := s.want(0, "-C", "demo", "segment", "lists").out; !strings.Contains(got, "no list has left") {
		t.Errorf("a list left:\n%s", got)
	}
}

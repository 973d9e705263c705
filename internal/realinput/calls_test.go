package realinput

import (
	"strings"
	"testing"
)

const callsSource = `source: callcentre
kind: callcentre
title: {ru: "Колл-центр", en: "Call centre"}
streams:
  calls:
    from: {path: "in/*.csv", format: asterisk_cdr}
    mode: events
    key: [uniqueid, billsec, disposition]
    columns: {src: text, start: {type: timestamp, required: true}, billsec: int, disposition: text, uniqueid: {required: true}}
    facts:
      - fact: interaction
        fields:
          at: start
          kind: {const: call}
          channel: {const: phone}
          direction: {const: in}
          phone: {ref: phone, column: src}
          outcome: disposition
          seconds: billsec
`

const plainProject = "version: 1\nproject: {ru: \"Проба\", en: \"Trial\"}\ndata: data\nregion: RU\nzone: UTC\n"

// Call records of Asterisk become interactions; a file that arrives later adds its
// own; one with a quote that never ends is refused whole and leaves nothing behind.
func TestRiverOverCallRecords(t *testing.T) {
	s := project(t, map[string]string{"clientbase.yaml": plainProject, "sources/calls.yaml": callsSource,
		"in/a.csv": slurp(t, sample(t, "formats", "asterisk", "cdr_good.csv"))})
	if got := s.river().read("callcentre/calls"); got != "5 5 0 0 0" {
		t.Errorf("read loaded merged quarantined filtered: %s", got)
	}
	const calls = "SELECT strftime(at_time, '%Y-%m-%d %H:%M:%S'), outcome, seconds, resolution FROM interactions ORDER BY at_time, outcome, seconds"
	first := `2009-01-14 23:51:15|ANSWERED|5|unresolved
2009-01-14 23:51:15|ANSWERED|7|unresolved
2009-01-14 23:51:15|BUSY|0|unresolved
2009-01-14 23:51:15|FAILED|0|unresolved
2009-01-14 23:51:15|NO ANSWER|0|unresolved`
	s.expect("calls", calls, first)

	write(t, s.dir+"/in/b.csv", slurp(t, sample(t, "formats", "asterisk", "cdr_master.csv")))
	if got := s.river().read("callcentre/calls"); got != "2 2 0 0 0" {
		t.Errorf("the second file: %s", got)
	}
	both := first + "\n2010-04-02 00:26:32|ANSWERED|7|unresolved\n2010-04-02 00:34:02|ANSWERED|7|unresolved"
	s.expect("calls of both files", calls, both)

	write(t, s.dir+"/in/c.csv", slurp(t, sample(t, "formats", "asterisk", "cdr_buggy.csv")))
	r := s.want(1, "run")
	for _, want := range []string{"callcentre/calls", "c.csv", "line 1", "unterminated_quote", "try: "} {
		if !strings.Contains(r.err, want) {
			t.Errorf("the error lacks %q:\n%s", want, r.err)
		}
	}
	s.expect("nothing of the refused file", calls, both)
	if r := s.want(0, "runs", "list"); !strings.Contains(r.out, "failed") {
		t.Errorf("the failed run is not listed:\n%s", r.out)
	}
}

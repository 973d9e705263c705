package main

import (
	"context"

	"clientbase/internal/segment"
)

// The segment of the demo project that demo ends with, and who would get it.
const (
	demoSegmentID = "warm_leads"
	demoChannel   = "phone"
	demoProfile   = "dialler"
)

// shownSegment is a segment with its count and its waterfall.
type shownSegment struct {
	counted *counted
	preview *preview
}

// demoSegment counts the demo's segment and makes a dry run of its export:
// no file, no entry in the journal.
func (a *app) demoSegment(ctx context.Context) (*shownSegment, error) {
	s, err := a.openSegments(ctx, "")
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.snap.Close() }()
	x, err := s.get(a, demoSegmentID)
	if err != nil {
		return nil, err
	}
	out := &shownSegment{}
	if out.counted, err = s.count(ctx, x); err != nil {
		return nil, err
	}
	out.preview, err = a.dryRun(ctx, s, x, exportFlags{channel: demoChannel, profile: demoProfile})
	return out, err
}

func (a *app) printDemoSegment(s *shownSegment) {
	n := s.counted.Counts
	a.printf("\none segment, and how many of it may be called (a dry run: nothing leaves)\n\n")
	a.printf("%s version %d: %s\n", s.counted.ID, s.counted.Version, s.counted.Title.En)
	a.printCounts(s.counted)
	if n.Matched > 0 {
		a.printf("\n")
		a.printPreview(s.preview)
	}
}

// count evaluates one segment.
func (s *segments) count(ctx context.Context, x *segment.Segment) (*counted, error) {
	q, err := segment.Compile(x, s.read.Dict, s.asOf)
	if err != nil {
		return nil, err
	}
	n, err := q.Count(ctx, x, s.read)
	if err != nil {
		return nil, err
	}
	out := s.counted(x)
	out.Counts = &n
	return out, nil
}

// printCounts shows the four numbers of a segment.
func (a *app) printCounts(c *counted) {
	n := c.Counts
	rows := [][2]string{{number(n.Matched), "matched"}, {number(n.Unknown), "unknown: a value that would decide is missing"},
		{number(n.Base - n.Matched - n.Unknown), "do not match"}, {number(n.Base), string(c.Base)}}
	wide := 0
	for _, r := range rows {
		wide = max(wide, len([]rune(r[0])))
	}
	for _, r := range rows {
		a.printf("  %*s %s\n", wide, r[0], r[1])
	}
}

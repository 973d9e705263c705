package pipeline

import (
	"errors"
	"fmt"

	"clientbase/internal/errs"
	"clientbase/internal/store"
)

// Absent is a stream whose source could not be read in this run: the rest of
// the night went on without it.
type Absent struct {
	Stream string `json:"stream"`
	Late   string `json:"late"`  // what its contract says of a late stream: hold | publish | ""
	AsOf   string `json:"as_of"` // the day that it stands at; "" = it never brought anything
	Error  string `json:"error"`
	Hint   string `json:"hint,omitempty"`
	Exit   int    `json:"exit"` // of its failure

	err *errs.Error
}

// sourceFault marks a failure that lies with a source or what it sent, apart
// from those of landing, which are our own and end the run.
type sourceFault struct{ error }

func (f sourceFault) Unwrap() error { return f.error }

// absence decides about the streams that could not be received. One that is
// unreachable is like one that is late, and its `late:` says what happens; one
// that sent what cannot be taken needs a person, and only `late: publish` lets
// the others go out without it. Everything else, and any failure before the
// first publication, ends the run: what the whole base teaches is learnt once
// and must not be learnt from a part of it.
func (r *river) absence(failed []error) error {
	var stop errs.List
	var away []*Absent
	for i, err := range failed {
		e, ok := errs.Of(err)
		if !ok {
			continue
		}
		s, fault := &r.p.Streams[i].Stream, sourceFault{}
		theirs := errors.As(err, &fault) && e.Kind != errs.Bug && e.Kind != errs.Interrupted
		if r.prev == nil || !theirs || e.Kind != errs.Retry && s.Late != "publish" {
			stop.Add(e)
			continue
		}
		bare := *e
		bare.Hint = ""
		away = append(away, &Absent{Stream: s.ID(), Late: s.Late, Error: bare.Error(), Hint: e.Hint, Exit: errs.Exit(e), err: e})
	}
	if len(stop.All) > 0 {
		for _, a := range away {
			stop.Add(a.err)
		}
	} else {
		r.report.Absent = away
	}
	if len(stop.All) == 1 {
		return stop.All[0]
	}
	return stop.Err()
}

// lacking joins what a run without all of its sources has to say with why it
// stopped, nil = it did not. What can be tried again comes first, because the
// first decides the exit code: a stream that becomes reachable takes the place
// of a held snapshot by itself.
func (r *river) lacking(stopped error) error {
	var first, last errs.List
	for _, a := range r.report.Absent {
		if a.err.Kind == errs.Retry {
			first.Add(a.err)
		} else {
			last.Add(a.err)
		}
	}
	if e, ok := errs.Of(stopped); ok {
		first.Add(e)
	}
	first.All = append(first.All, last.All...)
	if len(first.All) == 1 {
		return first.All[0]
	}
	return first.Err()
}

// away says of each stream that could not be read whether the night goes out
// without it. latest is the time that the other streams brought, 0 = nothing:
// then there is no night that it is late for.
func (r *river) away(latest int64) {
	for _, a := range r.report.Absent {
		in, want := r.memory.interpreters[a.Stream], ""
		if latest != 0 {
			want = in.stream.PeriodOf(unix(latest))
		}
		stands := "it has brought nothing yet"
		have := ""
		if st := r.memory.streams[a.Stream]; st != nil {
			have = in.stream.PeriodOf(unix(st.AsOf))
			a.AsOf = day(int32(st.AsOf / 86400))
			stands = "goes out with what it had, as of " + have
		}
		if a.Late == "hold" && have < want {
			r.report.Held = append(r.report.Held, store.HeldBy{Share: "late", Stream: a.Stream, What: "deliveries of " + a.Stream, Have: have, Want: want})
			continue
		}
		r.report.note(a.Stream, "could not be read; %s", stands)
	}
}

// isAway reports that a stream could not be read in this run.
func (r *river) isAway(stream string) bool {
	for _, a := range r.report.Absent {
		if a.Stream == stream {
			return true
		}
	}
	return false
}

// conclude writes the error of a run that came to its end into the report.
func (r *Report) conclude(err error) {
	if err == nil {
		return
	}
	r.Exit = errs.Exit(err)
	if e, ok := errs.Of(err); ok && r.Error == "" {
		bare := *e
		bare.Hint = ""
		r.Error, r.Hint = bare.Error(), e.Hint
	}
}

// Outcome is the status with what it lacks: "published without abs/clients".
func (r *Report) Outcome() string {
	if len(r.Absent) == 0 || r.Status == "failed" {
		return r.Status
	}
	return fmt.Sprintf("%s without %s", r.Status, r.absentWord())
}

func (r *Report) absentWord() string {
	if len(r.Absent) == 1 {
		return r.Absent[0].Stream
	}
	return fmt.Sprintf("%d streams", len(r.Absent))
}

package pipeline

import (
	"slices"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
)

// OpenForget finds a request about a subject that is not ended: the same
// command again goes on with it. 0 = there is none.
func OpenForget(p *Project, s Subject) (int64, error) {
	_, acts, err := requests(p)
	if err != nil {
		return 0, err
	}
	return requestOf(openForgets(acts, 0), s)
}

// EndedForget finds the last request about a subject that is ended. 0 = there
// is none.
func EndedForget(p *Project, s Subject) (int64, error) {
	_, acts, err := requests(p)
	if err != nil {
		return 0, err
	}
	return requestOf(slices.DeleteFunc(acts, func(a forgetAct) bool { return a.done == nil }), s)
}

// requestOf gives the last of some requests that is about a subject. The
// beginning of an id that two persons share names neither.
func requestOf(acts []forgetAct, s Subject) (int64, error) {
	last := -1
	for i := range acts {
		if !acts[i].about(s) {
			continue
		}
		if s.Client != "" && last >= 0 && acts[last].Client != acts[i].Client {
			return 0, errs.New(errs.Input, "forget", "client", "requests about two persons begin with this id", "give more of the id")
		}
		last = i
	}
	if last < 0 {
		return 0, nil
	}
	return acts[last].entry.Seq, nil
}

// about tells whether a request is about a subject, named by the client's id
// then or its beginning, or by one of the records that the client had.
func (a *forgetAct) about(s Subject) bool {
	if s.Client != "" && !strings.HasPrefix(a.Client, strings.ToLower(strings.TrimSpace(s.Client))) {
		return false
	}
	if s.Record == "" {
		return s.Client != ""
	}
	stream, key, _ := strings.Cut(s.Record, ":")
	return slices.Contains(a.Records, journal.Record{Stream: stream, Key: key})
}

// ForgetEnded tells whether a request is ended.
func ForgetEnded(p *Project, request int64) (bool, error) {
	_, acts, err := requests(p)
	if err != nil {
		return false, err
	}
	for _, a := range acts {
		if a.entry.Seq == request {
			return a.done != nil, nil
		}
	}
	return false, errs.New(errs.Input, "forget", requestName(request), "no such request", "`clientbase subject list` shows all")
}

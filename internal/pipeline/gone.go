package pipeline

import (
	"fmt"
	"strings"

	"clientbase/internal/errs"
)

// gone says of somebody who is not found that a request erased the person, or is
// about to; nil when no request does. A journal that cannot be read is for others
// to tell of.
func gone(p *Project, op string, s Subject) error {
	_, acts, err := requests(p)
	if err != nil {
		return nil
	}
	thing := "client"
	if s.Record != "" {
		thing, _, _ = strings.Cut(s.Record, ":")
	} else if len(plainID(s.Client)) < shortestID {
		return nil
	}
	if no, err := requestOf(openForgets(acts, 0), s); err == nil && no != 0 {
		return errs.New(errs.Input, op, thing, fmt.Sprintf("the person is being erased: request %d is open", no), "`clientbase subject list` shows it; the next run ends it")
	}
	if no, err := requestOf(acts, s); err == nil && no != 0 {
		return errs.New(errs.Input, op, thing, fmt.Sprintf("the person was erased: request %d is ended", no), fmt.Sprintf("`clientbase subject proof %d` prints the act and its proof", no))
	}
	return nil
}

// goneOr is gone for an error that says that nobody was found, else err.
func goneOr(p *Project, s Subject, err error) error {
	if e, ok := errs.Of(err); ok && e.Kind == errs.Input {
		if g := gone(p, e.Op, s); g != nil {
			return g
		}
	}
	return err
}

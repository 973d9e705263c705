package pipeline

import (
	"strings"

	"clientbase/internal/errs"
)

// checkReason refuses an act without a reason, and a reason that tells of a
// person: journal entries are read by people who may not see contact points.
func checkReason(op, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errs.New(errs.Config, op, "--reason", "missing", "say in a few words why; an auditor will read it")
	}
	if guarded(reason) != reason {
		return errs.New(errs.Config, op, "--reason", "it seems to hold a phone number, an e-mail or a document number", "say it without")
	}
	return nil
}

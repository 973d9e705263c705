package pipeline

import (
	"context"
	"fmt"
	"strconv"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
)

// ApproveOverride is the second person's yes to a value set by hand: from the next
// read on it counts. Nobody approves what they set themselves.
func ApproveOverride(ctx context.Context, p *Project, act Act, seq int64) (journal.Entry, error) {
	const op = "approve override"
	thing, list := "entry "+strconv.FormatInt(seq, 10), "`clientbase override list` shows what waits"
	if err := checkReason(op, act.Reason); err != nil {
		return journal.Entry{}, err
	}
	j, err := Journal(p)
	if err != nil {
		return journal.Entry{}, err
	}
	acts, err := j.Read(0)
	if err != nil {
		return journal.Entry{}, err
	}
	if seq < 1 || seq > int64(len(acts)) || acts[seq-1].Kind != journal.KindOverride || acts[seq-1].UndoOf != 0 {
		return journal.Entry{}, errs.New(errs.Input, op, thing, "no value was set by hand in it", list)
	}
	e := &acts[seq-1]
	var o journal.Override
	if err := e.Decode(&o); err != nil {
		return journal.Entry{}, err
	}
	approved, _, err := journal.Approved(acts)
	if err != nil {
		return journal.Entry{}, err
	}
	switch by := journal.TakenBack(acts)[seq]; {
	case by != nil:
		return journal.Entry{}, errs.New(errs.Input, op, thing, fmt.Sprintf("entry %d has taken it back", by.Seq), list)
	case !o.Awaits:
		return journal.Entry{}, errs.New(errs.Input, op, thing, "it counts already: no approval was asked for when it was set", list)
	case approved[seq] != nil:
		return journal.Entry{}, errs.New(errs.Input, op, thing, "it is approved already by "+approved[seq].Actor.User, list)
	case e.Actor.User == act.Actor.User:
		return journal.Entry{}, errs.New(errs.Config, op, thing, "you set it yourself", "somebody else approves it; `clientbase override undo` takes it back")
	}
	yes := journal.Entry{At: act.Now, Actor: act.Actor, Kind: journal.KindApproval, Subject: thing, Reason: act.Reason}
	if yes, err = yes.WithPayload(journal.Approval{Of: seq}); err != nil {
		return yes, err
	}
	return j.Append(ctx, yes)
}

package pipeline

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
)

// UndoAct takes back an act of a kind, or an act of taking back: then what it
// took back counts again. It holds from the next read on; of a decision who is
// who, from the next run on. verb is the one that lists such acts, for hints.
func UndoAct(ctx context.Context, p *Project, kind journal.Kind, seq int64, reason string, who journal.Actor, now time.Time, verb string) (journal.Entry, error) {
	op, thing := "undo "+string(kind), "entry "+strconv.FormatInt(seq, 10)
	list := "`clientbase " + verb + "` shows the acts"
	if kind == journal.KindDecision && !MayJudge(who.Role) {
		return journal.Entry{}, mayNot(op, who.Role)
	}
	if err := checkReason(op, reason); err != nil {
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
	if seq < 1 || seq > int64(len(acts)) {
		return journal.Entry{}, errs.New(errs.Input, op, thing, "no such entry", list)
	}
	e := acts[seq-1]
	if e.Kind != kind {
		return journal.Entry{}, errs.New(errs.Input, op, thing, fmt.Sprintf("it is an act of another kind: %s", e.Kind), list)
	}
	if by := journal.TakenBack(acts)[seq]; by != nil {
		return journal.Entry{}, errs.New(errs.Input, op, thing, fmt.Sprintf("entry %d has taken it back already", by.Seq), fmt.Sprintf("undo entry %d to make it count again", by.Seq))
	}
	return j.Append(ctx, journal.Entry{At: now, Actor: who, Kind: kind, Subject: e.Subject, Reason: reason, UndoOf: seq})
}

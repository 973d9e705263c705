package pipeline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"clientbase/dedupe"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
)

// MayJudge tells whether a role decides who is who, and sees for that what the
// records say. Others see shapes.
func MayJudge(role string) bool { return role == "engineer" || role == "steward" }

func mayNot(op, role string) error {
	return errs.New(errs.Config, op, "role "+role, "only an engineer or a steward decides who is who", "give the user the role steward in clientbase.yaml; --list, --pair and --summary show what waits and what was decided")
}

// DecisionMade is what a decision did.
type DecisionMade struct {
	Seq     int64  `json:"seq"`
	A       string `json:"a"`
	B       string `json:"b"`
	Verdict string `json:"verdict"`
	One     bool   `json:"one_client"` // whether the records are one client now
}

// Decide enters what a person says of a pair. The next run obeys it: the same
// are one client whatever the evidence, different ones are not. It fails with
// errs.Input when it would contradict what was said before, straight or by
// conclusion: then one of the two must be taken back first.
func (v *Review) Decide(ctx context.Context, q *ReviewPair, verdict, reason string, who journal.Actor, now time.Time) (DecisionMade, error) {
	const op = "decide"
	var out DecisionMade
	switch {
	case verdicts[verdict] == dedupe.Unsure && verdict != journal.Unsure:
		return out, errs.New(errs.Config, op, "--say", "neither same nor different nor unsure", "--say same, --say different, --say unsure")
	case !MayJudge(who.Role):
		return out, mayNot(op, who.Role)
	}
	if err := checkReason(op, reason); err != nil {
		return out, err
	}
	if err := v.reread(); err != nil {
		return out, err
	}
	d := journal.Decision{A: q.A.Record(), B: q.B.Record(), Verdict: verdict, Bits: float64(float32(q.Bits)), One: q.One, Model: v.Model()}
	if err := v.fits(op, d); err != nil {
		return out, err
	}
	var err error
	if d.Next, err = v.isNext(q); err != nil {
		return out, err
	}
	e := journal.Entry{At: now, Actor: who, Kind: journal.KindDecision, Subject: q.A.String() + " and " + q.B.String(), Reason: reason}
	if e, err = e.WithPayload(d); err != nil {
		return out, err
	}
	if e, err = v.j.Append(ctx, e); err != nil {
		return out, err
	}
	return DecisionMade{e.Seq, q.A.String(), q.B.String(), verdict, q.One}, v.reread()
}

// fits refuses a decision that was made already or contradicts another.
func (v *Review) fits(op string, d journal.Decision) error {
	for _, was := range v.u.on[[2]journal.Record{d.A, d.B}] {
		switch {
		case was.Verdict == d.Verdict && (was.Model == d.Model || d.Verdict != journal.Unsure):
			return errs.New(errs.Input, op, fmt.Sprintf("entry %d", was.entry.Seq), "it says so already", "nothing is left to do; the next run obeys it")
		case was.verdict() != dedupe.Unsure:
			return errs.New(errs.Input, op, fmt.Sprintf("entry %d", was.entry.Seq), "it says something else: "+was.Verdict, fmt.Sprintf("`clientbase review undo %d` first", was.entry.Seq))
		}
	}
	if verdicts[d.Verdict] == dedupe.Unsure {
		return nil
	}
	next := rule(append(slices.Clone(v.u.said), decided{Decision: d, entry: &journal.Entry{}}))
	for _, entries := range next.clashes() {
		if i := slices.Index(entries, 0); i >= 0 {
			entries = slices.Delete(entries, i, i+1)
			return errs.New(errs.Input, op, entriesText(entries), "together they say the opposite: what is the same as one record is the same as all of them", "undo the one that is wrong first: `clientbase review undo ENTRY`")
		}
	}
	return nil
}

package pipeline

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// act finds a journal entry by its number and the act that took it back.
func (t *tracer) act(seq int64) (*overrideAct, error) {
	if t.acts == nil {
		list, err := t.journal()
		if err != nil {
			return nil, err
		}
		all, err := overrides(list)
		if err != nil {
			return nil, err
		}
		t.acts = map[int64]*overrideAct{}
		for i := range all {
			t.acts[all[i].entry.Seq] = &all[i]
		}
	}
	return t.acts[seq], nil
}

// journal reads the acts, in a snapshot that is read as it stood those that it
// holds.
func (t *tracer) journal() ([]journal.Entry, error) {
	list, err := journal.Open(t.p.Data, t.land.Keys.Project()).Read(0)
	if err != nil || !still(t.s) {
		return list, err
	}
	folded := t.s.Info().Manifest.Journal
	return slices.DeleteFunc(list, func(e journal.Entry) bool { return e.Seq > folded }), nil
}

// handValue fills in who set a value, when and why.
func (t *tracer) handValue(out *TraceValue, key string) error {
	seq, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return nil // not an entry's number: the lineage says what it can
	}
	o, err := t.act(seq)
	if err != nil || o == nil {
		return err
	}
	t.describeAct(out, o)
	return nil
}

func (t *tracer) describeAct(out *TraceValue, o *overrideAct) {
	out.Stream, out.Key, out.Act, out.Reason = ActOverrides, strconv.FormatInt(o.entry.Seq, 10), o.entry.Seq, o.entry.Reason
	out.By = o.entry.Actor.User
	if o.entry.Actor.Role != "" {
		out.By += " (" + o.entry.Actor.Role + ")"
	}
	if o.approved != nil {
		out.By += ", approved by " + o.approved.Actor.User
	}
	out.Place = fmt.Sprintf("journal entry %d, on record %s:%s", o.entry.Seq, o.Anchor.Stream, o.Anchor.Key)
	if text := o.Value.Reveal(); t.protects(o.Attr) {
		out.Source = opaque.Shape(text)
	} else if _, day := parseDay(text, ""); day {
		out.Source = text
	} else {
		out.Source = guarded(text)
	}
	if o.undone != nil {
		out.Reason += fmt.Sprintf("; taken back by entry %d: %s", o.undone.Seq, o.undone.Reason)
	}
}

func (t *tracer) protects(attr string) bool {
	a, ok := t.p.Dict.Attr(attr)
	return !ok || a.PII.Protected() || a.PII == schemas.PIIText
}

// withTail shows the acts that the snapshot does not hold yet: what they set
// wins, what they took back does not any more.
func (t *tracer) withTail(out *Trace, no int32, attr string, only int64) error {
	if still(t.s) {
		return t.takenBack(out, attr, only)
	}
	folded := t.s.Info().Manifest.Journal
	list, err := tailOf(journal.Open(t.p.Data, t.land.Keys.Project()), folded)
	if err != nil {
		return err
	}
	v, err := readTail(t.ctx, t.p, t.s, list, folded)
	if err != nil {
		return err
	}
	tok := newTokenizer(t.land.Keys.Project())
	for i := range v.pairs {
		q := &v.pairs[i]
		if q.no != no || (attr != "" && q.attr.ID != attr) || (len(q.values) == 0 && !q.anew && !q.follows) {
			continue
		}
		t.judge(out, q, &tok, only)
	}
	return t.takenBack(out, attr, only)
}

// takenBack adds the values that people set for this client and took back: an
// auditor asks for them too. A trace of one record (only) has none.
func (t *tracer) takenBack(out *Trace, attr string, only int64) error {
	if only != 0 {
		return nil
	}
	if _, err := t.act(0); err != nil {
		return err
	}
	mine, shown := map[journal.Record]bool{}, map[int64]bool{}
	for _, r := range out.Records {
		mine[journal.Record{Stream: r.Stream, Key: r.Key}] = true
	}
	for i := range out.Values {
		shown[out.Values[i].Act] = true
	}
	for _, seq := range slices.Sorted(maps.Keys(t.acts)) {
		o := t.acts[seq]
		if o.undone == nil || shown[seq] || !mine[o.Anchor] || (attr != "" && o.Attr != attr && !partOf(attr, o.Attr)) {
			continue
		}
		x := TraceValue{Attr: o.Attr, Decision: "taken back", Field: "value", Since: day(o.day())}
		t.describeAct(&x, o)
		out.Values = append(out.Values, x)
	}
	return nil
}

// judge brings the values of one attribute up to what is in force.
func (t *tracer) judge(out *Trace, q *tailPair, tok *tokenizer, only int64) {
	seen := make([]bool, len(q.values))
	for i := range out.Values {
		x := &out.Values[i]
		if x.Attr != q.attr.ID {
			continue
		}
		at := -1
		for k, v := range q.values {
			mine := v.act == nil && x.Act == 0 && v.recordNo == x.RecordNo || v.act != nil && v.act.entry.Seq == x.Act
			if mine && !seen[k] {
				at = k
				break
			}
		}
		switch {
		case at >= 0 && (at == 0 || q.attr.Multi):
			seen[at] = true
			x.Winner, x.Decision = true, q.values[at].decision
			x.Value, _ = shownForm(q.attr, q.values[at].text, tok)
		case x.Winner && !q.anew && q.attr.Multi:
			// it stays beside the new value
		case x.Winner && x.Act != 0 && q.anew:
			x.Winner, x.Value, x.Decision = false, "", "taken back"
		case x.Winner:
			x.Winner, x.Value, x.Decision = false, "", "set by hand"
		}
	}
	if only != 0 {
		return
	}
	var fresh []TraceValue
	for k, v := range q.values {
		if seen[k] || v.act == nil {
			continue
		}
		x := TraceValue{Attr: q.attr.ID, Winner: k == 0 || q.attr.Multi, Decision: v.decision, Rules: v.chain, Field: "value", Since: day(v.day)}
		if x.Winner {
			x.Value, _ = shownForm(q.attr, v.text, tok)
		}
		t.describeAct(&x, v.act)
		fresh = append(fresh, x)
	}
	out.Values = append(fresh, out.Values...)
}

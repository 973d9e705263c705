package pipeline

import (
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/schemas"
	"clientbase/transforms"
)

// byHand cleanses values that people set, by the rules and the model of the
// base. Each value is judged alone, so that no other act changes the verdict.
type byHand struct {
	rules  *transforms.Set
	model  *transforms.Model
	region string
}

// cells gives the cleansed batch of one row: the attribute itself and, for a
// whole name or an address, its parts. What a rule concludes beyond that
// (a gender from a given name) was not said by the person and is left out.
func (h *byHand) cells(o journal.Override, party schemas.Party, day int32) (*schemas.Batch, error) {
	b := &schemas.Batch{Rows: 1, Party: []schemas.Party{party}, Stream: ActOverrides, Region: h.region, AsOf: day, Fields: []string{"", "value"}, Format: []string{"", ""},
		Chains: []string{""}, In: map[string]*schemas.Cells{}, Out: map[string]*schemas.Cells{}}
	in := &schemas.Cells{}
	in.Append(schemas.Cell{Value: o.Value.Reveal(), Status: schemas.Raw, Field: 1})
	in.EndRow()
	b.In[o.Attr] = in
	if err := h.rules.Apply(b, h.model); err != nil {
		return nil, err
	}
	for id := range b.Out {
		if id != o.Attr && !partOf(id, o.Attr) {
			delete(b.Out, id)
		}
	}
	return b, nil
}

// partOf names the attributes that the rules cut out of another one.
func partOf(id, whole string) bool {
	switch whole {
	case "full_name":
		return id == "surname" || id == "given_name" || id == "patronymic"
	case "address":
		return id == "postcode" || id == "city"
	}
	return false
}

// verdict is what the rules say of a value set by hand: its usable cells, or
// the status and reason of what cannot be used.
func verdict(b *schemas.Batch, attr string) (usable []schemas.Cell, status schemas.Status, reason schemas.Reason) {
	status = schemas.Empty
	if b.Out[attr] == nil {
		return nil, status, reason
	}
	for _, c := range b.Out[attr].Row(0) {
		if c.Status.Usable() {
			usable = append(usable, c)
		}
		status, reason = c.Status, c.Reason
	}
	if len(usable) > 0 {
		status, reason = usable[0].Status, usable[0].Reason
	}
	return usable, status, reason
}

// overrideAct is an override with its place in the journal.
type overrideAct struct {
	journal.Override
	entry    *journal.Entry
	approved *journal.Entry // the second person's yes, where one was needed
	undone   *journal.Entry // the act that took it or its approval back, nil while it counts
}

func (o *overrideAct) day() int32 { return int32(o.entry.At.Unix() / 86400) }

// overrides gives all override acts of a list, in order, undone ones too. One
// that waits for a second person's yes is not among them: it is a wish so far.
func overrides(list []journal.Entry) ([]overrideAct, error) {
	undone := journal.TakenBack(list)
	approved, taken, err := journal.Approved(list)
	if err != nil {
		return nil, err
	}
	var out []overrideAct
	for i := range list {
		e := &list[i]
		if e.Kind != journal.KindOverride || e.UndoOf != 0 {
			continue
		}
		o := overrideAct{entry: e, undone: undone[e.Seq]}
		if err := e.Decode(&o.Override); err != nil {
			return nil, err
		}
		if o.Gone {
			continue // erased with the person
		}
		if o.Awaits {
			if o.approved = approved[e.Seq]; o.approved == nil && taken[e.Seq] == nil {
				continue
			}
			if o.approved == nil && o.undone == nil {
				o.undone = taken[e.Seq]
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// shownForm is the published form of a cleansed value and, where its class is
// protected, its token.
func shownForm(a schemas.Attr, text string, tok *tokenizer) (string, opaque.Token) {
	if !a.PII.Protected() {
		if a.PII == schemas.PIIText {
			return tok.clean(text, ""), opaque.Token{}
		}
		if guards(a.Kind) {
			text = guarded(text)
		}
		return text, opaque.Token{}
	}
	return masked(a.Kind, text), tok.value(a.Kind, text)
}

package pipeline

import (
	"sort"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/landing"
	"clientbase/schemas"
	"clientbase/transforms"
)

// clean masks contact points and document numbers in a text before it is
// published.
func (t *tokenizer) clean(text, region string) string {
	return transforms.Mask(text, transforms.Note(text, region))
}

// optOuts reads the free-text columns of a stream and makes an objection of
// every refusal found: bound to the row's party, to the phone the interaction
// was on, or both. A refusal that is negated or only reported is no objection
// here; it stays visible in the note, and the run says how many there are. Restrictions spread, so finding one too
// many is the lesser harm, but inventing one from "не против" is a lie.
func (in *interpreter) optOuts(out *interpreted, v *view, _ *landing.Batch, tokens *tokenizer) {
	if len(in.notes) == 0 {
		return
	}
	kind, _ := factKind("consent")
	fb := &factBuilder{b: array.NewRecordBuilder(memory.DefaultAllocator, factSchema(kind))}
	defer fb.b.Release()
	party, phone, when := in.optOutSubjects()
	for row := 0; row < out.rows; row++ {
		if out.fate[row] != fateKept {
			continue
		}
		for _, col := range in.notes {
			text := v.cell(col, row)
			if text == "" {
				continue
			}
			channels, unsure := map[string]bool{}, false
			for _, f := range in.own.Note(text, in.stream.Region) {
				switch {
				case f.Kind != transforms.FindOptOut:
				case f.Status.Usable():
					channels[f.Channel] = true
				case f.Status == schemas.Ambiguous:
					unsure = true
				}
			}
			names := make([]string, 0, len(channels))
			for c := range channels {
				names = append(names, c)
			}
			sort.Strings(names)
			if unsure && len(names) == 0 {
				out.unsureOptOuts++
			}
			for _, channel := range names {
				in.addOptOut(out, v, fb, row, col, channel, kind, party, phone, when, tokens)
			}
		}
	}
	if len(fb.row) > 0 {
		out.facts = append(out.facts, factRows{kind: kind, row: fb.row, content: fb.content, rec: fb.b.NewRecordBatch(), derived: true})
	}
}

func (in *interpreter) addOptOut(out *interpreted, v *view, fb *factBuilder, row int, col, channel string, kind schemas.FactKind,
	party *schemas.PartyMap, phone, when schemas.Operand, tokens *tokenizer) {
	vals := make([]fieldValue, len(kind.Fields))
	set := func(name string, val fieldValue) {
		for i, f := range kind.Fields {
			if f.Name == name {
				val.set = true
				vals[i] = val
			}
		}
	}
	key, ok := joinKey(v, in.stream.Key, row)
	if !ok {
		key = contentKey(v, row)
	}
	named := false
	if party != nil && present(v, party.When, row) {
		set("party", fieldValue{tok: tokens.record(in.stream.ID(), key)})
		named = true
	}
	if phone.Column != "" {
		if tok := tokens.ref(phone, v, row, in.stream); !tok.IsZero() {
			set("phone", fieldValue{tok: tok})
			named = true
		}
	}
	if !named {
		out.orphanOptOuts++
		return
	}
	set("state", fieldValue{text: "objection"})
	set("purpose", fieldValue{text: "marketing"})
	set("channel", fieldValue{text: channel})
	set("origin", fieldValue{text: "note"})
	if when.Column != "" {
		format := ""
		if c := in.cols[when.Column]; c != nil {
			format = c.Format
		}
		if d, ok := parseMoment(v.cell(when.Column, row), format, in.zone); ok {
			set("since", fieldValue{num: int64(dayIn(d, in.zone))})
		}
	}
	id := tokens.key.Token("fact", in.stream.ID(), "consent", key, col, channel)
	fb.add(id, in.stream.ID(), row, vals, kind)
}

// optOutSubjects finds whom an objection in this stream's notes binds: the
// main party and the phone and time of the interaction fact.
func (in *interpreter) optOutSubjects() (party *schemas.PartyMap, phone, when schemas.Operand) {
	for i := range in.stream.Parties {
		if in.stream.Parties[i].Role == "" && len(in.stream.Parties[i].Key) == 0 {
			party = &in.stream.Parties[i]
			break
		}
	}
	for i := range in.stream.Facts {
		if f := &in.stream.Facts[i]; f.Fact == "interaction" {
			phone, when = f.Fields["phone"], f.Fields["at"]
			break
		}
	}
	return party, phone, when
}

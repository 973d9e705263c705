package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Paper is the working paper of a sample: golden values drawn by chance, each
// followed back to its source row and cleansed once more from there.
type Paper struct {
	Snapshot string       `json:"snapshot"`
	Program  string       `json:"program"`
	Config   string       `json:"config"`
	RowRoot  string       `json:"row_root,omitempty"`
	Seed     string       `json:"seed"`
	Values   int64        `json:"golden_values"` // in the snapshot
	Drawn    int          `json:"drawn"`
	Agree    int          `json:"agree"`
	Lines    []SampleLine `json:"lines"`
}

// SampleLine is one value of a sample. It holds no value of a protected class
// and no source text: shapes and masks only, so that it may be filed.
type SampleLine struct {
	No       int    `json:"no"`
	ClientID string `json:"client_id"`
	Attr     string `json:"attr"`
	Shown    string `json:"shown"` // published form of a protected value; shape of any other
	Stream   string `json:"stream"`
	Key      string `json:"key"`
	Batch    string `json:"batch"`
	Place    string `json:"place"`
	Field    string `json:"field"`
	Rules    string `json:"rules"`
	Decision string `json:"decision"`
	Others   int    `json:"others"` // candidates that lost or said the same
	Row      string `json:"row"`    // how its source row stands to the commitment: proven, differs, destroyed, absent
	Agrees   bool   `json:"agrees"`
	Finding  string `json:"finding,omitempty"` // why it does not
}

// maxSample bounds a working paper.
const maxSample = 10_000

// Sample draws n golden values by a seed and checks each: the row it came from
// is there, and the rules, run over that row again, give the published value.
func Sample(ctx context.Context, p *Project, s *store.Snapshot, n int, seed string) (*Paper, error) {
	if n < 1 || n > maxSample {
		return nil, errs.New(errs.Config, "trace", "--sample", "between 1 and "+strconv.Itoa(maxSample)+" values can be drawn", "--sample 20")
	}
	t, err := newTracer(ctx, p, s)
	if err != nil {
		return nil, err
	}
	hand, err := handOf(p, s)
	if err != nil {
		return nil, err
	}
	drawn, of, err := s.Sample(ctx, n, seed)
	if err != nil {
		return nil, err
	}
	m := s.Info().Manifest
	out := &Paper{Snapshot: s.Info().ID, Program: m.Program, Config: m.Config, RowRoot: m.RowRoot, Seed: seed, Values: of, Drawn: len(drawn)}
	again := &tailValues{t: t, hand: hand}
	rows, err := t.committed()
	if err != nil {
		return nil, err
	}
	for i := range drawn {
		line, err := again.check(&drawn[i])
		if err != nil {
			return nil, err
		}
		line.No, line.Row = i+1, string(CommitmentAbsent)
		if line.Batch != "" {
			stands, err := rows.check(drawn[i].RecordNo)
			if err != nil {
				return nil, err
			}
			if line.Row = string(stands); stands == CommitmentDiffers {
				line.Agrees, line.Finding = false, "its source row is not the one that was committed to"
			}
		}
		if line.Agrees {
			out.Agree++
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// check follows one golden value back and makes it again.
func (v *tailValues) check(d *store.Drawn) (SampleLine, error) {
	t := v.t
	line := SampleLine{ClientID: d.ClientID, Attr: d.Attr, Field: d.Field, Rules: d.Chain, Decision: d.Decision}
	lines, err := t.versions(d.RecordNo)
	if err != nil {
		return line, err
	}
	if len(lines) == 0 {
		line.Finding = "its record has no lineage"
		return line, nil
	}
	l := lines[len(lines)-1]
	line.Stream, line.Key = l.Stream, l.Key
	all, err := t.s.Lineage(t.ctx, d.ClientNo)
	if err != nil {
		return line, err
	}
	for i := range all {
		if all[i].Attr == d.Attr {
			line.Others++
		}
	}
	line.Others--
	published, err := t.publishedForms(d.ClientNo, d.Attr, d.RecordNo)
	if err != nil {
		return line, err
	}
	attr, _ := t.p.Dict.Attr(d.Attr)
	if l.Stream == ActOverrides {
		line.Place = "journal entry " + l.Key
		return line, v.checkHand(&line, d, published)
	}
	if line.Place, err = t.rowPlace(l.Stream, l.FirstBatch, l.FirstRow, &line.Batch); err != nil {
		line.Finding = "its row cannot be read: the batch or its key is gone"
		return line, nil
	}
	cells, chains, _, err := v.recordCells(d.RecordNo, l.Stream, l.Key, d.Attr)
	if err != nil {
		return line, err
	}
	tok := newTokenizer(t.land.Keys.Project())
	for _, c := range cells {
		form, _ := shownForm(attr, c.Value, &tok)
		if !c.Status.Usable() || !slices.Contains(published, form) {
			continue
		}
		line.Agrees, line.Finding = chains[c.Chain] == d.Chain, ""
		if line.Shown = form; !attr.PII.Protected() {
			line.Shown = opaque.Shape(form)
		}
		if line.Agrees {
			return line, nil
		}
		line.Finding = fmt.Sprintf("other rules make it now: %s", chains[c.Chain])
	}
	if line.Finding == "" {
		line.Finding = "the rules, run again over its row, do not give it"
	}
	return line, nil
}

// checkHand makes a value set by hand again from its act.
func (v *tailValues) checkHand(line *SampleLine, d *store.Drawn, published []string) error {
	seq, err := strconv.ParseInt(line.Key, 10, 64)
	if err != nil {
		return errs.New(errs.Integrity, "trace", "journal entry", "the lineage does not name one", "report it")
	}
	o, err := v.t.act(seq)
	if err != nil {
		return err
	}
	if o == nil {
		line.Finding = "the journal has no such entry"
		return nil
	}
	party := schemas.Person
	var word string
	if err := v.t.one("SELECT party FROM clients WHERE client_no = ?", []any{d.ClientNo}, &word); err != nil {
		return err
	}
	if word == schemas.Org.String() {
		party = schemas.Org
	}
	b, err := v.hand.cells(o.Override, party, o.day())
	if err != nil {
		return err
	}
	attr, _ := v.t.p.Dict.Attr(d.Attr)
	tok := newTokenizer(v.t.land.Keys.Project())
	usable, _, _ := verdict(b, d.Attr)
	for _, c := range usable {
		form, _ := shownForm(attr, c.Value, &tok)
		if line.Agrees = slices.Contains(published, form); line.Agrees {
			line.Shown = opaque.Shape(form)
			return nil
		}
	}
	line.Finding = "the rules, run again over what was typed, do not give it"
	return nil
}

// publishedForms gives the published values that a record gave a client.
func (t *tracer) publishedForms(no int32, attr string, record int64) ([]string, error) {
	return t.texts("SELECT coalesce(value, '') FROM attribute_history WHERE client_no = ? AND attr = ? AND record_no = ? AND winner", no, attr, record)
}

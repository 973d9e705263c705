package pipeline

import (
	"context"
	"io"
	"slices"
	"strings"

	"clientbase/internal/cleanse"
	"clientbase/internal/landing"
	"clientbase/internal/store"
	"clientbase/schemas"
	"clientbase/transforms"
)

// PreviewLine says what other rules or code lists would change in one attribute
// or column of one stream. Nothing in it tells a client's value: samples are shapes.
type PreviewLine struct {
	Rule    string        `json:"rule"`   // "email", "account_status/core"
	Before  string        `json:"before"` // "email@2+1", "account_status/core@1", "" = no list
	After   string        `json:"after"`
	Stream  string        `json:"stream"`
	What    string        `json:"what"` // attribute, or the column that a code list decodes
	Values  int64         `json:"values"`
	Changed int64         `json:"changed"`
	Moves   []PreviewMove `json:"moves,omitempty"` // most frequent first
}

// PreviewMove is one way in which values change.
type PreviewMove struct {
	Before string   `json:"before"` // "ok/unchanged"; of a code: the dictionary value, "unknown_code"
	After  string   `json:"after"`
	Values int64    `json:"values"`
	Shapes []string `json:"shapes,omitempty"` // of source cells, at most three
}

// preview compares two settings over what has landed.
type preview struct {
	ctx    context.Context
	p      [2]*Project // in force, candidate
	own    [2]*transforms.Own
	set    [2]*transforms.Set
	model  *transforms.Model
	land   *landing.Store
	people *settled
	tally  *tally
	seen   map[uint64]bool // record versions of the stream at work that were compared
}

// Preview cleanses what has landed under two settings and tells what differs,
// by rule, stream and attribute. Every version of a record counts once. It
// writes nothing. Order of rows, batches and workers do not matter.
func Preview(ctx context.Context, before, after *Project, progress Progress) ([]PreviewLine, error) {
	land, err := landing.Open(before.Data)
	if err != nil {
		return nil, err
	}
	people, err := settledOf(before.Data)
	if err != nil {
		return nil, err
	}
	v := &preview{ctx: ctx, p: [2]*Project{before, after}, land: land, people: people}
	for i, p := range v.p {
		v.own[i] = p.own()
		v.set[i] = transforms.NewSetWith(p.Dict, v.own[i])
	}
	v.tally = newTally(before, after)
	if v.model, err = v.learnt(); err != nil {
		return nil, err
	}
	meter := progress.Start("preview", 0, "rows")
	defer meter.Done()
	for i := range before.Streams {
		v.seen = map[uint64]bool{}
		v.tally.open(before.Streams[i].ID())
		err := v.stream(i, func(b *landing.Batch, in [2]*interpreter, d *landing.Delivery) error {
			meter.Add(b.Rows.NumRows())
			return v.batch(b, in, d)
		})
		if err != nil {
			return nil, about(err, "preview", before.Streams[i].ID())
		}
	}
	return v.tally.lines(), nil
}

// stream shows every landed batch that counts, in loading order.
func (v *preview) stream(i int, do func(*landing.Batch, [2]*interpreter, *landing.Delivery) error) error {
	var in [2]*interpreter
	for k := range in {
		s := &v.p[k].Streams[i].Stream
		made, err := newInterpreter(s, v.p[k].Dict, v.own[k])
		if err != nil {
			return err
		}
		in[k] = made
	}
	s := &v.p[0].Streams[i].Stream
	all, err := v.land.Deliveries(s.ID())
	if err != nil {
		return err
	}
	void := superseded(s, all, v.people.aside)
	all = slices.DeleteFunc(all, func(d landing.Delivery) bool { _, gone := void[d.ID]; return gone })
	pendingOrder(all)
	for k := range all {
		for _, ref := range all[k].Batches {
			if err := v.ctx.Err(); err != nil {
				return err
			}
			b, err := v.land.ReadBatch(s.ID(), ref.ID)
			if err != nil {
				return err
			}
			err = do(b, in, &all[k])
			b.Release()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// learnt gives the model of the snapshot in force, or what all of landing
// teaches where nothing is published yet.
func (v *preview) learnt() (*transforms.Model, error) {
	dirs := store.Dirs{Data: v.p[0].Data, Key: v.land.Keys.Project()}
	if store.Published(dirs) {
		snap, err := store.Open(dirs)
		if err != nil {
			return nil, err
		}
		defer func() { _ = snap.Close() }()
		hand, err := handOf(v.p[0], snap)
		if err != nil {
			return nil, err
		}
		return hand.model, nil
	}
	prof := transforms.NewProfile(v.p[0].Dict)
	for i := range v.p[0].Streams {
		err := v.stream(i, func(b *landing.Batch, in [2]*interpreter, d *landing.Delivery) error {
			out, err := in[0].partiesOnly(b, int32(d.AsOf.Unix()/86400))
			if err == nil {
				for k := range out.parties {
					prof.Add(&out.parties[k].cells)
				}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return prof.Model(), nil
}

// batch compares one landed batch.
func (v *preview) batch(b *landing.Batch, in [2]*interpreter, d *landing.Delivery) error {
	day := int32(d.AsOf.Unix() / 86400)
	var out [2]*interpreted
	for k := range out {
		x, err := in[k].partiesOnly(b, day)
		if err != nil {
			return err
		}
		out[k] = x
	}
	view := newView(b)
	v.codes(view, in, out[0], day)
	v.notes(view, in, out[0])
	for i := range out[0].parties {
		x, y := &out[0].parties[i], &out[1].parties[i]
		fresh := make([]bool, len(x.key))
		some := false
		for k, key := range x.key {
			id := schemas.Hash64(key) ^ x.content[k]*0x9e3779b97f4a7c15
			fresh[k] = !v.seen[id]
			v.seen[id] = true
			some = some || fresh[k]
		}
		if !some {
			continue
		}
		for k, p := range []*partyBatch{x, y} {
			if err := v.set[k].Apply(&p.cells, v.model); err != nil {
				return err
			}
		}
		v.tally.values(&x.cells, &y.cells, fresh)
		v.matching(&x.cells, fresh)
	}
	return nil
}

// codes compares what the columns' code lists say.
func (v *preview) codes(view *view, in [2]*interpreter, out *interpreted, day int32) {
	for i := range in[0].stream.Columns {
		x, y := &in[0].stream.Columns[i], &in[1].stream.Columns[i]
		if x.List == nil || y.List == nil {
			continue
		}
		for row := range out.rows {
			text := view.cell(x.Name, row)
			if text == "" || out.fate[row] != fateKept {
				continue
			}
			a, _ := codeWord(x, text, day)
			b, known := codeWord(y, text, day)
			shape := ""
			if !known || a != b {
				shape = text
			}
			v.tally.code(x.List, y.List, x.Name, a, b, shape)
		}
	}
}

// codeWord is the dictionary value of a code, or that there is none.
func codeWord(c *schemas.Column, text string, day int32) (string, bool) {
	if w, ok := c.Meaning(text, day); ok {
		return w, true
	}
	if w, ok := c.Meaning(strings.TrimSpace(text), day); ok {
		return w, true
	}
	return schemas.UnknownCode.String(), false
}

// notes compares the objections heard in free text.
func (v *preview) notes(view *view, in [2]*interpreter, out *interpreted) {
	if !v.tally.changed["note"] {
		return
	}
	for _, col := range in[0].notes {
		for row := range out.rows {
			text := view.cell(col, row)
			if text == "" || out.fate[row] != fateKept {
				continue
			}
			a, b := heard(v.own[0].Note(text, in[0].stream.Region)), heard(v.own[1].Note(text, in[1].stream.Region))
			v.tally.move("note", col, a, b, "")
		}
	}
}

// heard says in a word what a note means for contacting its author.
func heard(found []transforms.Finding) string {
	word := "no objection"
	for _, f := range found {
		switch {
		case f.Kind != transforms.FindOptOut:
		case f.Status.Usable():
			return "objection"
		case f.Status == schemas.Ambiguous:
			word = "for a person to read"
		}
	}
	return word
}

// matching tells given names that would meet other names than before: short
// forms change no value.
func (v *preview) matching(x *schemas.Batch, fresh []bool) {
	if !v.tally.changed["name"] {
		return
	}
	var keys [2][]transforms.KeyFunc
	for k := range keys {
		keys[k] = v.own[k].Keys(schemas.KindGiven)
	}
	for _, a := range v.p[0].Dict.Attrs {
		if a.Kind != schemas.KindGiven || x.Out[a.ID] == nil {
			continue
		}
		for i, is := range fresh {
			for _, c := range x.Out[a.ID].Row(i) {
				if !is || !c.Status.Usable() {
					continue
				}
				if before, after := lemmaCount(keys[0], c.Value), lemmaCount(keys[1], c.Value); before != after {
					v.tally.move("name", a.ID+" (matching)", "meets "+countWord(before), "meets "+countWord(after), c.Value)
				}
			}
		}
	}
}

func lemmaCount(keys []transforms.KeyFunc, value string) (n int) {
	for _, k := range keys {
		if k.Name == "lemma" {
			k.Of(value, func(string) { n++ })
		}
	}
	return n
}

// PreviewFile is Preview over a file of one value per line, judged as values of
// one kind.
func PreviewFile(ctx context.Context, name string, in io.Reader, kind, region string, before, after *Project) ([]PreviewLine, error) {
	if err := cleanse.CheckKind(name, kind, region); err != nil {
		return nil, err
	}
	b := &schemas.Batch{Stream: "file", Region: region, AsOf: schemas.NoAsOf, Fields: []string{"", kind}, Format: []string{"", ""}, Chains: []string{""}, In: map[string]*schemas.Cells{}}
	cells := &schemas.Cells{}
	b.In[kind] = cells
	err := cleanse.Lines(ctx, name, in, func(text string) error {
		if text != "" {
			cells.Append(schemas.Cell{Value: text, Status: schemas.Raw, Field: 1})
		}
		cells.EndRow()
		b.Party = append(b.Party, schemas.Person)
		b.Rows++
		return nil
	})
	if err != nil {
		return nil, err
	}
	d := schemas.NewDictionary(schemas.Attr{ID: kind, Kind: schemas.Kind(kind), Party: schemas.Both, Multi: true})
	prof := transforms.NewProfile(d)
	prof.Add(b)
	model := prof.Model()
	other := *b
	b.Out, other.Out, other.Chains = map[string]*schemas.Cells{}, map[string]*schemas.Cells{}, []string{""}
	for k, p := range []*Project{before, after} {
		if err := transforms.NewSetWith(d, p.own()).Apply([]*schemas.Batch{b, &other}[k], model); err != nil {
			return nil, err
		}
	}
	t := newTally(before, after)
	t.dict = d
	t.open(name)
	t.values(b, &other, slices.Repeat([]bool{true}, b.Rows))
	return t.lines(), nil
}

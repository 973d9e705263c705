package pipeline

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/internal/landing"
	"clientbase/internal/scan"
)

// maxLost is how many rows an answer lists.
const maxLost = 20

// landedRows finds the rows of a stream that bear a key, in the order of the
// deliveries, and says what became of each. It reads the whole stream: asking
// for somebody who is missing is rare.
func (t *tracer) landedRows(s *Stream, key string) ([]LostRow, error) {
	in, err := newInterpreter(&s.Stream, t.p.Dict, nil)
	if err != nil {
		return nil, err
	}
	keys := [][]string{s.Key}
	for _, m := range s.Parties {
		if len(m.Key) > 0 {
			keys = append(keys, m.Key)
		}
	}
	return t.search(in, func(v *view, row int) bool {
		for _, cols := range keys {
			if k, ok := joinKey(v, cols, row); ok && k == key {
				return true
			}
		}
		return false
	}, func(text string) bool { return holdsWord(text, key) }, true)
}

// lostRows looks through what was filtered out or set aside for rows that hold
// all words of a text, or its digits.
func (t *tracer) lostRows(text string) ([]LostRow, error) {
	fits := fitsText(text)
	if fits == nil {
		return nil, nil
	}
	var out []LostRow
	for i := range t.p.Streams {
		in, err := newInterpreter(&t.p.Streams[i].Stream, t.p.Dict, nil)
		if err != nil {
			return nil, err
		}
		rows, err := t.search(in, func(v *view, row int) bool { return fits(rowText(v, row)) }, fits, false)
		if err != nil {
			return nil, err
		}
		if out = append(out, rows...); len(out) >= maxLost {
			return out[:maxLost], nil
		}
	}
	return out, nil
}

// search visits the landed rows of a stream that fit and gives those that are
// part of no client; all = also those that were loaded as facts.
func (t *tracer) search(in *interpreter, fits func(v *view, row int) bool, fitsRaw func(string) bool, all bool) ([]LostRow, error) {
	stream := in.stream.ID()
	deliveries, err := t.land.Deliveries(stream)
	if err != nil {
		return nil, err
	}
	done := loadedDeliveries(t.p)
	people, err := settledOf(t.p.Data)
	if err != nil {
		return nil, err
	}
	void := superseded(in.stream, deliveries, people.aside)
	tokens := newTokenizer(t.land.Keys.Project())
	var out []LostRow
	var before []string
	for i := range deliveries {
		d := &deliveries[i]
		for _, ref := range d.Batches {
			if err := t.ctx.Err(); err != nil {
				return nil, about(err, "look for", stream)
			}
			b, err := t.land.ReadBatch(stream, ref.ID)
			if err != nil {
				return nil, err
			}
			rows, err := fates(in, b, d, before, &tokens, fits)
			b.Release()
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				by, gone := void[d.ID]
				switch {
				case gone && by == "":
					r.Step, r.Reason = Superseded, "the delivery was set aside by a person"
				case gone:
					r.Step = Superseded
				case r.Step == IsClient && !done[d.ID]:
					r.Step = Waiting
				case r.Step == IsClient && all:
					r.Step, r.Reason = NoParty, "the row gives facts, and they belong to whom they refer to"
				case r.Step == IsClient:
					continue
				}
				out = append(out, r)
			}
		}
		before = d.Columns
		rows, err := t.unread(d, fitsRaw)
		if err != nil {
			return nil, err
		}
		if out = append(out, rows...); len(out) >= maxLost {
			return out[:maxLost], nil
		}
	}
	return out, nil
}

// fates maps a batch that holds a fitting row anew, exactly as a run does, and
// reads what becomes of that row.
func fates(in *interpreter, b *landing.Batch, d *landing.Delivery, before []string, tokens *tokenizer, fits func(*view, int) bool) ([]LostRow, error) {
	v := newView(b)
	var hits []int
	for row := 0; row < int(b.Rows.NumRows()); row++ {
		if fits(v, row) {
			hits = append(hits, row)
		}
	}
	if len(hits) == 0 {
		return nil, nil
	}
	got, err := in.interpret(b, d, before, int32(d.AsOf.Unix()/86400), tokens)
	if err != nil {
		return nil, err
	}
	for _, f := range got.facts {
		f.rec.Release()
	}
	var out []LostRow
	for _, row := range hits {
		r := LostRow{Step: IsClient, Stream: in.stream.ID(), File: d.Name, AsOf: d.AsOf.Format("2006-01-02")}
		if row < len(b.Pos) {
			r.Place = b.Pos[row].Words()
		}
		switch got.fate[row] {
		case fateFiltered:
			r.Step, r.Reason = Filtered, "no party or fact in the row"
			one := &interpreted{rows: got.rows, fate: make([]rowFate, got.rows), filters: map[string]int64{}}
			if in.filtered(one, v, row) {
				for reason := range one.filters {
					r.Reason = reason
				}
			}
		case fateQuarantined:
			r.Step = Quarantined
			for _, q := range got.bad {
				if row < len(b.Pos) && q.Pos == b.Pos[row] {
					r.Reason, r.Detail = q.Reason, q.Detail
				}
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// unread looks at the rows of a delivery that could not be read at all: only
// their bytes are there.
func (t *tracer) unread(d *landing.Delivery, fits func(string) bool) ([]LostRow, error) {
	if d.Bad == 0 {
		return nil, nil
	}
	rows, err := t.land.Quarantined(landing.QuarantineFile{ID: d.ID + "-read", Stream: d.Stream})
	if err != nil {
		return nil, err
	}
	var out []LostRow
	for _, q := range rows {
		found := scan.Detect(q.Raw)
		text, _ := scan.Decode(nil, q.Raw[min(found.BOM, len(q.Raw)):], found.Charset)
		if fits(string(text)) {
			out = append(out, LostRow{Step: Quarantined, Stream: d.Stream, File: d.Name, AsOf: d.AsOf.Format("2006-01-02"), Place: q.Pos.Words(), Reason: q.Reason, Detail: q.Detail})
		}
	}
	return out, nil
}

// fitsText tells whether a row may be about whom a search means: it holds all
// the words of a name as words, or the last seven digits of a number. nil =
// the text says too little.
func fitsText(text string) func(string) bool {
	var words []string
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len([]rune(w)) > 2 {
			words = append(words, w)
		}
	}
	digits := onlyDigits(text)
	switch {
	case len(digits) >= 7:
		digits = digits[len(digits)-7:]
		return func(row string) bool { return strings.Contains(onlyDigits(row), digits) }
	case len(words) == 0:
		return nil
	}
	return func(row string) bool {
		have := strings.FieldsFunc(strings.ToLower(row), func(r rune) bool { return !unicode.IsLetter(r) })
		for _, w := range words {
			if !slices.Contains(have, w) {
				return false
			}
		}
		return true
	}
}

// rowText joins the cells of a row, card numbers left out.
func rowText(v *view, row int) string {
	var b strings.Builder
	for _, f := range v.batch.Rows.Schema().Fields() {
		if col, ok := v.cols[f.Name]; ok && !strings.HasSuffix(f.Name, "#token") && !col.IsNull(row) {
			b.WriteString(col.Value(row))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// holdsWord finds a key in a text where neither side goes on with a letter or digit.
func holdsWord(text, key string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], key)
		if i < 0 {
			return false
		}
		lo, hi := at+i, at+i+len(key)
		before, _ := utf8.DecodeLastRuneInString(text[:lo])
		after, _ := utf8.DecodeRuneInString(text[hi:])
		if !inWord(before) && !inWord(after) {
			return true
		}
		at = lo + 1
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

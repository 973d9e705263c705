package formats

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/connectors"
	"clientbase/internal/opaque"
	"clientbase/internal/scan"
	"clientbase/schemas"
)

// A batch is cut at whichever comes first.
const (
	batchRows  = 8192
	batchBytes = 4 << 20
	badRawMax  = 64 << 10
)

// Builder pulls rows from a Reader and makes batches of them. It is the one
// place where card numbers are taken out: in cells, in the received bytes and in
// the bytes of bad rows. A column that holds card numbers by contract or by
// format is masked whatever its content and gets a token column; every other cell
// is searched.
type Builder struct {
	rd   Reader
	tape *Tape // nil: no received bytes are delivered
	card opaque.Key
	pan  []string

	cols   []column
	isPAN  []bool
	tokens []column // beside cols; used where isPAN
	size   int      // bytes of cells in this batch
	pos    []connectors.Position
	bad    []connectors.BadRow
	done   int64 // received bytes before this offset are masked
	notes  int   // of Info().Notes already delivered
	eof    bool
	failed error
}

// NewBuilder makes a builder over rd. tape is what rd reads from, nil when the
// received bytes are not text (containers) or there are none (databases). pan
// names the card columns of the contract, card is the key of their tokens.
func NewBuilder(rd Reader, tape *Tape, pan []string, card opaque.Key) *Builder {
	return &Builder{rd: rd, tape: tape, pan: pan, card: card}
}

// Next gives the next batch (without cursor); last tells that the file was read
// to its end with this batch. After the last batch it gives io.EOF, after a failure
// the failure.
func (b *Builder) Next(ctx context.Context) (batch connectors.Batch, last bool, err error) {
	if b.failed != nil {
		return batch, false, b.failed
	}
	batch, last, err = b.pull(ctx)
	if err != nil {
		b.failed = err
		return connectors.Batch{}, false, err
	}
	if last {
		b.failed = io.EOF
	}
	return batch, last, nil
}

func (b *Builder) pull(ctx context.Context) (connectors.Batch, bool, error) {
	for n := 0; ; n++ {
		if n&255 == 0 {
			if err := ctx.Err(); err != nil {
				return connectors.Batch{}, false, err
			}
		}
		if b.eof {
			return b.finish()
		}
		row, err := b.rd.Next()
		if errors.Is(err, io.EOF) {
			b.eof = true
			continue
		}
		if err != nil {
			return connectors.Batch{}, false, err
		}
		if !b.full(row) {
			b.step(row)
			continue
		}
		to := row.Off
		if row.Gap || row.Err != nil {
			b.maskGap(to, true)
			to = min(to, b.done)
		}
		out := b.cut(to)
		b.step(row)
		return out, false, nil
	}
}

// full decides before a step is taken in, so that the last batch is known to be the last.
func (b *Builder) full(row Row) bool {
	if len(b.pos)+len(b.bad) >= batchRows || b.size >= batchBytes {
		return true
	}
	return b.tape != nil && row.Off-b.tape.at >= batchBytes
}

// finish delivers what is left, bytes behind the last record included.
func (b *Builder) finish() (connectors.Batch, bool, error) {
	if b.tape == nil {
		return b.cut(0), true, nil
	}
	ended, err := b.tape.drain(batchBytes)
	if err != nil {
		return connectors.Batch{}, false, err
	}
	end := b.tape.end()
	if !ended {
		b.maskGap(end, true)
		return b.cut(b.done), false, nil
	}
	b.maskGap(end, false)
	return b.cut(end), true, nil
}

func (b *Builder) step(row Row) {
	b.blankOut(row)
	switch {
	case row.Err != nil:
		b.bad = append(b.bad, connectors.BadRow{Pos: position(row), Reason: row.Err.Reason, Detail: row.Err.Detail, Raw: b.badRaw(row)})
		return
	case row.Gap:
		if b.tape != nil && row.End-b.done >= batchBytes/4 {
			b.maskGap(row.End, true)
		}
		return
	}
	b.maskGap(row.Off, false)
	b.fit()
	hits := 0
	spans := true
	cs := b.rd.Info().Charset
	for i := range b.cols {
		if i >= len(row.Fields) {
			b.cols[i].add(nil, true)
			if b.isPAN[i] {
				b.tokens[i].add(nil, true)
			}
			continue
		}
		f := &row.Fields[i]
		h := b.cell(i, f)
		b.size += len(f.Value) + 8
		switch {
		case f.End == 0 && len(f.Value) > 0:
			hits, spans = hits+h, false
		case h > 0 && b.tape != nil:
			b.maskSpan(f, cs, h, b.isPAN[i])
		}
	}
	if !spans && b.tape != nil {
		raw := b.tape.bytes(row.Off, row.End)
		if scan.MaskCardsIn(raw, cs) < hits {
			scan.MaskDigits(raw, cs)
		}
	}
	b.done = row.End
	b.pos = append(b.pos, position(row))
}

// cell adds one cell, masked, and tells how many card numbers were in it.
func (b *Builder) cell(i int, f *Field) int {
	if !b.isPAN[i] {
		v := b.cols[i].add(f.Value, f.Null)
		if len(v) < 13 {
			return 0
		}
		return scan.MaskCards(v)
	}
	token := ""
	if d := scan.PANDigits(f.Value); d != "" && !f.Null {
		token = b.card.Token(schemas.RefCard, d).String()
	}
	b.tokens[i].add([]byte(token), token == "")
	if scan.MaskPAN(b.cols[i].add(f.Value, f.Null), scan.UTF8) {
		return 1
	}
	return 0
}

// maskSpan masks the received bytes of a field in which hits cards were found.
func (b *Builder) maskSpan(f *Field, cs scan.Charset, hits int, pan bool) {
	raw := b.tape.bytes(f.Off, f.End)
	if pan {
		if !scan.MaskPAN(raw, cs) {
			scan.MaskDigits(raw, cs)
		}
		return
	}
	if scan.MaskCardsIn(raw, cs) < hits {
		scan.MaskDigits(raw, cs) // escapes hide the number: nothing of it may stay
	}
}

// blankOut overwrites what the reader says may not be kept.
func (b *Builder) blankOut(row Row) {
	if b.tape == nil {
		return
	}
	star := byte('*')
	if cs := b.rd.Info().Charset; cs == scan.CP500 || cs == scan.CP037 {
		star = 0x5C
	}
	for _, s := range row.Blank {
		raw := b.tape.bytes(s.Lo, s.Hi)
		for i := range raw {
			raw[i] = star
		}
	}
}

// maskGap masks received bytes that belong to no good row, as one text, so that a
// number broken over bad lines is found. With open the text goes on.
func (b *Builder) maskGap(to int64, open bool) {
	if b.tape == nil || to <= b.done {
		return
	}
	cs := b.rd.Info().Charset
	raw := b.tape.bytes(b.done, to)
	if open {
		raw = raw[:scan.SafeCut(raw, cs)]
		to = b.done + int64(len(raw))
	}
	scan.MaskCardsIn(raw, cs)
	b.done = to
}

func (b *Builder) badRaw(row Row) []byte {
	if b.tape == nil {
		return nil
	}
	raw := b.tape.bytes(row.Off, row.End)
	if len(raw) > badRawMax+256 {
		raw = raw[:badRawMax+256]
	}
	raw = append([]byte(nil), raw...)
	cs := b.rd.Info().Charset
	scan.MaskCardsIn(raw, cs)
	if len(raw) > badRawMax {
		raw = raw[:scan.SafeCut(raw[:badRawMax], cs)]
	}
	return raw
}

// fit follows the reader's columns, which may have grown.
func (b *Builder) fit() {
	names := b.rd.Columns()
	for i := len(b.cols); i < len(names); i++ {
		b.cols = append(b.cols, column{})
		b.tokens = append(b.tokens, column{})
		b.cols[i].fresh()
		b.tokens[i].fresh()
		pan := slices.Contains(b.pan, names[i]) || slices.Contains(b.rd.Info().PAN, names[i])
		b.isPAN = append(b.isPAN, pan)
		for range b.pos {
			b.cols[i].add(nil, true)
			if pan {
				b.tokens[i].add(nil, true)
			}
		}
	}
}

// cut makes the batch; received bytes before offset to go with it.
func (b *Builder) cut(to int64) connectors.Batch {
	b.fit()
	names := b.rd.Columns()
	info := b.rd.Info()
	var fields []arrow.Field
	var arrays []arrow.Array
	add := func(name string, c *column) {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
		arrays = append(arrays, c.array())
		c.fresh()
	}
	for i := range b.cols {
		add(names[i], &b.cols[i])
	}
	for i := range b.cols {
		if b.isPAN[i] {
			add(names[i]+"#token", &b.tokens[i])
		}
	}
	out := connectors.Batch{Rows: array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, int64(len(b.pos))), Pos: b.pos, Bad: b.bad, AsOf: info.AsOf, Sparse: info.Sparse}
	for _, a := range arrays {
		a.Release()
	}
	if b.tape != nil {
		b.maskGap(to, false)
		out.RawAt = b.tape.at
		out.Raw = b.tape.take(to)
	}
	out.Notes = append([]string(nil), info.Notes[min(b.notes, len(info.Notes)):]...)
	b.notes = len(info.Notes)
	b.pos, b.bad, b.size = nil, nil, 0
	return out
}

func position(row Row) connectors.Position {
	if row.Pos.Kind != 0 {
		return row.Pos
	}
	return connectors.Position{Kind: connectors.AtOffset, A: row.Off, B: row.End, Line: row.Line}
}

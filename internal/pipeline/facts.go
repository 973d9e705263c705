package pipeline

import (
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// factRows is the facts of one kind that a landed batch gave.
type factRows struct {
	kind    schemas.FactKind
	primary bool // its outcome is the fate of its rows
	derived bool // found by a rule inside a row, not mapped from it
	row     []uint32
	content []uint64          // hash of each fact's fields, for keyed kinds
	rec     arrow.RecordBatch // columns: fact_id, stream, row_no and the kind's fields
}

// tokenizer makes reference tokens and remembers the recent ones: an account
// stands in many facts. One per worker, not safe for concurrent use.
type tokenizer struct {
	key   *opaque.Minter
	phone func(cell, region string) string   // E.164 or "" (a transform)
	email func(cell string) string           // match key or ""
	memo  map[string]map[string]opaque.Token // kind → value → token; nil = none is kept
	known int                                // tokens in memo
}

const memoSize = 1 << 17

func (t *tokenizer) token(kind, value string) opaque.Token {
	if value == "" {
		return opaque.Token{}
	}
	of := t.memo[kind]
	if tok, ok := of[value]; ok {
		return tok
	}
	tok := t.key.Token(kind, value)
	if t.memo == nil {
		return tok
	}
	if t.known >= memoSize {
		clear(t.memo)
		of, t.known = nil, 0
	}
	if of == nil {
		of = map[string]opaque.Token{}
		t.memo[kind] = of
	}
	of[strings.Clone(value)] = tok // the value may be a part of a whole batch
	t.known++
	return tok
}

// record makes the token of a record reference.
func (t *tokenizer) record(stream, key string) opaque.Token {
	return t.token(schemas.RefRecord, stream+"\x00"+key)
}

// ref makes the token of a reference cell. The cell is normalised first, so
// that spelling does not part what belongs together.
func (t *tokenizer) ref(o schemas.Operand, v *view, row int, s *schemas.Stream) opaque.Token {
	if o.Ref == schemas.RefRecord {
		of := o.Of
		if of == "" {
			of = s.ID()
		}
		cols := o.Columns
		if len(cols) == 0 {
			cols = []string{o.Column}
		}
		key, ok := joinKey(v, cols, row)
		if !ok {
			return opaque.Token{}
		}
		return t.record(of, key)
	}
	text := strings.TrimSpace(v.cell(o.Column, row))
	switch o.Ref {
	case schemas.RefPhone:
		if text != "" {
			text = t.phone(text, s.Region)
		}
	case schemas.RefEmail:
		if text != "" {
			text = t.email(text)
		}
	case schemas.RefCard:
		if tok := v.cell(o.Column+"#token", row); tok != "" {
			text = tok
		}
	case schemas.RefAccount:
		if spaced(text) || strings.Contains(text, "-") {
			text = withoutGaps.Replace(text)
		}
		text = strings.ToUpper(text)
	}
	return t.token(o.Ref, text)
}

// withoutGaps joins what people write in groups.
var withoutGaps = strings.NewReplacer(" ", "", "-", "", "\u00a0", "")

// factSchema is the Arrow schema in which facts of a kind reach the store.
func factSchema(k schemas.FactKind) *arrow.Schema {
	fields := []arrow.Field{
		{Name: "fact_id", Type: &arrow.FixedSizeBinaryType{ByteWidth: 16}},
		{Name: "stream", Type: arrow.BinaryTypes.String},
		{Name: "batch_no", Type: arrow.PrimitiveTypes.Int32},
		{Name: "row_no", Type: arrow.PrimitiveTypes.Int64},
	}
	for _, f := range k.Fields {
		fields = append(fields, arrow.Field{Name: f.Name, Type: arrowType(f.Type), Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

func arrowType(t schemas.FieldType) arrow.DataType {
	switch t {
	case schemas.FDay:
		return arrow.FixedWidthTypes.Date32
	case schemas.FTime:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case schemas.FAmount:
		return &arrow.Decimal128Type{Precision: 18, Scale: 2}
	case schemas.FInt:
		return arrow.PrimitiveTypes.Int64
	case schemas.FRef:
		return &arrow.FixedSizeBinaryType{ByteWidth: 16}
	}
	return arrow.BinaryTypes.String
}

// factBuilder collects the rows of one kind.
type factBuilder struct {
	row     []uint32
	content []uint64
	b       *array.RecordBuilder
}

// factsOf makes the facts of one fact map.
func (in *interpreter) factsOf(out *interpreted, v *view, b *landing.Batch, m *schemas.FactMap, tokens *tokenizer) error {
	kind, ok := factKind(m.Fact)
	if !ok {
		return errs.New(errs.Config, "map", in.stream.ID(), "unknown kind of fact "+m.Fact, "see `clientbase validate`")
	}
	keys := m.Key
	if len(keys) == 0 {
		keys = in.stream.Key
	}
	schema := factSchema(kind)
	parts := [2]*factBuilder{} // 0: facts beside a party or an earlier fact; 1: the row's own fate
	vals, plans := make([]fieldValue, len(kind.Fields)), in.fieldPlans(v, m, kind)
rows:
	for row := 0; row < out.rows; row++ {
		if out.fate[row] != fateKept || !present(v, m.When, row) || !in.where(v, m.Where, row) {
			continue
		}
		for i, f := range kind.Fields {
			val, ok := in.field(out, v, &plans[i], row, tokens)
			if !ok {
				in.quarantine(out, b, row, "contract", "bad_"+string(f.Type), "field "+m.Fact+"."+f.Name)
				continue rows
			}
			if kind.Monthly && f.Name == kind.Time {
				if !val.set {
					in.quarantine(out, b, row, "contract", "undated_fact", "field "+m.Fact+"."+f.Name)
					continue rows
				}
			}
			vals[i] = val
		}
		key, ok := joinKey(v, keys, row)
		if len(keys) == 0 {
			key, ok = contentKey(v, row), true
		}
		if !ok {
			in.quarantine(out, b, row, "contract", "key_empty", "columns "+strings.Join(keys, ", "))
			continue
		}
		at := 0
		if !out.claimed[row] {
			at, out.claimed[row] = 1, true
		}
		if parts[at] == nil {
			parts[at] = &factBuilder{b: array.NewRecordBuilder(memory.DefaultAllocator, schema)}
		}
		fb := parts[at]
		id := factID(tokens.key, in.stream.ID(), kind.Name, key)
		fb.add(id, in.stream.ID(), row, vals, kind)
	}
	for at, fb := range parts {
		if fb == nil {
			continue
		}
		out.facts = append(out.facts, factRows{kind: kind, row: fb.row, content: fb.content, rec: fb.b.NewRecordBatch(), primary: at == 1})
		fb.b.Release()
	}
	return nil
}

// fieldValue is a parsed fact cell.
type fieldValue struct {
	set  bool
	text string
	num  int64 // day, microseconds, hundredths or integer
	tok  opaque.Token
}

func (fb *factBuilder) add(id opaque.Token, stream string, row int, vals []fieldValue, kind schemas.FactKind) {
	fb.row = append(fb.row, uint32(row))
	fb.b.Field(0).(*array.FixedSizeBinaryBuilder).Append(id[:])
	fb.b.Field(1).(*array.StringBuilder).Append(stream)
	fb.b.Field(2).(*array.Int32Builder).Append(0)
	fb.b.Field(3).(*array.Int64Builder).Append(int64(row))
	for i, f := range kind.Fields {
		val := vals[i]
		col := fb.b.Field(4 + i)
		if !val.set {
			col.AppendNull()
			continue
		}
		switch f.Type {
		case schemas.FDay:
			col.(*array.Date32Builder).Append(arrow.Date32(val.num))
		case schemas.FTime:
			col.(*array.TimestampBuilder).Append(arrow.Timestamp(val.num))
		case schemas.FAmount:
			col.(*array.Decimal128Builder).Append(decimal128.FromI64(val.num))
		case schemas.FInt:
			col.(*array.Int64Builder).Append(val.num)
		case schemas.FRef:
			col.(*array.FixedSizeBinaryBuilder).Append(val.tok[:])
		default:
			col.(*array.StringBuilder).Append(val.text)
		}
	}
	if !kind.Monthly {
		fb.content = append(fb.content, valuesHash(kind, vals))
	}
}

// valuesHash tells apart what a fact says.
func valuesHash(kind schemas.FactKind, vals []fieldValue) uint64 {
	hash := newContentHash()
	hash.reset()
	for i, f := range kind.Fields {
		if !vals[i].set {
			hash.add("")
			continue
		}
		hash.add(f.Name)
		hash.add(vals[i].text)
		hash.add(strconv.FormatInt(vals[i].num, 10))
		hash.add(string(vals[i].tok[:]))
	}
	return hash.sum()
}

// fieldPlan is one field of a fact map with the column of a batch that fills it.
type fieldPlan struct {
	schemas.FactField
	from   schemas.Operand
	mapped bool
	cells  cells
	col    *schemas.Column // its contract; nil = none
}

// fieldPlans looks up once per batch what every row needs.
func (in *interpreter) fieldPlans(v *view, m *schemas.FactMap, kind schemas.FactKind) []fieldPlan {
	out := make([]fieldPlan, len(kind.Fields))
	for i, f := range kind.Fields {
		o, mapped := m.Fields[f.Name]
		out[i] = fieldPlan{FactField: f, from: o, mapped: mapped, cells: v.column(o.Column), col: in.cols[o.Column]}
	}
	return out
}

// field computes one fact field of a row; ok is false when a non-empty cell
// does not fit the field's type.
func (in *interpreter) field(out *interpreted, v *view, f *fieldPlan, row int, tokens *tokenizer) (fieldValue, bool) {
	o := &f.from
	if !f.mapped {
		return fieldValue{}, true
	}
	if f.Type == schemas.FRef {
		tok := tokens.ref(*o, v, row, in.stream)
		return fieldValue{set: !tok.IsZero(), tok: tok}, true
	}
	text, format, kind := o.Const, "", ""
	if o.Column != "" {
		text, _ = decode(out, f.col, o.Column, f.cells.at(row), row, out.asOf)
		text = strings.TrimSpace(text)
		if f.col != nil {
			format, kind = f.col.Format, f.col.Type
		}
	}
	if text == "" {
		return fieldValue{}, true
	}
	switch f.Type {
	case schemas.FDay:
		d, ok := parseDay(text, format)
		return fieldValue{set: true, num: int64(d)}, ok
	case schemas.FTime:
		t, ok := parseMoment(text, format, in.zone)
		return fieldValue{set: true, num: t.UnixMicro()}, ok
	case schemas.FAmount:
		n, ok := int64(0), false
		if kind == "minor" {
			n, ok = parseMinor(text)
		} else {
			n, ok = parseAmount(text, in.stream.Decimal)
		}
		return fieldValue{set: true, num: n}, ok
	case schemas.FInt:
		n, ok := parseMinor(text)
		return fieldValue{set: true, num: n}, ok
	case schemas.FMasked:
		if !strings.ContainsAny(text, "*•") { // the connector truncates card numbers itself
			text = maskTail(text)
		}
		return fieldValue{set: true, text: text}, true
	case schemas.FText:
		return fieldValue{set: true, text: tokens.clean(text, in.stream.Region)}, true
	}
	return fieldValue{set: true, text: guarded(text)}, true
}

// factID names a fact by its stream, kind and key.
func factID(key *opaque.Minter, stream, kind, factKey string) opaque.Token {
	return key.Token("fact", stream, kind, factKey)
}

func factKind(name string) (schemas.FactKind, bool) {
	for _, k := range schemas.FactKinds() {
		if k.Name == name {
			return k, true
		}
	}
	return schemas.FactKind{}, false
}

// contentKey identifies a row by all it says, for streams without a key: two
// equal rows are then one fact. Where they are two, the stream declares a key;
// the word @line in it stands for the row's place in its file.
func contentKey(v *view, row int) string {
	h := newContentHash()
	h.reset()
	for _, f := range v.batch.Rows.Schema().Fields() {
		h.add(f.Name)
		h.add(v.cell(f.Name, row))
	}
	return strconv.FormatUint(h.sum(), 36)
}

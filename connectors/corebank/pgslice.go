package corebank

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/internal/errs"
	"clientbase/internal/scan"
	"clientbase/schemas"
)

// query is one reading of a table as a slice.
type query struct {
	d    *database
	info connectors.SliceInfo
	q    selection

	conn *pgx.Conn
	rows *pages
	b    *formats.Builder
	old  connectors.Cursor
	done connectors.Cursor
	err  error
}

// Info describes the window.
func (s *query) Info() connectors.SliceInfo { return s.info }

// Next gives the next batch; see connectors.Slice.
func (s *query) Next(ctx context.Context) (connectors.Batch, error) {
	if s.err != nil {
		return connectors.Batch{}, s.err
	}
	out, err := s.next(ctx)
	if err != nil {
		switch {
		case ctx.Err() != nil:
			err = s.d.fault("read", ctx.Err())
		case !errors.Is(err, io.EOF):
			err = s.d.fault("read", err)
		}
		s.err = err
		s.hangUp()
		return connectors.Batch{}, err
	}
	return out, nil
}

func (s *query) next(ctx context.Context) (connectors.Batch, error) {
	if err := ctx.Err(); err != nil {
		return connectors.Batch{}, err
	}
	if s.b == nil {
		if err := s.begin(ctx); err != nil {
			return connectors.Batch{}, err
		}
	}
	s.rows.ctx = ctx
	out, last, err := s.b.Next(ctx)
	if err != nil {
		return out, err
	}
	out.Next = s.old
	if last {
		out.Next = s.done
		s.hangUp()
	}
	return out, nil
}

// begin opens the transaction, fixes the next watermark in its snapshot, and
// declares the cursor.
func (s *query) begin(ctx context.Context) error {
	conn, err := s.d.connect(ctx)
	if err != nil {
		return err
	}
	s.conn = conn
	for _, sql := range []string{
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		"SET LOCAL statement_timeout = " + milliseconds(s.d.c.Timeout),
		"SET LOCAL cursor_tuple_fraction = 1",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := s.marks(ctx); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "DECLARE clientbase NO SCROLL CURSOR FOR "+s.q.sql()); err != nil {
		return err
	}
	s.rows = &pages{pg: conn.PgConn(), size: s.d.c.Page, stream: s.d.s, env: s.d.env, ctx: ctx}
	var pan []string
	for _, c := range s.d.s.Columns {
		if c.PAN {
			pan = append(pan, c.Name)
		}
	}
	s.b = formats.NewBuilder(s.rows, nil, pan, s.d.env.Card)
	return nil
}

// marks makes the cursors before and after this reading.
func (s *query) marks(ctx context.Context) error {
	w := watermark{Column: s.q.column, Since: s.q.since}
	var err error
	if s.old, err = json.Marshal(w); err != nil {
		return err
	}
	if s.q.column != "" {
		zone := s.d.s.Zone
		if zone == "" {
			zone = "UTC"
		}
		var next *string
		err := s.conn.QueryRow(ctx, s.q.next(s.d.env.Now, s.d.c.Lag, zone)).Scan(&next)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if next != nil {
			w.Since = *next
		}
	}
	s.done, err = json.Marshal(w)
	return err
}

func (s *query) hangUp() {
	if s.conn != nil {
		closeConn(s.conn)
		s.conn = nil
	}
}

// Close ends the transaction and the connection. It is safe to call twice.
func (s *query) Close() error {
	if s.err == nil {
		s.err = errs.New(errs.Bug, "read", s.d.s.ID(), "the slice is closed", "read it again from the last committed cursor")
	}
	s.hangUp()
	return nil
}

// pages reads the server-side cursor as a formats.Reader.
type pages struct {
	pg     *pgconn.PgConn
	size   int
	stream *schemas.Stream
	env    connectors.Env
	ctx    context.Context // of the present Next

	res    *pgconn.ResultReader
	got    int // rows of this page
	n      int64
	cols   []string
	oids   []uint32
	keys   []int // columns of the stream's key
	fields []formats.Field
	buf    []byte
	err    error
}

// Columns names the columns as the database does.
func (p *pages) Columns() []string { return p.cols }

// Info has nothing to tell: there is no file.
func (p *pages) Info() formats.Info { return formats.Info{Charset: scan.UTF8} }

// Next gives the next row.
func (p *pages) Next() (formats.Row, error) {
	if p.err != nil {
		return formats.Row{}, p.err
	}
	row, err := p.read()
	p.err = err
	return row, err
}

func (p *pages) read() (formats.Row, error) {
	for {
		if p.res == nil {
			p.res = p.pg.ExecParams(p.ctx, fmt.Sprintf("FETCH FORWARD %d FROM clientbase", p.size), nil, nil, nil, nil)
			p.got = 0
		}
		if p.res.NextRow() {
			p.got++
			return p.row(p.res.Values()), nil
		}
		p.describe(p.res.FieldDescriptions())
		if _, err := p.res.Close(); err != nil {
			return formats.Row{}, err
		}
		p.res = nil
		if p.got < p.size {
			return formats.Row{}, io.EOF
		}
	}
}

func (p *pages) describe(fields []pgconn.FieldDescription) {
	if p.cols != nil {
		return
	}
	for _, f := range fields {
		p.cols = append(p.cols, f.Name)
		p.oids = append(p.oids, f.DataTypeOID)
	}
	for _, k := range p.stream.Key {
		for i, c := range p.cols {
			if c == k {
				p.keys = append(p.keys, i)
				break
			}
		}
	}
}

func (p *pages) row(values [][]byte) formats.Row {
	p.describe(p.res.FieldDescriptions())
	p.n++
	p.fields, p.buf = p.fields[:0], p.buf[:0]
	row := formats.Row{Line: p.n}
	for i, v := range values {
		f := formats.Field{Null: v == nil}
		if v != nil {
			f.Value = p.render(v, p.oids[i])
			if !utf8.Valid(f.Value) {
				row.Err = &formats.RowError{Reason: "bad_encoding", Detail: "column " + p.cols[i]}
			}
		}
		p.fields = append(p.fields, f)
	}
	row.Fields = p.fields
	row.Pos = connectors.Position{Kind: connectors.AtKey, A: p.n, Key: p.key()}
	return row
}

// render makes PostgreSQL's text canonical: true and false, instants as RFC 3339
// in UTC, fixed-width texts without their padding.
func (p *pages) render(v []byte, oid uint32) []byte {
	switch oid {
	case pgtype.BoolOID:
		if len(v) == 1 && v[0] == 't' {
			return []byte("true")
		}
		return []byte("false")
	case pgtype.BPCharOID:
		return bytes.TrimRight(v, " ")
	case pgtype.TimestamptzOID:
		if bytes.HasSuffix(v, []byte("+00")) && len(v) > 13 && v[10] == ' ' {
			at := len(p.buf)
			p.buf = append(append(p.buf, v[:len(v)-3]...), 'Z')
			p.buf[at+10] = 'T'
			return p.buf[at:len(p.buf):len(p.buf)]
		}
	}
	return v
}

// key is the row's key as text; card numbers in it are masked or tokens.
func (p *pages) key() string {
	var parts []string
	for _, i := range p.keys {
		v := append([]byte(nil), p.fields[i].Value...)
		for _, c := range p.stream.Columns {
			if !c.PAN || c.Name != p.cols[i] {
				continue
			}
			if d := scan.PANDigits(v); d != "" {
				v = []byte(p.env.Card.Token(schemas.RefCard, d).String())
			}
		}
		scan.MaskCards(v)
		parts = append(parts, string(v))
	}
	return strings.Join(parts, "|")
}

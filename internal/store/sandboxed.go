package store

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"clientbase/internal/errs"
)

// ServeQuery is the child's side of Query: it reads one request, answers it and
// returns. When the parent closes in, the query is given up.
func ServeQuery(ctx context.Context, in io.Reader, out io.Writer) error {
	w := &answer{b: bufio.NewWriterSize(out, 1<<16)}
	_ = w.b.WriteByte(helloByte)
	if err := w.b.Flush(); err != nil {
		return err
	}
	d := json.NewDecoder(in)
	d.UseNumber()
	var r sandboxRequest
	if err := d.Decode(&r); err != nil {
		return err
	}
	for i := range r.Overlay.Changes {
		r.Overlay.Changes[i].whole()
	}
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	gone, giveUp := context.WithCancel(ctx)
	defer giveUp()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		giveUp()
	}()
	cut, err := w.answer(gone, &r)
	end := sandboxEnd{Cut: cut}
	if err != nil {
		e, ok := errs.Of(wrapQuery(err))
		if !ok {
			e = errs.New(errs.Bug, "query", "", "unexpected failure", "report it")
		}
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			e = errs.New(errs.Retry, "query", "", "stopped: it took longer than allowed", "narrow the question or raise the time limit")
		}
		end.Error = &sandboxError{e.Kind, e.Op, e.Thing, e.Msg, e.Hint}
	}
	return errors.Join(w.json(frameEnd, end), w.b.Flush())
}

// answer writes frames.
type answer struct{ b *bufio.Writer }

func (w *answer) frame(kind byte, content []byte) error {
	_ = w.b.WriteByte(kind)
	_, _ = w.b.Write(binary.AppendUvarint(nil, uint64(len(content))))
	_, err := w.b.Write(content)
	return err
}

func (w *answer) json(kind byte, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.frame(kind, text)
}

// answer runs the query of a request and writes its rows.
func (w *answer) answer(ctx context.Context, r *sandboxRequest) (cut bool, err error) {
	text, err := os.ReadFile(filepath.Join(r.Dir, manifestName))
	if err != nil {
		return false, wrap("query", r.ID, err)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return false, wrap("query", r.ID, err)
	}
	db, err := openEngine(ctx, Settings{Memory: byteText(r.Memory), Threads: r.Threads}, "")
	if err != nil {
		return false, wrap("query", r.ID, err)
	}
	defer func() { _ = db.Close() }()
	c, err := db.Conn(ctx)
	if err != nil {
		return false, wrap("query", r.ID, err)
	}
	defer func() { _ = c.Close() }()
	found, st, err := runQuery(ctx, c, r, m)
	if err != nil {
		return false, err
	}
	rows, err := newRows(found, r.MaxRows, nil)
	if err != nil {
		return false, err
	}
	defer func() { _ = rows.Close() }()
	rows.maxRow, rows.wrap = r.MaxRow, wrapQuery
	if err := w.json(frameHead, sandboxHead{rows.Columns, Reads{sortedKeys(st.tables), sortedKeys(st.columns)}}); err != nil {
		return false, err
	}
	var row []byte
	for rows.Next() {
		vals, err := rows.Values()
		if err != nil {
			return false, err
		}
		row = row[:0]
		for _, v := range vals {
			row = appendCell(row, v)
		}
		if err := w.frame(frameRow, row); err != nil {
			return false, err
		}
	}
	return rows.Cut(), rows.Err()
}

// whole turns the numbers of a change, all of them whole ones, back from JSON.
func (c *Change) whole() {
	number := func(v any) any {
		if n, ok := v.(json.Number); ok {
			if i, err := n.Int64(); err == nil {
				return i
			}
		}
		return v
	}
	c.Key = number(c.Key)
	for _, m := range []map[string]any{c.Match, c.Set} {
		for k := range m {
			m[k] = number(m[k])
		}
	}
}

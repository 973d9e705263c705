// Package connectortest is the conformance suite that every source passes, and
// the helper that starts a real PostgreSQL server for tests. The suite knows the
// contract of package connectors and nothing of any family.
package connectortest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"go.uber.org/goleak"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// Canary is a published test card number that a harness plants in its data: in a
// declared card column, in free text, or in a bad row. No part of what a source
// gives may hold it.
const Canary = "4012888888881881"

// CanarySpaced is the canary as people write it.
const CanarySpaced = "4012 8888 8888 1881"

// CardKey is the key of card tokens in the suite.
func CardKey() opaque.Key { return opaque.NewKey([]byte("connectortest-key-0123456789abcd")) }

// Row is one expected row: column → value; "∅" stands for null.
type Row map[string]string

// Harness is a source over known data.
type Harness struct {
	// Open makes the source afresh over the same data.
	Open func(t *testing.T) connectors.Source
	// Rows are the rows of all slices in order; only the named columns are compared.
	Rows []Row
	// Ordered: rows come in the order of Rows (databases give any order).
	Ordered bool
	// Bad are the reasons of bad rows in order.
	Bad []string
	// Files are the received bytes per slice with card numbers masked, nil when
	// the source is not made of files: the raw segments must join to them.
	Files [][]byte
	// Encoded: the received bytes hold values in another form (EBCDIC, packed, computed
	// columns), so that only the order and bounds of positions are checked.
	Encoded bool
	// Overlap: after the last cursor the source may give rows of the first reading
	// again (safety lag); otherwise it must give none.
	Overlap bool
	// Again: the source has no cursor and gives everything at each reading.
	Again bool
	// Add changes the data after the first reading; New are the rows then to come. nil = not tried.
	Add func(t *testing.T)
	New []Row
	// Broken makes a source that fails in the middle; nil = not tried. Kind is the failure's class.
	Broken func(t *testing.T) connectors.Source
	Kind   errs.Kind
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	leak := goleak.IgnoreCurrent()
	t.Run("all rows, positions and bytes", func(t *testing.T) { allRows(t, h) })
	t.Run("reading twice gives the same", func(t *testing.T) { twice(t, h) })
	t.Run("closing early", func(t *testing.T) { closeEarly(t, h) })
	t.Run("cancel", func(t *testing.T) { cancelled(t, h) })
	if h.Broken != nil {
		t.Run("error in the middle", func(t *testing.T) { broken(t, h) })
	}
	t.Run("restart from the cursor", func(t *testing.T) { restart(t, h) })
	if err := goleak.Find(leak); err != nil {
		t.Errorf("a goroutine is left: %v", err)
	}
}

// Reading is everything a source gave.
type Reading struct {
	Rows  []Row
	Pos   []connectors.Position
	Slice []int // per row: which slice it came from
	Bad   []connectors.BadRow
	Raw   [][]byte
	Next  connectors.Cursor
	Notes []string
	Tally []int // batches per slice
}

// Read pulls every slice to its end and checks what holds for every batch.
func Read(t *testing.T, ctx context.Context, src connectors.Source, from connectors.Cursor) (Reading, error) {
	t.Helper()
	var r Reading
	slices, err := src.Plan(ctx, from)
	if err != nil {
		return r, err
	}
	r.Next = from
	for n, s := range slices {
		if s.Info().Name == "" {
			t.Error("a slice has no name")
		}
		r.Raw = append(r.Raw, nil)
		r.Tally = append(r.Tally, 0)
		for {
			b, err := s.Next(ctx)
			if err != nil {
				if b.Rows != nil {
					t.Error("a batch came with an error")
				}
				if _, again := s.Next(ctx); again == nil {
					t.Error("after the end or an error comes another batch")
				} else if errors.Is(err, io.EOF) && !errors.Is(again, io.EOF) {
					t.Errorf("io.EOF is not repeated: %v", again)
				}
				closeTwice(t, s)
				if errors.Is(err, io.EOF) {
					break
				}
				return r, err
			}
			r.add(t, n, b)
		}
	}
	return r, nil
}

func closeTwice(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func (r *Reading) add(t *testing.T, slice int, b connectors.Batch) {
	t.Helper()
	defer b.Rows.Release()
	if int(b.Rows.NumRows()) != len(b.Pos) {
		t.Fatalf("%d rows, %d positions", b.Rows.NumRows(), len(b.Pos))
	}
	if b.Raw != nil && b.RawAt != int64(len(r.Raw[slice])) {
		t.Errorf("raw segment at %d, %d expected", b.RawAt, len(r.Raw[slice]))
	}
	for i := range int(b.Rows.NumRows()) {
		row := Row{}
		for c, f := range b.Rows.Schema().Fields() {
			if f.Type.ID() != arrow.STRING || !f.Nullable {
				t.Fatalf("column %s is not nullable text", f.Name)
			}
			col := b.Rows.Column(c).(*array.String)
			if row[f.Name] = "∅"; col.IsValid(i) {
				row[f.Name] = strings.Clone(col.Value(i))
			}
		}
		r.Rows = append(r.Rows, row)
		r.Slice = append(r.Slice, slice)
	}
	r.Pos = append(r.Pos, b.Pos...)
	r.Bad = append(r.Bad, b.Bad...)
	r.Raw[slice] = append(r.Raw[slice], b.Raw...)
	r.Notes = append(r.Notes, b.Notes...)
	r.Next = b.Next
	r.Tally[slice]++
}

func allRows(t *testing.T, h Harness) {
	src := h.Open(t)
	defer closeTwice(t, src)
	r, err := Read(t, context.Background(), src, nil)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, h.Rows, r.Rows, h.Ordered)
	var bad []string
	for _, b := range r.Bad {
		bad = append(bad, b.Reason)
	}
	if fmt.Sprint(bad) != fmt.Sprint(h.Bad) {
		t.Errorf("bad rows %v, want %v", bad, h.Bad)
	}
	if h.Files != nil {
		if len(r.Raw) != len(h.Files) {
			t.Fatalf("%d slices, %d files", len(r.Raw), len(h.Files))
		}
		for i, f := range h.Files {
			if !bytes.Equal(f, r.Raw[i]) {
				t.Errorf("the segments of file %d do not join to it: %d bytes, %d expected", i, len(r.Raw[i]), len(f))
			}
		}
	}
	positions(t, r, h.Encoded)
	NoCanary(t, r)
}

// positions: every row and bad row is found again in the delivered bytes.
func positions(t *testing.T, r Reading, encoded bool) {
	t.Helper()
	last, slice := int64(-1), -1
	for i, p := range r.Pos {
		if p.Kind == 0 {
			t.Fatalf("row %d has no position", i)
		}
		if p.Kind != connectors.AtOffset {
			continue
		}
		if r.Slice[i] != slice {
			last, slice = -1, r.Slice[i]
		}
		raw := r.Raw[slice]
		if p.A < last || p.B <= p.A || p.B > int64(len(raw)) {
			t.Fatalf("row %d: bytes %d–%d of %d, after %d", i, p.A, p.B, len(raw), last)
		}
		last = p.B
		if encoded {
			continue
		}
		piece := raw[p.A:p.B]
		for name, v := range r.Rows[i] {
			if ascii(v) && v != "" && !strings.HasSuffix(name, "#token") && !strings.ContainsAny(v, "\"\\\n") && !bytes.Contains(bytes.ReplaceAll(piece, []byte{0}, nil), []byte(v)) {
				t.Errorf("row %d: the bytes at its position do not hold column %s", i, name)
			}
		}
	}
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// NoCanary checks that no card number left the source in any way.
func NoCanary(t *testing.T, r Reading) {
	t.Helper()
	seen := func(where string, b []byte) {
		squeezed := bytes.Map(func(c rune) rune {
			if c == ' ' || c == '-' || c == 0 {
				return -1
			}
			return c
		}, b)
		if bytes.Contains(squeezed, []byte(Canary)) {
			t.Errorf("a card number left through %s", where)
		}
	}
	for _, row := range r.Rows {
		for _, v := range row {
			seen("a cell", []byte(v))
		}
	}
	for _, b := range r.Bad {
		seen("a bad row", b.Raw)
		seen("a bad row's detail", []byte(b.Detail+b.Pos.Key))
	}
	for _, raw := range r.Raw {
		seen("the received bytes", raw)
	}
	for _, p := range r.Pos {
		seen("a position", []byte(p.Key))
	}
	for _, n := range r.Notes {
		seen("a note", []byte(n))
	}
	seen("the cursor", r.Next)
}

func twice(t *testing.T, h Harness) {
	one, two := h.Open(t), h.Open(t)
	defer one.Close()
	defer two.Close()
	a, err := Read(t, context.Background(), one, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Read(t, context.Background(), two, nil)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, a.Rows, b.Rows, h.Ordered)
	if string(a.Next) != string(b.Next) {
		t.Error("the cursors differ")
	}
}

func closeEarly(t *testing.T, h Harness) {
	src := h.Open(t)
	slices, err := src.Plan(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range slices {
		if i == 0 {
			b, err := s.Next(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			b.Rows.Release()
		}
		closeTwice(t, s)
		if _, err := s.Next(context.Background()); err == nil || errors.Is(err, io.EOF) && i > 0 {
			t.Error("a slice that was closed unread claims to be complete")
		}
	}
	closeTwice(t, src)
}

func cancelled(t *testing.T, h Harness) {
	src := h.Open(t)
	defer src.Close()
	slices, err := src.Plan(context.Background(), nil)
	if err != nil || len(slices) == 0 {
		t.Fatal("nothing to read", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = slices[0].Next(ctx)
	if e, ok := errs.Of(err); !ok || e.Kind != errs.Interrupted || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := slices[0].Next(context.Background()); err == nil || errors.Is(err, io.EOF) {
		t.Error("after an interruption the slice goes on")
	}
	for _, s := range slices {
		closeTwice(t, s)
	}
}

func broken(t *testing.T, h Harness) {
	src := h.Broken(t)
	defer src.Close()
	r, err := Read(t, context.Background(), src, nil)
	e, ok := errs.Of(err)
	if !ok || e.Kind != h.Kind {
		t.Fatalf("want an error of kind %v, got %v", h.Kind, err)
	}
	if e.Hint == "" || e.Thing == "" || strings.Contains(err.Error(), Canary) {
		t.Errorf("the error must name the thing and what to try, and no value: %v", err)
	}
	NoCanary(t, r)
}

func restart(t *testing.T, h Harness) {
	src := h.Open(t)
	r, err := Read(t, context.Background(), src, nil)
	_ = src.Close()
	if err != nil {
		t.Fatal(err)
	}
	src = h.Open(t)
	again, err := Read(t, context.Background(), src, r.Next)
	_ = src.Close()
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case h.Again:
		compare(t, h.Rows, again.Rows, h.Ordered)
	case h.Overlap:
		subset(t, again.Rows, h.Rows)
	case len(again.Rows)+len(again.Bad) > 0:
		t.Errorf("%d rows are read again", len(again.Rows))
	}
	if h.Add == nil {
		return
	}
	h.Add(t)
	src = h.Open(t)
	defer src.Close()
	fresh, err := Read(t, context.Background(), src, r.Next)
	if err != nil {
		t.Fatal(err)
	}
	if h.Overlap || h.Again {
		subset(t, h.New, fresh.Rows)
	} else {
		compare(t, h.New, fresh.Rows, h.Ordered)
	}
	NoCanary(t, fresh)
}

// compare checks got against want on the columns that want names.
func compare(t *testing.T, want, got []Row, ordered bool) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	if !ordered {
		subset(t, want, got)
		return
	}
	for i := range want {
		if !fits(want[i], got[i]) {
			t.Fatalf("row %d differs: %v, want %v", i, got[i], want[i])
		}
	}
}

func subset(t *testing.T, part, whole []Row) {
	t.Helper()
	used := make([]bool, len(whole))
next:
	for i, p := range part {
		for j, w := range whole {
			if !used[j] && (fits(p, w) || fits(w, p)) {
				used[j] = true
				continue next
			}
		}
		t.Fatalf("row %d of %d is not among the others: %v", i, len(part), p)
	}
}

func fits(want, got Row) bool {
	for k, v := range want {
		if g, ok := got[k]; !ok || g != v {
			return false
		}
	}
	return true
}

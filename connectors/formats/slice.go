package formats

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// FileSettings says what a FileSlice reads and how.
type FileSettings struct {
	Info  connectors.SliceInfo
	Thing string // "core/clients clients.csv", for messages
	// Place opens the bytes; the closer is closed when the slice is.
	Place func(ctx context.Context) (Input, io.Closer, error)
	// Format starts the reader over the bytes.
	Format func(in Input) (Reader, error)
	// Container: the received bytes are not text and are not delivered.
	Container bool
	PAN       []string   // card columns by contract
	Card      opaque.Key // key of their tokens
	// Before gives the cursor until the file is complete, Done the one after it; nil = none.
	Before func() connectors.Cursor
	Done   func(size int64, sum [32]byte) connectors.Cursor
}

// FileSlice is one file as a connectors.Slice.
type FileSlice struct {
	s      FileSettings
	b      *Builder
	tape   *Tape
	in     Input
	closer io.Closer
	err    error
}

// NewFileSlice makes the slice; the file is opened by the first Next.
func NewFileSlice(s FileSettings) *FileSlice { return &FileSlice{s: s} }

// Info describes the file.
func (f *FileSlice) Info() connectors.SliceInfo { return f.s.Info }

// Next gives the next batch; see connectors.Slice.
func (f *FileSlice) Next(ctx context.Context) (connectors.Batch, error) {
	if f.err != nil {
		return connectors.Batch{}, f.err
	}
	out, err := f.next(ctx)
	if err != nil {
		f.err = f.shape(err)
		return connectors.Batch{}, f.err
	}
	return out, nil
}

func (f *FileSlice) next(ctx context.Context) (connectors.Batch, error) {
	if err := ctx.Err(); err != nil {
		return connectors.Batch{}, err
	}
	if f.b == nil {
		if err := f.open(ctx); err != nil {
			return connectors.Batch{}, err
		}
	}
	out, last, err := f.b.Next(ctx)
	if err != nil {
		return out, err
	}
	if f.s.Before != nil {
		out.Next = f.s.Before()
	}
	if last && f.s.Done != nil {
		size, sum, err := f.total()
		if err != nil {
			out.Rows.Release()
			return connectors.Batch{}, err
		}
		out.Next = f.s.Done(size, sum)
	}
	return out, nil
}

func (f *FileSlice) open(ctx context.Context) error {
	in, closer, err := f.s.Place(ctx)
	if err != nil {
		return err
	}
	f.in, f.closer = in, closer
	if !f.s.Container {
		f.tape = NewTape(in.R)
		in.R = f.tape
	}
	rd, err := f.s.Format(in)
	if err != nil {
		return err
	}
	f.b = NewBuilder(rd, f.tape, f.s.PAN, f.s.Card)
	return nil
}

// total gives size and sum of the whole file.
func (f *FileSlice) total() (int64, [32]byte, error) {
	if f.tape != nil {
		return f.tape.Size(), f.tape.Sum(), nil
	}
	var sum [32]byte
	if f.in.At == nil {
		return f.in.Size, sum, nil
	}
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(f.in.At, 0, f.in.Size))
	h.Sum(sum[:0])
	return n, sum, err
}

// shape gives every failure a kind and a name; texts of unknown errors may
// quote data and are not printed.
func (f *FileSlice) shape(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return errs.Wrap(errs.Interrupted, "read", f.s.Thing, err, "start the run again: nothing of this file was loaded")
	}
	if _, ok := errs.Of(err); ok {
		return err
	}
	return errs.Hidden(errs.Input, "read", f.s.Thing, "the file cannot be read", err, "check that it is complete and readable")
}

// Close closes the file. It is safe to call twice.
func (f *FileSlice) Close() error {
	c := f.closer
	f.closer = nil
	if f.err == nil {
		f.err = errs.New(errs.Bug, "read", f.s.Thing, "the slice is closed", "read it again from the last committed cursor")
	}
	if c == nil {
		return nil
	}
	return c.Close()
}

// unreadable names a failure to read the bytes. A place that knows more (a packed
// file that is cut) has said it, and a cancelled read is no fault of the file.
func unreadable(name string, err error) error {
	if _, ok := errs.Of(err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errs.Wrap(errs.Input, "read", name, err, "check that the file is complete and readable")
}

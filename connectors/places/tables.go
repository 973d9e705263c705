package places

import (
	"context"
	"io"

	"clientbase/connectors"
)

// Place opens the bytes of one file; at is nil when they cannot be sought in.
type Place = func(ctx context.Context) (r io.Reader, at io.ReaderAt, c io.Closer, err error)

// Tables is the source over files that a format reads without any knowledge of
// the family: one slice per file, unpacked where it is packed. slice makes the
// slice of one file from what it is, how it is opened, and its cursors before
// and after it was read to its end.
func Tables(dir, path string, slice func(info connectors.SliceInfo, place Place, before func() connectors.Cursor, done func(size int64, sum [32]byte) connectors.Cursor) connectors.Slice) *Files {
	return NewFiles(dir, path, func(f File, read *Done) connectors.Slice {
		var o *Opened
		place := func(ctx context.Context) (io.Reader, io.ReaderAt, io.Closer, error) {
			var err error
			if o, err = OpenUnpacked(ctx, f); err != nil {
				return nil, nil, nil, err
			}
			return o.R, o.At, o, nil
		}
		return slice(connectors.SliceInfo{Name: f.Name, Size: f.Size, Unit: "bytes", AsOf: f.AsOf}, place, read.Cursor, func(size int64, sum [32]byte) connectors.Cursor {
			size, sum = o.lies(size, sum)
			read.Add(f, size, sum)
			return read.Cursor()
		})
	})
}

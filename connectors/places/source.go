package places

import (
	"context"

	"clientbase/connectors"
)

// Files is a connectors.Source over the files that a path names: one slice per
// file, in the order of List, without those that the cursor says were read.
type Files struct {
	dir, path string
	slice     func(f File, done *Done) connectors.Slice
}

// NewFiles makes the source. slice makes the slice of one file: it calls
// done.Add when the file was read to its end and carries done.Cursor().
func NewFiles(dir, path string, slice func(f File, done *Done) connectors.Slice) *Files {
	return &Files{dir: dir, path: path, slice: slice}
}

// Plan lists the files to be read; see connectors.Source.
func (s *Files) Plan(ctx context.Context, from connectors.Cursor) ([]connectors.Slice, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	done, err := ParseDone(from)
	if err != nil {
		return nil, err
	}
	files, err := List(s.dir, s.path)
	if err != nil {
		return nil, err
	}
	files, err = done.Pending(files)
	if err != nil {
		return nil, err
	}
	out := make([]connectors.Slice, len(files))
	for i, f := range files {
		out[i] = s.slice(f, done)
	}
	return out, nil
}

// Close has nothing to release.
func (s *Files) Close() error { return nil }

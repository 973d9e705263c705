package config

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Fault is one thing wrong in a project file.
type Fault struct {
	File string `json:"file"`             // relative to the project folder, with forward slashes
	Line int    `json:"line,omitempty"`   // 1-based; 0 = the file as a whole
	Col  int    `json:"column,omitempty"` // 1-based
	Path string `json:"path,omitempty"`   // "streams.clients.columns.BIRTH.type"
	Msg  string `json:"message"`          // what is wrong, in words of the configuration, never a secret
	Hint string `json:"hint,omitempty"`   // what to write instead
}

// String gives file:line:column: path: message (hint), the form editors jump to.
func (f Fault) String() string {
	s := f.File
	if f.Line > 0 {
		s += fmt.Sprintf(":%d:%d", f.Line, f.Col)
	}
	s += ": "
	if f.Path != "" {
		s += f.Path + ": "
	}
	s += f.Msg
	if f.Hint != "" {
		s += " (" + f.Hint + ")"
	}
	return s
}

// MergeFaults joins lists, sorts by file and position and drops exact repeats.
func MergeFaults(lists ...[]Fault) []Fault {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
			cmp.Compare(a.Path, b.Path), cmp.Compare(a.Msg, b.Msg), cmp.Compare(a.Hint, b.Hint))
	})
	return slices.Compact(all)
}

// WriteFaults prints faults one per line: as text, or as NDJSON objects.
func WriteFaults(w io.Writer, faults []Fault, asJSON bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, f := range faults {
		var err error
		if asJSON {
			err = enc.Encode(f)
		} else {
			_, err = fmt.Fprintln(w, f.String())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// faults collects while files are decoded.
type faults struct{ all []Fault }

func (f *faults) add(x Fault) { f.all = append(f.all, x) }

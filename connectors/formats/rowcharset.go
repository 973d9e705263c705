package formats

import (
	"fmt"
	"sort"
	"strings"

	"clientbase/internal/scan"
)

// rowTally counts what was read otherwise than the file as a whole.
type rowTally struct {
	charsets map[scan.Charset]int64
	mangled  map[string]int64 // values, by the way in which they had been mangled
}

// judge decides how the row that begins with line is read: in the charset of
// the file, unless the row reads badly in it and clearly better in another one;
// and whether it had been decoded wrongly before it was written.
func (r *Delimited) judge(line []byte) {
	r.rowCS, r.way = r.cs.cs, nil
	if ascii(line) {
		return
	}
	if !r.v.wide {
		if r.rowCS = scan.RowCharset(line, r.cs.cs); r.rowCS != r.cs.cs {
			if r.mixed.charsets == nil {
				r.mixed.charsets = map[scan.Charset]int64{}
			}
			r.mixed.charsets[r.rowCS]++
		}
	}
	if !r.rowCS.SingleByte() {
		r.way = scan.FindMangling(line, r.cs.doubt)
	}
}

// unmangle undoes a wrong decoding that a value went through before it was
// written to the file: with the whole row, or alone.
func (r *Delimited) unmangle(b []byte) []byte {
	way := r.way
	if way == nil {
		way = scan.FindMangling(b, r.cs.doubt)
	}
	if way == nil {
		return b
	}
	out, ok := way.Undo(b)
	if ok {
		if r.mixed.mangled == nil {
			r.mixed.mangled = map[string]int64{}
		}
		r.mixed.mangled[way.String()]++
	}
	return out
}

// notes tells what was found, for the run report.
func (t *rowTally) notes(file scan.Charset) []string {
	var out []string
	if len(t.charsets) > 0 {
		var parts []string
		for cs, n := range t.charsets {
			parts = append(parts, fmt.Sprintf("%s %d", cs, n))
		}
		sort.Strings(parts)
		out = append(out, fmt.Sprintf("rows in another charset than the file's %s, each read as its own: %s", file, strings.Join(parts, ", ")))
	}
	if len(t.mangled) > 0 {
		var parts []string
		for how, n := range t.mangled {
			parts = append(parts, fmt.Sprintf("%s %d", how, n))
		}
		sort.Strings(parts)
		out = append(out, "values that had been stored wrongly decoded, repaired: "+strings.Join(parts, ", "))
	}
	return out
}

package pipeline

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientbase/internal/opaque"
)

// unknownCodes counts, per column, the codes of a batch that no list knows. A cell
// counts once, however many attributes and facts are made of it.
type unknownCodes map[string]*unknownColumn

type unknownColumn struct {
	rows  map[int]bool
	codes map[string]int64
}

func (u unknownCodes) add(col, code string, row int) {
	c := u[col]
	if c == nil {
		c = &unknownColumn{map[int]bool{}, map[string]int64{}}
		u[col] = c
	}
	if c.rows[row] {
		return
	}
	c.rows[row] = true
	if _, ok := c.codes[code]; !ok && len(c.codes) >= maxUnknown {
		code = "" // a column of free text: how many matters, not which
	}
	c.codes[strings.Clone(code)]++
}

// maxUnknown is how many unknown codes of a column are told apart.
const maxUnknown = 1000

// Limits within which an unknown code is shown as it stands: shorter than what
// tells who somebody is, and held by several rows. Others show their shape.
const (
	shownCodeRows = 5
	shownCode     = 4
)

// CodeDrift is one code of a column that its list does not know.
type CodeDrift struct {
	Stream string `json:"stream"`
	Column string `json:"column"`
	List   string `json:"list,omitempty"` // "account_status/core@2"; "" = a list of the column's own
	Code   string `json:"code"`           // as it stands where that tells nobody, else its shape
	Rows   int64  `json:"rows"`
}

// codeDrift adds what one batch found to the report's sums.
func (r *Report) codeDrift(in *interpreter, found unknownCodes) {
	for col, c := range found {
		for code, n := range c.codes {
			k := [3]string{in.stream.ID(), col, code}
			if r.codes == nil {
				r.codes = map[[3]string]int64{}
			}
			r.codes[k] += n
			if c := in.cols[col]; c != nil && c.List != nil {
				if r.lists == nil {
					r.lists = map[[2]string]string{}
				}
				r.lists[[2]string{k[0], col}] = c.List.ID()
			}
		}
	}
}

// sortCodes brings the unknown codes of a run into the report: per column the
// most frequent first, codes of one shape together where they are not shown.
func (r *Report) sortCodes() {
	sums := map[CodeDrift]int64{}
	for k, n := range r.codes {
		d := CodeDrift{Stream: k[0], Column: k[1], List: r.lists[[2]string{k[0], k[1]}], Code: k[2]}
		if n < shownCodeRows || len([]rune(k[2])) > shownCode {
			d.Code = opaque.Shape(k[2])
		}
		sums[d] += n
	}
	r.Codes = nil
	for _, d := range slices.SortedFunc(maps.Keys(sums), func(a, b CodeDrift) int {
		return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Column, b.Column), cmp.Compare(sums[b], sums[a]), cmp.Compare(a.Code, b.Code))
	}) {
		d.Rows = sums[d]
		r.Codes = append(r.Codes, d)
	}
	for i := 0; i < len(r.Codes); {
		j, total := i, int64(0)
		for ; j < len(r.Codes) && r.Codes[j].Stream == r.Codes[i].Stream && r.Codes[j].Column == r.Codes[i].Column; j++ {
			total += r.Codes[j].Rows
		}
		d := r.Codes[i]
		list := "its list"
		if d.List != "" {
			list = d.List
		}
		r.note(d.Stream, "column %s holds %d cells whose code %s does not know (%s); they were kept", d.Column, total, list, shownCodes(r.Codes[i:j]))
		i = j
	}
}

func shownCodes(list []CodeDrift) string {
	var out []string
	for i, d := range list {
		if i == 3 {
			out = append(out, "…")
			break
		}
		out = append(out, fmt.Sprintf("%s: %d", d.Code, d.Rows))
	}
	return strings.Join(out, ", ")
}

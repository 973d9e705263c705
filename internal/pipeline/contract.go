package pipeline

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// contract compares the columns received with those declared and with those of
// the delivery before (nil = none). Freeze stops the run; quarantine sets the
// whole batch aside; evolve is a note. Columns are read by name, so one that
// moved is reported and shifts nothing. In a sparse delivery (JSON lines) a column
// that no row names is empty, not missing, unless the contract cannot do without it
// or it looks renamed.
func (in *interpreter) contract(columns, before []string, sparse bool) (notes []string, setAside string, err error) {
	got := slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return strings.HasSuffix(c, "#token") })
	var stops, fresh []string
	apply := func(p schemas.DriftPolicy, what string) {
		switch p {
		case schemas.Freeze:
			stops = append(stops, what)
		case schemas.Quarantine:
			setAside = what
		}
		notes = append(notes, what)
	}
	declared := in.declared()
	if len(declared) > 0 && !slices.ContainsFunc(declared, func(c string) bool { return slices.Contains(got, c) }) {
		// The first line holds data then: its words are not to be repeated.
		what := fmt.Sprintf("none of the %d declared columns is there; %d others are", len(declared), len(got))
		return []string{what}, "", errs.New(errs.Drift, "check contract of", in.stream.ID(), what, "the file may have no heading (`header: false` with `columns`), or be another file")
	}
	for _, c := range declared {
		switch {
		case slices.Contains(got, c):
		case sparse && !in.vital(c) && !renamed(c, got, before):
			notes = append(notes, "column "+c+" is in no row")
		default:
			apply(in.policy(c, in.stream.Drift.Missing, schemas.Freeze), "column "+c+" is missing")
		}
	}
	var unread []string
	for _, c := range got {
		if in.cols[c] != nil || in.used[c] || len(in.stream.Columns) == 0 {
			continue
		}
		if p := in.policy(c, in.stream.Drift.New, schemas.Evolve); p != schemas.Evolve || (before != nil && !slices.Contains(before, c)) {
			apply(p, "column "+columnWord(c)+" is new")
			fresh = append(fresh, columnWord(c))
			continue
		}
		unread = append(unread, columnWord(c))
	}
	if len(unread) > 0 && before == nil {
		list := strings.Join(unread[:min(6, len(unread))], ", ")
		if len(unread) > 6 {
			list += ", …"
		}
		notes = append(notes, fmt.Sprintf("%d columns are not in the contract and stay in landing: %s", len(unread), list))
	}
	if moved := in.moved(got, before); moved != "" && !sparse {
		apply(in.policy("", in.stream.Drift.Reordered, schemas.Evolve), moved)
	}
	if n := len(stops); n > 0 {
		if n > 5 {
			stops = append(stops[:5], fmt.Sprintf("%d more", n-5))
		}
		err = errs.New(errs.Drift, "check contract of", in.stream.ID(), strings.Join(stops, "; "), driftHint(stops, fresh))
	}
	return notes, setAside, err
}

// driftHint says what to do about a frozen delivery. A column that is gone and
// one that is new are most often one column under two names.
func driftHint(stops, fresh []string) string {
	hint := "compare the file with sources/*.yaml; accept with `drift`, or ask the supplier"
	if len(fresh) == 0 || !slices.ContainsFunc(stops, isMissing) {
		return hint
	}
	return "is it " + strings.Join(fresh[:min(3, len(fresh))], " or ") + " now? then map both names in sources/*.yaml, each with `drift: evolve`: what landed before has the old one; else ask the supplier"
}

func isMissing(what string) bool { return strings.HasSuffix(what, " is missing") }

// vital reports a column without which no row can be used, or one whose own
// drift policy asks for it.
func (in *interpreter) vital(col string) bool {
	if c := in.cols[col]; c != nil && (c.Required || c.Drift != "") {
		return true
	}
	return slices.Contains(in.stream.Key, col) || in.stream.Order.Column == col
}

// renamed reports a column that the delivery before had and this one has not,
// while it has one that the other had not.
func renamed(col string, got, before []string) bool {
	return slices.Contains(before, col) && slices.ContainsFunc(got, func(c string) bool { return !slices.Contains(before, c) })
}

// columnWord is an unknown column's name as it may be shown: what looks like a
// value, because a heading is missing or broken, shows as its shape.
func columnWord(c string) string {
	if guarded(c) != c {
		return opaque.Shape(c)
	}
	return c
}

func columnNames(rows arrow.RecordBatch) []string {
	var names []string
	for _, f := range rows.Schema().Fields() {
		names = append(names, f.Name)
	}
	return names
}

// declared lists the columns that the contract or the mapping needs.
func (in *interpreter) declared() []string {
	var out, rest []string
	for _, c := range in.stream.Columns {
		out = append(out, c.Name)
	}
	for c := range in.used {
		if in.cols[c] == nil {
			rest = append(rest, c)
		}
	}
	sort.Strings(rest)
	return append(out, rest...)
}

func (in *interpreter) policy(col string, general, fallback schemas.DriftPolicy) schemas.DriftPolicy {
	if c := in.cols[col]; c != nil && c.Drift != "" {
		return c.Drift
	}
	if general != "" {
		return general
	}
	return fallback
}

// moved names the first column that stands elsewhere: against the delivery
// before, or against the contract where that says that order matters.
func (in *interpreter) moved(got, before []string) string {
	want := slices.DeleteFunc(slices.Clone(before), func(c string) bool { return strings.HasSuffix(c, "#token") })
	if p := in.stream.Drift.Reordered; before == nil && p != "" && p != schemas.Evolve {
		for _, c := range in.stream.Columns {
			want = append(want, c.Name)
		}
	}
	want = slices.DeleteFunc(want, func(c string) bool { return !slices.Contains(got, c) })
	have := slices.DeleteFunc(slices.Clone(got), func(c string) bool { return !slices.Contains(want, c) })
	for i := range have {
		if have[i] != want[i] {
			return fmt.Sprintf("column %s stands at place %d of %d", columnWord(have[i]), slices.Index(got, have[i])+1, len(got))
		}
	}
	return ""
}

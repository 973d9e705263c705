package main

import (
	"fmt"
	"text/tabwriter"
)

// listing is how a list is shown: as JSON an object per line, else as a table
// with a head, or a sentence when there is nothing.
type listing[T any] struct {
	none  string           // said when the list is empty
	head  string           // names of the columns, between tabs
	row   func(T) string   // its cells, between tabs
	limit int              // so many are shown, and the others counted; 0 = all
	of    func(T) []string // client ids that a row shows, for the access log; nil = it names none
}

// show prints the list and tells the access log how many rows were seen.
func (l listing[T]) show(a *app, list []T) error {
	more := 0
	if l.limit > 0 && len(list) > l.limit {
		list, more = list[:l.limit], len(list)-l.limit
	}
	a.shown(0)
	for _, x := range list {
		var who []string
		if l.of != nil {
			who = l.of(x)
		}
		a.shown(1, who...)
	}
	if a.json {
		for _, x := range list {
			if err := a.printJSON(x); err != nil {
				return err
			}
		}
		return nil
	}
	if len(list) == 0 {
		a.printf("%s\n", l.none)
		return nil
	}
	w := tabwriter.NewWriter(trimmed(a.out), 2, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, l.head)
	for _, x := range list {
		_, _ = fmt.Fprintln(w, l.row(x))
	}
	if err := w.Flush(); err != nil {
		return outputError("standard output", err)
	}
	if more > 0 {
		a.say("%s more; --limit 0 shows all\n", number(int64(more)))
	}
	return nil
}

package main

import (
	"clientbase/internal/errs"
)

// traceWish is what trace was asked for.
type traceWish struct {
	record, attr, at  string
	rule, batch, fact string
	column, list, row string
	derived           bool
	confirm           string
	sample            int
	seed, out         string
}

// check refuses what is not one question: no flag that was typed may be passed
// over in silence.
func (w *traceWish) check(client string) error {
	asked := 0
	for _, x := range []bool{client != "", w.record != "", w.rule != "", w.batch != "", w.fact != "", w.list != "", w.column != "", w.sample != 0} {
		if x {
			asked++
		}
	}
	card := (client != "" || w.record != "") && !w.derived && w.confirm == ""
	wrong := func(msg, hint string) error { return errs.New(errs.Config, "trace", "", msg, hint) }
	switch {
	case (w.derived || w.confirm != "") && client == "":
		return wrong("--derived and --confirm need a client", "clientbase trace CLIENT --derived")
	case w.row != "" && w.list == "":
		return wrong("--row is a row of a list, and needs --export", "clientbase trace --export list-5f0e --row 1")
	case w.out != "" && w.sample == 0:
		return wrong("--out files the paper of a --sample, and nothing else", "leave it out; --json > FILE keeps any answer")
	case asked > 1 || asked == 0 && w.attr == "":
		return wrong("name one client, one record, or an attribute, rule, batch, fact, list, column or sample", "clientbase trace CLIENT, clientbase trace --record core/clients:100234, clientbase trace --attr surname")
	case w.derived && w.confirm != "":
		return wrong("--derived and --confirm are two questions", "ask one after the other")
	case w.attr != "" && asked == 1 && !card:
		return wrong("--attr narrows the card of a client or record, or stands alone", "leave it out")
	case w.at != "" && w.list != "":
		return wrong("a list is read in the snapshot that it was made from", "leave --at out")
	}
	return nil
}

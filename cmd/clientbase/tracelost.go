package main

import (
	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
)

// traceLost says where a record went that is not in the snapshot under its key. One
// that never came is an error.
func (a *app) traceLost(stream string, w *pipeline.Whereabouts) error {
	if w.Step == pipeline.NotDelivered {
		return errs.New(errs.Input, "trace", stream, "no record with this key is in the client base, and none was delivered", "`clientbase deliveries list` shows what has landed, `clientbase find TEXT` gives clients")
	}
	if w.Step == pipeline.IsClient {
		a.shown(1, w.ClientID)
	} else {
		a.shown(0)
	}
	if !config.SightOf(a.role).Names {
		w.Name = opaque.Shape(w.Name)
	}
	if a.json {
		return a.printJSON(w)
	}
	a.printWhere(w)
	return nil
}

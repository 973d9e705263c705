package main

import (
	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/internal/pipeline"
)

// traceLost says where a record went that is not in the snapshot under its key.
func (a *app) traceLost(w *pipeline.Whereabouts) error {
	if w.Step == pipeline.IsClient {
		a.shown(1, w.ClientID)
	} else {
		a.shown(0)
	}
	if !config.SightOf(a.role).Names {
		w.Name = opaque.Shape(w.Name)
	}
	if a.json {
		if err := a.printJSON(w); err != nil {
			return err
		}
	} else {
		a.printWhere(w)
	}
	if w.Step == pipeline.NotDelivered {
		return &exitError{errs.Exit(errs.New(errs.Input, "", "", "", ""))}
	}
	return nil
}

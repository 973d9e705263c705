package audit

import (
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/pipeline"
)

// known gives a trail unless nothing is on record because the name is none that
// could be: "nothing" must not be the answer to a slip of the pen.
func known(p *pipeline.Project, kind, name string) func([]Line, error) ([]Line, error) {
	return func(list []Line, err error) ([]Line, error) {
		switch {
		case err != nil || name == "":
		case kind == "access":
			return nil, errs.New(errs.Config, "audit", "access "+name, "all batches are told, there is nothing to name", "clientbase audit access; `clientbase access list` shows single reads")
		case len(list) > 0:
		case kind == "value" && !strings.Contains(name, ":") && !attribute(p, name):
			return nil, errs.New(errs.Input, "audit", "value "+name, "neither a record nor an attribute", "clientbase audit value core/clients:17, or clientbase audit value surname; `clientbase trace CLIENT` shows the records of a client")
		case kind == "export" && strings.HasPrefix(name, "file-"):
			return nil, errs.New(errs.Input, "audit", "export "+name, "no file has this id", "`clientbase access files` shows all")
		case kind == "export" && strings.HasPrefix(name, "list-"):
			return nil, errs.New(errs.Input, "audit", "export "+name, "no list has this id", "`clientbase segment lists` shows all")
		}
		return list, err
	}
}

func attribute(p *pipeline.Project, name string) bool {
	if p.Dict == nil {
		return false
	}
	_, ok := p.Dict.Attr(name)
	return ok
}

package main

import (
	"os/user"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/registry"
	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/opaque"
	"clientbase/internal/outbound"
	"clientbase/internal/pipeline"
	"clientbase/schemas"
)

// load reads the project folder and checks every file of it, connectors' parts
// included. All faults are returned; a project with faults must not run.
func (a *app) load() (*config.Project, []config.Fault, error) {
	if p := a.loaded; p != nil { // by admit, just now, without a fault
		a.loaded = nil
		return p, nil, nil
	}
	p, faults, err := config.Load(a.project)
	if err != nil {
		return nil, nil, err
	}
	families := registry.All()
	var kinds []string
	for _, f := range families {
		kinds = append(kinds, f.Kind)
	}
	more := p.CheckFrom(kinds, func(kind string, from *yaml.Node, s *schemas.Stream) []config.FromFault {
		var out []config.FromFault
		for _, f := range families {
			if f.Kind != kind {
				continue
			}
			for _, x := range f.Check(from, s) {
				out = append(out, config.FromFault{Line: x.Line, Col: x.Col, Path: x.Path, Msg: x.Msg, Hint: x.Hint})
			}
		}
		return out
	})
	return p, config.MergeFaults(faults, more, ruleFaults(p.Rules, p)), nil
}

// ruleFaults lets the cleansing rules check what rules/ add to them.
func ruleFaults(files []schemas.RuleFile, p *config.Project) []config.Fault {
	var out []config.Fault
	for _, f := range pipeline.CheckRules(files, p.Dict, p.Region) {
		out = append(out, config.Fault{File: f.File, Line: f.Place.Line, Col: f.Place.Col, Path: f.Place.Path, Msg: f.Msg, Hint: f.Hint})
	}
	return out
}

// open gives the project as the pipeline needs it, or an error when it has faults.
func (a *app) open() (*pipeline.Project, *config.Project, error) {
	c, faults, err := a.load()
	if err != nil {
		return nil, nil, err
	}
	if len(faults) > 0 {
		_ = config.WriteFaults(a.errOut, faults, a.json)
		return nil, nil, errs.New(errs.Config, "read project", c.Dir, plural(len(faults), "fault", "faults")+" in the configuration", "correct them; `clientbase validate` lists them again")
	}
	if err := landing.CheckMaster(filepath.Join(c.Data, "keys"), landing.Master(c.Master)); err != nil {
		return nil, nil, err
	}
	return a.pipelineProject(c), c, nil
}

func (a *app) pipelineProject(c *config.Project) *pipeline.Project {
	p := &pipeline.Project{Ahead: a.ahead, Dir: c.Dir, Data: c.Data, Master: landing.Master(c.Master), Dict: c.Dict, Config: c.Hash, Version: Version, Region: c.Region, Purposes: c.Purposes(), Memory: c.Memory, Threads: c.Threads, KeepSnapshots: c.KeepSnapshots, SecondPerson: c.Approvals.Overrides,
		MaxQuarantine: c.MaxQuarantine, Secret: c.Secret, Rules: c.Rules, Codes: c.Codes,
		Brake: pipeline.Brake{Close: c.Brake.Close, Merge: c.Brake.Merge, Split: c.Brake.Split, Change: c.Brake.Change, AtLeast: int64(c.Brake.AtLeast)}}
	p.Holds = c.Holds
	p.Retention = func(stream string) schemas.Keep {
		source, name, _ := strings.Cut(stream, "/")
		return c.RetentionOf(source, name)
	}
	p.EraseLists = func(keys *landing.Keys, records map[opaque.Token]bool, client string) (int64, error) {
		return outbound.EraseFromLists(journal.Open(p.Data, keys.Project()), keys, records, client)
	}
	byID := map[string]*schemas.Stream{}
	families := registry.All()
	for i := range c.Sources {
		src := &c.Sources[i]
		for j := range src.Streams {
			s := &src.Streams[j]
			byID[s.ID()] = &s.Stream
			for _, f := range families {
				if f.Kind == src.Kind {
					p.Streams = append(p.Streams, pipeline.Stream{Stream: s.Stream, Kind: src.Kind, Freshness: s.Freshness,
						Open: func(env connectors.Env) (connectors.Source, error) { return f.Open(env, s.From, &s.Stream) }})
				}
			}
		}
	}
	for _, part := range c.ConfigParts {
		p.Parts = append(p.Parts, pipeline.ConfigPart(part))
	}
	p.Approvals = pipeline.Approvals(c.Approvals.Config)
	p.Trust = func(stream, attr string) int {
		if s := byID[stream]; s != nil {
			return c.TrustOf(attr, s)
		}
		return 0
	}
	return p
}

// who says who runs the verb: the user of the operating system, the role that
// the project gives that user, and the purpose of --purpose.
func (a *app) who(c *config.Project) (journal.Actor, error) {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	role, ok := c.Role(name)
	if !ok {
		return journal.Actor{}, errs.New(errs.Config, "run as", name, "clientbase.yaml gives this user no role", "add the user under roles:, or run as somebody who stands there")
	}
	return journal.Actor{User: name, Role: role, Purpose: a.purpose}, nil
}

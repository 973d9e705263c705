// Package command runs a program of the user's own as a connector: one JSON
// object per line on its standard output. Secrets reach it as environment
// variables, beside PATH, HOME, TMPDIR and the locale, and nothing else of the
// environment does. A run that a schedule started adds CLIENTBASE_SCHEDULED, the
// time it is for (2026-03-01T03:00:00+03:00): a program may ask for that day. A non-zero exit refuses the delivery. What the program writes
// to standard error may quote data and is counted, never shown.
package command

import (
	"context"
	"io"

	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/connectors/formats"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

// Config is the `from:` node.
type Config struct {
	Run        []string `yaml:"run"`         // program and arguments; ./x is relative to the project folder
	EnvSecrets []string `yaml:"env_secrets"` // secrets given as environment variables of the same name
	MaxLine    int      `yaml:"max_line"`    // longest object in bytes, default 1 MiB
}

// Family makes command sources.
func Family() connectors.Family {
	return connectors.Family{
		Kind:  "command",
		Doc:   "any program that prints one JSON object per line",
		Check: func(node *yaml.Node, s *schemas.Stream) []connectors.Fault { _, faults := decode(node); return faults },
		Open: func(env connectors.Env, node *yaml.Node, s *schemas.Stream) (connectors.Source, error) {
			c, faults := decode(node)
			if len(faults) > 0 {
				return nil, errs.New(errs.Config, "open", s.ID(), faults[0].Path+": "+faults[0].Msg, "run validate to see every fault")
			}
			return &source{env: env, c: c, s: s}, nil
		},
	}
}

func decode(node *yaml.Node) (Config, []connectors.Fault) {
	var c Config
	faults := connectors.Decode(node, &c)
	if len(c.Run) == 0 || c.Run[0] == "" {
		faults = append(faults, connectors.FaultAt(node, "run", "run is missing", `run: ["./my-connector", "--option"]`))
	}
	for _, name := range c.EnvSecrets {
		if !variable(name) {
			faults = append(faults, connectors.FaultAt(node, "env_secrets", "a secret's name is made of capital letters, digits and _", "env_secrets: [CRM_TOKEN]"))
		}
	}
	if c.MaxLine < 0 || c.MaxLine > 64<<20 {
		faults = append(faults, connectors.FaultAt(node, "max_line", "max_line is a number of bytes up to 67108864", ""))
	}
	return c, faults
}

func variable(s string) bool {
	for i, r := range s {
		if !(r >= 'A' && r <= 'Z' || r == '_' || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return s != ""
}

type source struct {
	env connectors.Env
	c   Config
	s   *schemas.Stream
}

// Plan gives one slice: the program is started when it is read. There is no
// cursor: the program prints everything each time.
func (s *source) Plan(ctx context.Context, _ connectors.Cursor) ([]connectors.Slice, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if _, err := find(s.env.Dir, s.c.Run[0]); err != nil {
		return nil, errs.Hidden(errs.Config, "plan", s.s.ID(), "the program "+s.c.Run[0]+" cannot be run", err, "check that it exists and may be executed; ./name is relative to the project folder")
	}
	sl := &slice{src: s}
	var pan []string
	for _, col := range s.s.Columns {
		if col.PAN {
			pan = append(pan, col.Name)
		}
	}
	thing := s.s.ID() + " " + s.c.Run[0]
	sl.FileSlice = formats.NewFileSlice(formats.FileSettings{
		Info:  connectors.SliceInfo{Name: s.c.Run[0], Size: -1, Unit: "rows", Detail: "command"},
		Thing: thing, PAN: pan, Card: s.env.Card,
		Place: func(context.Context) (formats.Input, io.Closer, error) {
			p, err := start(s)
			if err != nil {
				return formats.Input{}, nil, err
			}
			sl.p = p
			sl.watch()
			return formats.Input{Name: thing, R: p.out, Size: -1}, p, nil
		},
		Format: func(in formats.Input) (formats.Reader, error) {
			rd, err := formats.NewNDJSON(in, formats.Options{MaxLine: s.c.MaxLine})
			if err != nil {
				return nil, err
			}
			return &checked{NDJSON: rd, p: sl.p, thing: thing}, nil
		},
	})
	return []connectors.Slice{sl}, nil
}

// Close has nothing to release: a slice ends its own program.
func (s *source) Close() error { return nil }

// slice is a FileSlice whose program ends with the caller's context.
type slice struct {
	*formats.FileSlice
	src  *source
	p    *process
	ctx  context.Context
	stop func() bool
}

// Next gives the next batch; see connectors.Slice.
func (s *slice) Next(ctx context.Context) (connectors.Batch, error) {
	s.ctx = ctx
	s.watch()
	defer func() { s.stop() }()
	return s.FileSlice.Next(ctx)
}

// watch kills the program when the present context ends.
func (s *slice) watch() {
	p, ctx := s.p, s.ctx
	if p == nil {
		s.stop = func() bool { return true }
		return
	}
	s.stop = context.AfterFunc(ctx, func() { p.kill(ctx.Err()) })
}

// checked is NDJSON whose end counts only when the program succeeded.
type checked struct {
	*formats.NDJSON
	p     *process
	thing string
	lines int64
	err   error
}

// Next gives the next object.
func (c *checked) Next() (formats.Row, error) {
	if c.err != nil {
		return formats.Row{}, c.err
	}
	row, err := c.NDJSON.Next()
	if err == nil {
		if !row.Gap {
			c.lines++
		}
		return row, nil
	}
	if failed := c.p.wait(c.thing, c.lines); failed != nil {
		err = failed
	}
	c.err = err
	return formats.Row{}, err
}

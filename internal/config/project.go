package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/errs"
	"clientbase/schemas"
)

// Project is a project folder as pure data. Nothing in it changes after Load.
type Project struct {
	Dir           string                    // absolute path of the project folder
	Name          Words                     // of the project, for pages and reports
	Data          string                    // absolute path of the data folder
	Region        string                    // default of streams: RU, UA, …
	Zone          string                    // default of streams: IANA name, "" = UTC
	Memory        int64                     // bytes the run may use; 0 = decided by the machine
	Threads       int                       // workers; 0 = one per core
	KeepSnapshots int                       // the oldest beyond so many are removed after a run; 0 = none
	MaxQuarantine float64                   // default share of unreadable rows, 0–1
	Brake         Brake                     // what a run may do without a person
	Approvals     Approvals                 // what needs a second person
	Holds         []schemas.Hold            // duties to keep that stand against an erasure
	Retention     map[string]schemas.Keep   // source or source/stream → how long its rows are kept
	Roles         map[string]string         // user of the operating system → role
	MinCell       int                       // clients in a group at least, for roles that see no rows
	Trust         map[string]map[string]int // attribute → "source" or "source/stream" → 0–100
	Dict          *schemas.Dictionary       // schemas.Builtin and dictionary.yaml
	Rules         []schemas.RuleFile        // rules/*.yaml by file name
	Codes         []schemas.CodeDictionary  // codes/*.yaml by file name
	Sources       []Source                  // by file name
	Master        MasterKey                 // wraps the keys of the data folder
	Hash          string                    // SHA-256 of the normalised files, hex
	ConfigParts   []Part                    // what somebody may have to approve

	purposes []string // of clientbase.yaml; see Purposes
	secrets  map[string]secretAt
	vars     map[string]string
}

// Source is one sources/*.yaml: a system of the bank.
type Source struct {
	ID, Kind, File      string
	Title               Words
	Purpose, LegalBasis string
	Streams             []StreamConfig // in file order
	Zone                string         // IANA name in which Schedule is meant; "" = UTC
	Schedule            string         // when it is loaded, five fields; "" = by hand only
	CatchUp             string         // what becomes of times that passed while nothing ran: last, all or none

	kindLine, kindCol int
}

// StreamConfig is a stream's contract and mapping and the node its connector
// decodes.
type StreamConfig struct {
	schemas.Stream
	Title     Words         // "" = none
	From      *yaml.Node    // variables in path and run are already written out
	File      string        // sources/<name>.yaml
	Line      int           // of the stream's name
	Freshness time.Duration // how old the time it speaks of may be; 0 = no limit
}

// Streams gives every stream of every source, in file order.
func (p *Project) Streams() []*StreamConfig {
	var out []*StreamConfig
	for i := range p.Sources {
		for j := range p.Sources[i].Streams {
			out = append(out, &p.Sources[i].Streams[j])
		}
	}
	return out
}

// Stream finds a stream by "source/stream".
func (p *Project) Stream(id string) (*StreamConfig, bool) {
	for _, s := range p.Streams() {
		if s.ID() == id {
			return s, true
		}
	}
	return nil, false
}

// Source finds a source by id.
func (p *Project) Source(id string) (*Source, bool) {
	for i := range p.Sources {
		if p.Sources[i].ID == id {
			return &p.Sources[i], true
		}
	}
	return nil, false
}

// TrustOf gives the trust of a stream's values of an attribute: what
// clientbase.yaml says of the stream, else of the source, else the stream's own.
func (p *Project) TrustOf(attr string, s *schemas.Stream) int {
	if t, ok := p.Trust[attr][s.ID()]; ok {
		return t
	}
	if t, ok := p.Trust[attr][s.Source]; ok {
		return t
	}
	return s.Trust
}

// Role gives the role of a user of the operating system. A project that names
// nobody belongs to whoever runs it: everybody is an engineer.
func (p *Project) Role(user string) (string, bool) {
	if len(p.Roles) == 0 {
		return RoleEngineer, true
	}
	r, ok := p.Roles[user]
	return r, ok
}

// Load reads and checks the project folder dir. It gives the project as far as
// it could be understood and all faults, sorted by file and position; a
// project with faults must not run. The error is for a folder that is not a
// project or cannot be read.
func Load(dir string) (*Project, []Fault, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, nil, errs.Wrap(errs.Config, "read", dir, err, "")
	}
	if _, err := os.Stat(filepath.Join(abs, "clientbase.yaml")); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, nil, errs.New(errs.Config, "read", dir, "no clientbase.yaml here",
				"clientbase init DIR writes a new project; --project DIR names an existing one")
		}
		return nil, nil, errs.Wrap(errs.Config, "read", dir, err, "check the rights of the folder")
	}
	out := &faults{}
	p := &Project{Dir: abs, Dict: schemas.Builtin()}
	var files []*file

	main, err := readFile(abs, "clientbase.yaml", out)
	if err != nil {
		return nil, nil, err
	}
	files = append(files, main)
	late := decodeProject(p, main, out)

	if _, err := os.Stat(filepath.Join(abs, "dictionary.yaml")); err == nil {
		f, err := readFile(abs, "dictionary.yaml", out)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
		decodeDictionary(p, f, out)
	}

	for _, read := range []func(*Project, *faults) ([]*file, error){readRules, readCodes} {
		more, err := read(p, out)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, more...)
	}

	names, err := sourceFiles(abs)
	if err != nil {
		return nil, nil, err
	}
	if len(names) == 0 {
		out.add(Fault{File: "sources", Msg: "no source is declared", Hint: "add sources/<name>.yaml, or draft one with clientbase init --from FILE"})
	}
	sources := &sourceDecoder{p: p, out: out, firstFile: map[string]string{}}
	for _, name := range names {
		f, err := readFile(abs, name, out)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, f)
		sources.decode(f)
	}
	late(p)
	sources.checkReferences()
	p.Hash = hashFiles(files)
	if p.ConfigParts, err = configParts(abs, files); err != nil {
		return nil, nil, err
	}
	return p, MergeFaults(out.all), nil
}

// sourceNames lists what a trust entry may name.
func (p *Project) sourceNames() []string {
	var out []string
	for i := range p.Sources {
		if id := p.Sources[i].ID; !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, s := range p.Streams() {
		out = append(out, s.ID())
	}
	return out
}

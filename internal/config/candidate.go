package config

import (
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"clientbase/schemas"
)

// ReadCandidate reads one file of rules or codes from anywhere, to see what it
// would change: a rule file, or a code dictionary, or neither where the file is
// something else.
func (p *Project) ReadCandidate(path string) (*schemas.RuleFile, *schemas.CodeDictionary, []Fault, error) {
	out := &faults{}
	f, err := readFile(filepath.Dir(path), filepath.Base(path), out)
	if err != nil {
		return nil, nil, nil, err
	}
	f.name = path
	for i := range out.all {
		out.all[i].File = path
	}
	if f.root != nil && f.root.Kind == yaml.MappingNode {
		for i := 0; i < len(f.root.Content); i += 2 {
			switch f.root.Content[i].Value {
			case "rule":
				r, _ := decodeRuleFile(f, out)
				return &r, nil, MergeFaults(out.all), nil
			case "dictionary":
				d, _ := decodeCodeFile(f, out)
				return nil, &d, MergeFaults(out.all), nil
			}
		}
	}
	return nil, nil, MergeFaults(out.all), nil
}

// Owns reports whether a path is that of one of the project's own files.
func (p *Project) Owns(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	own := func(name string) bool {
		mine, err := os.Stat(filepath.Join(p.Dir, filepath.FromSlash(name)))
		return err == nil && os.SameFile(info, mine)
	}
	for i := range p.Rules {
		if own(p.Rules[i].File) {
			return true
		}
	}
	for i := range p.Codes {
		if own(p.Codes[i].File) {
			return true
		}
	}
	return false
}

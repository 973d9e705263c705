package config

import "go.yaml.in/yaml/v3"

// SegmentFile is one segments/*.yaml as YAML; what it means is internal/segment's
// affair.
type SegmentFile struct {
	File string     // segments/<id>.yaml
	Root *yaml.Node // aliases written out; nil when the syntax is broken
}

// Segments reads segments/*.yaml by name, with the faults of their syntax. They
// are read apart from Load: a rule that somebody is still writing neither
// stops the night's run nor, by the configuration hash, makes it rebuild the
// store.
func (p *Project) Segments() ([]SegmentFile, []Fault, error) {
	names, err := yamlFiles(p.Dir, "segments")
	if err != nil {
		return nil, nil, err
	}
	out := &faults{}
	var list []SegmentFile
	for _, name := range names {
		f, err := readFile(p.Dir, name, out)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, SegmentFile{f.name, f.root})
	}
	return list, MergeFaults(out.all), nil
}

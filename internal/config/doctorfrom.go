package config

import (
	"os/exec"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fromKey gives the value of a key of a from: node, nil when it is not there.
func fromKey(from *yaml.Node, key string) *yaml.Node {
	for i := 0; from != nil && from.Kind == yaml.MappingNode && i+1 < len(from.Content); i += 2 {
		if from.Content[i].Value == key {
			return from.Content[i+1]
		}
	}
	return nil
}

// secretsOf lists the secrets that a connector will ask for: by convention
// they stand under keys that end in _secret or _secrets.
func secretsOf(from *yaml.Node) (out []string) {
	for i := 0; from != nil && from.Kind == yaml.MappingNode && i+1 < len(from.Content); i += 2 {
		key, v := from.Content[i].Value, from.Content[i+1]
		switch {
		case strings.HasSuffix(key, "_secret") && v.Kind == yaml.ScalarNode && v.Value != "":
			out = append(out, v.Value)
		case strings.HasSuffix(key, "_secrets") && v.Kind == yaml.SequenceNode:
			for _, item := range v.Content {
				out = append(out, item.Value)
			}
		}
	}
	return out
}

// doctorProgram tells whether the program of a command source can be run; it
// does not run it.
func doctorProgram(dir string, s *StreamConfig) (Finding, bool) {
	run := fromKey(s.From, "run")
	if run == nil || run.Kind != yaml.SequenceNode || len(run.Content) == 0 {
		return Finding{}, false
	}
	name := run.Content[0].Value
	f := Finding{Check: "program", Thing: s.ID(), Level: Fine, Msg: name + " can be run"}
	full := name
	if strings.ContainsRune(name, '/') && !filepath.IsAbs(name) {
		full = filepath.Join(dir, name)
	}
	if _, err := exec.LookPath(full); err != nil {
		f.Level, f.Msg, f.Hint = Failure, name+" cannot be run", "check that it exists and may be executed (chmod u+x); ./name is relative to the project folder"
	}
	return f, true
}

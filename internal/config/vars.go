package config

import (
	"os"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

var varUse = regexp.MustCompile(`\$\{([^}]*)\}`)
var varName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// decodeVars reads NAME: default. The environment variable of the same name,
// when set, replaces the default. Variables are written out in `path` and
// `run` only: places differ between machines, mappings do not.
func decodeVars(n node) map[string]string {
	out := map[string]string{}
	for _, e := range n.entries() {
		if !varName.MatchString(e.name) {
			e.key.fault("write it in capitals: BANK_DIR", "%s cannot name a variable", e.name)
			continue
		}
		out[e.name] = e.val.text()
		if v, ok := os.LookupEnv(e.name); ok && v != "" {
			out[e.name] = v
		}
	}
	return out
}

// writeVars gives a copy of a from: node with ${NAME} written out in path and run.
func writeVars(n node, vars map[string]string) *yaml.Node {
	c := *n.y
	if !n.isMap() {
		return &c
	}
	c.Content = slices.Clone(c.Content)
	for i := 0; i+1 < len(c.Content); i += 2 {
		if k := c.Content[i].Value; k == "path" || k == "run" {
			c.Content[i+1] = expand(n.at(k, c.Content[i+1]), vars)
		}
	}
	return &c
}

func expand(n node, vars map[string]string) *yaml.Node {
	c := *n.y
	if n.isList() {
		c.Content = nil
		for _, item := range n.y.Content {
			c.Content = append(c.Content, expand(node{n.file, n.path, item, n.out}, vars))
		}
		return &c
	}
	c.Value = varUse.ReplaceAllStringFunc(c.Value, func(use string) string {
		name := use[2 : len(use)-1]
		v, ok := vars[name]
		if !ok {
			var names []string
			for k := range vars {
				names = append(names, k)
			}
			hint := suggest(name, names)
			if hint == "" || len(names) == 0 {
				hint = "declare it in clientbase.yaml: vars: {" + name + ": default}"
			}
			n.fault(hint, "unknown variable %s", name)
		}
		return v
	})
	return &c
}

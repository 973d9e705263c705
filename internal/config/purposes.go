package config

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// purposeForm is how a purpose is written: small Latin words joined by points.
var purposeForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)

// purposes reads what clients may agree or object to, beside the purposes of
// the segments.
func (n node) purposes() []string {
	var out []string
	for _, v := range n.scalars() {
		word := v.text()
		if word != "" && !purposeForm.MatchString(word) {
			v.fault("write it like marketing or marketing.deposits", "a purpose is small Latin words joined by points")
			continue
		}
		out = append(out, word)
	}
	return out
}

// Purposes lists the purposes that the project knows: those of clientbase.yaml,
// those of its segments, and the wider ones that hold them. A segment file that
// cannot be read adds none: an unknown purpose only ever restricts.
func (p *Project) Purposes() []string {
	known := map[string]bool{}
	add := func(word string) {
		for word = strings.ToLower(strings.TrimSpace(word)); word != ""; {
			known[word] = true
			at := strings.LastIndexByte(word, '.')
			word = word[:max(at, 0)]
		}
	}
	for _, w := range p.purposes {
		add(w)
	}
	files, _, err := p.Segments()
	if err != nil {
		files = nil
	}
	for _, f := range files {
		if f.Root == nil || f.Root.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(f.Root.Content); i += 2 {
			if f.Root.Content[i].Value == "purpose" && f.Root.Content[i+1].Kind == yaml.ScalarNode {
				add(f.Root.Content[i+1].Value)
			}
		}
	}
	out := make([]string, 0, len(known))
	for w := range known {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
}

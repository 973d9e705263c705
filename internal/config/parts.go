package config

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/errs"
)

// Part is a part of the configuration that somebody may have to approve, and
// the SHA-256 of what it says.
type Part struct {
	Name string `json:"name"`
	Hash string `json:"hash"`
}

// partNames are the parts of a project. approvals is one too: who must agree is
// not changed without agreement.
func partNames() []string {
	return []string{"project", "roles", "approvals", "dictionary", "rules", "codes", "sources", "segments", "recipients"}
}

// configParts gives the parts of the configuration in a fixed order. Comments,
// quotes and indentation do not count; everything else does.
func configParts(projectDir string, files []*file) ([]Part, error) {
	files = slices.Clone(files)
	for _, dir := range []string{"segments", "recipients"} {
		names, err := yamlFiles(projectDir, dir)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(projectDir, filepath.FromSlash(name)))
			if err != nil {
				return nil, errs.Wrap(errs.Config, "read", name, err, "check the rights of the file")
			}
			f := &file{name: name}
			var doc yaml.Node
			if err := yaml.Unmarshal(b, &doc); err == nil && len(doc.Content) > 0 {
				f.root = doc.Content[0]
			} else {
				f.root = &yaml.Node{Kind: yaml.ScalarNode, Value: string(b)} // its faults are named elsewhere
			}
			files = append(files, f)
		}
	}
	var out []Part
	for _, name := range partNames() {
		h := sha256.New()
		for _, f := range files {
			if root := partOf(name, f); root != nil {
				hashText(h, 'f', f.name)
				hashNode(h, root)
			}
		}
		out = append(out, Part{name, hex.EncodeToString(h.Sum(nil))})
	}
	return out, nil
}

// partOf gives what a file has of a part, nil = nothing.
func partOf(part string, f *file) *yaml.Node {
	if f.root == nil {
		return nil
	}
	if f.name != "clientbase.yaml" {
		folder, _, _ := strings.Cut(strings.TrimSuffix(f.name, ".yaml"), "/")
		if folder == part {
			return f.root
		}
		return nil
	}
	if part != "project" && part != "roles" && part != "approvals" {
		return nil
	}
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(f.root.Content); i += 2 {
		key := f.root.Content[i].Value
		mine := key
		if key != "roles" && key != "approvals" {
			mine = "project"
		}
		if mine == part {
			out.Content = append(out.Content, f.root.Content[i], f.root.Content[i+1])
		}
	}
	return out
}

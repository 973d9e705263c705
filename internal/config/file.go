package config

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/errs"
)

const (
	maxFileBytes = 16 << 20
	maxNodes     = 1 << 20 // after aliases are written out
)

var lineInError = regexp.MustCompile(`line (\d+)`)

// file is one parsed YAML file of the project.
type file struct {
	name string // relative, forward slashes
	root *yaml.Node
}

// readFile parses one file. The node is nil when the file is empty or its
// syntax is broken, which is reported as a fault.
func readFile(dir, name string, out *faults) (*file, error) {
	h, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, errs.Wrap(errs.Config, "read", name, err, "check the name and the rights of the file")
	}
	defer func() { _ = h.Close() }()
	text, err := io.ReadAll(io.LimitReader(h, maxFileBytes+1))
	if err != nil {
		return nil, errs.Wrap(errs.Config, "read", name, err, "check the name and the rights of the file")
	}
	return parseFile(name, text, out), nil
}

func parseFile(name string, text []byte, out *faults) *file {
	f := &file{name: name}
	top := func(line int, hint, msg string) *file {
		col := 0
		if line > 0 {
			col = 1
		}
		out.add(Fault{File: name, Line: line, Col: col, Msg: msg, Hint: hint})
		return f
	}
	if len(text) > maxFileBytes {
		return top(0, "split it", "the file is larger than 16 MB")
	}
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	var doc, second yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return top(0, "", "the file is empty")
	} else if err != nil {
		line, msg := syntaxError(err)
		return top(line, "indent with spaces; quote text that holds \": \" or starts with one of @ ` % & * ! {", msg)
	}
	if err := dec.Decode(&second); err == nil {
		return top(second.Line, "keep one document per file", "a second YAML document starts here")
	} else if !errors.Is(err, io.EOF) {
		line, msg := syntaxError(err)
		return top(line, "", msg)
	}
	budget := maxNodes
	root, ok := writeOut(doc.Content[0], &budget, 0)
	if !ok {
		return top(doc.Line, "", "the file is too deep or its aliases repeat too much")
	}
	f.root = root
	return f
}

// syntaxError takes the line out of the parser's message.
func syntaxError(err error) (int, string) {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if m := lineInError.FindStringSubmatch(msg); m != nil {
		line, _ = strconv.Atoi(m[1])
		msg = strings.TrimPrefix(msg, m[0]+": ")
	}
	return line, msg
}

// writeOut copies a tree with every alias replaced by what it names.
func writeOut(n *yaml.Node, budget *int, depth int) (*yaml.Node, bool) {
	*budget--
	if *budget < 0 || depth > 64 {
		return nil, false
	}
	if n.Kind == yaml.AliasNode {
		return writeOut(n.Alias, budget, depth+1)
	}
	c := *n
	c.Anchor, c.Content = "", nil
	for _, child := range n.Content {
		w, ok := writeOut(child, budget, depth+1)
		if !ok {
			return nil, false
		}
		c.Content = append(c.Content, w)
	}
	return &c, true
}

// sourceFiles lists sources/*.yaml and *.yml by name.
func sourceFiles(dir string) ([]string, error) { return yamlFiles(dir, "sources") }

// yamlFiles lists the *.yaml and *.yml of a folder of the project by name; a
// folder that is not there has none.
func yamlFiles(dir, folder string) ([]string, error) {
	list, err := os.ReadDir(filepath.Join(dir, folder))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, errs.Wrap(errs.Config, "read", folder, err, "check the rights of the folder")
	}
	var out []string
	for _, e := range list {
		ext := filepath.Ext(e.Name())
		if !e.IsDir() && (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, folder+"/"+e.Name())
		}
	}
	slices.Sort(out)
	return out, nil
}

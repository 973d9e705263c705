package config

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/schemas"
)

// decodeRuleFile reads rules/<rule>.yaml:
//
//	rule: email
//	shipped: 2          # refuse to run under another version of the built-in rule
//	pin: 1              # the version in force; without it the last
//	versions:
//	  1:
//	    date: 2026-03-02
//	    reason: why
//	    source: where the entries come from
//	    licence: own
//	    add: {disposable: [drop.example], typo: {gmial.example: gmail.com}}
//	    remove: {disposable: [old.example]}
//
// What rules and lists there are is known to those who cleanse: see CheckRules.
func decodeRuleFile(f *file, out *faults) (schemas.RuleFile, bool) {
	r := schemas.RuleFile{File: f.name}
	if f.root == nil {
		return r, false
	}
	o := node{f.name, "", f.root, out}.object("rule", "shipped", "pin", "versions")
	if v, ok := o.need("rule", "write rule: email, or another of `clientbase rules`"); ok {
		r.Rule, r.At = v.text(), v.place()
	}
	if v, ok := o.get("shipped"); ok {
		r.Shipped = v.integer(1, 1000)
	}
	if v, ok := o.get("versions"); ok {
		for _, c := range v.history("source", "licence", "add", "remove") {
			r.Versions = append(r.Versions, c.ruleVersion())
		}
	} else if r.Shipped == 0 && o.isMap() {
		o.fault("write versions: {1: {reason: …, source: …, licence: own, add: {…}}}", "the file changes nothing")
	}
	r.Pin = o.pin(len(r.Versions))
	return r, o.isMap()
}

func (c change) ruleVersion() schemas.RuleVersion {
	v := schemas.RuleVersion{No: c.no, Date: c.date, Reason: c.reason}
	if n, ok := c.o.need("source", "say where the entries come from: a register, a handbook, own list of an office"); ok {
		v.Source = n.text()
	}
	if n, ok := c.o.need("licence", "say under which licence they may be used; own entries: licence: own"); ok {
		v.Licence = n.text()
	}
	add, adds := c.o.get("add")
	if adds {
		v.Add = add.ruleEntries()
	}
	remove, removes := c.o.get("remove")
	if removes {
		v.Remove = remove.ruleEntries()
	}
	if !adds && !removes && c.o.isMap() {
		c.o.fault("write add: {LIST: [WORD, …]}", "the version changes nothing")
	}
	return v
}

// ruleEntries reads {list: [word, …]} and {list: {word: meaning}}.
func (n node) ruleEntries() []schemas.RuleEntry {
	var out []schemas.RuleEntry
	for _, l := range n.entries() {
		if l.val.isMap() {
			for _, e := range l.val.entries() {
				out = append(out, schemas.RuleEntry{List: l.name, Key: e.name, To: e.val.cells(), Place: e.key.place()})
			}
			continue
		}
		for _, w := range l.val.scalars() {
			out = append(out, schemas.RuleEntry{List: l.name, Key: w.text(), Place: w.place()})
		}
	}
	return out
}

func (n node) place() schemas.Place {
	return schemas.Place{Line: n.y.Line, Col: n.y.Column, Path: n.path}
}

// readRules reads every rules/*.yaml of the project.
func readRules(p *Project, out *faults) ([]*file, error) {
	return readFolder(p.Dir, "rules", out, func(name string, f *file) {
		r, ok := decodeRuleFile(f, out)
		if !ok {
			return
		}
		if i := slices.IndexFunc(p.Rules, func(x schemas.RuleFile) bool { return x.Rule == r.Rule }); i >= 0 && r.Rule != "" {
			out.add(Fault{File: name, Line: r.At.Line, Col: r.At.Col, Path: "rule", Msg: "rule " + r.Rule + " stands in " + p.Rules[i].File + " too", Hint: "keep one file per rule"})
		}
		p.Rules = append(p.Rules, r)
	})
}

// readFolder reads every YAML file of a folder of the project, by name, and
// hands each to take.
func readFolder(dir, folder string, out *faults, take func(name string, f *file)) ([]*file, error) {
	names, err := yamlFiles(dir, folder)
	if err != nil {
		return nil, err
	}
	var files []*file
	for _, name := range names {
		f, err := readFile(dir, name, out)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
		take(name, f)
	}
	return files, nil
}

// inForce gives a file of rules/ or codes/ without the versions that are not in
// force and without what only explains them: a proposal under a pin changes no
// result, so it must not make a run compute everything anew.
func inForce(name string, root *yaml.Node) *yaml.Node {
	switch {
	case root.Kind != yaml.MappingNode:
		return root
	case strings.HasPrefix(name, "rules/"):
		return cutHistory(root, "source", "licence")
	case strings.HasPrefix(name, "codes/"):
		c := without(root, "source", "licence")
		eachUnder(c, "lists", func(n *yaml.Node) *yaml.Node { return cutHistory(n) })
		return c
	}
	return root
}

// cutHistory copies a map with pin and versions as if the version in force were
// the last one.
func cutHistory(n *yaml.Node, words ...string) *yaml.Node {
	pin := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "pin" {
			pin, _ = strconv.Atoi(n.Content[i+1].Value)
		}
	}
	c := without(n, "pin")
	for i := 0; i+1 < len(c.Content); i += 2 {
		h := c.Content[i+1]
		if c.Content[i].Value != "versions" || h.Kind != yaml.MappingNode {
			continue
		}
		cut := *h
		cut.Content = slices.Clone(h.Content)
		if pin > 0 && 2*pin < len(cut.Content) {
			cut.Content = cut.Content[:2*pin]
		}
		for j := 1; j < len(cut.Content); j += 2 {
			if cut.Content[j].Kind == yaml.MappingNode {
				cut.Content[j] = without(cut.Content[j], append([]string{"date", "reason"}, words...)...)
			}
		}
		c.Content[i+1] = &cut
	}
	return c
}

package config

import "strings"

// MasterKey says where the key is that wraps the keys of the data folder. The
// zero MasterKey is none.
type MasterKey struct {
	File    string   // absolute
	Command []string // program and arguments; a program with a slash is absolute
}

// decodeKeys reads keys: {master: {file: F} or {command: […]}}. Like a secret,
// what stands in place of a place is never printed.
func decodeKeys(dir string, n node) (m MasterKey) {
	const hint = "write keys: {master: {file: /path/of/key}} or keys: {master: {command: [program, argument]}}; the key itself must not stand in the project"
	if !n.isMap() {
		n.fault(hint, "the place of the master key is expected here")
		return m
	}
	o := n.object("master")
	v, ok := o.need("master", hint)
	if !ok {
		return m
	}
	if !v.isMap() {
		v.fault(hint, "the place of the master key is expected here")
		return m
	}
	place := v.object("file", "command")
	file, hasFile := place.get("file")
	command, hasCommand := place.get("command")
	if hasFile == hasCommand {
		v.fault(hint, "the master key has exactly one place")
		return m
	}
	if hasFile {
		if m.File = file.text(); m.File == "" {
			file.fault(hint, "the file of the master key is not named")
			return m
		}
		m.File = under(dir, m.File)
		return m
	}
	for _, w := range command.scalars() {
		m.Command = append(m.Command, w.text())
	}
	if len(m.Command) == 0 || m.Command[0] == "" {
		command.fault(hint, "the command names no program")
		return MasterKey{}
	}
	if strings.Contains(m.Command[0], "/") {
		m.Command[0] = under(dir, m.Command[0])
	}
	return m
}

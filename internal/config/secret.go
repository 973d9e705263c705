package config

import (
	"os"
	"slices"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// secretAt says where a secret is, never what it is.
type secretAt struct {
	name, env, file string // file is absolute
	line            int
}

// decodeSecrets reads NAME: {env: VARIABLE} or {file: path}. It never prints
// what stands where a place was expected: it may be the secret itself.
func decodeSecrets(dir string, n node) map[string]secretAt {
	out := map[string]secretAt{}
	const hint = "write {env: VARIABLE} or {file: keys/name}; the secret itself must not stand in the project"
	for _, e := range n.entries() {
		if !e.val.isMap() {
			e.val.fault(hint, "the place of secret %s is expected here", e.name)
			continue
		}
		o := e.val.object("env", "file")
		s := secretAt{name: e.name, line: e.key.y.Line}
		env, hasEnv := o.get("env")
		file, hasFile := o.get("file")
		if hasEnv == hasFile {
			e.val.fault(hint, "a secret has exactly one place")
		}
		if hasEnv {
			s.env = env.text()
		}
		if hasFile {
			s.file = under(dir, file.text())
		}
		out[e.name] = s
	}
	return out
}

// SecretNames lists the secrets that clientbase.yaml places, in order.
func (p *Project) SecretNames() []string {
	var out []string
	for name := range p.secrets {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Secret gives a secret by name: from the place that clientbase.yaml names,
// else from the environment variable of the same name. Files must belong to
// their owner alone (0600 or tighter); one line end at the end is dropped. An
// error names the secret and its place and never its content.
func (p *Project) Secret(name string) (opaque.Value, error) {
	at, ok := p.secrets[name]
	if !ok {
		at = secretAt{name: name, env: name}
	}
	if at.file == "" {
		if v := os.Getenv(at.env); v != "" {
			return opaque.Of(v), nil
		}
		return opaque.Value{}, errs.New(errs.Config, "secret", name, "environment variable "+at.env+" is not set",
			"export "+at.env+"=…, or place the secret with secrets: {"+name+": {file: …}} in clientbase.yaml")
	}
	return readSecretFile(name, at.file)
}

func readSecretFile(name, path string) (opaque.Value, error) {
	info, err := os.Stat(path)
	if err != nil {
		return opaque.Value{}, errs.Wrap(errs.Config, "secret", name, err, "write the secret into that file with mode 0600")
	}
	if !info.Mode().IsRegular() {
		return opaque.Value{}, errs.New(errs.Config, "secret", name, path+" is not a file", "write the secret into a file with mode 0600")
	}
	if open := openToOthers(info); open != "" {
		return opaque.Value{}, errs.New(errs.Config, "secret", name, path+" is open to others ("+open+")", "chmod 600 "+path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return opaque.Value{}, errs.Wrap(errs.Config, "secret", name, err, "check who owns the file")
	}
	v := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if v == "" {
		return opaque.Value{}, errs.New(errs.Config, "secret", name, path+" is empty", "write the secret into it")
	}
	return opaque.Of(v), nil
}

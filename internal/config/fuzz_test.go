package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"clientbase/schemas"
)

// FuzzDecode gives any text to the three decoders: they report and never
// panic, and every fault names its file.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"testdata/faults/*.txtar"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatal("no seeds")
		}
		for _, path := range paths {
			a, err := txtar.ParseFile(path)
			if err != nil {
				f.Fatal(err)
			}
			for _, file := range a.Files {
				f.Add(string(file.Data))
			}
		}
	}
	for _, path := range []string{"../../examples/berka/sources/berka.yaml", "../../examples/starter/clientbase.yaml", "../../examples/starter/sources/core.yaml"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	for _, odd := range []string{"# nothing", "~", "{}", "a: &a [*a]", "source: [", "streams: {a: {columns: {A: {codes: [1]}}, party: [[]], facts: [~, {fact: link, fields: {from: []}}]}}",
		"streams: {a: {party: {kind: {}, map: {phone: [[A], {const: {}}]}}, filter: [~], order: [], key: {}, from: ~}}"} {
		f.Add(odd)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := &faults{}
		file := parseFile("f.yaml", []byte(text), out)
		p := &Project{Dict: schemas.Builtin()}
		late := decodeProject(p, file, out)
		decodeDictionary(p, file, out)
		d := &sourceDecoder{p: p, out: out, firstFile: map[string]string{}}
		d.decode(file)
		late(p)
		d.checkReferences()
		_ = hashFiles([]*fileOf{file})
		for _, x := range out.all {
			if x.File != "f.yaml" || x.Msg == "" {
				t.Errorf("fault %+v", x)
			}
		}
	})
}

type fileOf = file

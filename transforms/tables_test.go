package transforms

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clientbase/schemas"
)

var rewriteTables = flag.Bool("rewrite-tables", false, "write data/TABLES.tsv anew: a table that changed gets the next version")

// Every dictionary has a version, a source and a licence, and its version grows
// with its bytes.
func TestTablesAreVersioned(t *testing.T) {
	known := map[string]Table{}
	for _, x := range Tables() {
		known[x.Name] = x
	}
	rules := RuleVersions(schemas.Builtin())
	for _, c := range CrossChecks() {
		rules[c.ID] = c.Version
	}
	changed := false
	err := fs.WalkDir(os.DirFS("data"), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".tsv") || name == "TABLES.tsv" {
			return err
		}
		text, err := os.ReadFile("data/" + name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		hash := hex.EncodeToString(sum[:])
		x, ok := known[name]
		switch {
		case !ok:
			t.Errorf("data/%s stands in no row of data/TABLES.tsv: name, version, sha256, rules, source, licence", name)
			return nil
		case x.Version < 1 || x.Source == "" || x.Licence == "":
			t.Errorf("data/%s has no version, source or licence", name)
		case x.SHA256 != hash && *rewriteTables:
			x.Version, x.SHA256, changed = x.Version+1, hash, true
			known[name] = x
		case x.SHA256 != hash:
			t.Errorf("data/%s is not version %d any more: raise the versions of %s where a result can change, then go test ./transforms -run TablesAreVersioned -rewrite-tables",
				name, x.Version, strings.Join(x.Rules, ", "))
		}
		for _, r := range x.Rules {
			if rules[r] == 0 {
				t.Errorf("data/%s: no rule %s", name, r)
			}
		}
		x.Rules = slices.Clone(x.Rules)
		x.Name = ""
		known[name] = x
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range known {
		if x.Name != "" {
			t.Errorf("data/TABLES.tsv names %s, which is not there", name)
		}
	}
	if !changed {
		return
	}
	var out strings.Builder
	for line := range strings.Lines(tablesTSV) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if x, ok := known[f[0]]; ok && len(f) == 6 {
			f[1], f[2] = strconv.Itoa(x.Version), x.SHA256
		}
		out.WriteString(strings.Join(f, "\t") + "\n")
	}
	if err := os.WriteFile("data/TABLES.tsv", []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

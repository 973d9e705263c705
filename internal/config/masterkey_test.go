package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestMasterKey(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  MasterKey // a relative file lies in the project
		fault string
	}{
		{"keys: {master: {file: /etc/clientbase/master.key}}", MasterKey{File: "/etc/clientbase/master.key"}, ""},
		{"keys: {master: {file: secret/master.key}}", MasterKey{File: "secret/master.key"}, ""},
		{"keys: {master: {command: [vault, read, -field=key, bank]}}", MasterKey{Command: []string{"vault", "read", "-field=key", "bank"}}, ""},
		{"keys: {master: {command: [./key.sh]}}", MasterKey{Command: []string{"key.sh"}}, ""},
		{"keys: 00112233", MasterKey{}, "the place of the master key is expected here"},
		{"keys: {master: 00112233}", MasterKey{}, "the place of the master key is expected here"},
		{"keys: {master: {}}", MasterKey{}, "exactly one place"},
		{"keys: {master: {file: a, command: [b]}}", MasterKey{}, "exactly one place"},
		{"keys: {master: {fiel: a}}", MasterKey{}, "fiel"},
		{"keys: {master: {command: []}}", MasterKey{}, "names no program"},
		{"keys: {}", MasterKey{}, "master"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "clientbase.yaml"), []byte("version: 1\nproject: {ru: a, en: a}\n"+c.text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		p, faults, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, f := range faults {
			if strings.Contains(f.Msg+f.Path, "source") && !strings.Contains(f.Path, "keys") {
				continue
			}
			said = append(said, f.Msg+" "+f.Hint)
		}
		all := strings.Join(said, "\n")
		if strings.Contains(all, "0011") {
			t.Errorf("%s: a fault quotes what stands there: %s", c.text, all)
		}
		if (c.fault == "") != (all == "") || !strings.Contains(all, c.fault) {
			t.Errorf("%s: said %q, want %q", c.text, all, c.fault)
		}
		if c.want.File != "" && !filepath.IsAbs(c.want.File) {
			c.want.File = filepath.Join(p.Dir, c.want.File)
		}
		if len(c.want.Command) > 0 && strings.HasSuffix(c.want.Command[0], ".sh") {
			c.want.Command[0] = filepath.Join(p.Dir, c.want.Command[0])
		}
		if c.fault == "" && !reflect.DeepEqual(p.Master, c.want) {
			t.Errorf("%s: %+v, want %+v", c.text, p.Master, c.want)
		}
	}
}

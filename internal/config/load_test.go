package config

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"

	"clientbase/schemas"
)

var update = flag.Bool("update", false, "rewrite the faults.txt of testdata/faults/*.txtar")

// unpack writes an archive's files, but for goldens, into a new folder. A
// project without clientbase.yaml gets a small one.
func unpack(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]byte{"clientbase.yaml": []byte("version: 1\nproject: {ru: Проба, en: Probe}\nregion: RU\nzone: Europe/Moscow\n")}
	for _, f := range a.Files {
		if f.Name != goldenName {
			files[f.Name] = f.Data
		}
	}
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const goldenName = "faults.txt"

// TestFaults loads each archive of testdata/faults as a project and compares
// all its faults with the archive's faults.txt.
func TestFaults(t *testing.T) {
	paths, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, faults, err := Load(unpack(t, a))
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := WriteFaults(&got, faults, false); err != nil {
				t.Fatal(err)
			}
			if *update {
				rewrite(t, path, a, got.Bytes())
				return
			}
			for _, f := range a.Files {
				if f.Name == goldenName {
					if d := cmp.Diff(string(f.Data), got.String()); d != "" {
						t.Errorf("faults differ (-want +got); rewrite with -update:\n%s", d)
					}
					return
				}
			}
			t.Errorf("no %s in the archive; write it with -update", goldenName)
		})
	}
}

func rewrite(t *testing.T, path string, a *txtar.Archive, golden []byte) {
	t.Helper()
	kept := a.Files[:0]
	for _, f := range a.Files {
		if f.Name != goldenName {
			kept = append(kept, f)
		}
	}
	a.Files = append(kept, txtar.File{Name: goldenName, Data: golden})
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// write makes a project of the given files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	a := &txtar.Archive{}
	for name, text := range files {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	return unpack(t, a)
}

func mustLoad(t *testing.T, dir string) *Project {
	t.Helper()
	p, faults, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
	if t.Failed() {
		t.FailNow()
	}
	return p
}

const goodSource = `
source: core
kind: corebank
title: {ru: "АБС", en: "Core banking"}
zone: Europe/Kyiv
trust: 70
streams:
  clients:
    from: {path: "${IN}/clients_*.csv", format: delimited}
    mode: full
    key: [ID]
    order: {column: MODIFIED, as_of: "column:DAY"}
    region: UA
    max_quarantine: 0.1
    no_duplicates: true
    drift: {new: quarantine}
    columns:
      ID: {type: text, required: true}
      NAME: text
      PHONE1: text
      PHONE2: text
      CITY: text
      STREET: text
      REG: text
      SEX: {codes: {"1": m, "2": f}}
      TYPE: text
      MODIFIED: timestamp
      DAY: {type: date, format: dmy, drift: evolve}
    party:
      - kind: {column: TYPE, codes: {F: person, J: organization}}
        when: [NAME]
        where: {TYPE: [F, J]}
        map:
          full_name: NAME
          gender: SEX
          phone: [PHONE1, PHONE2]
          address: [REG, {join: ", ", columns: [CITY, STREET]}]
          segment_code: {const: retail}
    filter:
      - {column: TYPE, equals: [TEST, ""], reason: test_client}
  accounts:
    from: {path: accounts.csv}
    mode: delta
    key: [ACC]
    columns: {ACC: text, CLIENT: text, OPENED: date}
    facts:
      - fact: account
        when: [ACC]
        fields:
          account: {ref: account, column: ACC}
          number: ACC
          holder: {ref: record, of: core/clients, columns: [CLIENT]}
          product: {const: current}
          opened: OPENED
`

func TestLoadReadsEverything(t *testing.T) {
	dir := write(t, map[string]string{
		"clientbase.yaml": `
version: 1
project: {ru: Банк, en: Bank}
data: base
region: RU
zone: Europe/Moscow
memory: 2GB
threads: 3
max_quarantine: 0.02
roles: {anna: auditor}
trust: {phone: {core: 90, core/clients: 20}}
vars: {IN: in}
`,
		"dictionary.yaml":   "attributes:\n  level: {kind: code, party: person, multi: true, pii: none, group: g, ru: уровень, en: level}\n  phone: {kind: phone, party: both, multi: true, pii: contact, own: [\"+74957654321\"], ru: телефон, en: phone}\n",
		"sources/core.yaml": goodSource,
	})
	p := mustLoad(t, dir)
	if p.Data != filepath.Join(dir, "base") || p.Memory != 2<<30 || p.Threads != 3 || p.MaxQuarantine != 0.02 {
		t.Errorf("project read as %+v", p)
	}
	if r, ok := p.Role("anna"); r != RoleAuditor || !ok {
		t.Error("anna is not an auditor")
	}
	if _, ok := p.Role("boris"); ok {
		t.Error("boris has a role")
	}
	a, ok := p.Dict.Attr("level")
	want := schemas.Attr{ID: "level", Kind: schemas.KindCode, Party: schemas.Person, Multi: true, PII: schemas.PIINone, Group: "g", Ru: "уровень", En: "level"}
	if !ok || !reflect.DeepEqual(a, want) {
		t.Errorf("attribute read as %+v", a)
	}
	if a, _ := p.Dict.Attr("phone"); len(a.Own) != 1 || a.Own[0] != "+74957654321" {
		t.Errorf("the bank's own phones read as %v", a.Own)
	}
	s, ok := p.Stream("core/clients")
	if !ok {
		t.Fatal("no core/clients")
	}
	wantStream := schemas.Stream{
		Source: "core", Name: "clients", Mode: schemas.Full, Key: []string{"ID"},
		Order: schemas.Order{Column: "MODIFIED", AsOf: "column:DAY"}, Zone: "Europe/Kyiv", Region: "UA",
		Columns: []schemas.Column{
			{Name: "ID", Type: "text", Required: true}, {Name: "NAME", Type: "text"}, {Name: "PHONE1", Type: "text"},
			{Name: "PHONE2", Type: "text"}, {Name: "CITY", Type: "text"}, {Name: "STREET", Type: "text"}, {Name: "REG", Type: "text"},
			{Name: "SEX", Codes: map[string]string{"1": "m", "2": "f"}}, {Name: "TYPE", Type: "text"},
			{Name: "MODIFIED", Type: "timestamp"}, {Name: "DAY", Type: "date", Format: "dmy", Drift: schemas.Evolve},
		},
		Drift: schemas.Drift{New: schemas.Quarantine, Missing: schemas.Freeze, Reordered: schemas.Evolve},
		Parties: []schemas.PartyMap{{
			KindColumn: "TYPE", KindCodes: map[string]schemas.Party{"F": schemas.Person, "J": schemas.Org},
			Attrs: []schemas.AttrMap{
				{Attr: "full_name", Columns: []string{"NAME"}}, {Attr: "gender", Columns: []string{"SEX"}},
				{Attr: "phone", Columns: []string{"PHONE1", "PHONE2"}},
				{Attr: "address", Columns: []string{"REG"}}, {Attr: "address", Columns: []string{"CITY", "STREET"}, Join: ", "},
				{Attr: "segment_code", Const: "retail"},
			},
			When: []string{"NAME"}, Where: map[string][]string{"TYPE": {"F", "J"}},
		}},
		Filter: []schemas.Filter{{Column: "TYPE", Equals: []string{"TEST", ""}, Reason: "test_client"}},
		Trust:  70, MaxQuarantine: 0.1, NoDuplicates: true,
	}
	if d := cmp.Diff(wantStream, s.Stream); d != "" {
		t.Errorf("stream differs (-want +got):\n%s", d)
	}
	acc, _ := p.Stream("core/accounts")
	wantFact := schemas.FactMap{Fact: "account", When: []string{"ACC"}, Fields: map[string]schemas.Operand{
		"account": {Ref: "account", Column: "ACC"}, "number": {Column: "ACC"},
		"holder":  {Ref: "record", Of: "core/clients", Columns: []string{"CLIENT"}},
		"product": {Const: "current"}, "opened": {Column: "OPENED"},
	}}
	if d := cmp.Diff([]schemas.FactMap{wantFact}, acc.Facts); d != "" {
		t.Errorf("facts differ (-want +got):\n%s", d)
	}
	if acc.MaxQuarantine != 0.02 || acc.Region != "RU" {
		t.Error("a stream takes what it does not say from the project")
	}
	for stream, trust := range map[string]int{"core/clients": 20, "core/accounts": 90} {
		s, _ := p.Stream(stream)
		if got := p.TrustOf("phone", &s.Stream); got != trust {
			t.Errorf("trust of phone in %s is %d, want %d", stream, got, trust)
		}
		if got := p.TrustOf("email", &s.Stream); got != 70 {
			t.Errorf("trust of email in %s is %d, want 70", stream, got)
		}
	}
	var from struct{ Path string }
	if err := s.From.Decode(&from); err != nil || from.Path != "in/clients_*.csv" {
		t.Errorf("from.path is %q, %v", from.Path, err)
	}
}

func TestVariablesComeFromTheEnvironment(t *testing.T) {
	t.Setenv("IN", "elsewhere")
	p := mustLoad(t, write(t, map[string]string{
		"clientbase.yaml":   "version: 1\nproject: Bank\nvars: {IN: in}\n",
		"sources/core.yaml": goodSource,
	}))
	var from struct{ Path string }
	if err := p.Sources[0].Streams[0].From.Decode(&from); err != nil || from.Path != "elsewhere/clients_*.csv" {
		t.Errorf("from.path is %q, %v", from.Path, err)
	}
}

func TestHashIgnoresFormAndPlaces(t *testing.T) {
	load := func(source string) string {
		return mustLoad(t, write(t, map[string]string{
			"clientbase.yaml":   "version: 1\nproject: Bank\nvars: {IN: in}\n",
			"sources/core.yaml": source,
		})).Hash
	}
	base := load(goodSource)
	restyled := strings.ReplaceAll(goodSource, "key: [ID]", "key: # a comment\n      - 'ID'")
	if load(restyled) != base {
		t.Error("style changes the hash")
	}
	t.Setenv("IN", "elsewhere")
	if load(goodSource) != base {
		t.Error("a variable's value changes the hash")
	}
	if load(strings.Replace(goodSource, "trust: 70", "trust: 71", 1)) == base {
		t.Error("a changed value does not change the hash")
	}
	if load(strings.Replace(goodSource, "      PHONE1: text\n      PHONE2: text\n", "      PHONE2: text\n      PHONE1: text\n", 1)) == base {
		t.Error("the order of columns does not change the hash")
	}
}

// A version that a pin keeps out, a reason and a source change no result.
func TestHashCoversRulesInForce(t *testing.T) {
	load := func(rules, codes string) string {
		return mustLoad(t, write(t, map[string]string{
			"clientbase.yaml": "version: 1\nproject: Bank\nvars: {IN: in}\n", "sources/core.yaml": goodSource, "rules/email.yaml": rules, "codes/status.yaml": codes,
		})).Hash
	}
	const rule = "rule: email\nversions:\n  1: {reason: a, source: own, licence: own, add: {junk: [a@b.example]}}\n"
	const more = "  2: {reason: b, source: own, licence: own, add: {junk: [c@d.example]}}\n"
	const code = "dictionary: status\nsource: book\nlicence: own\nvalues: {active: {ru: а, en: a}}\nlists:\n  core:\n    versions:\n      1: {reason: a, codes: {A: active}}\n"
	const newer = "      2: {reason: b, codes: {B: active}}\n"
	base := load(rule, code)
	for name, same := range map[string]string{
		"a proposal under a pin":       load(strings.Replace(rule, "versions", "pin: 1\nversions", 1)+more, code),
		"a code list's proposal":       load(rule, strings.Replace(code, "    versions", "    pin: 1\n    versions", 1)+newer),
		"another reason, source, date": load(strings.Replace(rule, "reason: a, source: own", "reason: other, date: 2026-01-01, source: other", 1), code),
	} {
		if same != base {
			t.Errorf("%s changes the hash", name)
		}
	}
	for name, other := range map[string]string{
		"a second version":             load(rule+more, code),
		"a second version of codes":    load(rule, code+newer),
		"another meaning":              load(rule, strings.Replace(code, "en: a", "en: b", 1)),
		"another entry in the version": load(strings.Replace(rule, "a@b", "x@b", 1), code),
	} {
		if other == base {
			t.Errorf("%s does not change the hash", name)
		}
	}
}

func TestNotAProject(t *testing.T) {
	if _, _, err := Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no clientbase.yaml") {
		t.Errorf("error is %v", err)
	}
}

func TestCheckFrom(t *testing.T) {
	p := mustLoad(t, write(t, map[string]string{
		"clientbase.yaml":   "version: 1\nproject: Bank\nvars: {IN: in}\n",
		"sources/core.yaml": goodSource,
	}))
	got := p.CheckFrom([]string{"corebank"}, func(kind string, from *yaml.Node, s *schemas.Stream) []FromFault {
		if s.Name == "accounts" {
			return []FromFault{{Path: "from.format", Msg: "no format"}}
		}
		return []FromFault{{Line: 10, Col: 3, Path: "from.path", Msg: "no such file", Hint: "look"}}
	})
	want := []string{
		"sources/core.yaml:10:3: streams.clients.from.path: no such file (look)",
		"sources/core.yaml:42:11: streams.accounts.from.format: no format",
	}
	for i := range got {
		if i >= len(want) || got[i].String() != want[i] {
			t.Errorf("fault %d is %s", i, got[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d faults, want %d", len(got), len(want))
	}
	asked := ""
	unknown := p.CheckFrom([]string{"corebanc"}, func(kind string, _ *yaml.Node, _ *schemas.Stream) []FromFault { asked = kind; return nil })
	if len(unknown) != 1 || unknown[0].String() != "sources/core.yaml:3:7: kind: unknown kind of source corebank (did you mean corebanc?)" || asked != "corebanc" {
		t.Errorf("faults are %v, the nodes are checked as %q", unknown, asked)
	}
	if f := p.CheckFrom([]string{"fax"}, nil); len(f) != 1 {
		t.Errorf("a kind that is like no other has no nodes to check: %v", f)
	}
}

// The example for Berka's bank tables stands in the repository.
func TestBerkaExampleLoads(t *testing.T) {
	p := mustLoad(t, "../../examples/berka")
	if n := len(p.Streams()); n != 6 {
		t.Errorf("%d streams, want 6", n)
	}
}

package transforms

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clientbase/schemas"
)

// ownFile is a rule file of one version: list "junk" or, with "word=meaning"
// entries, a list of meanings.
func ownFile(rule, list string, entries ...string) schemas.RuleFile {
	v := schemas.RuleVersion{No: 1, Reason: "test", Source: "own", Licence: "own"}
	for _, e := range entries {
		key, to, isMap := strings.Cut(e, "=")
		x := schemas.RuleEntry{List: list, Key: key}
		if isMap {
			x.To = strings.Split(to, ",")
		}
		v.Add = append(v.Add, x)
	}
	return schemas.RuleFile{Rule: rule, File: "rules/" + rule + ".yaml", Versions: []schemas.RuleVersion{v}}
}

func compiled(t *testing.T, files ...schemas.RuleFile) *Own {
	t.Helper()
	own, faults := CompileOwn(files, "RU")
	if len(faults) > 0 {
		t.Fatalf("faults: %+v", faults)
	}
	return own
}

// judge gives "status/reason value chain" of one cell of an attribute.
func judgeUnder(t *testing.T, own *Own, attr, text string) string {
	t.Helper()
	in := &schemas.Cells{}
	in.Append(schemas.Cell{Value: text, Status: schemas.Raw, Field: 1})
	in.EndRow()
	b := &schemas.Batch{Rows: 1, Party: []schemas.Party{schemas.Person}, Stream: "core/clients", Region: "RU", AsOf: tablesAsOf, Fields: []string{"", "X"}, Format: []string{"", ""},
		Chains: []string{""}, In: map[string]*schemas.Cells{attr: in}}
	if err := NewSetWith(schemas.Builtin(), own).Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	if got := b.In[attr].Row(0)[0].Value; got != text {
		t.Errorf("the raw cell became %q", got)
	}
	cells := b.Out[attr].Row(0)
	if len(cells) != 1 {
		t.Fatalf("%d cells", len(cells))
	}
	c := cells[0]
	return strings.Join(strings.Fields(c.Status.String()+"/"+c.Reason.String()+" "+c.Value+" "+b.Chains[c.Chain]), " ")
}

func TestOwnLists(t *testing.T) {
	for _, x := range []struct{ rule, list, entry, attr, cell, want string }{
		{"email", "junk", "desk@bank.example", "email", "DESK@bank.example", "junk/project_list email@+1"},
		{"email", "junk", "desk@bank.example", "email", "anna@bank.example", "ok/unchanged anna@bank.example email@+1"},
		{"phone", "junk", "8 (800) 200-00-05", "phone", "+7 800 200 00 05", "junk/project_list phone@+1"},
		{"inn", "junk", "500100732259", "inn", "ИНН 5001 0073 2259", "junk/project_list inn@+1"},
		{"date", "junk", "11.11.1911", "birth_date", "1911-11-11", "junk/project_list date@+1"},
		{"text", "junk", "Физлицо", "employer", "ФИЗЛИЦО", "junk/project_list text@+1"},
		{"name", "junk", "Клиент", "surname", "клиент", "junk/project_list name@+1"},
		{"name", "keep", "Тест", "surname", "ТЕСТ", "ok/project_list Тест name@+1"},
		{"name", "correct", "Нталья=Наталья", "given_name", "нталья", "corrected/project_list Наталья name@+1"},
		{"email", "disposable", "drop.example", "email", "x1@drop.example", "ok/disposable_address x1@drop.example email@+1"},
		{"email", "typo", "bnk.example=bank.example", "email", "anna@bnk.example", "corrected/project_list anna@bank.example email@+1"},
		{"email", "known", "gmali.com", "email", "anna@gmali.com", "ok/project_list anna@gmali.com email@+1"},
	} {
		own := compiled(t, ownFile(x.rule, x.list, x.entry))
		want := strings.Replace(x.want, x.rule+"@+", fmt.Sprintf("%s@%d+", x.rule, RuleVersions(schemas.Builtin())[x.rule]), 1)
		if got := judgeUnder(t, own, x.attr, x.cell); got != want {
			t.Errorf("%s.%s %s: %s\n  gives %s\n  want  %s", x.rule, x.list, x.entry, x.cell, got, want)
		}
	}
}

// Version 3 is what 1, 2 and 3 add and take away; a pin is as if the later ones
// were not there.
func TestOwnVersionsAddUp(t *testing.T) {
	f := ownFile("email", "junk", "anna@bank.example")
	f.Versions = append(f.Versions,
		schemas.RuleVersion{No: 2, Add: []schemas.RuleEntry{{List: "junk", Key: "boris@bank.example"}}},
		schemas.RuleVersion{No: 3, Remove: []schemas.RuleEntry{{List: "junk", Key: "anna@bank.example"}}})
	for pin, want := range map[int]string{1: "junk ok", 2: "junk junk", 3: "ok junk", 0: "ok junk"} {
		f.Pin = pin
		own := compiled(t, f)
		a, _, _ := strings.Cut(judgeUnder(t, own, "email", "anna@bank.example"), "/")
		b, _, _ := strings.Cut(judgeUnder(t, own, "email", "boris@bank.example"), "/")
		if got := a + " " + b; got != want {
			t.Errorf("pin %d: %s, want %s", pin, got, want)
		}
	}
}

// A file can make the program hear more objections, and never turns one into none.
func TestOwnPhrases(t *testing.T) {
	own := compiled(t, func() schemas.RuleFile {
		f := ownFile("note", "opt_out", "оставьте в покое")
		f.Versions[0].Add = append(f.Versions[0].Add, schemas.RuleEntry{List: "ask", Key: "не звонить"})
		return f
	}())
	for text, want := range map[string]string{
		"Просит: оставьте меня в покое":   "",
		"Сказала: оставьте в покое!":      "ok/project_list",
		"Клиент просит не звонить":        "ambiguous/project_list",
		"Прошу прекратить рассылку":       "ok/opt_out_phrase",
		"Интересуется вкладом на полгода": "",
	} {
		got := ""
		for _, f := range own.Note(text, "RU") {
			if f.Kind == FindOptOut {
				got = f.Status.String() + "/" + f.Reason.String()
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestOwnShortForms(t *testing.T) {
	own := compiled(t, ownFile("name", "short_forms", "Жужа=Жанна,Юлия"))
	keys := func(o *Own, name string) (out []string) {
		for _, k := range o.Keys(schemas.KindGiven) {
			if k.Name == "lemma" {
				k.Of(name, func(s string) { out = append(out, s) })
			}
		}
		return out
	}
	full := keys(nil, "Жанна")
	if got := keys(own, "Жужа"); len(full) == 0 || !slices.Contains(got, full[0]) {
		t.Errorf("Жужа has the keys %q, none of Жанна's %q", got, full)
	}
	if a, b := keys(own, "Мария"), keys(nil, "Мария"); !slices.Equal(a, b) {
		t.Errorf("Мария has the keys %q, %q without lists", a, b)
	}
}

// Faults of entries are told where the entry stands.
func TestOwnFaults(t *testing.T) {
	for entry, list := range map[string]string{"a@b": "disposable", "слово": "opt_out", "Саша1=Александр": "short_forms", " ": "junk"} {
		if _, faults := CompileOwn([]schemas.RuleFile{ownFile("email", list, entry)}, "RU"); len(faults) != 1 {
			t.Errorf("%s in %s: %d faults", entry, list, len(faults))
		}
	}
	f := ownFile("email", "junk", "a@b.example")
	f.Versions = append(f.Versions, schemas.RuleVersion{No: 2, Remove: []schemas.RuleEntry{{List: "junk", Key: "x@b.example"}}})
	if _, faults := CompileOwn([]schemas.RuleFile{f}, "RU"); len(faults) != 1 {
		t.Errorf("removing what is not there: %d faults", len(faults))
	}
}

func TestJunkShapesTellNobody(t *testing.T) {
	for _, x := range []struct {
		text   string
		kind   schemas.Kind
		reason schemas.Reason
		want   string
	}{
		{"Нет данных", schemas.KindText, schemas.JunkWord, "нет данных"},
		{"НЕТ!!!", schemas.KindPhone, schemas.JunkWord, "нет"},
		{"9999999999", schemas.KindPhone, schemas.RepeatedDigit, "9999999999"},
		{"8 916 123-45-67", schemas.KindPhone, schemas.Placeholder, "9 9{3} 9{3}-9{2}-9{2}"},
		{"01.01.1900", schemas.KindDate, schemas.Placeholder, "01.01.1900"},
		{"no@somebody.example", schemas.KindEmail, schemas.Placeholder, "L{2}@L{8}.L{7}"},
		{"desk@bank.example", schemas.KindEmail, schemas.ProjectList, "L{4}@L{4}.L{7}"},
	} {
		if got := JunkShape(x.text, x.kind, x.reason); got != x.want {
			t.Errorf("%s: %s, want %s", x.text, got, x.want)
		}
	}
}

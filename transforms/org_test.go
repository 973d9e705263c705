package transforms

import (
	"strings"
	"testing"

	"clientbase/schemas"
)

func TestParseOrg(t *testing.T) {
	for _, c := range [][5]string{ // cell, full, class, status, reason
		{`ООО "Ромашка"`, "ООО «Ромашка»", "LLC", "ok", "legal_form"},
		{`ООО «РОМАШКА»`, "ООО «Ромашка»", "LLC", "ok", "legal_form"},
		{`"Ромашка" ООО`, "ООО «Ромашка»", "LLC", "ok", "legal_form"},
		{`Ромашка, ООО`, "ООО «Ромашка»", "LLC", "ok", "legal_form"},
		{`Ромашка (ООО)`, "ООО «Ромашка»", "LLC", "ok", "legal_form"},
		{`О.О.О. Ромашка`, "ООО «Ромашка»", "LLC", "ok", "legal_form"},
		{`OOO "Ромашка"`, "ООО «Ромашка»", "LLC", "corrected", "look_alike_letter"}, // Latin OOO
		{`Общество с ограниченной ответственностью "Ромашка"`, "ООО «Ромашка»", "LLC", "ok", "legal_form"},
		{`ТОВ «Ромашка»`, "ТОВ «Ромашка»", "LLC", "ok", "legal_form"},
		{`Товариство з обмеженою відповідальністю „Ромашка“`, "ТОВ «Ромашка»", "LLC", "ok", "legal_form"},
		{`Romashka LLC`, "Romashka LLC", "LLC", "ok", "legal_form"},
		{`Acme Trading Co. Ltd.`, "Acme Trading Ltd", "LLC", "ok", "legal_form"},
		{`ПАО "Сбербанк России"`, "ПАО «Сбербанк России»", "JSC", "ok", "legal_form"},
		{`АО "РЖД"`, "АО «РЖД»", "JSC", "ok", "legal_form"},
		{`ИП Иванов Иван Иванович`, "ИП Иванов Иван Иванович", "SP", "ok", "legal_form"},
		{`Иванов Иван Иванович ИП`, "ИП Иванов Иван Иванович", "SP", "ok", "legal_form"},
		{`ФОП ШЕВЧЕНКО ОЛЕНА ПЕТРІВНА`, "ФОП Шевченко Олена Петрівна", "SP", "ok", "legal_form"},
		{`Фізична особа-підприємець Шевченко Олена Петрівна`, "ФОП Шевченко Олена Петрівна", "SP", "ok", "legal_form"},
		{`Ромашка`, "Ромашка", "", "ok", "no_legal_form"},
		{`Иванов Иван Иванович`, "Иванов Иван Иванович", "", "assumed", "wrong_party_kind"},
		{`нет`, "", "", "junk", "junk_word"},
		{`***`, "", "", "junk", "placeholder"},
		{`ООО`, "", "LLC", "invalid", "unparsed"},
	} {
		n := ParseOrg(c[0])
		if n.Full != c[1] || n.Class != c[2] || n.Status.String() != c[3] || n.Reason.String() != c[4] {
			t.Errorf("%s\n  gives %s, %s, %s, %s\n  want  %s", c[0], n.Full, n.Class, n.Status, n.Reason, strings.Join(c[1:], ", "))
		}
		if again := ParseOrg(n.Full); n.Full != "" && again.Full != n.Full {
			t.Errorf("%s: %s becomes %s", c[0], n.Full, again.Full)
		}
	}
}

func TestOrgKeysMeet(t *testing.T) {
	for _, same := range [][]string{
		{`ООО "Ромашка"`, `ТОВ Ромашка`, `ROMASHKA LLC`, `Ромашка`},
		{`ООО "Чайка и Ко"`, `Чайка та Ко ТОВ`, `Chaika & Ko Ltd`},
		{`ПАО "Газпром нефть"`, `Gazprom Neft PJSC`},
	} {
		a := keysOf(schemas.KindOrgName, "core", same[0])
		for _, o := range same[1:] {
			if b := keysOf(schemas.KindOrgName, "core", o); !meet(a, b) {
				t.Errorf("%s and %s do not meet: %v, %v", same[0], o, a, b)
			}
		}
	}
	if a, b := keysOf(schemas.KindOrgName, "form", "ООО Ромашка"), keysOf(schemas.KindOrgName, "form", "Ромашка ТОВ"); !meet(a, b) {
		t.Errorf("ООО and ТОВ are of one class: %v, %v", a, b)
	}
}

func TestLegalFormAttribute(t *testing.T) {
	b := &schemas.Batch{Rows: 2, Party: []schemas.Party{schemas.Org, schemas.Org}, Fields: []string{"f"}, Out: map[string]*schemas.Cells{},
		In: map[string]*schemas.Cells{"org_name": rawCells(`ООО "Ромашка"`, "Ромашка"), "legal_form": rawCells("", "общество с ограниченной ответственностью")}}
	if err := orgRule(schemas.Builtin()).Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if got := firstOut(b, "legal_form", i); got != "ООО" {
			t.Errorf("row %d: %q", i, got)
		}
	}
}

func FuzzParseOrg(f *testing.F) {
	for _, s := range []string{`ООО "Ромашка"`, `ИП`, `"`, "\xff«", "О.О.О.", "'''", "Pомашка ООО Ltd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := ParseOrg(s)
		if len(n.Full) > 3*len(s)+64 {
			t.Errorf("the value grew from %d to %d bytes", len(s), len(n.Full))
		}
		for _, k := range Keys(schemas.KindOrgName) {
			k.Of(s, func(string) {})
		}
	})
}

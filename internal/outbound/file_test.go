package outbound

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// nasty are cells that a spreadsheet would take for a formula or a number.
var nasty = []string{"=1+1", "+79165550000", "-5", "@SUM(A1)", "\tx", "＝1", "'apostrophe", "''", "007", "1e5", "Иванова; Анна", "line\nbreak", `"quoted"`, ""}

func writeAll(t *testing.T, p Profile, rows [][]string) ([]byte, int64) {
	t.Helper()
	var b bytes.Buffer
	s, err := newSheet(&b, &p, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := s.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if c, ok := s.(*csvSheet); ok {
		return b.Bytes(), c.replaced
	}
	return b.Bytes(), 0
}

func TestMachinesGetCellsAsTheyStand(t *testing.T) {
	text, _ := writeAll(t, Profile{Format: "csv", Encoding: "utf-8", Separator: ';'}, [][]string{nasty})
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = ';'
	got, err := r.Read()
	if err != nil || strings.Join(got, "|") != strings.Join(nasty, "|") {
		t.Errorf("%q, %v", got, err)
	}
	text, _ = writeAll(t, Profile{Format: "csv", Encoding: "utf-8-bom", Separator: ';', Human: true}, [][]string{{"+7916", "Анна"}})
	if string(text) != "\ufeff'+7916;Анна\r\n" {
		t.Errorf("%q", text)
	}
}

func TestLettersOutsideAnEncodingAreCounted(t *testing.T) {
	text, lost := writeAll(t, Profile{Format: "csv", Encoding: "cp1251", Separator: ';'}, [][]string{{"Їжак", "Dvořák"}, {"Анна", "Eva"}})
	if want := "\xaf\xe6\xe0\xea;Dvo??k\r\n\xc0\xed\xed\xe0;Eva\r\n"; lost != 1 || string(text) != want {
		t.Errorf("%d lost, %q, want %q", lost, text, want)
	}
	for _, e := range encodings() {
		if text, _ := writeAll(t, Profile{Format: "csv", Encoding: e, Separator: ';'}, [][]string{{"Анна"}}); len(text) < 6 {
			t.Errorf("%s: %q", e, text)
		}
	}
}

// A workbook holds text only, whatever the cells look like.
func TestAWorkbookHoldsTextOnly(t *testing.T) {
	text, _ := writeAll(t, Profile{Format: "xlsx", Human: true}, [][]string{{"a", "b"}, {"=1+1", "+79165550000"}, {"007", "-5"}})
	f, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for cell, want := range map[string]string{"A2": "=1+1", "B2": "+79165550000", "A3": "007", "B3": "-5"} {
		got, err := f.GetCellValue("Sheet1", cell)
		formula, _ := f.GetCellFormula("Sheet1", cell)
		kind, _ := f.GetCellType("Sheet1", cell)
		if err != nil || got != want || formula != "" || kind != excelize.CellTypeInlineString {
			t.Errorf("%s: %q, formula %q, type %v, %v", cell, got, formula, kind, err)
		}
	}
}

func TestPhoneForms(t *testing.T) {
	national := func(string) string { return "8 (916) 555-00-00" }
	for form, want := range map[string]string{"e164": "+79165550000", "digits": "79165550000", "national": "8 (916) 555-00-00"} {
		p := Point{Kind: schemas.RefPhone, Value: opaque.Of("+79165550000")}
		if got := clearText(&p, &Profile{Phone: form}, national); got != want {
			t.Errorf("%s: %q", form, got)
		}
	}
	p := Point{Kind: schemas.RefEmail, Value: opaque.Of("c@example.org")}
	if got := clearText(&p, &Profile{Phone: "digits"}, national); got != "c@example.org" {
		t.Error(got)
	}
}

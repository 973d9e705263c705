package sheet

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// nasty are cells that a spreadsheet would take for a formula or a number.
var nasty = []string{"=1+1", "+79165550000", "-5", "@SUM(A1)", "\tx", "＝1", "'apostrophe", "''", "007", "1e5", "Иванова; Анна", "line\nbreak", `"quoted"`, ""}

// An export for people reads back exactly and holds no formula.
func TestCellsForPeopleAreNoFormulas(t *testing.T) {
	for _, c := range nasty {
		out := Escape(c)
		if out != "" && strings.ContainsAny(out[:1], "=+-@\t\r\n") || strings.HasPrefix(out, "＝") {
			t.Errorf("%q begins a formula", out)
		}
		if Unescape(out) != c {
			t.Errorf("%q comes back as %q", c, Unescape(out))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "cell")
		if Unescape(Escape(s)) != s {
			t.Fatalf("%q does not come back", s)
		}
	})
}

// A workbook holds text only, and says what it is.
func TestAWorkbookHoldsText(t *testing.T) {
	var b bytes.Buffer
	w, err := NewWorkbook(&b, t.TempDir())
	if err == nil {
		err = w.Describe("file-1", "for service")
	}
	if err == nil {
		err = w.Row(nasty)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(sheetName)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	for i, want := range nasty {
		if i < len(rows[0]) && rows[0][i] != want {
			t.Errorf("%q comes back as %q", want, rows[0][i])
		}
	}
	if p, err := f.GetDocProps(); err != nil || p.Title != "file-1" || p.Description != "for service" {
		t.Errorf("%+v %v", p, err)
	}
	for _, c := range []string{strings.Repeat("x", 32768), "a\x01b", "\x00", "\ufffe"} {
		if w, err := NewWorkbook(&b, t.TempDir()); err != nil || w.Row([]string{c}) == nil {
			t.Errorf("a cell of %d bytes was taken that a worksheet would change", len(c))
		}
	}
}

// A sidecar speaks of one file; of a changed one nothing is known.
func TestASidecarSpeaksOfItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(path, "a\n")
	if e, whole := Escaped(path); e || !whole {
		t.Error("no sidecar")
	}
	text, err := About{SHA256: "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7", Escape: Words}.Text()
	if err != nil {
		t.Fatal(err)
	}
	write(path+Suffix, string(text))
	if e, whole := Escaped(path); !e || !whole {
		t.Error("its own sidecar")
	}
	write(path, "b\n")
	if e, whole := Escaped(path); e || whole {
		t.Error("another file under the name")
	}
}

package corebank

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/encoding/charmap"

	"clientbase/connectors"
	"clientbase/connectors/connectortest"
	"clientbase/internal/errs"
	"clientbase/schemas"
)

func node(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return n.Content[0]
}

func write(t testing.TB, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func cp1251(t testing.TB, s string) []byte {
	t.Helper()
	b, err := charmap.Windows1251.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func masked(s string) string {
	return strings.NewReplacer(connectortest.Canary, "401288******1881", connectortest.CanarySpaced, "4012 88** **** 1881").Replace(s)
}

// extract writes a core-banking file with n rows and gives the expected rows.
func extract(day string, from, n int) (text string, rows []connectortest.Row) {
	var b strings.Builder
	fmt.Fprintf(&b, "H;%s;CLIENTS\r\nКОД;ФИО;КАРТА;ЗАМЕТКА;СУММА\r\n", day)
	for i := from; i < from+n; i++ {
		note := "просил \"\"срочно\"\" перезвонить"
		if i%5 == 0 {
			note = "карта " + connectortest.CanarySpaced + "\r\nвторая строка"
		}
		pan := connectortest.Canary
		if i%3 == 0 {
			pan = ""
		}
		fmt.Fprintf(&b, "%d;ИВАНОВ ПЕТР %d;%s;\"%s\";1234,50\r\n", i, i, pan, note)
		row := connectortest.Row{"КОД": fmt.Sprint(i), "ФИО": fmt.Sprintf("ИВАНОВ ПЕТР %d", i), "СУММА": "1234,50",
			"ЗАМЕТКА": masked(strings.ReplaceAll(note, `""`, `"`)), "КАРТА": "401288******1881", "КАРТА#token": connectortest.CardKey().Token(schemas.RefCard, connectortest.Canary).String()}
		if pan == "" {
			row["КАРТА"], row["КАРТА#token"] = "∅", "∅"
		}
		rows = append(rows, row)
	}
	return b.String(), rows
}

func TestFilesConform(t *testing.T) {
	dir := t.TempDir()
	one, rows1 := extract("2026-01-30", 0, 20000)
	two, rows2 := extract("2026-01-31", 20000, 10)
	bad := "7;лишнее;" + connectortest.Canary + ";x;1;" + connectortest.Canary + "\r\n\"8;" + connectortest.CanarySpaced + ";;;\r\n"
	one += "T;20000\r\n"
	two += bad + "T;12\r\n"
	write(t, dir, "c_20260130.csv", cp1251(t, one))
	write(t, dir, "c_20260131.csv", cp1251(t, two))
	from := `{path: "c_*.csv", charset: cp1251, delimiter: ";", header_line: "H;{as_of:2006-01-02};…", trailer: "T;{rows}"}`
	stream := &schemas.Stream{Source: "core", Name: "clients", Columns: []schemas.Column{{Name: "КАРТА", PAN: true}}}
	open := func(path string) func(t *testing.T) connectors.Source {
		return func(t *testing.T) connectors.Source {
			src, err := Family().Open(connectors.Env{Dir: dir, Card: connectortest.CardKey()}, node(t, strings.Replace(from, "c_*.csv", path, 1)), stream)
			if err != nil {
				t.Fatal(err)
			}
			return src
		}
	}
	three, rows3 := extract("2026-02-01", 30000, 3)
	write(t, dir, "broken.csv", cp1251(t, one[:len(one)-9]))
	connectortest.Run(t, connectortest.Harness{
		Open: open("c_*.csv"), Rows: append(rows1, rows2...), Ordered: true, Bad: []string{"too_many_fields", "unterminated_quote"},
		Files: [][]byte{cp1251(t, masked(one)), cp1251(t, masked(two))},
		Add:   func(t *testing.T) { write(t, dir, "c_20260201.csv", cp1251(t, three+"T;3\r\n")) }, New: rows3,
		Broken: open("broken.csv"), Kind: errs.Integrity,
	})
}

// The same suite over packed files: positions and bytes are those of what is in them.
func TestPackedFilesConform(t *testing.T) {
	dir := t.TempDir()
	pack := func(text []byte) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write(text)
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	one, rows1 := extract("2026-01-30", 0, 20000)
	two, rows2 := extract("2026-01-31", 20000, 10)
	three, rows3 := extract("2026-02-01", 30000, 3)
	one, two = one+"T;20000\r\n", two+"T;10\r\n"
	whole := pack(cp1251(t, one))
	write(t, dir, "c_20260130.csv.gz", whole)
	write(t, dir, "c_20260131.csv", cp1251(t, two))
	write(t, dir, "broken.csv.gz", whole[:len(whole)/2])
	from := `{path: "c_*.csv", charset: cp1251, delimiter: ";", header_line: "H;{as_of:2006-01-02};…", trailer: "T;{rows}"}`
	stream := &schemas.Stream{Source: "core", Name: "clients", Columns: []schemas.Column{{Name: "КАРТА", PAN: true}}}
	open := func(path string) func(t *testing.T) connectors.Source {
		return func(t *testing.T) connectors.Source {
			src, err := Family().Open(connectors.Env{Dir: dir, Card: connectortest.CardKey()}, node(t, strings.Replace(from, "c_*.csv", path, 1)), stream)
			if err != nil {
				t.Fatal(err)
			}
			return src
		}
	}
	connectortest.Run(t, connectortest.Harness{
		Open: open("c_*.csv"), Rows: append(rows1, rows2...), Ordered: true, Files: [][]byte{cp1251(t, masked(one)), cp1251(t, masked(two))},
		Add: func(t *testing.T) { write(t, dir, "c_20260201.csv.gz", pack(cp1251(t, three+"T;3\r\n"))) }, New: rows3,
		Broken: open("broken.csv.gz"), Kind: errs.Integrity,
	})
}

// A workbook is packed in itself; packed once more it is refused, and says so.
func TestPackedWorkbookIsRefused(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte("PK"))
	_ = w.Close()
	write(t, dir, "c.xlsx.gz", b.Bytes())
	src, err := Family().Open(connectors.Env{Dir: dir, Card: connectortest.CardKey()}, node(t, "{path: c.xlsx, format: xlsx}"), &schemas.Stream{Source: "core", Name: "clients"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = connectortest.Read(t, t.Context(), src, nil)
	if e, ok := errs.Of(err); !ok || e.Kind != errs.Input || !strings.Contains(e.Msg, "packed") {
		t.Error(err)
	}
}

func TestNDJSONConforms(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	var rows []connectortest.Row
	for i := range 9000 {
		fmt.Fprintf(&b, `{"id": %d, "client": {"name": "Иванов %d", "tags": ["a", {"b": 1}]}, "pan": "%s", "text": "карта \u0034012888888881881 и %s", "vip": %v, "none": null}`+"\n", i, i, connectortest.Canary, connectortest.CanarySpaced, i%2 == 0)
		rows = append(rows, connectortest.Row{"id": fmt.Sprint(i), "client.name": fmt.Sprintf("Иванов %d", i), "client.tags": `["a", {"b": 1}]`, "pan": "401288******1881",
			"text": "карта 401288******1881 и 4012 88** **** 1881", "vip": fmt.Sprint(i%2 == 0), "none": "∅"})
	}
	b.WriteString("{\"id\": 1, \n[1]\n{\"id\": 9000, \"late\": \"x\"}\n")
	rows = append(rows, connectortest.Row{"id": "9000", "late": "x", "pan": "∅"})
	write(t, dir, "a.ndjson", b.Bytes())
	stream := &schemas.Stream{Source: "core", Name: "clients", Columns: []schemas.Column{{Name: "pan", PAN: true}}}
	connectortest.Run(t, connectortest.Harness{
		Open: func(t *testing.T) connectors.Source {
			src, err := Family().Open(connectors.Env{Dir: dir, Card: connectortest.CardKey()}, node(t, `{path: a.ndjson, format: ndjson}`), stream)
			if err != nil {
				t.Fatal(err)
			}
			return src
		},
		Rows: rows, Ordered: true, Bad: []string{"bad_json", "bad_json"},
	})
}

func TestCheckFindsEveryFault(t *testing.T) {
	for text, want := range map[string][]string{
		`{path: a.csv, format: delimted}`:                          {"from.format: unknown format delimted (did you mean delimited?)"},
		`{pth: a.csv, charset: cp1521}`:                            {"from.pth: unknown setting pth (did you mean path?)", "from.path", "from.charset: unknown charset (did you mean cp1251?)"},
		`{path: a, delimiter: ";;", trailer: "T;{count}"}`:         {"from.delimiter", "from.trailer"},
		`{path: a, header: false}`:                                 {"from.header"},
		`{driver: postgress, dsn_secret: X, table: a}`:             {"from.driver: unknown driver (did you mean postgres?)"},
		`{driver: postgres, table: a, query: "select 1", page: 0}`: {"from.dsn_secret", "from.table", "from.page"},
	} {
		got := Family().Check(node(t, text), &schemas.Stream{})
		if len(got) != len(want) {
			t.Errorf("%s: %+v", text, got)
			continue
		}
		for i, w := range want {
			line := got[i].Path + ": " + got[i].Msg + " (" + got[i].Hint + ")"
			if !strings.HasPrefix(line, w) || got[i].Line == 0 {
				t.Errorf("%s: %s, want %s", text, line, w)
			}
		}
	}
}

func TestMissingAndEmptyFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "empty.csv", nil)
	stream := &schemas.Stream{Source: "core", Name: "clients"}
	for path, op := range map[string]string{"nothing.csv": "open", "empty.csv": "read"} {
		src, err := Family().Open(connectors.Env{Dir: dir, Card: connectortest.CardKey()}, node(t, "{path: "+path+"}"), stream)
		if err != nil {
			t.Fatal(err)
		}
		_, err = connectortest.Read(t, t.Context(), src, nil)
		if e, ok := errs.Of(err); !ok || e.Kind != errs.Input || e.Op != op || e.Hint == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What init drafts from a workbook is a source: sheet, title and columns included.
func TestWorkbookIsASource(t *testing.T) {
	dir := t.TempDir()
	f := excelize.NewFile()
	for i, row := range [][]any{{"Клиенты на 1 марта"}, {"Код", "ФИО", "Карта"}, {1, "Анна Пробная", connectortest.Canary}, {2, "Пётр Пробный", ""}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(filepath.Join(dir, "c_20260301.xlsx")); err != nil {
		t.Fatal(err)
	}
	stream := &schemas.Stream{Source: "core", Name: "clients", Columns: []schemas.Column{{Name: "Карта", PAN: true}}}
	from := node(t, `{path: "*.xlsx", format: xlsx, sheet: Sheet1, skip: 1}`)
	if f := Family().Check(from, stream); len(f) > 0 {
		t.Fatal(f)
	}
	src, err := Family().Open(connectors.Env{Dir: dir, Card: connectortest.CardKey()}, from, stream)
	if err != nil {
		t.Fatal(err)
	}
	r, err := connectortest.Read(t, t.Context(), src, nil)
	if err != nil || len(r.Rows) != 2 || r.Rows[0]["ФИО"] != "Анна Пробная" || r.Rows[0]["Карта"] != "401288******1881" || r.Rows[1]["Код"] != "2" {
		t.Errorf("%v %v", r.Rows, err)
	}
	for text, want := range map[string]string{`{path: a.csv, sheet: X}`: "from.sheet", `{path: a.csv, skip: -1}`: "from.skip"} {
		if f := Family().Check(node(t, text), stream); len(f) != 1 || f[0].Path != want {
			t.Errorf("%s: %+v", text, f)
		}
	}
}

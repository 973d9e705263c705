package formats

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/xuri/excelize/v2"

	"clientbase/internal/opaque"
)

func container(b []byte) Input {
	r := bytes.NewReader(b)
	return Input{Name: "t", R: r, At: r, Size: int64(len(b))}
}

func workbook(t *testing.T, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t *testing.T, f *excelize.File, cell string, row ...any) {
	t.Helper()
	if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
		t.Fatal(err)
	}
}

// table reads a container through the builder as rows of "name=value".
func table(t *testing.T, open func(Input, Options) (Reader, error), file []byte) (rows []string, bad int, err error) {
	t.Helper()
	r, err := open(container(file), Options{})
	if err != nil {
		return nil, 0, err
	}
	b := NewBuilder(r, nil, nil, opaque.NewKey(make([]byte, 32)))
	for {
		out, _, err := b.Next(context.Background())
		if err == io.EOF {
			return rows, bad, nil
		}
		if err != nil {
			return rows, bad, err
		}
		bad += len(out.Bad)
		if out.Raw != nil {
			t.Error("bytes of a container cannot be masked and must not land")
		}
		for i := range int(out.Rows.NumRows()) {
			var cells []string
			for c := range int(out.Rows.NumCols()) {
				if col := out.Rows.Column(c).(*array.String); col.IsValid(i) {
					cells = append(cells, out.Rows.ColumnName(c)+"="+col.Value(i))
				}
			}
			rows = append(rows, strings.Join(cells, " "))
		}
		out.Rows.Release()
	}
}

func TestXLSX(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		set(t, f, "A3", "Name", "", "Born", "Card", "Name")
		set(t, f, "A4", "Иван", 12.5, time.Date(1980, 2, 29, 0, 0, 0, 0, time.UTC), "5100 0000 0000 0016", "x")
		set(t, f, "A6", "Пётр", "", "", "40817810099910004312")
		set(t, f, "A7", "too", "many", "a", "b", "c", "d")
	})
	rows, bad, err := table(t, OpenXLSX, file)
	if err != nil || bad != 1 || len(rows) != 2 {
		t.Fatalf("%q, %d bad, %v", rows, bad, err)
	}
	if !strings.HasPrefix(rows[0], "Name=Иван c2=12.5 Born=1980-02-29") || !strings.HasSuffix(rows[0], "Card=5100 00** **** 0016 Name_2=x") {
		t.Errorf("%s", rows[0])
	}
	if rows[1] != "Name=Пётр Card=40817810099910004312" {
		t.Errorf("%s", rows[1])
	}
}

func TestXLSXRefuses(t *testing.T) {
	for name, file := range map[string][]byte{"not a zip": []byte("PK\x03\x04nonsense"), "no rows": workbook(t, func(*excelize.File) {})} {
		if _, _, err := table(t, OpenXLSX, file); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestGuessContainers(t *testing.T) {
	list := List()
	for name, c := range map[string]struct {
		file string
		head []byte
	}{
		"xlsx":    {"a.xlsx", workbook(t, func(f *excelize.File) { set(t, f, "A1", "x") })},
		"parquet": {"a.bin", []byte("PAR1....")},
		"warc":    {"a.gz", []byte(packed(record("warcinfo", "", "text/plain", "x")))},
		"ipm":     {"a.dat", wireBlocks(wireFile(ebcdic, threePurchases()...))},
	} {
		f, ok := Guess(list, c.file, c.head)
		if !ok || f.Name != name {
			t.Errorf("%s was taken for %q", name, f.Name)
		}
	}
	for file, head := range map[string]string{"page.html": "<!DOCTYPE html>\n<p>a, b, c</p>\n", "s.xml": "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<a b=\"1\"/>\n", "x.json": "{\n  \"a\": 1,\n  \"b\": 2\n}\n"} {
		if f, ok := Guess(list, file, []byte(head)); ok {
			t.Errorf("%s, a document, was taken for %q", file, f.Name)
		}
	}
	for file, head := range map[string]string{"a.csv": "id;name\n1;x\n", "b.txt": "WARC is a word\n", "odd.csv": "<b>;name\n1;x\n", "c.txt": "<5;>10\n1;2\n"} {
		if f, ok := Guess(list, file, []byte(head)); !ok || f.Name != "delimited" {
			t.Errorf("%s was taken for %q", file, f.Name)
		}
	}
}

// A title above the heading is no heading, on a sheet as in a text file.
func TestTitleAboveTheHeading(t *testing.T) {
	file := workbook(t, func(f *excelize.File) {
		set(t, f, "A1", "Clients on 1 March")
		set(t, f, "A2", "made by", "hand")
		set(t, f, "A4", "ID", "Name", "Phone", "City")
		set(t, f, "A5", 1, "Анна", "+79160001122", "Тула")
	})
	rows, bad, err := table(t, OpenXLSX, file)
	if err != nil || bad != 0 || len(rows) != 1 || rows[0] != "ID=1 Name=Анна Phone=+79160001122 City=Тула" {
		t.Errorf("%q, %d bad, %v", rows, bad, err)
	}
	named := func(o Options) func(Input, Options) (Reader, error) {
		return func(in Input, _ Options) (Reader, error) { return OpenXLSX(in, o) }
	}
	if rows, _, err := table(t, named(Options{Skip: 1}), file); err != nil || len(rows) != 0 {
		t.Errorf("row 2 by declaration has two columns, no row fits: %q %v", rows, err)
	}
	if _, _, err := table(t, named(Options{Sheet: "None"}), file); err == nil || !strings.Contains(err.Error(), "no sheet None") {
		t.Errorf("%v", err)
	}
	text := "Выгрузка клиентов;;\nна 01.03.2026\n\nКод;ФИО;Телефон\n1;Анна;+79160001122\n2;Пётр;+79160001133\n"
	if d := Sniff([]byte(text)); d.Skip != 3 || !d.Header || d.Delimiter != ';' {
		t.Errorf("%+v", d)
	}
	for _, plain := range []string{"Код;ФИО\n1;Анна\n", "1;Анна;Тула\n2;Пётр;Тула\n", "a;b\n;x\n3;y\n"} {
		if d := Sniff([]byte(plain)); d.Skip != 0 {
			t.Errorf("%q: %+v", plain, d)
		}
	}
	rd, err := NewDelimited(Input{Name: "t", R: strings.NewReader(text)}, Dialect{Skip: 3, Delimiter: ';', Quote: '"', Header: true})
	if err != nil || strings.Join(rd.Columns(), " ") != "Код ФИО Телефон" {
		t.Fatalf("%v %v", rd, err)
	}
	row, err := rd.Next()
	if err != nil || row.Line != 5 || string(row.Fields[1].Value) != "Анна" {
		t.Errorf("%+v %v", row, err)
	}
}

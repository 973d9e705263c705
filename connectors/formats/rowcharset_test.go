package formats

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func TestRowsOfSeveralCharsetsInOneFile(t *testing.T) {
	people := []string{"ШЕВЧЕНКО;ОЛЕНА", "ИВАНОВ;СЕРГЕЙ", "КУЗНЕЦОВА;МАРИЯ", "БОНДАРЕНКО;АНДРІЙ", "СИДОРОВ;ПЕТР", "ПЕТРЕНКО;ЛЮБОВ"}
	pages := []*charmap.Charmap{charmap.Windows1251, charmap.CodePage866, charmap.KOI8U, charmap.ISO8859_5, nil}
	file := bytes.NewBufferString("id;surname;name\n")
	var want []string
	for i := range 30 {
		row, page := people[i%len(people)], pages[i%len(pages)]
		file.WriteString("7;")
		if page == nil || strings.Contains(row, "І") && page == charmap.CodePage866 {
			page = nil
			file.WriteString(row)
		} else if b, err := page.NewEncoder().Bytes([]byte(row)); err != nil {
			t.Fatal(err)
		} else {
			file.Write(b)
		}
		file.WriteByte('\n')
		want = append(want, row)
	}
	// and one value that was stored doubly encoded
	broken, _ := charmap.CodePage866.NewDecoder().String("КОВАЛЕНКО;ОКСАНА")
	file.WriteString("8;" + broken + "\n")
	want = append(want, "КОВАЛЕНКО;ОКСАНА")
	r, err := NewDelimited(Input{Name: "mixed.csv", R: file}, Dialect{Delimiter: ';', Header: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range want {
		row, err := r.Next()
		if err != nil || row.Err != nil {
			t.Fatalf("%s: %v %v", w, err, row.Err)
		}
		if got := string(row.Fields[1].Value) + ";" + string(row.Fields[2].Value); got != w {
			t.Errorf("%s is read as %s", w, got)
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Fatal(err)
	}
	notes := strings.Join(r.Info().Notes, "\n")
	for _, w := range []string{"rows in another charset", "cp866 ", "repaired: utf-8 as cp866 2"} {
		if !strings.Contains(notes, w) {
			t.Errorf("the report does not say %q:\n%s", w, notes)
		}
	}
}

package cleanse

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// TestCleanReadsEveryCharset: a few rows in capitals are enough to find the
// charset of a file, and a row in another one is read in that.
func TestCleanReadsEveryCharset(t *testing.T) {
	rows := []string{"ИВАНОВ ИВАН ИВАНОВИЧ", "ПЕТРОВА АННА СЕРГЕЕВНА", "СИДОРЕНКО ОЛЕНА", "КОВАЛЬ ПЕТР", "МАМЕДОВ РУСТАМ", "ЖУК ЯН"}
	want := "Иванов Иван Иванович|Петрова Анна Сергеевна|Сидоренко Олена|Коваль Петр|Мамедов Рустам|Жук Ян"
	clean := func(file []byte) string {
		var out bytes.Buffer
		if err := Values(context.Background(), "names.txt", bytes.NewReader(file), &out, "name", "RU"); err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(out.String()) {
			var v struct{ Out string }
			if err := json.Unmarshal([]byte(line), &v); err != nil {
				t.Fatal(err)
			}
			got = append(got, v.Out)
		}
		return strings.Join(got, "|")
	}
	for name, e := range map[string]encoding.Encoding{"windows-1251": charmap.Windows1251, "koi8-r": charmap.KOI8R, "koi8-u": charmap.KOI8U,
		"cp866": charmap.CodePage866, "mac": charmap.MacintoshCyrillic, "iso-8859-5": charmap.ISO8859_5, "utf-8": unicode.UTF8, "utf-8 with mark": unicode.UTF8BOM,
		"utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16be with mark": unicode.UTF16(unicode.BigEndian, unicode.UseBOM)} {
		file, err := e.NewEncoder().Bytes([]byte(strings.Join(rows, "\r\n") + "\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := clean(file); got != want {
			t.Errorf("%s gives %s", name, got)
		}
	}
	file := []byte(strings.Join(rows[:5], "\n") + "\n")
	odd, _ := charmap.KOI8R.NewEncoder().Bytes([]byte(rows[5] + " ПЕТРОВИЧ"))
	if got := clean(append(file, odd...)); got != want+" Петрович" {
		t.Errorf("a row of another charset gives %s", got)
	}
}

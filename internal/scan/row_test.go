package scan

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func TestRowsInTheirOwnCharset(t *testing.T) {
	for _, text := range []string{ruRows, ukRows, strings.ToLower(ruRows), strings.ToLower(ukRows)} {
		for row := range strings.Lines(text) {
			for _, file := range []Charset{UTF8, CP1251, CP866, KOI8R, KOI8U, ISO88595} {
				for _, cs := range []Charset{UTF8, CP1251, CP866, KOI8U, ISO88595} {
					raw, cannot := []byte(row), false
					if cs != UTF8 {
						raw, cannot = encode(row, cs)
					}
					if cannot {
						continue
					}
					found := RowCharset(raw, file)
					if got, _ := Decode(nil, raw, found); string(got) != row && letterCount(row) >= 8 {
						t.Errorf("a row of %s in a file of %s is read as %s: %q", cs, file, found, got)
					}
				}
			}
		}
	}
	for _, ok := range []string{"1;«Ромашка»;100 €", "2;Müller;Köln", "3;José;Ёлкин"} {
		if RowCharset([]byte(ok), UTF8) != UTF8 {
			t.Errorf("a good row is read otherwise: %q", ok)
		}
	}
}

func letterCount(s string) int { return len([]rune(strings.Trim(s, "0123456789;\n"))) }

func TestWrongDecodingsAreUndone(t *testing.T) {
	read := func(b []byte, cs Charset) string { out, _ := Decode(nil, b, cs); return string(out) }
	in := func(s string, m *charmap.Charmap) []byte {
		b, ok := encodeTo([]byte(s), m)
		if !ok {
			t.Fatalf("%q has letters that the code page lacks", s)
		}
		return b
	}
	for _, want := range []string{"Шевченко Олена", "Иванов Пётр Сергеевич", "Київ, вул. Хрещатик", "МОСКВА"} {
		for way, got := range map[string]string{
			"utf-8 as cp866":                    read([]byte(want), CP866),
			"utf-8 as cp866 and utf-8 as cp866": read([]byte(read([]byte(want), CP866)), CP866),
			"cp1251 as cp1252":                  read(in(want, charmap.Windows1251), CP1252),
		} {
			m := FindMangling([]byte(got), false)
			fixed, ok := m.Undo([]byte(got))
			if !ok || string(fixed) != want || m == nil {
				t.Errorf("%s: %q is read as %q (%s)", way, got, fixed, m)
			}
		}
	}
	for _, fine := range []string{"Иванов", "Müller", "РОССИЯ, РСФСР", "СССР", "Peña García", "ТзОВ «Ромашка» №5", "100 € за 5 м²", "ћирилица", "Àlex Ñuñez", "Łódź", "中国", "РР СС", ""} {
		if m := FindMangling([]byte(fine), false); m != nil {
			t.Errorf("%q is in order, but read as %s", fine, m)
		}
	}
}

func FuzzFindMangling(f *testing.F) {
	f.Add([]byte("РРІР°РЅРѕРІ"), true)
	f.Add([]byte("Èâàíîâ"), false)
	f.Add([]byte("\xd0\xd1\xe2\x80"), true)
	f.Fuzz(func(t *testing.T, b []byte, doubt bool) {
		m := FindMangling(b, doubt)
		if out, _ := m.Undo(b); len(out) > 3*len(b)+8 {
			t.Errorf("the text grew from %d to %d bytes", len(b), len(out))
		}
		for _, cs := range Declarable() {
			RowCharset(b, cs)
		}
	})
}

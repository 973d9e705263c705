package formats

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"clientbase/internal/errs"
	"clientbase/internal/scan"
)

// dump renders what a reader gives, one step per line; null is ∅.
func dump(t testing.TB, rd Reader) (string, error) {
	t.Helper()
	var b strings.Builder
	last := int64(-1)
	for {
		row, err := rd.Next()
		if err == io.EOF {
			if _, again := rd.Next(); again != io.EOF {
				t.Error("io.EOF is not repeated")
			}
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		if row.Off < last || row.End < row.Off {
			t.Errorf("steps overlap: %d–%d after %d", row.Off, row.End, last)
		}
		last = row.End
		if row.Gap {
			continue
		}
		fmt.Fprintf(&b, "%d %d-%d", row.Line, row.Off, row.End)
		if row.Err != nil {
			fmt.Fprintf(&b, " ! %s: %s\n", row.Err.Reason, row.Err.Detail)
			continue
		}
		for _, f := range row.Fields {
			v := string(f.Value)
			if f.Null {
				v = "∅"
			}
			b.WriteString(" [" + v + "]")
		}
		b.WriteByte('\n')
	}
}

func read(t testing.TB, text string, d Dialect) (string, *Delimited, error) {
	t.Helper()
	rd, err := NewDelimited(Input{Name: "x.csv", R: strings.NewReader(text)}, d)
	if err != nil {
		return "", nil, err
	}
	out, err := dump(t, rd)
	return out, rd, err
}

var semi = Dialect{Delimiter: ';', Quote: '"', Header: true}

func TestDelimitedRows(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "a;b\n1;2\n3;4\n", "2 4-8 [1] [2]\n3 8-12 [3] [4]\n"},
		{"no end of line at the end", "a;b\n1;2", "2 4-7 [1] [2]\n"},
		{"crlf", "a;b\r\n1;2\r\n", "2 5-10 [1] [2]\n"},
		{"null and empty", "a;b\n;\"\"\n", "2 4-8 [∅] []\n"},
		{"escapes", "a;b\n\"x\"\"y\";\"ООО \"\"Ромашка\"\"\"\n", "2 4-39 [x\"y] [ООО \"Ромашка\"]\n"},
		{"quoted newline", "a;b\n\"x\r\ny\";2\n3;4\n", "2 4-13 [x\r\ny] [2]\n4 13-17 [3] [4]\n"},
		{"blanks", "a; b\n 1 ; \"2 \" \n", "2 5-16 [1] [2 ]\n"},
		{"quote inside", "a;b\nООО \"Ромашка\";2\n", "2 4-30 [ООО \"Ромашка\"] [2]\n"},
		{"too many, too few", "a;b\n1;2;3\n1\n4;5\n", "2 4-10 ! too_many_fields: 3 fields, 2 expected\n3 10-12 ! too_few_fields: 1 fields, 2 expected\n4 12-16 [4] [5]\n"},
		{"delimiter at the end", "a;b;\n1;2;\n", "2 5-10 [1] [2]\n"},
		{"stray quote costs one line", "a;b\n\"x;2\n3;4\n5;6\n", "2 4-9 ! unterminated_quote: a quote opens a value and does not close before a delimiter or line end\n3 9-13 [3] [4]\n4 13-17 [5] [6]\n"},
		{"two stray quotes", "a;b\n\"x;2\n3;4\ny\";6;7\n", "2 4-9 ! unterminated_quote: a quote opens a value and does not close before a delimiter or line end\n3 9-13 [3] [4]\n4 13-20 ! too_many_fields: 3 fields, 2 expected\n"},
		{"text after quote", "a;b\n\"x\" y;2\n3;4\n", "2 4-12 ! bad_quote: a quote opens a value and does not close before a delimiter or line end\n3 12-16 [3] [4]\n"},
		{"blank lines", "a;b\n\n1;2\n  \n\x1a", "3 5-9 [1] [2]\n"},
		{"bom", "\ufeffa;b\n1;2\n", "2 7-11 [1] [2]\n"},
		{"nul", "a;b\n1;\x00\n3;4\n", "2 4-8 ! bad_encoding: bytes that utf-8 does not know\n3 8-12 [3] [4]\n"},
		{"old mac", "a;b\r1;2\r3;4", "2 4-8 [1] [2]\n3 8-11 [3] [4]\n"},
		{"decimal comma", "a;b\n1234,50;2\n", "2 4-14 [1234,50] [2]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := read(t, c.in, semi)
			if err != nil || got != c.want {
				t.Errorf("got %q, %v\nwant %q", got, err, c.want)
			}
			// The same through a reader that gives one byte at a time.
			rd, err := NewDelimited(Input{Name: "x", R: iotest.OneByteReader(strings.NewReader(c.in))}, semi)
			if err != nil {
				t.Fatal(err)
			}
			if slow, err := dump(t, rd); err != nil || slow != c.want {
				t.Errorf("byte by byte: %q, %v", slow, err)
			}
		})
	}
}

func TestDelimitedRefusals(t *testing.T) {
	trailer := semi
	trailer.Trailer = "T;{rows}"
	head := trailer
	head.HeaderLine = "H;{as_of:02.01.2006};…"
	for _, c := range []struct {
		name, in string
		d        Dialect
		kind     errs.Kind
		says     string
	}{
		{"empty", "", semi, errs.Input, "empty"},
		{"only blank lines", "\n\n", semi, errs.Input, "header row"},
		{"trailer missing", "a;b\n1;2\n", trailer, errs.Integrity, "trailer line is missing after 1 rows"},
		{"trailer disagrees", "a;b\n1;2\nT;2\n", trailer, errs.Integrity, "says 2 rows, the file has 1"},
		{"rows after trailer", "a;b\n1;2\nT;1\n3;4\n", trailer, errs.Integrity, "after the trailer"},
		{"header line", "X;01.02.2026;z\na;b\n", head, errs.Integrity, "header_line"},
		{"nothing readable", "a;b\n\"x\n", semi, errs.Input, "line 2 (byte 4)"},
		{"broken header", "\"a;b\n1;2\n", semi, errs.Input, "line 1 (byte 0)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := read(t, c.in, c.d)
			e, ok := errs.Of(err)
			if !ok || e.Kind != c.kind || !strings.Contains(err.Error(), c.says) || e.Hint == "" {
				t.Errorf("got %v", err)
			}
		})
	}
	got, rd, err := read(t, "H;31.01.2026;core\na;b\n1;2\n3;4;5\nT;2\n", head)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(got, "\n") != 2 || rd.Info().AsOf.Format("2006-01-02") != "2026-01-31" {
		t.Errorf("%q %v %v", got, rd.Info().AsOf, err)
	}
}

func TestDelimitedCharsets(t *testing.T) {
	text := "КОД;ФИО;ГОРОД\n1;\"ИВАНОВ \"\"И\"\"\";МОСКВА\n2;СМИРНОВА АННА;ТВЕРЬ\n3;КУЗНЕЦОВ ПЕТР;ПСКОВ\n4;ВОЛКОВА ОЛЬГА;РЯЗАНЬ\n"
	want, _, err := read(t, text, semi)
	if err != nil {
		t.Fatal(err)
	}
	values := func(s string) string {
		var b strings.Builder
		for _, l := range strings.Split(s, "\n") {
			if _, v, ok := strings.Cut(l, " ["); ok {
				b.WriteString(v + "\n")
			}
		}
		return b.String()
	}
	for cs, enc := range map[scan.Charset]encoding.Encoding{scan.CP1251: charmap.Windows1251, scan.CP866: charmap.CodePage866, scan.KOI8R: charmap.KOI8R,
		scan.ISO88595: charmap.ISO8859_5, scan.UTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), scan.UTF16BE: unicode.UTF16(unicode.BigEndian, unicode.UseBOM)} {
		raw, err := enc.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range []scan.Charset{"", cs, scan.CP1251, scan.UTF8} {
			d := semi
			d.Charset = declared
			rd, err := NewDelimited(Input{Name: "x", R: strings.NewReader(raw)}, d)
			if err != nil {
				t.Fatal(cs, err)
			}
			got, err := dump(t, rd)
			if err != nil || values(got) != values(want) || rd.Columns()[1] != "ФИО" {
				t.Errorf("%s declared as %q: %v\n%s", cs, declared, err, rd.Info().Notes)
			}
			lied := declared != "" && declared != cs
			if noted := len(rd.Info().Notes) > 0; noted != (lied || declared == "") {
				t.Errorf("%s declared as %q: notes %v", cs, declared, rd.Info().Notes)
			}
			// Positions find the bytes again.
			rd, _ = NewDelimited(Input{Name: "x", R: strings.NewReader(raw)}, d)
			for {
				row, err := rd.Next()
				if err != nil {
					break
				}
				for _, f := range row.Fields {
					piece, _ := scan.Decode(nil, []byte(raw[f.Off:f.End]), cs)
					if p := strings.ReplaceAll(strings.Trim(string(piece), `"`), `""`, `"`); p != strings.Trim(string(f.Value), `"`) && p != string(f.Value) {
						t.Errorf("%s: field bytes read differently", cs)
					}
				}
			}
		}
	}
}

func TestDelimitedLongLine(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	text := "a;b\n1;2\n" + long + ";9\n3;4\n"
	src := &peak{r: strings.NewReader(text)}
	rd, err := NewDelimited(Input{Name: "x", R: src}, semi)
	if err != nil {
		t.Fatal(err)
	}
	got, err := dump(t, rd)
	want := "2 4-8 [1] [2]\n3 8-1048584 ! line_too_long: more than 1048576 bytes without a line end\n4 10485771-10485775 [3] [4]\n"
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	if len(rd.v.buf) > 4<<20 {
		t.Errorf("the reader's memory grew to %d bytes", len(rd.v.buf))
	}
}

type peak struct{ r io.Reader }

func (p *peak) Read(b []byte) (int, error) { return p.r.Read(b) }

func TestDelimitedColumnNames(t *testing.T) {
	_, rd, err := read(t, "a;;a;b;\n1;2;3;4;\n", semi)
	if err != nil || strings.Join(rd.Columns(), ",") != "a,c2,a_2,b" {
		t.Errorf("%v %v", rd.Columns(), err)
	}
	d := semi
	d.Header = false
	_, rd, _ = read(t, "1;2\n", d)
	if strings.Join(rd.Columns(), ",") != "c1,c2" {
		t.Error(rd.Columns())
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]Dialect{
		"id;name\n1;Anna\n2;Petr\n":                                            {Delimiter: ';', Header: true},
		"rec-1, john, smith, 1970\nrec-2, ann, lee, 1980\n":                    {Delimiter: ','},
		"код\tфио\n1\tИванов, И\n2\tПетров, П\n":                               {Delimiter: '\t', Header: true},
		"1|\"a;b;c\"|2\n3|\"d;e;f\"|4\n":                                       {Delimiter: '|'},
		"A1;A2;A3\n1;\"Praha\";100.0\n2;\"Brno\";98.5\n3;Zlin;7\n":             {Delimiter: ';', Header: true},
		"name;name;birth date\nAnna;Weber;1980-01-02\nPetr;Novak;1981-02-03\n": {Delimiter: ';', Header: true},
		";;birth date\nAnna;Weber;1980-01-02\nPetr;Novak;1981-02-03\n":         {Delimiter: ';', Header: true},
		"id;birth date;\n1;1980-01-02;Weber\n2;1981-02-03;Novak\n":             {Delimiter: ';'},
		"Anna;Anna;none\nPetr;Novak;1981-02-03\nOlga;Weber;1982-03-04\n":       {Delimiter: ';'},
		"name\nИванов\nПетров\n":                                               {Delimiter: ',', Header: true},
	} {
		if got := Sniff([]byte(in)); got.Delimiter != want.Delimiter || got.Header != want.Header {
			t.Errorf("%q: %s", in, got.Proof)
		}
	}
}

func shared(t testing.TB, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	p := filepath.Join(append([]string{dir, "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("reference data absent: ../shared/data/%s", filepath.Join(parts...))
	}
	return p
}

func TestBerkaTables(t *testing.T) {
	for name, want := range map[string]int{"account": 4500, "card": 892, "client": 5369, "disp": 5369, "district": 77, "loan": 682, "order": 6471} {
		raw, err := os.ReadFile(shared(t, "bank", "berka", name+".asc"))
		if err != nil {
			t.Fatal(err)
		}
		f, ok := Guess(List(), name+".asc", raw[:min(len(raw), GuessBytes)])
		if !ok || f.Name != "delimited" {
			t.Fatalf("%s guessed as %q", name, f.Name)
		}
		rd, err := f.Open(Input{Name: name, R: bytes.NewReader(raw)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for {
			row, err := rd.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || row.Err != nil {
				t.Fatalf("%s line %d: %v %v", name, row.Line, err, row.Err)
			}
			if !row.Gap {
				n++
			}
		}
		if n != want {
			t.Errorf("%s: %d rows, want %d", name, n, want)
		}
	}
}

func FuzzDelimited(f *testing.F) {
	f.Add([]byte("a;b\n\"1\n2\";3\n"), byte(';'))
	f.Add([]byte("\xff\xfea\x00;\x00"), byte(','))
	f.Fuzz(func(t *testing.T, raw []byte, delim byte) {
		if delim == '"' || delim == '\n' || delim == '\r' || delim >= 0x80 || delim == ' ' {
			return
		}
		d := Dialect{Delimiter: delim, Quote: '"', MaxLine: 64}
		rd, err := NewDelimited(Input{Name: "x", R: bytes.NewReader(raw)}, d)
		if err != nil {
			return
		}
		got, err := dump(t, rd)
		rd2, _ := NewDelimited(Input{Name: "x", R: iotest.OneByteReader(bytes.NewReader(raw))}, d)
		again, err2 := dump(t, rd2)
		if got != again || (err == nil) != (err2 == nil) {
			t.Errorf("reads differ by the size of reads: %q %q", got, again)
		}
	})
}

func benchText(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("ID;SURNAME;NAME;PATRONYMIC;BIRTH;SEX;PHONE;PHONE2;EMAIL;CITY;STREET;HOUSE;INN;STATUS;MODIFIED\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d;ИВАНОВ%d;ПЁТР;СЕРГЕЕВИЧ;12.03.1985;1;+7 916 %03d-45-67;;user%d@example.ru;Москва;ул. Ленина;%d;770123456%03d;ACTIVE;2026-01-31 10:00:00\n", i, i%977, i%1000, i, i%90, i%1000)
	}
	return b.Bytes()
}

func BenchmarkDelimited(b *testing.B) {
	utf := benchText(50000)
	cp, _ := charmap.Windows1251.NewEncoder().Bytes(utf)
	quoted := bytes.ReplaceAll(utf, []byte(";"), []byte(`";"`))
	quoted = bytes.ReplaceAll(quoted, []byte("\n"), []byte("\"\n\""))
	quoted = append([]byte(`"`), quoted[:len(quoted)-1]...)
	for name, raw := range map[string][]byte{"utf8": utf, "cp1251": cp, "quoted": quoted} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				rd, err := NewDelimited(Input{Name: "x", R: bytes.NewReader(raw)}, semi)
				if err != nil {
					b.Fatal(err)
				}
				for err == nil {
					_, err = rd.Next()
				}
				if err != io.EOF {
					b.Fatal(err)
				}
			}
			b.ReportMetric(50000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

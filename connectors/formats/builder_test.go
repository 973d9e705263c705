package formats

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/text/encoding/unicode"

	"clientbase/connectors"
	"clientbase/internal/opaque"
)

var key = opaque.NewKey([]byte("0123456789abcdef0123456789abcdef"))

// drain pulls a slice over text to its end.
func drain(t testing.TB, text []byte, pan []string, open func(Input) (Reader, error)) (rows []string, bad []connectors.BadRow, raw []byte, biggest int) {
	t.Helper()
	s := NewFileSlice(FileSettings{Thing: "x", PAN: pan, Card: key, Format: open,
		Place: func(context.Context) (Input, io.Closer, error) {
			return Input{Name: "x", R: bytes.NewReader(text), Size: int64(len(text))}, io.NopCloser(nil), nil
		}})
	for {
		b, err := s.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return rows, bad, raw, biggest
		}
		if err != nil {
			t.Fatal(err)
		}
		if b.RawAt != int64(len(raw)) {
			t.Fatalf("segment at %d, want %d", b.RawAt, len(raw))
		}
		biggest = max(biggest, len(b.Raw))
		raw = append(raw, b.Raw...)
		bad = append(bad, b.Bad...)
		for i := range int(b.Rows.NumRows()) {
			var cells []string
			for _, c := range b.Rows.Columns() {
				cells = append(cells, c.(*array.String).Value(i))
			}
			rows = append(rows, strings.Join(cells, "|"))
		}
		b.Rows.Release()
	}
}

func delimited(d Dialect) func(Input) (Reader, error) {
	return func(in Input) (Reader, error) { return NewDelimited(in, d) }
}

func TestLongLineInBoundedMemory(t *testing.T) {
	// A card lies across every likely cut of the long line.
	long := strings.Repeat("слово 4012 8888 8888 1881 слово ", 10<<20/40)
	text := []byte("a;b\n1;2\n" + long + ";9\n3;4\n")
	rows, bad, raw, biggest := drain(t, text, nil, delimited(semi))
	if len(rows) != 2 || len(bad) != 1 || bad[0].Reason != "line_too_long" || len(bad[0].Raw) > badRawMax {
		t.Fatalf("%d rows, %d bad", len(rows), len(bad))
	}
	want := strings.ReplaceAll(string(text), "4012 8888 8888 1881", "4012 88** **** 1881")
	if string(raw) != want {
		t.Error("the masked bytes do not join to the file")
	}
	if biggest > 2*batchBytes {
		t.Errorf("a segment of %d bytes", biggest)
	}
	if bytes.Contains(bad[0].Raw, []byte("8888 8888")) {
		t.Error("the bad row holds a card")
	}
}

func TestMaskingInUTF16(t *testing.T) {
	text := "ид;карта;текст\r\n1;4012888888881882;\"тел. и 4012 8888 8888 1881, \"\"да\"\"\"\r\n"
	enc := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	in, err := enc.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	rows, _, raw, _ := drain(t, in, []string{"карта"}, delimited(semi))
	want := []string{"1|401288******1882|тел. и 4012 88** **** 1881, \"да\"|" + key.Token("card", "4012888888881882").String()}
	if fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Error(rows)
	}
	back, _ := enc.NewDecoder().Bytes(raw)
	if string(back) != strings.NewReplacer("4012888888881882", "401288******1882", "4012 8888 8888 1881", "4012 88** **** 1881").Replace(text) {
		t.Errorf("%s", back)
	}
}

func TestCardBrokenOverBadLines(t *testing.T) {
	text := "a;b;c\n1;2;3\nкарта 4012 8888\n8888 1881 конец\n4;5;6\n"
	rows, bad, raw, _ := drain(t, []byte(text), nil, delimited(semi))
	if len(rows) != 2 || len(bad) != 2 || bytes.Contains(raw, []byte("8888\n8888")) {
		t.Errorf("%d rows, %d bad, %s", len(rows), len(bad), raw)
	}
}

func TestNumbersInNeighbouringRowsAreNotACard(t *testing.T) {
	text := "a\n40128888\n88881881\n"
	rows, _, raw, _ := drain(t, []byte(text), nil, delimited(Dialect{Delimiter: ';', Header: true}))
	if fmt.Sprint(rows) != "[40128888 88881881]" || string(raw) != text {
		t.Error(rows)
	}
}

func TestJSONEscapesHideNothing(t *testing.T) {
	text := `{"a":"4012\u00208888\u00208888\u00201881","b":4012888888881881,"c":"x"}` + "\n"
	rows, _, raw, _ := drain(t, []byte(text), nil, func(in Input) (Reader, error) { return NewNDJSON(in, Options{}) })
	if fmt.Sprint(rows) != "[4012 88** **** 1881|401288******1881|x]" {
		t.Error(rows)
	}
	if len(raw) != len(text) || bytes.Contains(raw, []byte("8888")) || bytes.Contains(raw, []byte("1881\",")) {
		t.Errorf("%s", raw)
	}
}

func BenchmarkBuilder(b *testing.B) {
	raw := benchText(50000)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		tape := NewTape(bytes.NewReader(raw))
		rd, err := NewDelimited(Input{Name: "x", R: tape}, semi)
		if err != nil {
			b.Fatal(err)
		}
		bl := NewBuilder(rd, tape, nil, key)
		for {
			batch, _, err := bl.Next(context.Background())
			if err != nil {
				break
			}
			batch.Rows.Release()
		}
	}
	b.ReportMetric(50000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

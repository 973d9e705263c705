package cards

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"go.yaml.in/yaml/v3"

	"clientbase/connectors"
	"clientbase/internal/opaque"
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

func stream(columns ...schemas.Column) *schemas.Stream {
	return &schemas.Stream{Source: "cards", Name: "s", Columns: columns}
}

// clearing is an ASCII IPM file with n purchases, each with PAN, amount and function.
func clearing(n int) []byte {
	var out []byte
	message := func(mti string, bits []int, body string) {
		var bitmap [16]byte
		for _, b := range bits {
			bitmap[(b-1)/8] |= 1 << (7 - (b-1)%8)
		}
		m := mti + string(bitmap[:]) + body
		out = binary.BigEndian.AppendUint32(out, uint32(len(m)))
		out = append(out, m...)
	}
	message("1644", []int{1, 24, 48}, "697"+"0320105025"+"0022601310000001234500001")
	for i := range n {
		message("1240", []int{1, 2, 3, 4, 24}, "16"+"5100000000000016"+"000000"+fmt.Sprintf("%012d", i)+"200")
	}
	message("1644", []int{1, 24, 48}, "695"+"0150306008"+fmt.Sprintf("%08d", n+2))
	return append(out, 0, 0, 0, 0)
}

type landed struct {
	rows   int
	raw    []byte
	text   string
	cursor connectors.Cursor
}

func read(t *testing.T, dir, from string, s *schemas.Stream, cursor connectors.Cursor) (out landed, err error) {
	t.Helper()
	src, err := Family().Open(connectors.Env{Dir: dir, Card: opaque.NewKey(make([]byte, 32))}, node(t, from), s)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	plan, err := src.Plan(context.Background(), cursor)
	if err != nil {
		return out, err
	}
	out.cursor = cursor
	var text strings.Builder
	defer func() { out.text = text.String() }()
	for _, sl := range plan {
		defer sl.Close()
		for {
			b, err := sl.Next(context.Background())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return out, err
			}
			out.rows += int(b.Rows.NumRows())
			out.raw = append(out.raw, b.Raw...)
			out.cursor = b.Next
			for i := range int(b.Rows.NumCols()) {
				c := b.Rows.Column(i).(*array.String)
				for j := range c.Len() {
					text.WriteString(b.Rows.ColumnName(i) + "=" + c.Value(j) + " ")
				}
			}
			b.Rows.Release()
		}
	}
	return out, nil
}

func TestClearing(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"c_20260130.ipm", "c_20260131.ipm"} {
		if err := os.WriteFile(filepath.Join(dir, name), clearing(3), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := stream(schemas.Column{Name: "pan", PAN: true}, schemas.Column{Name: "mti"})
	from := "{path: \"c_*.ipm\", format: ipm, charset: auto, blocked: auto}"
	got, err := read(t, dir, from, s, nil)
	if err != nil || got.rows != 6 || len(got.raw) != 2*len(clearing(3)) {
		t.Fatalf("%d rows, %d bytes, %v", got.rows, len(got.raw), err)
	}
	if bytes.Contains(got.raw, []byte("5100000000000016")) || strings.Contains(got.text, "5100000000000016") || !strings.Contains(got.text, "pan=510000******0016") {
		t.Error("the card number was not masked")
	}
	again, err := read(t, dir, from, s, got.cursor)
	if err != nil || again.rows != 0 {
		t.Errorf("read twice: %d rows, %v", again.rows, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "c_20260201.ipm"), clearing(3)[:200], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, dir, from, s, got.cursor); err == nil || !strings.Contains(err.Error(), "c_20260201.ipm byte ") {
		t.Errorf("a cut file: %v", err)
	}
}

func TestCardholders(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "h.csv"), []byte("ID,PAN,NAME\n1,5100 0000 0000 0016,TEST\n2,,NONE\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := read(t, dir, "{path: h.csv, format: delimited, delimiter: \",\"}", stream(schemas.Column{Name: "PAN", PAN: true}), nil)
	if err != nil || got.rows != 2 || strings.Contains(string(got.raw), "5100 0000") || !strings.Contains(got.text, "PAN#token=") {
		t.Errorf("%d rows, %v, %s", got.rows, err, got.raw)
	}
}

func TestCheck(t *testing.T) {
	for text, want := range map[string]string{
		"{path: a.ipm, format: ipm}": "",
		"{path: a.csv}":              "",
		"{format: ipm, charset: cp1047, blocked: maybe, x: 1}": "from.x from.path from.charset from.blocked",
		"{path: a, format: xml}":                               "from.format",
	} {
		var got []string
		for _, f := range Family().Check(node(t, text), stream()) {
			got = append(got, f.Path)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
	faults := Family().Check(node(t, "{path: a, format: ipm}"), stream(schemas.Column{Name: "amont"}))
	if len(faults) != 1 || faults[0].Hint != "did you mean amount?" {
		t.Errorf("%v", faults)
	}
}

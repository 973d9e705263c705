package formats

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/connectors"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
)

// readWARC sends a file through the builder; gzip is unpacked below it.
func readWARC(t testing.TB, name string, file []byte) (raw []byte, rows []map[string]string, pos []connectors.Position, bad []connectors.BadRow, notes string, records int, err error) {
	t.Helper()
	var src io.Reader = bytes.NewReader(file)
	var members *Members
	if IsGzip(file) {
		m, err := NewMembers(src)
		if err != nil {
			t.Fatal(err)
		}
		src, members = m, m
	}
	tape := NewTape(src)
	r, err := OpenWARC(Input{Name: name, R: tape, Size: -1}, Options{}, members)
	if err != nil {
		return nil, nil, nil, nil, "", 0, err
	}
	defer func() { records = r.(*warcReader).records }()
	b := NewBuilder(r, tape, nil, opaque.NewKey(make([]byte, 32)))
	for {
		out, _, err := b.Next(context.Background())
		if err == io.EOF {
			return raw, rows, pos, bad, notes, 0, nil
		}
		if err != nil {
			return raw, rows, pos, bad, notes, 0, err
		}
		raw = append(raw, out.Raw...)
		pos = append(pos, out.Pos...)
		bad = append(bad, out.Bad...)
		notes += strings.Join(out.Notes, "\n")
		for i := range int(out.Rows.NumRows()) {
			row := map[string]string{}
			for c := range int(out.Rows.NumCols()) {
				if col := out.Rows.Column(c).(*array.String); col.IsValid(i) {
					row[out.Rows.ColumnName(c)] = col.Value(i)
				}
			}
			rows = append(rows, row)
		}
		out.Rows.Release()
	}
}

func TestWARCSamples(t *testing.T) {
	dir := sharedData(t, "formats", "warc")
	for name, want := range map[string]struct {
		records int
		err     string
		note    string
	}{
		"example.warc":                        {6, "", ""},
		"example.warc.gz":                     {6, "", ""},
		"example-digest.warc":                 {4, "", ""},
		"example-iana.org-chunked.warc":       {3, "", ""},
		"example-resource.warc.gz":            {3, "", ""},
		"example-space-in-target-uri.warc.gz": {2, "", ""},
		"example-wget-bad-target-uri.warc.gz": {6, "", ""},
		"post-test.warc.gz":                   {6, "", ""},
		"example-trunc.warc":                  {4, "", "Content-Length"},
		"example-wrong-chunks.warc.gz":        {1, "whole-file gzip", ""},
		"example-bad-non-chunked.warc.gz":     {1, "whole-file gzip", ""},
		"example-bad.warc.gz.bad":             {1, "whole-file gzip", ""},
	} {
		file, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		raw, _, _, bad, notes, records, err := readWARC(t, name, file)
		if records != want.records {
			t.Errorf("%s: %d records, want %d", name, records, want.records)
		}
		if want.err == "" {
			if err != nil || len(bad) > 0 {
				t.Errorf("%s: %v, %d bad", name, err, len(bad))
			}
			plain := file
			if IsGzip(file) {
				z, _ := gzip.NewReader(bytes.NewReader(file))
				plain, _ = io.ReadAll(z)
			}
			if !bytes.Equal(raw, plain) {
				t.Errorf("%s: %d bytes land, the file has %d", name, len(raw), len(plain))
			}
		} else if err == nil || !strings.Contains(err.Error(), want.err) {
			t.Errorf("%s: %v, want %q", name, err, want.err)
		}
		if !strings.Contains(notes, want.note) {
			t.Errorf("%s: notes %q, want %q", name, notes, want.note)
		}
	}
}

// record writes one WARC record by hand.
func record(kind, uri, content, block string) string {
	return fmt.Sprintf("WARC/1.1\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2026-01-31T10:00:00Z\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		kind, uri, content, len(block), block)
}

const httpType = "application/http; msgtype=response"

func ldHTML(ld string) string {
	return `<html><script type="application/ld+json">` + ld + `</script></html>`
}

func packed(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, s)
	_ = z.Close()
	return b.String()
}

func TestWARCDeliversParties(t *testing.T) {
	person := ldHTML(`{"@type":"Person","name":"Олег Тест","description":"card 5100 0000 0000 0016"}`)
	broken := ldHTML(`{"@type":"Person","name":}`)
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(person), person)
	file := record("warcinfo", "", "application/warc-fields", "software: test\r\n") +
		record("response", "http://e/1", httpType, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"+person) +
		record("response", "http://e/2", httpType, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"+packed(person)) +
		record("response", "http://e/3", httpType, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"+chunked) +
		record("response", "http://e/4", httpType, "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"+person) +
		record("response", "http://e/5", httpType, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+broken) +
		record("resource", "<http://e/6 with space>", "text/html", person) +
		record("resource", "http://e/7", "application/ld+json", `[{"@type":"Organization","name":"ТОВ Тест"}]`)
	var zipped string
	for i, part := range strings.Split(file, "WARC/1.1\r\n") {
		if i > 0 {
			zipped += packed("WARC/1.1\r\n" + part)
		}
	}
	for name, data := range map[string]string{"plain": file, "gzip": zipped} {
		raw, rows, pos, bad, notes, records, err := readWARC(t, name, []byte(data))
		if err != nil || records != 8 {
			t.Fatalf("%s: %d records, %v", name, records, err)
		}
		if len(raw) != len(file) {
			t.Errorf("%s: %d bytes land of %d", name, len(raw), len(file))
		}
		if strings.Contains(string(raw), "5100 0000") || !strings.Contains(string(raw), "5100 00** **** 0016") {
			t.Errorf("%s: the card was not masked", name)
		}
		if strings.Contains(string(raw), packed(person)) {
			t.Errorf("%s: the packed page with a card is kept", name)
		}
		if !strings.Contains(notes, "card numbers masked") {
			t.Errorf("%s: notes %q", name, notes)
		}
		var urls []string
		for i, r := range rows {
			urls = append(urls, r["page"])
			if pos[i].Kind != connectors.AtSpan || pos[i].Key != r["page"] || r["fetched_at"] != "2026-01-31T10:00:00Z" {
				t.Errorf("%s: row %d: %+v", name, i, pos[i])
			}
		}
		if got := strings.Join(urls, " "); got != "http://e/1 http://e/2 http://e/3 http://e/6 with space http://e/7" {
			t.Errorf("%s: pages %s", name, got)
		}
		if len(rows) > 0 && person[pos[0].A:pos[0].B] != person[strings.IndexByte(person, '{'):strings.Index(person, "</script>")] {
			t.Errorf("%s: span %d..%d", name, pos[0].A, pos[0].B)
		}
		if len(bad) != 1 || bad[0].Reason != "bad_json" || bad[0].Pos.Line != 6 || string(bad[0].Raw) != `{"@type":"Person","name":}` {
			t.Errorf("%s: bad rows %d %s %s", name, len(bad), bad[0].Detail, bad[0].Raw)
		}
	}
}

func TestWARCCut(t *testing.T) {
	one := record("response", "http://e/1", httpType, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+ldHTML(`{"@type":"Person","name":"A"}`))
	for cut := len(one) + 1; cut < 2*len(one)-4; cut += 7 {
		for _, zip := range []bool{false, true} {
			data := []byte((one + one)[:cut])
			if zip {
				second := packed(one)
				data = []byte(packed(one) + second[:max(20, (cut-len(one))*len(second)/len(one)-12)])
			}
			_, rows, _, bad, notes, _, err := readWARC(t, "cut", data)
			if err != nil || len(rows) != 1 || len(bad) != 1 || bad[0].Reason != "truncated" || !strings.Contains(notes, "cut at byte") {
				t.Fatalf("cut %d zip %v: %d rows, %d bad, %q, %v", cut, zip, len(rows), len(bad), notes, err)
			}
		}
	}
}

func TestWARCRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "empty",
		"hello\r\n\r\n":                          "does not begin with WARC/1.0",
		"WARC/0.18\r\nA: b\r\n\r\n":              "does not begin with WARC/1.0",
		"WARC/1.0\r\nWARC-Type: x\r\n\r\n":       "no Content-Length",
		"WARC/1.0\r\nContent-Length: -4\r\n\r\n": "not a number",
		"WARC/1.0\r\n" + strings.Repeat("X-A: b\r\n", 20000):                        "longer than",
		"WARC/1.0\r\nX: " + strings.Repeat("y", 1<<20):                              "longer than",
		"WARC/1.0\r\nContent-Length: 2\r\n\r\nabcdefgh" + strings.Repeat("z", 9000): "not followed by a blank line",
	} {
		_, _, _, _, _, _, err := readWARC(t, "bad.warc", []byte(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", in, err, want)
			continue
		}
		if _, ok := errs.Of(err); !ok {
			t.Errorf("%.30q: not a project error", in)
		}
	}
}

func FuzzWARCHead(f *testing.F) {
	f.Add([]byte(record("response", "<http://e/1>", httpType, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+ldHTML(`{"@type":"Person","name":"A"}`))))
	f.Add([]byte("WARC/1.0\nContent-Length: 0\n folded\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if IsGzip(data) {
			return
		}
		raw, _, _, _, _, _, err := readWARC(t, "fuzz", data)
		if err == nil && len(raw) != len(data) {
			t.Fatalf("%d bytes land of %d", len(raw), len(data))
		}
	})
}

func BenchmarkWARC(b *testing.B) {
	one := record("response", "http://e/1", httpType, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"+ldPage)
	file := []byte(strings.Repeat(one, 500))
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, rows, _, _, _, _, err := readWARC(b, "b", file); err != nil || len(rows) != 2500 {
			b.Fatal(len(rows), err)
		}
	}
}

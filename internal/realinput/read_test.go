package realinput

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// line is one line of `read`: a row with its place, or why it could not be read.
type line struct {
	Pos    map[string]any
	Fields map[string]*string
	Error  string
}

func lines(t *testing.T, out string) (rows, bad []line) {
	t.Helper()
	sc := bufio.NewScanner(strings.NewReader(out))
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var l line
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if len(l.Pos) == 0 {
			t.Errorf("a line without a place: %s", sc.Text())
		}
		if l.Error != "" {
			bad = append(bad, l)
		} else {
			rows = append(rows, l)
		}
	}
	return rows, bad
}

// Samples of formats by `read`, with nothing told but the name.
func TestReadSamples(t *testing.T) {
	for _, c := range []struct {
		file      string
		code      int
		rows, bad int
		says      string // on standard error
	}{
		{"asterisk/cdr_good.csv", 0, 5, 0, ""},
		{"asterisk/cdr_master.csv", 0, 2, 0, ""},
		{"asterisk/cdr_buggy.csv", 1, 0, 0, "cdr_buggy.csv line 1 (byte 0)"},
		{"asterisk/cel_master1.csv", 0, 16, 0, ""},
		{"asterisk/cel_master2.csv", 0, 14, 0, ""},
		{"robots/robots_cases.jsonl", 0, 191, 0, ""},
		{"jsonld/schema.org/product-ref.html", 1, 0, 0, "no known format fits"}, // a page alone is no table: pages are read out of archives
		{"jsonld/schema.org/product-ref.json", 0, 2, 0, ""},                     // an array of objects
		{"camt/genkgo/camt053.v2.minimal.xml", 1, 0, 0, "no known format fits"},
		{"dbf/TEST.DBF", 1, 0, 0, "no known format fits"},
		{"warc/example.warc", 0, 0, 0, "6 records"},
		{"warc/example.warc.gz", 0, 0, 0, "6 records"},
		{"warc/example-digest.warc", 0, 0, 0, "4 records"},
		{"warc/example-iana.org-chunked.warc", 0, 0, 0, "3 records"},
		{"warc/example-resource.warc.gz", 0, 0, 0, "3 records"},
		{"warc/example-space-in-target-uri.warc.gz", 0, 0, 0, "2 records"},
		{"warc/example-wget-bad-target-uri.warc.gz", 0, 0, 0, "6 records"},
		{"warc/post-test.warc.gz", 0, 0, 0, "6 records"},
		{"warc/example-trunc.warc", 0, 0, 0, "record 3 is 2 bytes longer than its Content-Length says"},
		{"warc/example-wrong-chunks.warc.gz", 3, 0, 0, "record 2: whole-file gzip"},
		{"warc/example-bad-non-chunked.warc.gz", 3, 0, 0, "record 2: whole-file gzip"},
		{"warc/example-bad.warc.gz.bad", 3, 0, 0, "record 2: whole-file gzip"},
	} {
		t.Run(c.file, func(t *testing.T) {
			s := shell{t: t, dir: t.TempDir()}
			r := s.want(c.code, "read", sample(t, "formats", filepath.FromSlash(c.file)))
			rows, bad := lines(t, r.out)
			if len(rows) != c.rows || len(bad) != c.bad {
				t.Errorf("%d rows and %d that cannot be read, want %d and %d\n%s", len(rows), len(bad), c.rows, c.bad, tail(r.err))
			}
			if !strings.Contains(r.err, c.says) {
				t.Errorf("standard error lacks %q:\n%s", c.says, r.err)
			}
			if c.code != 0 && !strings.Contains(r.err, "try: ") {
				t.Errorf("an error without advice:\n%s", r.err)
			}
		})
	}
}

// The fields of a call record, by the names of Asterisk's documentation.
func TestReadCallRecords(t *testing.T) {
	r := shell{t: t}.want(0, "read", sample(t, "formats", "asterisk", "cdr_good.csv"))
	rows, _ := lines(t, r.out)
	want := []map[string]string{{"disposition": "ANSWERED", "billsec": "5"}, {"disposition": "ANSWERED", "billsec": "7"},
		{"disposition": "FAILED"}, {"disposition": "NO ANSWER"}, {"disposition": "BUSY"}}
	for i := range want {
		want[i]["src"], want[i]["clid_name"], want[i]["uniqueid"], want[i]["start"] = "test", "Test User", "1231977075.0", "2009-01-14 23:51:15"
		for k, v := range want[i] {
			if got := rows[i].Fields[k]; got == nil || *got != v {
				t.Errorf("row %d: %s is not %q: %s", i+1, k, v, tail(r.out))
			}
		}
	}
}

// A position gives back the very bytes of the row.
func TestPositionsPointAtTheRow(t *testing.T) {
	path := sample(t, "bank", "berka", "client.asc")
	text := slurp(t, path)
	rows, _ := lines(t, shell{t: t}.want(0, "read", path).out)
	if len(rows) != 5369 {
		t.Fatalf("%d rows, want 5369", len(rows))
	}
	for i, r := range rows {
		from, to := int(r.Pos["from"].(float64)), int(r.Pos["to"].(float64))
		raw := strings.ReplaceAll(strings.TrimRight(text[from:to], "\r\n"), `"`, "")
		want := *r.Fields["client_id"] + ";" + *r.Fields["birth_number"] + ";" + *r.Fields["district_id"]
		if raw != want || int(r.Pos["line"].(float64)) != i+2 {
			t.Fatalf("row %d: bytes %d to %d, line %v are %q, the fields are %q", i+1, from, to, r.Pos["line"], raw, want)
		}
	}
}

// archive makes a WARC file of pages; see warcOf.
func archive(t *testing.T, pages ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pages.warc")
	if err := os.WriteFile(path, []byte(warcOf(pages...)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// The JSON-LD samples as pages of an archive: people are found also where the JSON
// has comments and control characters; what is no party gives no row.
func TestReadPagesWithJSONLD(t *testing.T) {
	page := func(t *testing.T, name string) string {
		return slurp(t, sample(t, "formats", "jsonld", filepath.FromSlash(name)))
	}
	for _, c := range []struct {
		page string
		want string // type: name, in order
	}{
		{"schema.org/CreativeWork.001.html", ""},
		{"schema.org/product-ref.html", ""},
		{"schema.org/Event.002.html", ""},
		{"schema.org.invalid/AllocateAction.001.html", "Person:John"},
		{"custom.invalid/AllocateAction.001.html", "Person:John"},
		{"custom.invalid/JoinAction.001.html", "Person:John"},
		{"custom.invalid/JSONLD_with_control_characters.html", ""},
	} {
		t.Run(c.page, func(t *testing.T) {
			r := shell{t: t}.want(0, "read", archive(t, page(t, c.page)))
			rows, bad := lines(t, r.out)
			var got []string
			for _, l := range rows {
				got = append(got, *l.Fields["type"]+":"+*l.Fields["name"])
			}
			if strings.Join(got, " | ") != c.want || len(bad) > 0 {
				t.Errorf("got %q with %d that cannot be read, want %q\n%s%s", strings.Join(got, " | "), len(bad), c.want, r.out, r.err)
			}
		})
	}
}

//go:build plain

package main

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// birdBytes are what tells the canary in bytes that nobody decodes: the spellings
// of the sources, of cleansing and of keys, in the charsets that occur.
func birdBytes() (out [][]byte) {
	for _, w := range []string{"Фёкл", "Фекл", "фёкл", "фекл", "ФЁКЛ", "ФЕКЛ", "Збруев", "збруев", "ЗБРУЕВ", "zbrue", "kanareika", "555-71-93", "9165557193", "777-00-01", "9167770001",
		"4517 839264", "4517839264", "839264", bird.inn, "Клеточн", "клеточн", "КЛЕТОЧН"} {
		out = append(out, []byte(w))
		if old, err := charmap.Windows1251.NewEncoder().String(w); err == nil && old != w {
			out = append(out, []byte(old))
		}
	}
	return out
}

var inBase64 = regexp.MustCompile(`[A-Za-z0-9+/]{8,}={0,2}`)

// rawPlaces names the files under data whose bytes hold something of the canary.
func (b bank) rawPlaces() (out []string) {
	b.t.Helper()
	words := birdBytes()
	err := filepath.WalkDir(b.path("data"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, packed := range inBase64.FindAll(text, -1) { // bytes inside JSON
			if clear, err := base64.StdEncoding.DecodeString(string(packed)); err == nil {
				text = append(text, clear...)
			}
		}
		rel, _ := filepath.Rel(b.dir, path)
		for _, w := range words {
			if bytes.Contains(text, w) {
				out = append(out, rel+": "+string(w))
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	sort.Strings(out)
	return out
}

// Built with -tags plain neither landing, quarantine and state nor tables and
// Parquet files are encrypted or compressed. Before an erasure the canary stands
// in their bytes, afterwards nowhere: not in dead pages of a database, not in
// statistics or dictionaries of a Parquet file, not in the search index.
// (The journal and the access log stay sealed: what stands there of a person is
// erased by its key, which TestForgottenPersonStaysForgotten opens.)
func TestRawBytesForgetToo(t *testing.T) {
	b := subjectBank(t)
	b.does(0, "run")
	before := strings.Join(b.rawPlaces(), "\n")
	for _, place := range []string{"data/landing/core/clients/", "data/landing/callcentre/notes/", "data/quarantine/", "client.duckdb", "/state/"} {
		if !strings.Contains(before, place) {
			t.Errorf("before, the search of bytes finds nothing in %s:\n%s", place, before)
		}
	}
	b.does(0, "subject", "forget", b.bird(), "--ground", "request", "--reason", "letter")
	if got := b.rawPlaces(); len(got) > 0 {
		t.Errorf("after the erasure the canary is in the bytes of\n%s", strings.Join(got, "\n"))
	}
	for _, day := range []string{"2026-04-01", "2026-04-02", "2026-04-03"} {
		b.write("in/clients_"+day+".csv", b.read("in/clients_2026-03-02.csv")+strings.TrimPrefix(day, "2026-04-")+"77;;;;;;;;\n")
		b.does(0, "run")
		if got := b.rawPlaces(); len(got) > 0 {
			t.Fatalf("after the load of %s the canary is in the bytes of\n%s", day, strings.Join(got, "\n"))
		}
	}
}

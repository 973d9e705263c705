package web

import (
	"context"
	"testing"

	"clientbase/internal/demobank"
)

// The generator of the demo bank writes WARC with an encoder of its own.
func TestReadsTheDemoBank(t *testing.T) {
	dir := t.TempDir()
	sum, err := demobank.Generate(context.Background(), dir, demobank.Options{Records: 2000, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for stream, from := range map[string]string{
		"web/pages": "{path: \"in/web/pages_*.warc\", format: warc}",
		"web/leads": "{path: \"in/web/leads_*.ndjson\", format: ndjson}",
	} {
		got, err := readAll(t, env(dir), from, nil)
		if err != nil || len(got.names) == 0 || len(got.names) != sum.Streams[stream] {
			t.Errorf("%s: %d rows, the generator wrote %d: %v", stream, len(got.names), sum.Streams[stream], err)
		}
	}
}

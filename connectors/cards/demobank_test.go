package cards

import (
	"context"
	"strings"
	"testing"

	"clientbase/internal/demobank"
	"clientbase/schemas"
)

// The generator of the demo bank writes IPM with an encoder of its own.
func TestReadsTheDemoBank(t *testing.T) {
	dir := t.TempDir()
	sum, err := demobank.Generate(context.Background(), dir, demobank.Options{Records: 2000, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for stream, from := range map[string]string{
		"cards/clearing":    "{path: \"in/cards/clearing_*.ipm\", format: ipm, charset: cp500}",
		"cards/cardholders": "{path: \"in/cards/cardholders_*.csv\", format: delimited}",
	} {
		s := &schemas.Stream{Source: "cards", Name: strings.TrimPrefix(stream, "cards/")}
		if s.Name == "cardholders" {
			s.Columns = []schemas.Column{{Name: "PAN", PAN: true}}
		}
		got, err := read(t, dir, from, s, nil)
		if err != nil {
			t.Errorf("%s: %v", stream, err)
			continue
		}
		if got.rows != sum.Streams[stream] || got.rows == 0 {
			t.Errorf("%s: %d rows, the generator wrote %d", stream, got.rows, sum.Streams[stream])
		}
	}
}

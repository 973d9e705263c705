package config

import (
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestDecimalOf(t *testing.T) {
	for text, want := range map[string]string{
		`{path: a.csv}`: "", `{path: a.csv, decimal: ","}`: ",", `{path: a.csv, decimal: "."}`: ".", `{decimal: x}`: "",
		`{driver: postgres, table: a}`: ".", `{driver: postgres, decimal: ","}`: ",", `{path: a, format: parquet}`: ".", `[]`: "",
	} {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(text), &n); err != nil {
			t.Fatal(err)
		}
		if got := decimalOf(n.Content[0]); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

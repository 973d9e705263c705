package connectors

import (
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

func TestDecodeGivesEveryFault(t *testing.T) {
	var node yaml.Node
	text := "pth: in/*.csv\nheader: 3\nlag: soon\ncolumns: [a, b]\nformat: x\nformat: y\nmax: 7\n"
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	var c struct {
		Path    string        `yaml:"path"`
		Header  *bool         `yaml:"header"`
		Lag     time.Duration `yaml:"lag"`
		Columns []string      `yaml:"columns"`
		Format  string        `yaml:"format"`
		Max     int           `yaml:"max"`
	}
	faults := Decode(&node, &c)
	want := []Fault{
		{1, 1, "from.pth", "unknown setting pth", "did you mean path?"},
		{2, 9, "from.header", "true or false is expected here", ""},
		{3, 6, "from.lag", "a duration is expected here", "write it as 30s, 5m or 2h"},
		{6, 1, "from.format", "format stands twice", "keep one"},
	}
	if len(faults) != len(want) {
		t.Fatalf("%+v", faults)
	}
	for i := range want {
		if faults[i] != want[i] {
			t.Errorf("%+v, want %+v", faults[i], want[i])
		}
	}
	if c.Max != 7 || len(c.Columns) != 2 || c.Header != nil || c.Format != "x" {
		t.Errorf("good fields must be filled: %+v", c)
	}
	if f := FaultAt(node.Content[0], "max", "too small", ""); f.Line != 7 || f.Col != 6 || f.Path != "from.max" {
		t.Errorf("%+v", f)
	}
}

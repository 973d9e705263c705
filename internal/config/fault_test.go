package config

import (
	"strings"
	"testing"
)

func TestFaultsAsTextAndJSON(t *testing.T) {
	all := MergeFaults(
		[]Fault{{File: "b.yaml", Line: 2, Col: 1, Path: "x", Msg: "wrong <word>", Hint: "did you mean y?"}},
		[]Fault{{File: "a.yaml", Msg: "empty"}, {File: "b.yaml", Line: 1, Col: 3, Msg: "first"}, {File: "a.yaml", Msg: "empty"}},
	)
	for asJSON, want := range map[bool]string{
		false: "a.yaml: empty\nb.yaml:1:3: first\nb.yaml:2:1: x: wrong <word> (did you mean y?)\n",
		true: `{"file":"a.yaml","message":"empty"}
{"file":"b.yaml","line":1,"column":3,"message":"first"}
{"file":"b.yaml","line":2,"column":1,"path":"x","message":"wrong <word>","hint":"did you mean y?"}
`,
	} {
		var b strings.Builder
		if err := WriteFaults(&b, all, asJSON); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("got:\n%s", b.String())
		}
	}
}

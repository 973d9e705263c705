package main

import (
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"
)

func TestTablesEndLinesWithoutBlanks(t *testing.T) {
	var b strings.Builder
	w := tabwriter.NewWriter(trimmed(&b), 2, 4, 2, ' ', 0)
	_, _ = fmt.Fprint(w, "entry\treason\tfate\n1\ta long reason of words\t\n2\tб\tundone\n\t\t\n")
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "entry  reason                  fate\n1      a long reason of words\n2      б                       undone\n\n"
	if b.String() != want {
		t.Errorf("%q\nwant %q", b.String(), want)
	}
	b.Reset()
	s := trimmed(&b)
	for _, part := range []string{"a ", " ", "b ", "\n", " c", "  "} {
		if n, err := s.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	if b.String() != "a  b\n c" {
		t.Errorf("%q", b.String())
	}
}

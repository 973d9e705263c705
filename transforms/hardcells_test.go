package transforms

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var rewriteHard = flag.Bool("rewrite-hard", false, "write testdata/hard.tsv anew from what the rules give now; read the difference before you commit it")

// TestHardCells holds every kind of `clean` to inputs that people really type.
// The outcomes were read one by one: none of them is sure and wrong. A line is
// kind, region, cell and outcome; each line is a column of its own.
func TestHardCells(t *testing.T) {
	const file = "testdata/hard.tsv"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	rows := 0
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) < 3 || strings.HasPrefix(line, "#") {
			out.WriteString(line)
			continue
		}
		rows++
		got := hardOutcome(t, f[0], f[1], f[2])
		out.WriteString(strings.Join([]string{f[0], f[1], f[2], got}, "\t") + "\n")
		if !*rewriteHard && got != f[3] {
			t.Errorf("%s of %s: %s\n  gives %s\n  want  %s", f[0], f[1], f[2], got, f[3])
		}
	}
	if rows < 700 {
		t.Errorf("only %d cells", rows)
	}
	if *rewriteHard {
		if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// hardOutcome is "status/reason value" of every result, joined by " | ".
func hardOutcome(t *testing.T, kind, region, text string) string {
	t.Helper()
	c, ok := CleanKind(kind, region)
	if !ok {
		t.Fatalf("no kind %s", kind)
	}
	var all []string
	emit := func(rs []Result) {
		for _, r := range rs {
			all = append(all, strings.TrimSpace(r.Status.String()+"/"+r.Reason.String()+" "+r.Value()))
		}
	}
	c.Add(text, emit)
	c.Close(emit)
	return strings.Join(all, " | ")
}

package realinput

import (
	"regexp"
	"strings"
	"testing"
)

// verbsOf lists the verbs from the program's own help: "run", "runs", "runs list", …
func verbsOf(t *testing.T) []string {
	t.Helper()
	listed := regexp.MustCompile(`(?m)^  ([a-z]+) +\S`)
	under := func(verb ...string) []string {
		_, after, ok := strings.Cut(helpOf(t, verb...), "Available Commands:\n")
		if !ok {
			return nil
		}
		block, _, _ := strings.Cut(after, "\n\n")
		var out []string
		for _, m := range listed.FindAllStringSubmatch(block, -1) {
			if m[1] != "help" {
				out = append(out, m[1])
			}
		}
		return out
	}
	var all []string
	for _, v := range under() {
		all = append(all, v)
		for _, sub := range under(v) {
			all = append(all, v+" "+sub)
		}
	}
	for _, must := range strings.Fields("init validate doctor plan run schedule runs freshness snapshot deliveries quarantine query find trace read clean dedupe demo") {
		if !known(all, must) {
			t.Errorf("there is no verb %s", must)
		}
	}
	return all
}

// The help of every verb, as prose to review.
func TestHelpTexts(t *testing.T) {
	golden(t, "help/clientbase.txt", helpOf(t))
	for _, v := range verbsOf(t) {
		text := helpOf(t, strings.Fields(v)...)
		golden(t, "help/"+strings.ReplaceAll(v, " ", "_")+".txt", text)
		if !strings.Contains(text, "Usage:\n  clientbase "+v) {
			t.Errorf("%s: the help shows no usage", v)
		}
		for i, l := range strings.Split(text, "\n") {
			if n := len([]rune(l)); n > 180 && !strings.HasPrefix(l, "values. Kinds:") {
				t.Errorf("%s: line %d of the help is %d letters long", v, i+1, n)
			}
		}
	}
}

// A wrong verb, flag or number of arguments is exit 1 with advice, as JSON when
// asked; nothing goes to standard output.
func TestWrongUse(t *testing.T) {
	s := shell{t: t, dir: t.TempDir()}
	for _, args := range [][]string{{"rnu"}, {"run", "--selct", "x"}, {"trace"}, {"query"}, {"clean", "x"}, {"clean", "-", "--as", "fone"}, {"read"}, {"read", "absent.csv"},
		{"read", "."}, {"dedupe", "absent.csv"}, {"dedupe", "absent.csv", "--map", "x"}, {"init"}, {"run"}, {"validate", "-C", "absent"}, {"find"}, {"runs", "list"}, {"quarantine", "show", "1"}, {"schedule"}, {"schedule", "--onse"}, {"schedule", "lst"}, {"schedule", "list"}, {"freshness"}} {
		r := s.want(1, args...)
		if !strings.HasPrefix(r.err, "clientbase: ") || !strings.Contains(r.err, "try: ") {
			t.Errorf("%s: %q", strings.Join(args, " "), r.err)
		}
		if r.out != "" {
			t.Errorf("%s writes to standard output: %q", strings.Join(args, " "), r.out)
		}
		r = s.want(1, append(args, "--json")...)
		if r.out != "" || !regexp.MustCompile(`^\{"error":".+","exit":1,"hint":".+","kind":"(configuration|input)","op":".+","thing":".*"\}\n$`).MatchString(r.err) {
			t.Errorf("%s --json: %q %q", strings.Join(args, " "), r.out, r.err)
		}
	}
}

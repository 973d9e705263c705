package realinput

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmeLines gives the lines of the fenced sh blocks of README.md.
func readmeLines(t *testing.T) []string {
	t.Helper()
	var out []string
	in := false
	for _, l := range strings.Split(slurp(t, filepath.Join(root(t), "README.md")), "\n") {
		switch {
		case strings.HasPrefix(l, "```"):
			in = l == "```sh"
		case in && strings.TrimSpace(l) != "":
			out = append(out, l)
		}
	}
	if len(out) < 10 {
		t.Fatalf("%d lines of shell in the README: is it still read rightly?", len(out))
	}
	return out
}

// The tour of the README runs word by word, in its order, in a folder that holds
// nothing but bin/clientbase and what the tour made.
func TestReadmeTourRuns(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("SKIP: no sh")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(dir, "bin", "clientbase")); err != nil {
		t.Fatal(err)
	}
	sh := func(line string) string {
		cmd := exec.Command("sh", "-euc", line)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "NO_COLOR=1")
		var errText strings.Builder
		cmd.Stderr = &errText
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s\n%v\n%s%s", line, err, tail(string(out)), tail(errText.String()))
		}
		return string(out) + errText.String()
	}
	made, ran, shown := false, 0, ""
	for _, line := range readmeLines(t) {
		switch {
		case strings.HasPrefix(line, "make demo"):
			shown = sh("bin/clientbase demo --records 3000") // make demo, smaller
			made = true
		case strings.Contains(line, "bin/clientbase"):
			if !made {
				t.Fatalf("before make demo: %s", line)
			}
			ran++
			if out := sh(line); strings.TrimSpace(out) == "" {
				t.Errorf("%s\nshows nothing", line)
			}
		case !strings.HasPrefix(line, "make "):
			t.Errorf("a line that this test does not understand: %s", line)
		}
	}
	if ran < 12 {
		t.Errorf("only %d lines of the tour ran", ran)
	}
	// What the demo names at its end works when pasted, in its order.
	_, next, _ := strings.Cut(shown, "\ntry next:\n")
	next, _, _ = strings.Cut(next, "\n\n")
	tried := 0
	for _, line := range strings.Split(next, "\n") {
		if strings.HasPrefix(line, "  bin/clientbase -C demo ") {
			tried++
			if out := sh(line); strings.TrimSpace(out) == "" {
				t.Errorf("%s\nshows nothing", line)
			}
		}
	}
	if tried < 12 {
		t.Errorf("only %d commands stand under \"try next\"", tried)
	}
}

// helpOf gives the --help text of a verb, and fails when there is no such verb.
func helpOf(t *testing.T, verb ...string) string {
	t.Helper()
	return shell{t: t, dir: t.TempDir()}.want(0, append(verb, "--help")...).out
}

// Every verb and flag that the documents name exists, and every verb is named.
func TestDocumentsNameWhatExists(t *testing.T) {
	verbs := verbsOf(t)
	// A command stands in backquotes, after bin/ or after at least two spaces; elsewhere the word is the program's name.
	call := regexp.MustCompile("(?:`|bin/| {2})clientbase((?: +[^\\s|$\"`')]+)+)")
	documents := map[string]string{}
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "examples/starter/README.md", "examples/starter/clientbase.yaml", "examples/berka/clientbase.yaml", "examples/starter/sources/core.yaml",
		"examples/ops/README.md", "examples/ops/crontab", "examples/ops/clientbase.service", "examples/ops/clientbase-once.service"} {
		documents[name] = slurp(t, filepath.Join(root(t), filepath.FromSlash(name)))
	}
	for _, v := range verbs {
		documents["clientbase "+v+" --help"] = helpOf(t, strings.Fields(v)...)
	}
	checked := 0
	for name, text := range documents {
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			words := strings.Fields(m[1])
			for len(words) > 0 && strings.HasPrefix(words[0], "-") {
				if words[0] == "-C" && len(words) > 1 {
					words = words[1:]
				}
				words = words[1:]
			}
			if len(words) == 0 {
				continue // clientbase --help
			}
			verb := words[0]
			if !known(verbs, verb) {
				t.Errorf("%s names %q, and there is no such verb", name, strings.TrimSpace(m[0]))
				continue
			}
			if len(words) > 1 && known(verbs, verb+" "+words[1]) {
				verb += " " + words[1]
			}
			help := helpOf(t, strings.Fields(verb)...)
			for _, w := range words {
				if flagName, ok := strings.CutPrefix(w, "--"); ok {
					flagName, _, _ = strings.Cut(flagName, "=")
					checked++
					if !regexp.MustCompile(`--` + regexp.QuoteMeta(strings.TrimRight(flagName, ".,;:…")) + `\b`).MatchString(help) {
						t.Errorf("%s: %s has no flag --%s", name, verb, flagName)
					}
				}
			}
		}
	}
	if checked < 15 {
		t.Errorf("only %d flags were checked", checked)
	}
	for _, v := range verbs {
		if !strings.Contains(v, " ") && !regexp.MustCompile(`\b`+v+`\b`).MatchString(documents["README.md"]) {
			t.Errorf("the README does not name the verb %s", v)
		}
	}
}

func known(verbs []string, verb string) bool {
	for _, v := range verbs {
		if v == verb {
			return true
		}
	}
	return false
}

// Folders that the README describes exist, and libraries that it names are used.
func TestReadmeNamesWhatIsThere(t *testing.T) {
	dir := root(t)
	readme, mod := slurp(t, filepath.Join(dir, "README.md")), slurp(t, filepath.Join(dir, "go.mod"))
	_, rest, _ := strings.Cut(readme, "## What is where")
	folders, libraries, _ := strings.Cut(rest, "## Which library does what")
	seen := 0
	for _, l := range strings.Split(folders, "\n") {
		if m := regexp.MustCompile("^\\| `([^|]+) \\|").FindStringSubmatch(l); m != nil {
			base := ""
			for _, f := range regexp.MustCompile("[a-z0-9/]+").FindAllString(m[1], -1) {
				if strings.HasPrefix(f, "internal/") {
					base = "internal/"
					f = strings.TrimPrefix(f, "internal/")
				}
				seen++
				if _, err := os.Stat(filepath.Join(dir, base+f)); err != nil {
					t.Errorf("the README names the folder %s%s, which is not there", base, f)
				}
			}
		}
	}
	for _, l := range strings.Split(libraries, "\n") {
		cells := strings.Split(l, "|")
		if len(cells) < 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z0-9.]+/[A-Za-z0-9./-]+)`").FindAllStringSubmatch(cells[2], -1) {
			seen++
			found := false
			for name := m[1]; strings.Contains(name, "/") && !found; name = name[:strings.LastIndex(name, "/")] {
				found = strings.Contains(mod, name+" v") || strings.Contains(mod, name+"/v")
			}
			if !found {
				t.Errorf("the README names the library %s, which go.mod does not", m[1])
			}
		}
	}
	if seen < 25 {
		t.Errorf("only %d folders and libraries checked", seen)
	}
}

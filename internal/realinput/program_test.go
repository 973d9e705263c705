package realinput

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the goldens anew")

// program is the built binary. It is set once, before the first test.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(build(m))
}

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "clientbase-realinput-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program = filepath.Join(dir, "clientbase")
	if out, err := exec.Command("go", "build", "-o", program, "clientbase/cmd/clientbase").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// root is the project's own folder.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the working folder")
		}
		dir = up
	}
}

// sample gives the path of a sample beside the project, or skips.
func sample(t testing.TB, parts ...string) string {
	t.Helper()
	rel := filepath.Join(parts...)
	p := filepath.Join(root(t), "..", "shared", "data", rel)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("SKIP: the sample ../shared/data/%s is absent", rel)
	}
	abs, err := filepath.Abs(p)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// shell is where a command is given: folder, environment, standard input.
type shell struct {
	t     testing.TB
	dir   string
	env   []string
	stdin string
}

// result is what a command gave back.
type result struct {
	code     int
	out, err string
}

// run gives one command. The environment holds no colours and no progress bar,
// and nothing but what the test sets beside the usual.
func (s shell) run(args ...string) result {
	s.t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = s.dir
	cmd.Env = append(append(os.Environ(), "NO_COLOR=1"), s.env...)
	cmd.Stdin = strings.NewReader(s.stdin)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return result{code: cmd.ProcessState.ExitCode(), out: out.String(), err: errOut.String()}
}

// want gives one command, demands an exit code, and gives the result.
func (s shell) want(code int, args ...string) result {
	s.t.Helper()
	r := s.run(args...)
	if r.code != code {
		s.t.Fatalf("clientbase %s: exit %d, want %d\n%s%s", strings.Join(args, " "), r.code, code, tail(r.out), tail(r.err))
	}
	return r
}

func tail(s string) string {
	if len(s) > 3000 {
		return "…" + s[len(s)-3000:]
	}
	return s
}

// rows asks the snapshot and gives the rows without the heading.
func (s shell) rows(sql string) [][]string {
	s.t.Helper()
	r := s.want(0, "-q", "query", "--format", "csv", "--limit", "0", sql)
	list, err := csv.NewReader(strings.NewReader(r.out)).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	return list[1:]
}

// expect asks the snapshot and compares all rows, written with | and line ends.
func (s shell) expect(what, sql, want string) {
	s.t.Helper()
	var lines []string
	for _, r := range s.rows(sql) {
		lines = append(lines, strings.Join(r, "|"))
	}
	if got := strings.Join(lines, "\n"); got != strings.TrimSpace(want) {
		s.t.Errorf("%s: got\n%s\nwant\n%s", what, got, strings.TrimSpace(want))
	}
}

// report is the part of a run's report that tests look at.
type report struct {
	Status   string
	Received []struct {
		Stream string
		Rows   int64
	}
	Balances []struct {
		Stream                                      string
		Read, Loaded, Merged, Quarantined, Filtered int64
	}
	Clients struct{ Records, Persons, Organisations, Merged int64 }
	Notes   []string
}

// river runs the project, demands success and a closed balance, and gives the report.
func (s shell) river(args ...string) report {
	s.t.Helper()
	r := s.want(0, append([]string{"run", "--json"}, args...)...)
	var rep report
	if err := json.Unmarshal([]byte(r.out), &rep); err != nil {
		s.t.Fatal(err)
	}
	for _, b := range rep.Balances {
		if b.Read != b.Loaded+b.Merged+b.Quarantined+b.Filtered {
			s.t.Errorf("%s: the balance is open: %+v", b.Stream, b)
		}
	}
	return rep
}

// read gives "read loaded merged quarantined filtered" of a stream.
func (r report) read(stream string) string {
	for _, b := range r.Balances {
		if b.Stream == stream {
			return fmt.Sprint(b.Read, b.Loaded, b.Merged, b.Quarantined, b.Filtered)
		}
	}
	return "absent"
}

// project writes files into a new folder and gives a shell in it.
func project(t testing.TB, files map[string]string, env ...string) shell {
	t.Helper()
	s := shell{t: t, dir: t.TempDir(), env: env}
	for name, text := range files {
		write(t, filepath.Join(s.dir, name), text)
	}
	return s
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func slurp(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// golden compares a text with testdata/name; -update writes it.
func golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		write(t, path, got)
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is absent: go test ./internal/realinput -update", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at it, then: go test ./internal/realinput -update\ngot\n%s\nwant\n%s", path, got, want)
	}
}

func number(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// decimal writes hundredths with two decimals.
func decimal(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

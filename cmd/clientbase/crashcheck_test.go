package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/pipeline"
	"clientbase/internal/store"
)

// afterwards is what stands in a data folder, in a form in which two folders
// can be compared.
type afterwards struct {
	seq     int    // of the snapshot in force, 0 = none
	rowRoot string // of its rows
	acts    []string
	more    string // what the round looks at besides
	files   fileSet
}

func (a *afterwards) same(b *afterwards) bool { return a.differ(b) == "" }

func (a *afterwards) differ(b *afterwards) string {
	switch {
	case a.seq != b.seq || a.rowRoot != b.rowRoot:
		return fmt.Sprintf("snapshot %d with root %.12s, undisturbed %d with %.12s", a.seq, a.rowRoot, b.seq, b.rowRoot)
	case !slices.Equal(a.acts, b.acts):
		return fmt.Sprintf("acts %v, undisturbed %v", a.acts, b.acts)
	case a.more != b.more:
		return fmt.Sprintf("%s, undisturbed %s", a.more, b.more)
	}
	return ""
}

// lookAt is lookAt with what the round looks at besides.
func (c *crash) lookAt(b bank) (*afterwards, error) {
	a, err := lookAt(b)
	if err == nil && c.look != nil {
		err = c.look(b, a)
	}
	return a, err
}

// midway judges a state between the old and the new.
func (c *crash) midway(now *afterwards) error {
	if c.between == nil {
		return errors.New(now.differ(c.new))
	}
	return c.between(now)
}

// lookAt reads a data folder as the program does and checks all of it: every
// byte of the snapshot in force and of the others, every landed and quarantined
// row, every frame of the journal, the balance of every run.
func lookAt(b bank) (*afterwards, error) {
	out := &afterwards{}
	land, err := landing.Open(b.path("data"))
	if err != nil {
		return nil, err
	}
	dirs := store.Dirs{Data: b.path("data"), Key: land.Keys.Project()}
	kept, err := store.List(dirs)
	if err != nil {
		return nil, err
	}
	for _, k := range kept {
		sn, err := store.OpenAt(dirs, k.ID)
		if err != nil {
			return nil, err
		}
		err = sn.Verify()
		if err == nil && k.Current {
			out.seq = k.Manifest.Seq
			out.rowRoot, err = sn.RowRoot(context.Background())
		}
		if err := errors.Join(err, sn.Close()); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(b.path("data/CURRENT")); err == nil && out.rowRoot == "" {
		return nil, errors.New("CURRENT names no snapshot")
	}
	acts, err := journal.Open(dirs.Data, dirs.Key).Read(0)
	if err != nil {
		return nil, err
	}
	for _, e := range acts {
		out.acts = append(out.acts, fmt.Sprint(e.Seq, " ", e.Kind))
	}
	if err := readLanded(land, b); err != nil {
		return nil, err
	}
	if err := balanced(b); err != nil {
		return nil, err
	}
	out.files, err = filesOf(b.path("data"))
	return out, err
}

// readLanded reads every row that landed or was set aside.
func readLanded(land *landing.Store, b bank) error {
	streams, err := filepath.Glob(b.path("data/landing/*/*"))
	if err != nil {
		return err
	}
	for _, dir := range streams {
		stream, _ := filepath.Rel(b.path("data/landing"), dir)
		list, err := land.Deliveries(filepath.ToSlash(stream))
		if err != nil {
			return err
		}
		for _, d := range list {
			var rows int64
			for _, ref := range d.Batches {
				batch, err := land.ReadBatch(d.Stream, ref.ID)
				if err != nil {
					return err
				}
				rows += batch.Rows.NumRows()
				batch.Release()
			}
			if rows != d.Rows {
				return fmt.Errorf("delivery %s of %s: %d rows, it says %d", d.ID, d.Stream, rows, d.Rows)
			}
		}
	}
	aside, err := land.Quarantines()
	if err != nil {
		return err
	}
	for _, f := range aside {
		rows, err := land.Quarantined(f)
		if err != nil || len(rows) != f.Rows {
			return fmt.Errorf("quarantine %s: %d rows of %d: %w", f.ID, len(rows), f.Rows, err)
		}
	}
	return nil
}

// balanced checks that every row of every run was counted once.
func balanced(b bank) error {
	reports, err := filepath.Glob(b.path("data/runs/*.json"))
	if err != nil {
		return err
	}
	for _, path := range reports {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var r pipeline.Report
		if err := json.Unmarshal(text, &r); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, x := range r.Balances {
			if r.Status == "published" && x.Read != x.Loaded+x.Merged+x.Quarantined+x.Filtered {
				return fmt.Errorf("balance of %s does not close: %+v", x.Stream, *x)
			}
		}
	}
	return nil
}

// fileSet are the names in a data folder, without run ids and hashes of
// manifests; what should be gone is named apart. Tiles of the ledger are left to
// verify: a run that was cut leaves leaves of its own, and an act that was cut a
// temporary tile of hashes, which the next run sweeps.
type fileSet struct {
	names []string
	left  []string
}

var (
	aRun       = regexp.MustCompile(`[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}`)
	aSnapshot  = regexp.MustCompile(`(snapshots/[0-9]{6})-[0-9a-f]{12}`)
	aHash      = regexp.MustCompile(`[0-9a-f]{24,}`)
	aTemporary = regexp.MustCompile(`\.tmp-[0-9]+`)
	leftOver   = regexp.MustCompile(`(^|/)\.tmp-|^staging/|^tmp/|\.(part|own|fresh|joined|gone|lists|wal|p)$`)
)

func kindOf(path string) string {
	path = aHash.ReplaceAllString(aRun.ReplaceAllString(aSnapshot.ReplaceAllString(path, "$1"), "RUN"), "ID")
	return aTemporary.ReplaceAllString(path, "new")
}

func filesOf(data string) (out fileSet, err error) {
	err = filepath.WalkDir(data, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(data, path)
		if err != nil || e.IsDir() {
			return err
		}
		rel = filepath.ToSlash(rel)
		name := aRun.ReplaceAllString(aSnapshot.ReplaceAllString(rel, "$1"), "RUN")
		switch {
		case strings.HasPrefix(rel, "ledger/tile/"):
		case leftOver.MatchString(rel):
			out.left = append(out.left, rel)
		case !strings.HasPrefix(rel, "runs/") && !strings.HasSuffix(rel, "lock"):
			out.names = append(out.names, name)
		}
		return nil
	})
	slices.Sort(out.names)
	return out, err
}

func (s fileSet) differ(want fileSet) string {
	if len(s.left) > 0 {
		return fmt.Sprintf("left over: %v", s.left)
	}
	for _, n := range s.names {
		if !slices.Contains(want.names, n) {
			return "one file too many: " + n
		}
	}
	for _, n := range want.names {
		if !slices.Contains(s.names, n) {
			return "one file is missing: " + n
		}
	}
	return ""
}

// leaves is what counts of the files: an act that stands in the journal is not
// done again, and a temporary file of the ledger that its kill left goes with the
// next append, one of the keys or of the reports with the next run; a run leaves none.
func (c *crash) leaves(s fileSet) fileSet {
	if c.args[0] != "run" {
		s.left = slices.DeleteFunc(slices.Clone(s.left), func(name string) bool {
			return strings.HasPrefix(name, "ledger/.tmp-") || strings.HasPrefix(name, "keys/.tmp-") || strings.HasPrefix(name, "runs/.tmp-")
		})
	}
	return s
}

// again does what a person does after the crash: the same command, unless an
// act turns out to be in the journal.
func (c *crash) again(b bank, now *afterwards) error {
	if c.args[0] != "run" && now != nil && now.same(c.new) {
		return nil
	}
	if out, errOut, code := b.tries(append([]string{"-q"}, c.args...)...); code != 0 {
		return fmt.Errorf("exit %d: %s%s", code, out, errOut)
	}
	return nil
}

// ownOnly takes the rights of others away, as the program sets them.
func ownOnly(dir string) error {
	return filepath.WalkDir(filepath.Join(dir, "data"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return errors.Join(err, os.Chmod(path, 0o600))
		}
		return os.Chmod(path, 0o700)
	})
}

var crashNames = []string{"Лебедева", "Зимин", "Рогова", "Титова", "200-00-0"}

const crashYAML = clientsYAML + accountsYAML + `  operations:
    from: {path: "in/operations_*.csv", format: delimited, delimiter: ";", header: true}
    mode: events
    key: [OP]
    order: {as_of: name}
    columns: {OP: text, ACC: text, AT: {type: timestamp, format: "02.01.2006"}, SUM: decimal}
    facts:
      - fact: transaction
        fields: {at: AT, account: {ref: account, column: ACC}, amount: SUM}
`

// withFaults builds the program with the file layer that fails on request.
func withFaults(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "clientbase-faults")
	if out, err := exec.Command("go", "build", "-tags", "faults", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build with faults: %v\n%s", err, out)
	}
	return bin
}

// loadRounds makes the situations of loads and acts: a first load of three
// streams with rows that are set aside, the next day's load with acts of people
// before it, that load after it failed once when rows had landed, and the entry
// of an act.
func loadRounds(t *testing.T, bin string) []*crash {
	t.Helper()
	b := newBank(t)
	b.noBrake()
	b.write("clientbase.yaml", strings.Replace(b.read("clientbase.yaml"), "0.3", "0.6", 1))
	b.write("sources/core.yaml", crashYAML)
	b.write("in/clients_2026-03-01.csv", fourClients+";Без Ключа;01.02.1980;\n")
	b.write("in/accounts_2026-03-01.csv", "ACC;ID;STATUS\n40817810000000000001;1;open\n40817810000000000002;2;open\n")
	b.write("in/operations_2026-03-01.csv", "OP;ACC;AT;SUM\n1;40817810000000000001;01.02.2026;-5\n2;40817810000000000002;01.03.2026;7.5\n3;40817810000000000002;01.03.2026;x\n")
	b.shareKey([]byte(testKey))
	first := &crash{bin: bin, round: "first load", args: []string{"run"}, start: b.copied(t)}
	first.settle(t, b)

	objection := []string{"consent", "set", "--record", "core/clients:2", "--state", "objection", "--origin", "call", "--reason", "asked"}
	act := &crash{bin: bin, round: "an act", args: objection, start: b.copied(t)}
	act.settle(t, b)

	b.does(0, "override", "set", "--record", "core/clients:3", "--attr", "city", "--value", "Казань", "--reason", "told")
	b.write("in/clients_2026-03-02.csv", strings.Replace(fourClients, "200-00-02", "200-00-09", 1)+"5;Зимин Борис Ильич;03.04.1975;+7 916 200-00-02\n")
	b.write("in/operations_2026-03-02.csv", "OP;ACC;AT;SUM\n4;40817810000000000001;02.03.2026;-1\n5;40817810000000000001;03.04.2026;-2\n")
	second := &crash{bin: bin, round: "second load", args: []string{"run"}, start: b.copied(t)}
	second.settle(t, b)

	again := &crash{bin: bin, round: "a load after a failed one", args: []string{"run"}, start: second.failed(t, "create", "/landing/core/clients", 2)}
	again.settle(t, again.start.copied(t))
	return []*crash{first, second, again, act}
}

// failed gives the project as it is when the disk refused a call of the round,
// the nth of its kind on a path.
// On one thread streams land one after the other: the call that is struck, and
// what had landed before it, are the same each time.
func (c *crash) failed(t *testing.T, call, path string, nth int) bank {
	t.Helper()
	b := c.start.copied(t)
	named := b.read("clientbase.yaml")
	b.write("clientbase.yaml", named+"\nthreads: 1\n")
	once := *c
	once.settle(t, b.copied(t))
	for _, line := range once.list {
		f := strings.Split(line, "\t")
		if len(f) != 3 || f[1] != call || !strings.Contains(f[2], path) {
			continue
		}
		if nth--; nth > 0 {
			continue
		}
		cmd := exec.Command(c.bin, append([]string{"-C", b.dir, "-q"}, c.args...)...)
		cmd.Env = append(os.Environ(), "CLIENTBASE_FAULT=eio:"+f[0])
		if said, err := cmd.CombinedOutput(); exitOf(err) != 2 {
			t.Fatalf("%s with a fault at call %s: %v, want exit 2\n%s", c.round, f[0], err, said)
		}
		b.write("clientbase.yaml", named)
		return b
	}
	t.Fatalf("%s has no call %s of %s", c.round, call, path)
	return bank{}
}

// settle does the thing undisturbed in b and takes down what was before, what
// is after, and how many calls it took.
func (c *crash) settle(t *testing.T, b bank) {
	t.Helper()
	var err error
	if c.old, err = c.lookAt(b); err != nil {
		t.Fatal(err)
	}
	log := b.dir + ".log"
	cmd := exec.Command(c.bin, append([]string{"-C", b.dir, "-q"}, c.args...)...)
	cmd.Env = append(os.Environ(), "CLIENTBASE_FAULT=list:0", "CLIENTBASE_FAULT_LOG="+log)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s, undisturbed: %v\n%s", c.round, err, said)
	}
	lines, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	c.list = strings.Split(strings.TrimSpace(string(lines)), "\n")
	c.calls = len(c.list)
	if c.new, err = c.lookAt(b); err != nil {
		t.Fatal(err)
	}
	if d := c.new.files.differ(c.new.files); d != "" {
		t.Fatal(c.round, ", undisturbed: ", d)
	}
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	if c.new.same(c.old) || c.calls < 5 {
		t.Fatalf("%s changed nothing, in %d calls", c.round, c.calls)
	}
}

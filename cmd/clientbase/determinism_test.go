package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/connectors"
	"clientbase/internal/demobank"
	"clientbase/internal/journal"
	"clientbase/internal/pipeline"
)

// The same records give the same published rows, ids included, whatever the
// worker count, the order of sources, of files and of rows in them, and
// wherever batches and deliveries are cut.
func TestSameInputSameResult(t *testing.T) {
	fresh := smallBank(t, demobank.Options{Records: 2000, FactsPerClient: 1, Seed: 11})
	base := fresh.copied(t)
	base.threads("1")
	base.does(0, "run")
	root, rows := base.root(), published(t, base.dir)

	variants := map[string]func(t *testing.T, b bank){
		"two workers, rows shuffled": func(t *testing.T, b bank) { b.threads("2"); b.shuffle(t, 1); b.does(0, "run") },
		"eight workers, sources turned, files cut in two": func(t *testing.T, b bank) {
			b.threads("8")
			b.renameSources()
			b.cutFiles(t, 3)
			b.does(0, "run")
		},
		"small batches, shuffled otherwise": func(t *testing.T, b bank) { b.shuffle(t, 2); b.inBatches(t, 37) },
	}
	for name, do := range variants {
		t.Run(name, func(t *testing.T) {
			b := fresh.copied(t)
			do(t, b)
			if got := b.root(); got != root {
				t.Errorf("row root %s, with one worker %s", got, root)
				same(t, rows, published(t, b.dir))
			}
		})
	}
	// The check can fail: one changed letter in one row is another root.
	other := fresh.copied(t)
	file, err := filepath.Glob(other.path("in/web/leads_*.ndjson"))
	if err != nil || len(file) != 1 {
		t.Fatal(file, err)
	}
	text, err := os.ReadFile(file[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file[0], bytes.Replace(text, []byte(`"name":"`), []byte(`"name":"Я`), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	other.does(0, "run")
	if other.root() == root {
		t.Error("another name has the same row root")
	}
}

// Twenty orders and cuts of the same deliveries give equal row roots under the
// model that each learns for itself.
func TestTwentyOrdersAndCuts(t *testing.T) {
	fresh := smallBank(t, demobank.Options{Records: 400, FactsPerClient: 1, Seed: 13})
	base := fresh.copied(t)
	base.threads("1")
	base.does(0, "run")
	root := base.root()
	const many = 20
	ran := 0
	for i := range many {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			b := fresh.copied(t)
			b.shuffle(t, uint64(100+i))
			b.threads([]string{"1", "2", "8"}[i%3])
			if i%2 == 0 {
				b.cutFiles(t, 1+i%9)
			}
			if i%4 == 1 {
				b.renameSources()
			}
			if i%4 == 3 {
				b.inBatches(t, int64(3+i))
			} else {
				b.does(0, "run")
			}
			if got := b.root(); got != root {
				t.Errorf("row root %s, in the order of the files %s", got, root)
			}
			ran++
		})
	}
	if ran != many {
		t.Errorf("%d orders were compared, not %d", ran, many)
	}
}

// Sources that arrive one after the other, in as many runs, give after a full
// refresh the same partition and the same values as all at once. Client ids
// follow the history of snapshots, so they are left out.
func TestArrivalOrderChangesNothing(t *testing.T) {
	fresh := smallBank(t, demobank.Options{Records: 500, FactsPerClient: 1, Seed: 12})
	at := func(b bank) map[string]string {
		return map[string]string{
			"partition": b.query("SELECT string_agg(stream || ' ' || key, ', ' ORDER BY stream, key) AS records FROM identities GROUP BY client_id ORDER BY records"),
			"clients":   b.query("SELECT * EXCLUDE (client_no, client_id) FROM clients ORDER BY ALL"),
			"contacts":  b.query("SELECT attr, token, status, holders, valid_from, source FROM contact_points ORDER BY ALL"),
			"history":   b.query("SELECT attr, value, token, status, reason, stream, valid_from, valid_to, winner FROM attribute_history ORDER BY ALL"),
			"accounts":  b.query("SELECT resolution, fact_id, holder FROM client_accounts ORDER BY ALL"),
			"calls":     b.query("SELECT resolution, fact_id FROM interactions ORDER BY ALL"),
		}
	}
	once := fresh.copied(t)
	once.does(0, "run")
	want := at(once)
	piecemeal := fresh.copied(t)
	piecemeal.noBrake()
	piecemeal.landOneByOne()
	retrained := piecemeal.copied(t)
	retrained.does(0, "run", "--retrain")
	same(t, want, at(retrained))
	piecemeal.does(0, "run", "--full-refresh")
	same(t, want, at(piecemeal))
	ids := piecemeal.query("SELECT stream, key, client_id FROM identities ORDER BY ALL")
	piecemeal.does(0, "run", "--from-landing")
	same(t, want, at(piecemeal))
	if again := piecemeal.query("SELECT stream, key, client_id FROM identities ORDER BY ALL"); again != ids {
		t.Errorf("a rebuild changed client ids:\n%s", firstDifference(ids, again))
	}
}

func (b bank) threads(n string) {
	b.write("clientbase.yaml", b.read("clientbase.yaml")+"\nthreads: "+n+"\n")
}

// renameSources turns the order in which the project lists its sources.
func (b bank) renameSources() {
	files, err := filepath.Glob(b.path("sources/*.yaml"))
	if err != nil || len(files) < 3 {
		b.t.Fatal(files, err)
	}
	for i, f := range files {
		if err := os.Rename(f, b.path("sources/"+string(rune('z'-i))+".yaml")); err != nil {
			b.t.Fatal(err)
		}
	}
}

// landOneByOne runs one source after the other, the last listed first.
func (b bank) landOneByOne() {
	for _, s := range []string{"web", "callcentre", "cards", "core"} {
		b.does(0, "run", "--select", s)
	}
}

// textFile is a generated file as lines: what stands before the rows, the
// rows, what stands behind them.
type textFile struct {
	path             string
	head, rows, tail []string
}

// textFiles gives the files of the bank whose rows are lines.
func (b bank) textFiles(t *testing.T) []textFile {
	t.Helper()
	heads := map[string]int{"accounts_": 2, "clients_": 1, "orgs_": 1, "transactions_": 1, "cardholders_": 1, "Master_": 0, "notes_": 0, "leads_": 0, "visits_": 0}
	var out []textFile
	for prefix, n := range heads {
		files, err := filepath.Glob(b.path("in/*/" + prefix + "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file %s: %v", prefix, err)
		}
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.SplitAfter(string(text), "\n")
			if lines[len(lines)-1] == "" {
				lines = lines[:len(lines)-1]
			}
			f := textFile{path: path, head: lines[:n], rows: lines[n:]}
			if last := f.rows[len(f.rows)-1]; strings.HasPrefix(strings.TrimPrefix(last, "\""), "T") && strings.Contains(last, ";") && len(last) < 20 {
				f.tail, f.rows = []string{last}, f.rows[:len(f.rows)-1]
			}
			out = append(out, f)
		}
	}
	return out
}

func (f textFile) write(t *testing.T) {
	t.Helper()
	text := strings.Join(f.head, "") + strings.Join(f.rows, "") + strings.Join(f.tail, "")
	if err := os.WriteFile(f.path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (b bank) shuffle(t *testing.T, seed uint64) {
	t.Helper()
	for _, f := range b.textFiles(t) {
		joinOpen(&f)
		r := rand.New(rand.NewPCG(seed, uint64(len(f.rows))))
		r.Shuffle(len(f.rows), func(i, j int) { f.rows[i], f.rows[j] = f.rows[j], f.rows[i] })
		f.write(t)
	}
}

// joinOpen keeps together the lines of a row whose quoted cell holds a line break.
func joinOpen(f *textFile) {
	if strings.HasSuffix(f.path, ".ndjson") {
		return
	}
	var out []string
	open := ""
	for _, line := range f.rows {
		open += line
		if strings.Count(open, `"`)%2 == 0 {
			out, open = append(out, open), ""
		}
	}
	if open != "" {
		out = append(out, open)
	}
	f.rows = out
}

// cutFiles makes two deliveries of every file of events and changes: the first
// takes so many tenths of the rows.
func (b bank) cutFiles(t *testing.T, tenths int) {
	t.Helper()
	cut := 0
	for _, f := range b.textFiles(t) {
		dir, name := filepath.Split(f.path)
		switch prefix, _, _ := strings.Cut(name, "_"); prefix {
		case "transactions", "Master", "notes", "leads", "visits":
			joinOpen(&f)
			if len(f.rows) < 2 {
				continue
			}
			n := max(len(f.rows)*tenths/10, 1) // both parts have a row
			second := textFile{path: filepath.Join(dir, strings.Replace(name, "_", "_b_", 1)), head: f.head, rows: f.rows[n:]}
			f.rows = f.rows[:n]
			f.write(t)
			second.write(t)
			cut++
		}
	}
	if cut < 5 {
		t.Fatalf("only %d files were cut", cut)
	}
}

// inBatches runs the river with sources whose batches hold n rows at most.
func (b bank) inBatches(t *testing.T, n int64) {
	t.Helper()
	a := &app{in: strings.NewReader(""), out: io.Discard, errOut: io.Discard, project: b.dir}
	p, _, err := a.open()
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Streams {
		open := p.Streams[i].Open
		p.Streams[i].Open = func(env connectors.Env) (connectors.Source, error) {
			src, err := open(env)
			return &cutSource{src, n}, err
		}
	}
	rep, err := pipeline.Run(context.Background(), p, pipeline.Options{Now: testNow, Actor: journal.Actor{User: "test"}, Progress: pipeline.NoProgress{}})
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	for _, r := range rep.Received {
		most = max(most, r.Batches)
	}
	if most < 10 {
		t.Errorf("at most %d batches in a delivery: nothing was cut", most)
	}
}

// cutSource gives the batches of another source in smaller pieces.
type cutSource struct {
	connectors.Source
	n int64
}

func (s *cutSource) Plan(ctx context.Context, from connectors.Cursor) ([]connectors.Slice, error) {
	list, err := s.Source.Plan(ctx, from)
	for i := range list {
		list[i] = &cutSlice{Slice: list[i], n: s.n}
	}
	return list, err
}

type cutSlice struct {
	connectors.Slice
	n    int64
	have []connectors.Batch
}

func (s *cutSlice) Next(ctx context.Context) (connectors.Batch, error) {
	if len(s.have) == 0 {
		b, err := s.Slice.Next(ctx)
		if err != nil || b.Rows == nil || b.Rows.NumRows() <= s.n {
			return b, err
		}
		s.have = pieces(b, s.n)
	}
	b := s.have[0]
	s.have = s.have[1:]
	return b, nil
}

// pieces cuts a batch; bytes and bad rows go with the piece that holds their place.
func pieces(b connectors.Batch, n int64) []connectors.Batch {
	var out []connectors.Batch
	total := b.Rows.NumRows()
	end := b.RawAt + int64(len(b.Raw))
	at, bad := b.RawAt, b.Bad
	for lo := int64(0); lo < total; lo += n {
		hi := min(lo+n, total)
		p := connectors.Batch{Rows: b.Rows.NewSlice(lo, hi), Pos: b.Pos[lo:hi], RawAt: at}
		to := end
		if hi < total && b.Pos[hi].Kind == connectors.AtOffset {
			to = b.Pos[hi].A
		} else if hi < total {
			to = at // positions do not tell: the last piece has all bytes
		}
		if b.Raw != nil {
			p.Raw = b.Raw[at-b.RawAt : to-b.RawAt]
		}
		at = to
		for len(bad) > 0 && (hi == total || bad[0].Pos.A < to) {
			p.Bad, bad = append(p.Bad, bad[0]), bad[1:]
		}
		if lo == 0 {
			p.AsOf, p.Notes = b.AsOf, b.Notes
		}
		if hi == total {
			p.Next = b.Next
		}
		out = append(out, p)
	}
	b.Rows.Release()
	return out
}

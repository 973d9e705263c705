package pipeline

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"slices"

	"golang.org/x/sync/errgroup"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/state"
	"clientbase/schemas"
	"clientbase/transforms"
)

// streamState is what the snapshot knows of one stream. It is the cursor.
type streamState struct {
	Deliveries []string `json:"deliveries"` // ids, in loading order
	AsOf       int64    `json:"as_of"`      // latest business time loaded
	Records    int64    `json:"records"`
	Facts      int64    `json:"facts"`
}

// stateHead is state/head.json: no client value in it.
type stateHead struct {
	Format      int                     `json:"format"`
	Config      string                  `json:"config"`
	Program     string                  `json:"program"`
	Generations int                     `json:"generations"`
	RecordKeys  []string                `json:"record_keys"` // runs whose files in keys/records hold the keys of the record versions
	Streams     map[string]*streamState `json:"streams"`
	MatchBy     map[string][]string     `json:"match_by"`        // party → attributes that its model compares
	Blocks      map[string]int          `json:"blocks"`          // party → files of blocks
	Drift       map[string]drifted      `json:"drift,omitempty"` // party → as it was last measured
	KeyedFacts  *int                    `json:"keyed_facts"`     // how many facts.age holds; null in a snapshot of an older program
	Used        map[string]usedVersion  `json:"rules,omitempty"`
}

const stateFormat = 1

// loadHead reads what the previous snapshot was made of: it decides what is to
// be loaded, and whether from empty.
func (r *river) loadHead() error {
	m := &r.memory
	text, err := os.ReadFile(r.prev.StateFile("head.json"))
	if err != nil {
		return errs.Wrap(errs.Integrity, "read state", r.prev.Info().ID, err, "rebuild: `clientbase run --from-landing`")
	}
	var head stateHead
	if err := json.Unmarshal(text, &head); err != nil || head.Format != stateFormat {
		return errs.New(errs.Integrity, "read state", r.prev.Info().ID, "head.json is not of this format", "rebuild: `clientbase run --from-landing`")
	}
	m.streams, m.gens, m.recordKeys = head.Streams, head.Generations, head.RecordKeys
	m.keyedFacts = head.KeyedFacts
	maps.Copy(m.drifted, head.Drift)
	maps.Copy(m.blockFiles, head.Blocks)
	if head.MatchBy != nil {
		m.matchBy = head.MatchBy
	}
	m.full = r.o.anew() || head.Config != r.p.Config || head.Program != r.p.Version || !r.prev.HasFinder()
	if head.Config != r.p.Config {
		r.report.note("", "the configuration changed since the last snapshot: everything is computed anew from landing")
		for _, v := range rewritten(head.Used, usedVersions(unpinned(r.p))) {
			r.report.note("", "version %s is not what the last snapshot was made with: write a change as a new version, else the old one cannot be pinned", v)
		}
	}
	for _, name := range laterFiles() {
		m.full = m.full || r.prev.StateFile(name) == ""
	}
	return nil
}

// laterFiles names the state files that a snapshot of an older program lacks:
// it is older than households, or than the quality profile.
func laterFiles() []string {
	list := []string{"junk.age"}
	for _, p := range parties {
		list = append(list, kinName(p))
	}
	return list
}

func kinName(p schemas.Party) string { return "kin-" + p.String() + ".age" }

// loadState reads the previous snapshot's state files, several at a time.
func (r *river) loadState() error {
	m := &r.memory
	var g errgroup.Group
	g.SetLimit(r.threads())
	records, wait := r.readRecords(&g) // the longest part
	read := func(name string, do func(in io.Reader, name string) error) {
		g.Go(func() error { return r.unseal(name, do) })
	}
	if r.saysFacts() {
		m.keyedFacts = nil
		read("facts.age", func(in io.Reader, n string) (err error) { m.keyed, err = state.ReadKeyed(in, n); return err })
	}
	var mutable *state.Part
	read("mutable.age", func(in io.Reader, n string) (err error) { mutable, err = state.ReadPart(in, n); return err })
	read("holdings.age", func(in io.Reader, n string) (err error) { m.holdings, err = state.ReadHoldings(in, n); return err })
	read("clients.age", func(in io.Reader, n string) (err error) { m.book, err = state.ReadBook(in, n); return err })
	read("rules.age", func(in io.Reader, _ string) (err error) { m.rules, err = transforms.ReadModel(in); return err })
	var edges, kin [len(parties)][]state.Edge
	for i, p := range parties {
		read("edges-"+p.String()+".age", func(in io.Reader, n string) (err error) { edges[i], err = state.ReadEdges(in, n); return err })
		if name := kinName(p); r.prev.StateFile(name) != "" {
			read(name, func(in io.Reader, n string) (err error) { kin[i], err = state.ReadEdges(in, n); return err })
		}
	}
	if r.prev.StateFile("junk.age") != "" {
		read("junk.age", func(in io.Reader, n string) (err error) { m.junk, err = state.ReadJunk(in, n); return err })
	}
	g.Go(func() error {
		for _, p := range parties {
			if r.prev.StateFile("model-"+p.String()+".yaml") == "" {
				continue
			}
			if err := r.readModel(p); err != nil {
				return err
			}
		}
		return nil
	})
	err := g.Wait()
	if failed := wait(); err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	records.take(m.base)
	m.base.Mutable(mutable)
	for i, p := range parties {
		m.edges[p], m.kin[p] = edges[i], kin[i]
	}
	m.mark, m.batchesBefore = m.base.Mark(), len(m.base.Batches)
	return nil
}

// saysFacts tells whether the run has anything to do with keyed facts. If not, it
// is enough to know how many there are.
func (r *river) saysFacts() bool {
	m := &r.memory
	return m.full || m.keyedFacts == nil || !r.o.Period.all() || slices.ContainsFunc(m.acts, func(e journal.Entry) bool { return overlaid(e.Kind) }) ||
		slices.ContainsFunc(m.pending, func(d landing.Delivery) bool { return len(m.interpreters[d.Stream].stream.Facts) > 0 })
}

// keyedCount counts the keyed facts.
func (m *workspace) keyedCount() int {
	if m.keyedFacts != nil {
		return *m.keyedFacts
	}
	return m.keyed.Len()
}

// unseal reads one encrypted state file of the previous snapshot.
func (r *river) unseal(name string, do func(io.Reader, string) error) error {
	path := r.prev.StateFile(name)
	if path == "" {
		return errs.New(errs.Integrity, "read state", name, "the file is not in the snapshot", "rebuild: `clientbase run --from-landing`")
	}
	in, err := r.land.Keys.Unseal(path, stateKey)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	return do(in, name)
}

// stateKey names the identity under which state files are sealed.
const stateKey = "state"

// saveState begins to write the state files of the snapshot being built, several
// at a time, beside what is done to the tables: from resolving on the state
// stands. saveHead waits for them.
func (r *river) saveState() { r.saving.Go(r.writeState) }

// grown tells whether the run opened record versions.
func (m *workspace) grown() bool {
	return m.base.Rows() > 0 && (m.full || m.base.Rows() > m.mark.Rows())
}

func (r *river) writeState() error {
	m := &r.memory
	var g errgroup.Group
	g.SetLimit(r.threads())
	write := func(name string, do func(io.Writer) error) {
		g.Go(func() error { return r.seal(name, do) })
	}
	if m.grown() {
		write(rowsName(m.gens+1), func(w io.Writer) error { return m.base.WriteRows(w, m.mark) })
		write(textsName(m.gens+1), func(w io.Writer) error { return m.base.WriteTexts(w, m.mark) })
	}
	write("mutable.age", m.base.WriteMutable)
	write("junk.age", m.junk.Write)
	if m.full || m.keyed.Changed() {
		write("facts.age", m.keyed.Write)
	}
	if m.full || m.holdings.Changed() {
		write("holdings.age", m.holdings.Write)
	}
	write("clients.age", m.book.Write)
	if m.full {
		write("rules.age", m.rules.Write)
	}
	for _, p := range parties {
		write("edges-"+p.String()+".age", func(w io.Writer) error { return state.WriteEdges(w, m.edges[p]) })
		write(kinName(p), func(w io.Writer) error { return state.WriteEdges(w, m.kin[p]) })
	}
	g.Go(func() error {
		for _, p := range parties {
			if m.models[p] == nil || !m.full && r.prev.StateFile("model-"+p.String()+".yaml") != "" { // pinned
				continue
			}
			if err := r.writeModel(p); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// saveHead writes what the snapshot is made of, once all other state files are
// there.
func (r *river) saveHead() error {
	m := &r.memory
	if err := r.saving.Wait(); err != nil {
		return err
	}
	facts := m.keyedCount()
	head := stateHead{KeyedFacts: &facts, Format: stateFormat, Config: r.p.Config, Program: r.p.Version, Generations: m.gens, RecordKeys: m.recordKeys, Streams: m.streams, MatchBy: m.matchBy, Blocks: m.blockFiles, Drift: m.drifted, Used: usedVersions(r.p)}
	if m.grown() {
		head.Generations++
	}
	text, err := json.MarshalIndent(head, "", "  ")
	if err != nil {
		return errs.Wrap(errs.Bug, "write state", "head.json", err, "")
	}
	return disk.StageBytes(r.staging.StateFile("head.json"), append(text, '\n'))
}

func (r *river) seal(name string, do func(io.Writer) error) error {
	return r.land.Keys.SealStaged(r.staging.StateFile(name), stateKey, do)
}

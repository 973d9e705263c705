package pipeline

import (
	"encoding/json"
	"io"
	"os"

	"golang.org/x/sync/errgroup"

	"clientbase/dedupe"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/state"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// parties are the kinds of party, each resolved by itself.
var parties = [...]schemas.Party{schemas.Person, schemas.Org}

// sealed reads the encrypted state of a published snapshot outside a run.
type sealed struct {
	keys *landing.Keys
	s    *store.Snapshot
	head stateHead
}

func openSealed(keys *landing.Keys, s *store.Snapshot) (*sealed, error) {
	f := &sealed{keys: keys, s: s}
	text, err := os.ReadFile(s.StateFile("head.json"))
	if err != nil || json.Unmarshal(text, &f.head) != nil || f.head.Format != stateFormat {
		return nil, f.broken("head.json")
	}
	return f, nil
}

func (f *sealed) broken(name string) error {
	return errs.New(errs.Integrity, "read state", f.s.Info().ID, name+" is missing or not of this format", "rebuild: `clientbase run --from-landing`")
}

// read gives one state file to do.
func (f *sealed) read(name string, do func(io.Reader, string) error) error {
	path := f.s.StateFile(name)
	if path == "" {
		return f.broken(name)
	}
	in, err := f.keys.Unseal(path, stateKey)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	return do(in, name)
}

// records reads all record versions.
func (f *sealed) records() (*state.Base, error) {
	b, records := state.NewBase(), recordFiles(f.head.Generations, func(name string) bool { return f.s.StateFile(name) != "" })
	var g errgroup.Group
	records.each(func(name string, part **state.Part) {
		g.Go(func() error {
			return f.read(name, func(in io.Reader, n string) (err error) { *part, err = state.ReadPart(in, n); return err })
		})
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	records.take(b)
	return b, f.read("mutable.age", b.ReadMutable)
}

func (f *sealed) clients() (book *state.Book, err error) {
	err = f.read("clients.age", func(in io.Reader, n string) (err error) { book, err = state.ReadBook(in, n); return err })
	return book, err
}

func (f *sealed) holdings() (h *state.Holdings, err error) {
	err = f.read("holdings.age", func(in io.Reader, n string) (err error) { h, err = state.ReadHoldings(in, n); return err })
	return h, err
}

// model reads the matching model of a kind of party; nil when no party of the
// kind was ever resolved.
func (f *sealed) model(party schemas.Party) (*dedupe.Model, error) {
	name := "model-" + party.String()
	path := f.s.StateFile(name + ".yaml")
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, f.broken(name + ".yaml")
	}
	var values []byte
	err = f.read(name+".age", func(in io.Reader, _ string) (err error) { values, err = io.ReadAll(in); return err })
	if err != nil {
		return nil, err
	}
	return dedupe.DecodeModel(text, values)
}

// edges reads the scored evidence between the records of a kind of party.
func (f *sealed) edges(party schemas.Party) (list []state.Edge, err error) {
	err = f.read("edges-"+party.String()+".age", func(in io.Reader, n string) (err error) { list, err = state.ReadEdges(in, n); return err })
	return list, err
}

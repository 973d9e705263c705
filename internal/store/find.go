package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/lookup"
)

// The search index of a snapshot is find/<seq>.idx: the first layer holds the
// terms of everybody, each run that touches clients adds a layer of its own.
// Layers are hard-linked from snapshot to snapshot. When those of single runs
// are many they become one; when they weigh much beside the first, all do.
const (
	findDir    = "find"
	findLayers = 5 // layers of runs that are kept apart
	findShare  = 4 // the first layer may weigh so many times what the others do
)

// searchWords are the kinds of terms that are searched by likeness; all other
// kinds must come as keyed tokens or as values that are published anyway.
var searchWords = []string{"name", "org"}

// AddTerms takes search terms of clients: columns kind, term (text) and
// client_no (Int32). The caller keeps rec.
func (s *Staging) AddTerms(_ context.Context, rec arrow.RecordBatch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return errs.New(errs.Bug, "build snapshot", "run "+s.run, "the staging is closed", "")
	}
	col := func(name string) arrow.Array {
		if i := rec.Schema().FieldIndices(name); len(i) == 1 {
			return rec.Column(i[0])
		}
		return nil
	}
	kind, ok1 := col("kind").(*array.String)
	term, ok2 := col("term").(*array.String)
	no, ok3 := col("client_no").(*array.Int32)
	if !ok1 || !ok2 || !ok3 {
		return errs.New(errs.Bug, "add search terms", "", "the columns are not kind, term, client_no", "")
	}
	b := s.finder()
	for i := range int(rec.NumRows()) {
		k, t := kind.Value(i), term.Value(i)
		if err := b.Add(k, t, uint32(no.Value(i))); err != nil {
			return err
		}
		if slices.Contains(searchWords, k) {
			b.Word(k, t)
		}
	}
	return nil
}

func (s *Staging) finder() *lookup.Builder {
	if s.find == nil {
		s.find = lookup.NewBuilder(s.tmp)
	}
	return s.find
}

// voidTerms says that what older layers hold of these clients no longer counts.
func (s *Staging) voidTerms(nos []int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]uint32, len(nos))
	for i, n := range nos {
		list[i] = uint32(n)
	}
	s.finder().Void(list)
}

// findFiles lists the layers among file names, oldest first.
func findFiles(files []FileSum) []FileSum {
	var out []FileSum
	for _, f := range files {
		if strings.HasPrefix(f.Name, findDir+"/") {
			out = append(out, f)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// writeFind writes this run's layer and joins layers where they have become many.
func (s *Staging) writeFind() error {
	b := s.finder()
	s.find = nil
	if s.prev != nil && b.Empty() {
		return nil
	}
	var layers []string
	var sizes []int64
	if s.prev != nil {
		for _, f := range findFiles(s.prev.info.Manifest.Files) {
			layers, sizes = append(layers, filepath.Join(s.dir, filepath.FromSlash(f.Name))), append(sizes, f.Size)
		}
	}
	own := filepath.Join(s.dir, findDir, fmt.Sprintf("%08d.idx", s.seq))
	if err := b.Write(own); err != nil {
		return err
	}
	size, err := fileSize(own)
	if err != nil {
		return err
	}
	layers, sizes = append(layers, own), append(sizes, size)
	young := int64(0)
	for _, n := range sizes[1:] {
		young += n
	}
	switch {
	case len(layers) == 1:
		return nil
	case young*findShare > sizes[0]:
		return joinLayers(layers, true)
	case len(layers) > 1+findLayers:
		return joinLayers(layers[1:], false)
	}
	return nil
}

// joinLayers puts one layer in the place of several; the newest gives the name.
func joinLayers(layers []string, base bool) error {
	last := layers[len(layers)-1]
	if err := lookup.Merge(last+".joined", layers, base); err != nil {
		return err
	}
	for _, l := range layers {
		if err := disk.Remove(l); err != nil {
			return err
		}
	}
	return disk.Rename(last+".joined", last)
}

// Term is a search term that an overlay gives a client.
type Term struct {
	Kind, Text string
	ClientNo   int32
}

// Finder answers which clients bear a search term and what is to be shown of
// them, with what people did since the snapshot. Safe for concurrent use.
type Finder struct {
	sn    *Snapshot
	index *lookup.Index
}

// HasFinder reports whether the snapshot has a search index; one that an older
// version of the program made has none, or one of another form.
func (sn *Snapshot) HasFinder() bool {
	files := findFiles(sn.info.Manifest.Files)
	return len(files) > 0 && lookup.Known(filepath.Join(sn.dir, filepath.FromSlash(files[0].Name)))
}

// Finder gives the snapshot's search index, opened on first use and owned by
// the snapshot.
func (sn *Snapshot) Finder() (*Finder, error) {
	sn.mu.Lock()
	defer sn.mu.Unlock()
	if sn.lease == nil {
		return nil, errs.New(errs.Bug, "read snapshot", sn.info.ID, "the snapshot is closed", "")
	}
	if sn.index == nil {
		if !sn.HasFinder() {
			return nil, errs.New(errs.Integrity, "find", sn.info.ID, "the snapshot was made by an older version and has no search index of this one", "the next `clientbase run` makes it")
		}
		files := findFiles(sn.info.Manifest.Files)
		paths := make([]string, len(files))
		for i, f := range files {
			paths[i] = filepath.Join(sn.dir, filepath.FromSlash(f.Name))
		}
		x, err := lookup.Open(paths)
		if err != nil {
			return nil, err
		}
		sn.index = x
	}
	return &Finder{sn, sn.index}, nil
}

// laidOver is what the overlay in force says to searches.
func (sn *Snapshot) laidOver() *laid {
	sn.mu.Lock()
	defer sn.mu.Unlock()
	if sn.laid == nil {
		sn.laid = layOver(&sn.over)
	}
	return sn.laid
}

// Clients appends the client numbers that bear a term, ascending.
func (f *Finder) Clients(kind, term string, to []uint32) ([]uint32, error) {
	from := len(to)
	out, err := f.index.Postings(kind, term, to)
	if more := f.sn.laidOver().bearers[Term{Kind: kind, Text: term}]; err == nil && len(more) > 0 {
		out = append(out, more...)
		slices.Sort(out[from:])
		out = out[:from+len(slices.Compact(out[from:]))]
	}
	return out, err
}

// Near gives the words of a kind (name, org) within far typing errors of term,
// nearest first, then by text.
func (f *Finder) Near(kind, term string, far int) ([]lookup.Word, error) {
	out, err := f.index.Near(kind, term, far)
	if err != nil {
		return nil, err
	}
	was := len(out)
	for _, t := range f.sn.laidOver().words[kind] {
		if n := lookup.Distance(term, t, far); n <= far && !slices.ContainsFunc(out, func(w lookup.Word) bool { return w.Text == t }) {
			out = append(out, lookup.Word{Text: t, Far: n})
		}
	}
	if len(out) > was {
		lookup.SortWords(out)
	}
	return out, nil
}

// Top is above every client number of the index and its overlay.
func (f *Finder) Top() int { return max(f.index.Top(), f.sn.laidOver().top) }

package pipeline

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"golang.org/x/sync/errgroup"

	"clientbase/internal/state"
)

// generations are the state files of the record versions: each run that made
// versions wrote the rows in one file and their texts in another, which are read
// side by side.
type generations struct {
	names [][2]string // rows and texts; no name for texts that stand among the rows
	parts [][2]*state.Part
}

func rowsName(g int) string  { return fmt.Sprintf("records-%04d.age", g) }
func textsName(g int) string { return fmt.Sprintf("texts-%04d.age", g) }

func recordFiles(n int, there func(name string) bool) *generations {
	out := &generations{parts: make([][2]*state.Part, n)}
	for g := 1; g <= n; g++ {
		names := [2]string{rowsName(g), textsName(g)}
		if !there(names[1]) { // of a program that wrote one file
			names[1] = ""
		}
		out.names = append(out.names, names)
	}
	return out
}

// each visits the files and where what is read of them belongs.
func (g *generations) each(visit func(name string, part **state.Part)) {
	for i := range g.names {
		for k, name := range g.names[i] {
			if name != "" {
				visit(name, &g.parts[i][k])
			}
		}
	}
}

// take brings what was read into the base.
func (g *generations) take(b *state.Base) {
	for _, p := range g.parts {
		if p[1] == nil {
			p[1] = p[0]
		}
		b.Grow(p[0], p[1])
	}
	g.parts = nil
}

// earlyRecords are record versions that are read while a delivery is received.
type earlyRecords struct {
	*generations
	n       int // of them
	reading errgroup.Group
}

// readRecordsAhead begins to read the record versions of the previous snapshot: a
// delivery is coming, and nearly nothing can be done with one without them. What
// is wrong with the snapshot is told by who reads its head.
func (r *river) readRecordsAhead() {
	if r.prev == nil {
		return
	}
	text, err := os.ReadFile(r.prev.StateFile("head.json"))
	var head stateHead
	if err != nil || json.Unmarshal(text, &head) != nil || head.Format != stateFormat {
		return
	}
	r.early = &earlyRecords{generations: r.recordFiles(head.Generations), n: head.Generations}
	r.early.each(func(name string, part **state.Part) {
		r.early.reading.Go(func() error { return r.readPart(name, part) })
	})
}

// recordFiles lists the generations of the previous snapshot.
func (r *river) recordFiles(n int) *generations {
	return recordFiles(n, func(name string) bool { return r.prev.StateFile(name) != "" })
}

func (r *river) readPart(name string, part **state.Part) error {
	return r.unseal(name, func(in io.Reader, n string) (err error) { *part, err = state.ReadPart(in, n); return err })
}

// readRecords reads the record versions of the previous snapshot in a group, unless
// that began before; wait is to be called behind the group.
func (r *river) readRecords(g *errgroup.Group) (records *generations, wait func() error) {
	if e := r.early; e != nil && e.n == r.memory.gens {
		r.early = nil
		return e.generations, e.reading.Wait
	}
	records = r.recordFiles(r.memory.gens)
	records.each(func(name string, part **state.Part) { g.Go(func() error { return r.readPart(name, part) }) })
	return records, func() error { return nil }
}

package pipeline

import (
	"fmt"

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

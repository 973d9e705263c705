package pipeline

import (
	"strings"

	"clientbase/schemas"
)

// usedColumns collects every column that the mapping reads.
func usedColumns(s *schemas.Stream) map[string]bool {
	used := map[string]bool{}
	add := func(cols ...string) {
		for _, c := range cols {
			if c != "" && c != "@line" {
				used[strings.TrimSuffix(c, "#token")] = true
			}
		}
	}
	add(s.Key...)
	add(s.Order.Column)
	for _, p := range s.Parties {
		add(p.Key...)
		add(p.KindColumn)
		for _, a := range p.Attrs {
			add(a.Columns...)
		}
	}
	for _, f := range s.Facts {
		add(f.Key...)
		for _, o := range f.Fields {
			add(o.Column)
			add(o.Columns...)
		}
	}
	for _, f := range s.Filter {
		add(f.Column)
	}
	return used
}

// contentHash is a running 64-bit hash over length-separated texts.
type contentHash struct{ h uint64 }

func newContentHash() *contentHash { return &contentHash{} }

func (c *contentHash) reset() { c.h = 0x9e3779b97f4a7c15 }

func (c *contentHash) add(s string) {
	c.h = (c.h ^ schemas.Hash64(s)) * 0xff51afd7ed558ccd
	c.h ^= c.h >> 29
}

func (c *contentHash) sum() uint64 { return c.h }

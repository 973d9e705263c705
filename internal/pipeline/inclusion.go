package pipeline

import (
	"path/filepath"
	"strconv"
	"strings"

	"clientbase/internal/landing"
	"clientbase/internal/ledger"
)

// inclusions proves that the entries of an event log stand in the ledger, as far
// as they do: an entry gets its leaf with the next run at the latest.
func inclusions(p *Project, log []SubjectEvent) ([]Inclusion, error) {
	keys, err := landing.OpenKeys(filepath.Join(p.Data, "keys"))
	if err != nil {
		return nil, err
	}
	l := ledger.Open(p.Data, keys.Project())
	if n, err := l.Size(); err != nil || n == 0 {
		return nil, err
	}
	wanted, leaf := map[int64]bool{}, map[int64]int64{}
	for _, e := range log {
		wanted[e.Entry] = true
	}
	err = l.Leaves(0, func(index int64, x ledger.Leaf) error {
		text, ok := strings.CutPrefix(x.Subject, "journal ")
		if seq, err := strconv.ParseInt(text, 10, 64); ok && err == nil && x.Kind == ledger.Acted && wanted[seq] {
			leaf[seq] = index
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []Inclusion
	for _, e := range log {
		index, ok := leaf[e.Entry]
		if !ok {
			continue
		}
		proof, err := l.Prove(index)
		if err != nil {
			return nil, err
		}
		out = append(out, Inclusion{Entry: e.Entry, Leaf: index, Proof: string(proof.Text())})
	}
	return out, nil
}

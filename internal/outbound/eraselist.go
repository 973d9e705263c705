package outbound

import (
	"io"

	"clientbase/internal/journal"
	"clientbase/internal/opaque"
)

// Resealer seals a file anew under another identity and destroys the old one.
// landing.Keys is one.
type Resealer interface {
	Vault
	Reseal(path, id string, fill func(io.Writer) error) error
}

// EraseFromLists takes the rows of a person off every list that left: those of
// the person's records, and those that bore the client's id. It gives how many
// there were. A list whose rows are gone is passed over.
func EraseFromLists(j *journal.Journal, vault Resealer, records map[opaque.Token]bool, client string) (int64, error) {
	all, err := Exports(j)
	if err != nil {
		return 0, err
	}
	l, gone := lists{j.Dir(), vault}, int64(0)
	for _, x := range all {
		head, rows, err := l.load(x.List)
		if err != nil {
			continue
		}
		var kept []listRow
		for _, r := range rows {
			if !records[r.Record] && r.Client != client {
				kept = append(kept, r)
			}
		}
		n := int64(len(rows) - len(kept))
		if n == 0 {
			continue
		}
		head.Rows, head.Erased = int64(len(kept)), head.Erased+n
		if err := vault.Reseal(l.path(x.List), x.List, l.text(head, kept)); err != nil {
			return gone, err
		}
		gone += n
	}
	return gone, nil
}

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
// the person's records, and those that bore the client's id. Such a row keeps its
// place and the contact_id that the recipient knows, so that the numbers of the
// others stay those of the delivered file. It gives how many there were. A list
// whose rows are gone is passed over.
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
		n := int64(0)
		for i, r := range rows {
			if !r.Erased && (records[r.Record] || r.Client == client) {
				rows[i] = listRow{Contact: r.Contact, Erased: true}
				n++
			}
		}
		if n == 0 {
			continue
		}
		head.Erased += n
		if err := vault.Reseal(l.path(x.List), x.List, l.text(head, rows)); err != nil {
			return gone, err
		}
		gone += n
	}
	return gone, nil
}

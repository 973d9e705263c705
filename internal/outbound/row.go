package outbound

import (
	"strconv"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
)

// Given is one row of a list that left: whom it stood for when it left.
type Given struct {
	Exported
	Row     int          `json:"row"`         // of the delivered file, its head not counted, from 1
	Contact string       `json:"contact_id"`  // under which the recipient knows it
	Then    string       `json:"client_then"` // client id under which the person was given away
	Record  opaque.Token `json:"-"`           // the record by which the person is found again
	Point   opaque.Token `json:"-"`           // the contact point that was given away
}

// GivenRow reads one row of a list by its number in the delivered file or by
// its contact id. No contact point stands in a list in clear.
func GivenRow(j *journal.Journal, vault Vault, list, row string) (Given, error) {
	x, err := findExport(j, list)
	if err != nil {
		return Given{}, err
	}
	head, rows, err := lists{j.Dir(), vault}.load(x.List)
	if err != nil {
		return Given{}, err
	}
	n, isNumber := strconv.Atoi(row)
	if isNumber == nil && moved(head, rows) {
		return Given{}, errs.New(errs.Input, "read list", x.List, "rows of persons who were erased were taken out of it: numbers are not those of the delivered file any more", "name the row by its contact_id")
	}
	for i, r := range rows {
		if r.Erased && (r.Contact == row || isNumber == nil && n == i+1) {
			return Given{}, errs.New(errs.Input, "read list", x.List, "the person of this row was erased", "`clientbase subject list` shows the requests")
		}
		if r.Contact == row || isNumber == nil && n == i+1 {
			return Given{Exported: x, Row: i + 1, Contact: r.Contact, Then: r.Client, Record: r.Record, Point: r.Point}, nil
		}
	}
	return Given{}, errs.New(errs.Input, "read list", x.List, "it has no such row; it has "+strconv.Itoa(len(rows)), "--row 1 is the first below the heading; a contact_id does, too")
}

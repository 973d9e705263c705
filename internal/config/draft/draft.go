// Package draft looks at the columns of a table that nobody has described yet
// and writes a first sources/<name>.yaml for it: contract, mapping, and beside
// every column the reason why. It recognises headings (English, Russian,
// Ukrainian, the short forms of core banking systems) and the shapes of the
// sampled cells; where both speak, cells that contradict a heading win.
//
// It is a pure function of its arguments and reveals sampled cells to itself
// only: no cell, nor a part of one, stands in what it gives.
package draft

import (
	"strings"

	"clientbase/internal/opaque"
)

// Column is one column to be recognised.
type Column struct {
	Name   string
	Values []opaque.Value // sampled cells, some hundreds; empty ones count as missing
	Type   string         // as the source declares it: "", int, decimal, date, timestamp, text
}

// Checks are the check-digit rules of documents, handed in by the caller. A
// nil rule recognises nothing by content.
type Checks struct {
	INN, SNILS, OGRN, EDRPOU, RNOKPP, IBAN, PAN func(cell string) bool
}

// Guess says what a column was taken for.
type Guess struct {
	Column string
	Role   Role   // "" = not recognised
	Type   string // of the contract: text, int, decimal, date, timestamp
	Format string // of dates: dmy, mdy, ymd, yymmdd; "" = not certain
	Why    string // for people; never holds a cell
	Empty  bool   // no sampled cell holds anything
	Unique bool   // no sampled cell is empty or stands twice
	// Decimal is the decimal sign that the cells show, "." or ","; "" = none.
	Decimal string
}

// Role is what a column may be: an attribute of the built-in dictionary or one
// of the roles below.
type Role string

// Roles that are no attributes.
const (
	Key       Role = "#key"       // identifies the row or its client
	Account   Role = "#account"   // number of an account
	Card      Role = "#card"      // full card number
	Modified  Role = "#modified"  // when the row was changed
	PartyType Role = "#partytype" // person or organisation
	At        Role = "#at"        // when the event was
	Amount    Role = "#amount"    //
	Balance   Role = "#balance"   //
	Currency  Role = "#currency"  //
	Opened    Role = "#opened"    //
	Closed    Role = "#closed"    //
	Issued    Role = "#issued"    //
	Expires   Role = "#expires"   //
	Product   Role = "#product"   //
	Status    Role = "#status"    //
	MCC       Role = "#mcc"       //
	Merchant  Role = "#merchant"  //
	OpType    Role = "#optype"    // kind of operation
	Consent   Role = "#consent"   // to advertising

	DocSeries Role = "#docseries" // first part of a passport number
	DocNumber Role = "#docnumber" // second part
	Region    Role = "#region"    // parts of an address, joined in this order
	District  Role = "#district"
	Street    Role = "#street"
	House     Role = "#house"
	Building  Role = "#building"
	Flat      Role = "#flat"
)

// Attribute reports whether the role is an attribute that can be mapped alone.
func (r Role) Attribute() bool { return r != "" && !strings.HasPrefix(string(r), "#") }

// Recognise guesses the role of every column. A role that only one column can
// have goes to the column that speaks for it most clearly: by heading and
// content, then by heading, then by content, then the first.
func Recognise(columns []Column, checks Checks) []Guess {
	out := make([]Guess, len(columns))
	strength := make([]int, len(columns))
	for i, c := range columns {
		out[i], strength[i] = guess(c, checks)
	}
	for i := range out {
		if !single(out[i].Role) {
			continue
		}
		for j := range out {
			if j != i && out[j].Role == out[i].Role && (strength[j] > strength[i] || strength[j] == strength[i] && j < i) {
				out[i].Why += "; " + out[j].Column + " is taken instead"
				out[i].Role = ""
				break
			}
		}
	}
	return out
}

// single reports whether a row has the thing once.
func single(r Role) bool {
	switch r {
	case "phone", "email", "note", "url", "passport", "iban", "former_surname", "":
		return false
	}
	return true
}

// guess weighs a column's heading against its cells.
func guess(c Column, checks Checks) (g Guess, strength int) {
	s := look(c, checks)
	g = Guess{Column: c.Name, Type: s.typ, Format: s.format, Empty: s.filled == 0, Unique: s.unique}
	g.Decimal = s.decimal
	switch {
	case c.Type == "date" || c.Type == "timestamp": // a database says it, and writes it one way
		g.Type, g.Format = c.Type, "ymd"
	case c.Type != "" && s.filled == 0:
		g.Type = c.Type
	}
	byName := byHeading(c.Name)
	byContent, what := s.role, s.why
	switch {
	case byName != "" && byName == byContent:
		g.Role, strength = byName, 4
		g.Why = "named like " + word(byName) + ", and " + what
	case byName != "" && s.contradicts(byName):
		g.Role, strength = byContent, 1
		g.Why = "named like " + word(byName) + ", but " + s.instead()
	case byName != "":
		g.Role, strength = byName, 3
		g.Why = "named like " + word(byName)
		if s.filled == 0 {
			g.Why += "; the sample has no value"
		}
	case byContent != "":
		g.Role, strength = byContent, 2
		g.Why = what
	case s.filled == 0:
		g.Why = "not recognised; the sample has no value"
	default:
		g.Why = "not recognised"
	}
	if g.Role == Card {
		g.Type, g.Format = "text", ""
	}
	return g, strength
}

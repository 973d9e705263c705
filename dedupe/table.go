package dedupe

import (
	"fmt"
	"slices"
	"sort"

	"clientbase/internal/errs"
	"clientbase/internal/scratch"
	"clientbase/schemas"
)

// Role says how the values of a column are compared and blocked.
type Role uint8

// Roles. A column whose role is Ignore takes no part.
const (
	Ignore     Role = iota
	Surname         // compared jointly with Given, in both orders
	Given           //
	Patronymic      //
	FullName        // a whole name in one cell, words in any order
	Former          // former surnames: joins Surname as a further value
	Gender          //
	BirthDate       // ISO day (2006-01-02 or 20060102)
	Date            // another date
	NationalID      // one per person: two different ones speak against a merge
	Document        // a passport and the like: a person may have several over time
	Phone           //
	Email           //
	Address         // a whole address line
	Street          // a component of an address
	House           // house or flat number
	Postcode        //
	City            // city, suburb, district
	Text            // short free text
	Code            // a code of a list; also state or region
	Number          //
	OrgName         //
	Account         // something a party stands behind, one of many: sharing it speaks for, having others speaks not against
	roleEnd
)

var roleNames = [roleEnd]string{"ignore", "surname", "given", "patronymic", "full_name", "former_surname", "gender",
	"birth_date", "date", "national_id", "document", "phone", "email", "address", "street", "house", "postcode", "city",
	"text", "code", "number", "org_name", "account"}

// String gives the word used in model.yaml and in --map.
func (r Role) String() string {
	if r < roleEnd {
		return roleNames[r]
	}
	return "unknown"
}

// ParseRole is the inverse of String.
func ParseRole(s string) (Role, bool) {
	for i, n := range roleNames {
		if n == s {
			return Role(i), true
		}
	}
	return Ignore, false
}

// RoleOf gives the role of an attribute kind of the dictionary.
func RoleOf(a schemas.Attr) Role {
	switch a.ID {
	case "father_name", "passport_issued", "registered_on", "opened_on":
		return Ignore // of another person, or of the bank's dealings: evidence inside a record, not between two
	}
	switch a.Kind {
	case schemas.KindFullName:
		return FullName
	case schemas.KindSurname:
		if a.ID == "former_surname" {
			return Former
		}
		return Surname
	case schemas.KindGiven:
		return Given
	case schemas.KindPatronymic:
		return Patronymic
	case schemas.KindGender:
		return Gender
	case schemas.KindDate:
		if a.ID == "birth_date" {
			return BirthDate
		}
		return Date
	case schemas.KindPhone:
		return Phone
	case schemas.KindEmail:
		return Email
	case schemas.KindAddress:
		return Address
	case schemas.KindOrgName:
		return OrgName
	case schemas.KindINN, schemas.KindSNILS, schemas.KindRNOKPP, schemas.KindUNZR, schemas.KindEDRPOU, schemas.KindOGRN:
		return NationalID
	case schemas.KindPassport, schemas.KindIBAN, schemas.KindAccount, schemas.KindPAN:
		return Document
	case schemas.KindCode:
		if a.ID == "postcode" {
			return Postcode
		}
		return Code
	case schemas.KindText:
		if a.ID == "city" {
			return City
		}
		return Text
	case schemas.KindNumber:
		return Number
	}
	return Ignore
}

// KeyColumn holds the keys of a column's distinct values: the keys of value v
// are Dict strings ID[Off[v]:Off[v+1]]. Names that the comparison knows:
// lemma, translit, key, core, full (the same thing written another way),
// skeleton (sounds alike), house and city (parts of an address), last7; all
// keys, whatever their name, are used for blocking.
type KeyColumn struct {
	Name string
	Dict *schemas.Dict
	Off  []uint32 // nil = exactly one key id per value
	ID   []uint32
}

// Of gives the key ids of value id v.
func (k *KeyColumn) Of(v uint32) []uint32 {
	if k.Off == nil {
		if int(v) < len(k.ID) {
			return k.ID[v : v+1]
		}
		return nil
	}
	if int(v)+1 >= len(k.Off) {
		return nil
	}
	return k.ID[k.Off[v]:k.Off[v+1]]
}

// Column is one attribute of all rows. Id 0 of Dict is "missing".
type Column struct {
	Name string
	Role Role
	Dict *schemas.Dict
	Off  []uint32 // nil = single-valued; else the values of row r are ID[Off[r]:Off[r+1]]
	ID   []uint32
	Keys []KeyColumn

	// Unproved marks personal numbers that no check digit guards: two different
	// ones speak against a merge, but may be a mistake.
	Unproved bool
}

// Of gives the value ids of row r; it may hold id 0.
func (c *Column) Of(r int) []uint32 {
	if c.Off == nil {
		return c.ID[r : r+1]
	}
	return c.ID[c.Off[r]:c.Off[r+1]]
}

// held lists the values of the dictionary that some row has, in order.
func (c *Column) held() []uint32 {
	seen, n := make([]bool, c.Dict.Len()), 0
	seen[0] = true // a missing value is none
	for _, v := range c.ID {
		if !seen[v] {
			seen[v] = true
			n++
		}
	}
	held := make([]uint32, 0, n)
	if n < len(seen)/16 { // a few rows and the dictionary of many
		for _, v := range c.ID {
			if seen[v] && v != 0 {
				held, seen[v] = append(held, v), false
			}
		}
		slices.Sort(held)
		return held
	}
	for v := 1; v < len(seen); v++ {
		if seen[v] {
			held = append(held, uint32(v))
		}
	}
	return held
}

// letters bounds how much text the rows hold in some columns, in bytes.
func (t *Table) letters(cols []int) (sum int) {
	for _, ci := range cols {
		c := &t.Cols[ci]
		arena, _ := c.Dict.Parts()
		sum += len(arena) / c.Dict.Len() * min(len(c.ID), c.Dict.Len())
	}
	return sum
}

// NewColumn encodes single-valued texts; it is the simple way to build a column.
func NewColumn(name string, role Role, values []string) Column {
	c := Column{Name: name, Role: role, Dict: schemas.NewDict(), ID: make([]uint32, len(values))}
	for i, v := range values {
		c.ID[i] = c.Dict.Intern(v)
	}
	return c
}

// NewMultiColumn encodes columns whose rows hold any number of values.
func NewMultiColumn(name string, role Role, values [][]string) Column {
	c := Column{Name: name, Role: role, Dict: schemas.NewDict(), Off: make([]uint32, 1, len(values)+1)}
	for _, vs := range values {
		for _, v := range vs {
			if v != "" {
				c.ID = append(c.ID, c.Dict.Intern(v))
			}
		}
		c.Off = append(c.Off, uint32(len(c.ID)))
	}
	return c
}

// AddKeys computes a key column by calling f once per distinct value; f emits
// any number of keys.
func (c *Column) AddKeys(name string, f func(value string, emit func(string))) {
	k := KeyColumn{Name: name, Dict: schemas.NewDict(), Off: make([]uint32, 1, c.Dict.Len()+1)}
	for v := 0; v < c.Dict.Len(); v++ {
		if v > 0 {
			f(c.Dict.Get(uint32(v)), func(s string) {
				if s != "" {
					k.ID = append(k.ID, k.Dict.Intern(s))
				}
			})
		}
		k.Off = append(k.Off, uint32(len(k.ID)))
	}
	c.Keys = append(c.Keys, k)
}

// Table is what is matched. The engine reads it only; it may be shared.
// All order and sampling come from Record, never from row numbers.
type Table struct {
	Rows   int
	Record []string // unique, stable name of each row
	Source []uint16 // per row, index into NoDup; nil = one source
	NoDup  []bool   // per source: it never gives one party two live rows
	Cols   []Column

	// Before tells which of two rows has the name that comes first. It stands instead
	// of Record where rows are only weighed in pairs: no order of all is needed for that,
	// and of many rows it takes longer than the weighing.
	Before func(a, b uint32) bool

	// Room is where long working lists stand while the table is matched; nil =
	// in memory. It changes no result.
	Room *scratch.Room
}

// Within lets the matcher keep a quarter of so many bytes for its long lists;
// what goes beyond stands on disk. 0 = all in memory.
func (t *Table) Within(memory int64) {
	if memory > 0 {
		t.Room = scratch.New(scratch.Dir(), memory/4)
	}
}

// Check says whether the arrays fit together and the record names are unique.
func (t *Table) Check() error {
	bad := func(thing, msg string) error {
		return errs.New(errs.Bug, "check the match table", thing, msg, "build one entry per row")
	}
	if len(t.Record) != t.Rows && (t.Before == nil || t.Record != nil) {
		return bad("record names", fmt.Sprintf("%d names for %d rows", len(t.Record), t.Rows))
	}
	if t.Source != nil && len(t.Source) != t.Rows {
		return bad("sources", fmt.Sprintf("%d entries for %d rows", len(t.Source), t.Rows))
	}
	for _, s := range t.Source {
		if int(s) >= len(t.NoDup) {
			return bad("sources", "a row names a source without an entry in NoDup")
		}
	}
	for i := range t.Cols {
		c := &t.Cols[i]
		if c.Dict == nil {
			return bad("column "+c.Name, "no dictionary")
		}
		n := len(c.ID)
		if c.Off != nil {
			if len(c.Off) != t.Rows+1 || int(c.Off[t.Rows]) != n {
				return bad("column "+c.Name, "offsets do not fit the rows")
			}
		} else if n != t.Rows {
			return bad("column "+c.Name, fmt.Sprintf("%d ids for %d rows", n, t.Rows))
		}
	}
	return nil
}

// ranks orders rows by record name: rank[row] and its inverse. Two rows with
// one name are an error, because nothing could tell them apart in any order.
func (t *Table) ranks() (rank, byRank []uint32, err error) {
	byRank = make([]uint32, t.Rows)
	sorted := true
	for i := range byRank {
		byRank[i] = uint32(i)
		if i > 0 && t.Record[i] <= t.Record[i-1] {
			sorted = false
		}
	}
	if !sorted {
		sort.Slice(byRank, func(i, j int) bool { return t.Record[byRank[i]] < t.Record[byRank[j]] })
	}
	rank = make([]uint32, t.Rows)
	for i, r := range byRank {
		rank[r] = uint32(i)
		if i > 0 && t.Record[r] == t.Record[byRank[i-1]] {
			return nil, nil, errs.New(errs.Input, "check the match table", fmt.Sprintf("row %d", r),
				"two records have one name", "name records by source, stream and key")
		}
	}
	return rank, byRank, nil
}

// allowed reports whether rows a and b may be one party as far as sources go.
func (t *Table) allowed(a, b uint32) bool {
	return t.Source == nil || t.Source[a] != t.Source[b] || !t.NoDup[t.Source[a]]
}

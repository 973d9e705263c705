package segment

import "time"

// Day is a calendar day as days since 1970-01-01.
type Day int32

// DayOf gives the calendar day that an instant is in its zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// String gives the ISO form.
func (d Day) String() string {
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}

// Value is a literal of a rule: exact text, with what it is beside.
type Value struct {
	Text string // as compared: ISO for days, plain decimal for numbers
}

// Compare is the comparison of a value with literals. Exactly one of its parts
// is used: a list, bounds, or Set.
type Compare struct {
	In             []Value // equals and in
	Ge, Gt, Le, Lt *Value  // between gives Ge and Le
	Set            *bool   // is there a value at all
}

// Type is how an attribute or field compares.
type Type string

// Types of comparison.
const (
	Text   Type = "text"   // equals, in
	Date   Type = "date"   // and ge, gt, le, lt, between; ISO days
	Number Type = "number" // and ge, gt, le, lt, between; exact decimals
)

// AttrTest compares an attribute of the client.
type AttrTest struct {
	Attr string
	Type Type
	// Column says where it stands: in the table clients, or as several values of
	// the history.
	Multi   bool
	Derived string // "age": computed from birth_date and the as-of day
	Compare
}

// ProductTest asks for products held: accounts, cards and products of any source.
type ProductTest struct {
	Product       []string // any of these; empty = any product
	Status        []string // any of these; empty = any status
	From, To      *Day     // had: on some day of this range, both included
	MaturesWithin *Period  // holds: ends within this time after the as-of day
}

// FactTest counts or sums facts in a window.
type FactTest struct {
	Kind   string // transaction or interaction
	Where  []FieldTest
	Field  string  // what is summed; "" = count
	Within *Period // up to and with the as-of day
	From   *Day    // or a fixed range, both included
	To     *Day
	Compare
}

// FieldTest narrows the facts that count.
type FieldTest struct {
	Field string
	Type  Type
	Compare
}

// LifeTest asks for the lifecycle state on the as-of day.
type LifeTest struct {
	State         []string
	EnteredWithin *Period
	ForAtLeast    *Period
	Episode       *Compare
}

package schemas

import (
	"maps"
	"slices"
	"time"
)

// Mode says what a delivery of a stream contains.
type Mode string

// Modes of a stream.
const (
	Full   Mode = "full"   // the whole table each time; a key that is missing is closed on that date
	Delta  Mode = "delta"  // only what changed
	Events Mode = "events" // facts that are never changed, only added
)

// DriftPolicy says what happens when a column is not as the contract says.
type DriftPolicy string

// Drift policies.
const (
	Evolve     DriftPolicy = "evolve"     // accept and report
	Freeze     DriftPolicy = "freeze"     // stop the run with exit 4
	Quarantine DriftPolicy = "quarantine" // set the delivery's rows aside, the rest of the night goes on
)

// Stream is the contract and the mapping of one stream: pure data, drawn from
// sources/*.yaml. The connector's own settings are not here.
type Stream struct {
	Source  string // id of the source file
	Name    string // unique within the source
	Mode    Mode
	Key     []string // source columns that identify a row; empty for facts keyed by their whole content
	Order   Order
	Zone    string // IANA zone of local times; "" = UTC
	Region  string // default country of phones and documents: RU, UA, …
	Columns []Column
	// Decimal is the sign before the decimals of its numbers, "." or ","; the other
	// sign then only parts groups of three. "" = not declared: what could be read
	// both ways ("1,000") is refused.
	Decimal string
	Drift   Drift
	Parties []PartyMap
	Facts   []FactMap
	Filter  []Filter
	// Trust orders sources in survivorship: higher wins, 0–100, default 50.
	Trust int
	// MaxQuarantine is the share of unreadable rows (0–1) above which a run ends with exit 3.
	MaxQuarantine float64
	// Period says that one delivery speaks for a whole "day" or "month": a second
	// one for the same period replaces the first. "" = see Mode.
	Period string
	// Late says what happens when the other streams brought a later day than this
	// one has: "hold" (the snapshot waits for a person), "publish" (it goes out and
	// the report says so), "" (nothing is said).
	Late string
	// BrakeClose is the share (0–1) of this stream's records that one run may
	// close; 0 = the project's.
	BrakeClose float64
	// NoDuplicates declares that the source never gives one party two live keys.
	NoDuplicates bool
	// Purpose and LegalBasis are required for web sources.
	Purpose, LegalBasis string
}

// ID is "source/stream", the name used in files, messages and SQL.
func (s *Stream) ID() string { return s.Source + "/" + s.Name }

// PeriodOf names the period that a delivery as of t speaks for: a day, or a
// month where the stream says so. Days are those of UTC, as all times that
// deliveries speak of.
func (s *Stream) PeriodOf(t time.Time) string {
	if s.Period == "month" {
		return t.UTC().Format("2006-01")
	}
	return t.UTC().Format(time.DateOnly)
}

// Order says which version of a record is the latest: by Column's value when
// set (a modification time or number), then by the delivery's as_of, then by content.
type Order struct {
	Column string // source column; "" = none
	// AsOf tells where the delivery's business date comes from: "header", "name" (a
	// date in the file name), "column:<name>" (the latest value in it) or "arrival";
	// a delivery that does not tell it is refused. "" = header, else name, else arrival.
	AsOf string
}

// Column is the contract of one source column.
type Column struct {
	Name     string
	Type     string // text | int | decimal | minor (hundredths) | date | timestamp | bool | note (free text); "" = text
	Required bool   // an empty cell quarantines the row
	Format   string // dates: "dmy", "mdy", "ymd", "yymmdd", a Go layout, or "" = decided by column evidence
	Drift    DriftPolicy
	PAN      bool              // holds card numbers: masked and tokenised by the connector
	Codes    map[string]string // code list of the column's own: source code → dictionary value; unknown codes are kept and reported
	List     *CodeMap          // versioned list of codes/<dictionary>.yaml instead; nil = none
	Decode   string            // named decoding: "birth_number" (YYMMDD, month+50 for women), ""
}

// Coded reports a column whose cells are codes of a list.
func (c *Column) Coded() bool { return len(c.Codes) > 0 || c.List != nil }

// Meaning gives the dictionary value of a code on a day, days since 1970; false
// when no list of the column knows it.
func (c *Column) Meaning(code string, day int32) (string, bool) {
	if c.List != nil {
		return c.List.Meaning(code, day)
	}
	v, ok := c.Codes[code]
	return v, ok
}

// Words lists the dictionary values that the column's codes lead to, sorted.
func (c *Column) Words() []string {
	seen := map[string]bool{}
	for _, v := range c.Codes {
		seen[v] = true
	}
	if c.List != nil {
		for _, spans := range c.List.Codes {
			for _, s := range spans {
				seen[s.Value] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Drift gives the policy per kind of change; Columns may refine it.
type Drift struct {
	New, Missing, Reordered DriftPolicy
}

// Filter drops rows, counted as filtered with Reason.
type Filter struct {
	Column string
	Equals []string // drop when the cell is one of these
	Not    []string // drop when the cell is none of these
	Reason string
}

// PartyMap makes one party record out of a row. A row may give several (an
// account with two owners), told apart by Role.
type PartyMap struct {
	Role string // "" for the main party; part of the record key otherwise
	// Kind is fixed, or taken from KindColumn through KindCodes.
	Kind       Party
	KindColumn string
	KindCodes  map[string]Party
	Key        []string // columns of the record key; default Stream.Key
	Attrs      []AttrMap
	// When lists columns of which at least one must be non-empty; else the row makes no party.
	When []string
	// Where lists columns with the words they must hold: {type: [OWNER]}; all must hold.
	Where map[string][]string
}

// AttrMap sends one or more columns to one attribute.
type AttrMap struct {
	Attr    string
	Columns []string
	Join    string // non-empty: columns are joined by it into one cell; "" = one cell per column
	Const   string // a fixed value instead of columns
}

// FactMap makes one fact out of a row.
type FactMap struct {
	Fact   string              // a name of FactKinds
	Fields map[string]Operand  // fact column → where it comes from
	When   []string            // as in PartyMap
	Where  map[string][]string // as in PartyMap
	Key    []string            // default Stream.Key
}

// Operand is where a fact column's value comes from: a column, a constant, or
// a reference to something else.
type Operand struct {
	Column string
	Const  string
	// Ref is set for reference fields: RefAccount, RefCard, RefPhone, RefEmail, RefVisitor,
	// or RefRecord with Of naming the stream whose key the column holds.
	Ref     string
	Of      string   // "source/stream" for RefRecord; "" = this stream
	Columns []string // composite key of a RefRecord, instead of Column
}

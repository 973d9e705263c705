package segment

import "context"

// Base says whom a segment chooses from.
type Base string

// Bases. Clients are all parties of the snapshot, whatever their lifecycle.
const (
	Clients       Base = "clients"
	People        Base = "people"
	Organisations Base = "organisations"
)

// Words are one thing named for people in both languages.
type Words struct {
	Ru string `json:"ru"`
	En string `json:"en"`
}

// Segment is one segments/<id>.yaml, checked. Nothing in it changes after Link.
type Segment struct {
	ID      string `json:"segment"`
	Version int    `json:"version"` // given by the author, from 1
	Owner   string `json:"owner"`
	Purpose string `json:"purpose"` // dotted, marketing.deposits: the consent that applies; never empty
	Base    Base   `json:"base"`
	Title   Words  `json:"title"`
	Where   *Node  `json:"-"`
	File    string `json:"file"` // segments/<id>.yaml
	Hash    string `json:"hash"` // SHA-256 of what it says, the segments that it uses included; set by Link
	own     string // SHA-256 of what the file itself says
}

// Op is what a node of the rule does.
type Op string

// Nodes: the first three have kids, the others are leaves.
const (
	All       Op = "all"
	Any       Op = "any"
	Not       Op = "not"
	OpAttr    Op = "attr"
	OpHolds   Op = "holds" // on the as-of day
	OpHad     Op = "had"   // on some day up to the as-of day
	OpNever   Op = "never" // on no day up to the as-of day
	OpCount   Op = "count"
	OpSum     Op = "sum"
	OpLife    Op = "lifecycle"
	OpSegment Op = "segment"
)

// Unknown says what becomes of people about whom a leaf knows nothing.
type Unknown string

// Ways with the unknown.
const (
	Exclude Unknown = "exclude" // the leaf stays unknown: they do not match unless another branch decides
	Include Unknown = "include" // the leaf keeps nobody out
	Refuse  Unknown = "error"   // where it decides, the evaluation fails
)

// Node is a node of the rule. Of the tests below, the one of its Op is set.
type Node struct {
	Op      Op
	Kids    []*Node
	Unknown Unknown

	Attr    *AttrTest
	Product *ProductTest
	Fact    *FactTest
	Life    *LifeTest
	Use     string   // OpSegment: id of the other segment
	Segment *Segment // OpSegment: that segment; set by Link

	Path      string // where.all[0]
	Line, Col int
}

// Leaf reports whether the node has no kids.
func (n *Node) Leaf() bool { return n.Op != All && n.Op != Any && n.Op != Not }

// Leaves gives the leaves in the order of the file; those of used segments are
// not among them.
func (n *Node) Leaves() []*Node {
	if n.Leaf() {
		return []*Node{n}
	}
	var out []*Node
	for _, k := range n.Kids {
		out = append(out, k.Leaves()...)
	}
	return out
}

// Fault is one thing wrong in a segment file; it has the fields of the
// configuration's own fault, so that one converts to the other.
type Fault struct {
	File string
	Line int
	Col  int
	Path string
	Msg  string
	Hint string
}

// Queryer answers parameterised SQL over the documented views of a snapshot.
// Parameters stand as $1, $2, … and are int64, string, bool or nil.
type Queryer interface {
	Query(ctx context.Context, sql string, args ...any) (Rows, error)
}

// Rows is an answer being read.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// Query is a compiled segment. The three texts take the same parameters and may
// stand as subqueries of others, whose own parameters then go on after Args.
type Query struct {
	SQL     string // client_no INTEGER, client_id VARCHAR of those who match, in no order
	Unknown string // the same of those for whom the rule is unknown
	Counts  string // one row: base, matched, unknown, and of the unknown how many each leaf of Refused leaves undecided
	Args    []any
	Refused []*Node // leaves with unknown: error
	AsOf    Day
}

// Counts say how many.
type Counts struct {
	Base    int64 `json:"base"`
	Matched int64 `json:"matched"`
	Unknown int64 `json:"unknown"`
}

// Gate is one gate's verdict about one client, for Why: whether somebody whom
// the rule matches may be contacted.
type Gate struct {
	Name   string `json:"gate"`
	Passed bool   `json:"passed"`
	Detail string `json:"detail,omitempty"` // why, without a contact point in clear
	Source string `json:"source,omitempty"`
	Date   string `json:"date,omitempty"` // ISO day
}

// Gates judge one client in the order of the waterfall, up to and including
// the first gate that stops it.
type Gates interface {
	Judge(ctx context.Context, s *Segment, clientID string, asOf Day) ([]Gate, error)
}

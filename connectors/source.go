package connectors

import (
	"context"
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"go.yaml.in/yaml/v3"

	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// Source reads one stream. Plan lists what there is to read after a cursor
// without reading it; each Slice is one delivery: a file, a query window, a
// crawl. Slices are returned in the order in which they should be loaded.
type Source interface {
	// Plan gives the slices after from (nil = from the beginning). It opens
	// connections and lists files, and reads no rows.
	Plan(ctx context.Context, from Cursor) ([]Slice, error)
	// Close releases connections. It is safe to call twice.
	Close() error
}

// Slice is one delivery to be pulled batch by batch.
type Slice interface {
	// Info describes the slice before it is read; it is what `plan` prints.
	Info() SliceInfo
	// Next gives the next batch, or io.EOF when the slice is complete and its
	// checks (trailer counts, sums) held. Any other error refuses the slice as
	// a whole: nothing of it is loaded. A batch is never returned with an error.
	Next(ctx context.Context) (Batch, error)
	Close() error
}

// SliceInfo says what a slice is, without any client's value.
type SliceInfo struct {
	Name   string    // file name, "query", crawl start
	Size   int64     // bytes or estimated rows; -1 unknown
	Unit   string    // "bytes" | "rows" | "pages"
	AsOf   time.Time // business date from source, header or file name; zero = unknown before reading
	Detail string    // window or encoding found, for `plan`
}

// Cursor is opaque to all but its connector. It is committed with the snapshot.
type Cursor []byte

// Batch is some rows of a slice, in order.
type Batch struct {
	// Rows has one Utf8 column per source column (nullable: null = the source
	// gave no value, "" = it gave an empty one), named as the source names it
	// (or c1, c2, … without a header), plus for every column marked PAN a
	// column "<name>#token" with the card token in hex. The caller owns Rows
	// until Release.
	Rows arrow.RecordBatch
	// Pos has one position per row.
	Pos []Position
	// Bad are rows that could not be read; they go to quarantine.
	Bad []BadRow
	// Raw are the received bytes this batch was read from, card numbers
	// already masked at equal length; nil when the source is not a file.
	// Over all batches of a slice the segments join to the whole file, byte
	// for byte: offsets in Pos and Bad are offsets into it.
	Raw []byte
	// RawAt is the offset of Raw[0] in the slice's file.
	RawAt int64
	// Next is the cursor after this batch.
	Next Cursor
	// AsOf is set when the batch's content (a header) told the business date.
	AsOf time.Time
	// Sparse: the columns are the names that its rows use (JSON lines), not a
	// heading. One that is absent is empty in every row so far.
	Sparse bool
	// Notes are findings about the file for the run report ("declared windows-1251, found utf-8").
	Notes []string
}

// PosKind says how a position's numbers are to be read.
type PosKind uint8

// Kinds of position.
const (
	AtOffset  PosKind = 1 // bytes A..B of the file; Line is set too for text
	AtMessage PosKind = 2 // message number A, bytes at Line..B are not known
	AtKey     PosKind = 3 // the row with key Key (databases)
	AtSpan    PosKind = 4 // bytes A..B of the payload of record number Line (WARC, pages)
)

// Position finds a row again. Numbers are stable: an erased row keeps its number.
type Position struct {
	Kind PosKind
	A, B int64  // byte range [A,B) in the received (masked) file for AtOffset
	Line int64  // 1-based line, message or record number; 0 = none
	Key  string // key for AtKey; URL for AtSpan
}

// Words says where a row stands; "" when nothing is known.
func (p Position) Words() string {
	switch p.Kind {
	case AtOffset:
		if p.Line > 0 {
			return fmt.Sprintf("line %d, bytes %d–%d", p.Line, p.A, p.B)
		}
		return fmt.Sprintf("bytes %d–%d", p.A, p.B)
	case AtMessage:
		return fmt.Sprintf("message %d", p.A)
	case AtKey:
		return "row by key"
	case AtSpan:
		return fmt.Sprintf("record %d, bytes %d–%d", p.Line, p.A, p.B)
	}
	return ""
}

// BadRow is a row that could not be read. Raw has its bytes, cards masked,
// cut at 64 KiB; Reason never quotes them.
type BadRow struct {
	Pos    Position
	Reason string // closed words: "too_many_fields", "too_few_fields", "unterminated_quote", "bad_encoding", "line_too_long", "bad_json", "bad_length", "unknown_element", …
	Detail string // numbers and column names only: "19 fields, 18 expected"
	Raw    []byte
}

// Env is what a family gets to open a source. No globals, no clock of its own.
type Env struct {
	Dir    string                                  // project folder; relative paths are relative to it
	Card   opaque.Key                              // key of card tokens
	Secret func(name string) (opaque.Value, error) // secret by name, from the environment or a 0600 file
	Now    time.Time                               // the run's instant: for safety lags and crawl budgets only
	// Scheduled is the time of the source's schedule that the run is for, in the
	// schedule's zone; zero when the run was started by hand.
	Scheduled time.Time
}

// Family makes sources of one kind. Node is the `from:` node of the stream
// with its file and line; the family decodes it into its own Config and
// reports every fault of it, not only the first.
type Family struct {
	Kind string // "corebank", "cards", "callcentre", "web", "command"
	Doc  string // one line for `validate --kinds` and the README
	// Check decodes and checks the node without opening anything.
	Check func(node *yaml.Node, s *schemas.Stream) []Fault
	// Open makes the source.
	Open func(env Env, node *yaml.Node, s *schemas.Stream) (Source, error)
}

// Fault is one thing wrong in a source's YAML.
type Fault struct {
	Line, Col int
	Path      string // "from.charset"
	Msg       string // what is wrong
	Hint      string // what to write instead: "did you mean cp1251?"
}

// Package formats turns bytes into rows with positions: one file per format,
// and the list that `read FILE` guesses from.
//
// A Reader gives rows as the file has them. A Builder turns them into
// connectors' batches: Arrow columns, positions, bad rows, and the received
// bytes with card numbers masked at equal length. FileSlice joins both into a
// connectors.Slice, so a family only says which place and which format.
//
//	bytes ─▶ Tape ─▶ Reader ─▶ rows ─▶ Builder ─▶ batch
//	          └──────── received bytes ──────┘
//
// A reader knows nothing of cards: it says where each field's bytes are, and
// the builder masks the field and its bytes alike.
package formats

import (
	"io"
	"time"

	"clientbase/connectors"
	"clientbase/internal/scan"
)

// Field is one cell of a row.
type Field struct {
	Value []byte // UTF-8; owned by the reader and valid until its next Next
	Null  bool   // the source gave no value (Value is empty then)
	// Off and End are the bytes of the field in the received file, quotes and
	// escapes included. Both zero: not known; the builder then scans the whole row.
	Off, End int64
}

// Row is one step of a Reader: a row, a row that could not be read (Err), or
// bytes that hold no row (Gap): a header, a blank line, a piece of a line that
// is too long to keep. Steps come in the order of the file and never overlap.
type Row struct {
	Fields   []Field // as many as Columns() has at this moment; owned by the reader
	Off, End int64   // bytes [Off,End) of the received file
	Line     int64   // 1-based line or message number; 0 = none
	// Pos replaces the position made from Off, End and Line; the zero Position means
	// "at offset". Formats whose positions are messages or spans set it.
	Pos connectors.Position
	Err *RowError
	Gap bool
	// Blank are bytes of the received file that may not be kept at all (tracks, PIN blocks, card
	// numbers in packed digits). The builder overwrites them with '*' of the charset, in rows,
	// bad rows and gaps alike, before any byte leaves.
	Blank []Span
}

// Span is the bytes [Lo,Hi) of the received file.
type Span struct{ Lo, Hi int64 }

// RowError says why a row could not be read, without quoting it.
type RowError struct {
	Reason string // closed words, see connectors.BadRow
	Detail string // numbers and column names only
}

// Info is what a reader found out about the file. It may grow while reading.
type Info struct {
	// Charset says how the received bytes hold text, so that cards are found in
	// them. scan.Opaque (containers such as XLSX or Parquet) means that the bytes
	// cannot be masked: the builder then delivers none.
	Charset scan.Charset
	// PAN names columns that hold card numbers by the definition of the format,
	// beside those that the stream's contract marks.
	PAN  []string
	AsOf time.Time // business date told by the content; zero = not told
	// Sparse: columns are named by the rows that use them, as in JSON lines; there is no heading.
	Sparse bool
	Notes  []string // findings for the run report, without values
}

// Reader gives the rows of one file in order.
type Reader interface {
	// Columns names the columns in file order. It may grow while reading (NDJSON), never shrink.
	Columns() []string
	// Next gives the next step, or io.EOF (again and again) when the file is complete and its
	// checks held. Any other error refuses the file as a whole. The row is valid until the next call.
	Next() (Row, error)
	// Info gives what is known so far.
	Info() Info
}

// Input is the file that a format opens.
type Input struct {
	Name string      // base name, for messages and guessing
	R    io.Reader   // the bytes from the beginning
	At   io.ReaderAt // nil for pipes; containers need it
	Size int64       // -1 unknown
}

// Options is what every format understands; a format's own settings are
// arguments of its own constructor.
type Options struct {
	Charset string // declared charset; "" or "auto" = found by evidence
	MaxLine int    // longest row in bytes; 0 = 1 MiB
	Skip    int    // lines or sheet rows before the heading; 0 = none, or found by evidence
	Sheet   string // of a workbook; "" = the first visible one
}

// DefaultMaxLine is the longest row that is kept, in bytes.
const DefaultMaxLine = 1 << 20

func (o Options) maxLine() int {
	if o.MaxLine <= 0 {
		return DefaultMaxLine
	}
	return o.MaxLine
}

// Format is one entry of the guess list.
type Format struct {
	Name string // word of `from: {format: …}` and of `read --format`
	Doc  string // one line
	// Guess scores 0 (no) to 100 (certain) how well the file's base name and first
	// bytes (up to GuessBytes, the whole file when shorter) fit.
	Guess func(name string, head []byte) int
	// Container formats need Input.At and Input.Size.
	Container bool
	// Open starts reading. It may read the first bytes (a header) and refuse the file.
	Open func(in Input, o Options) (Reader, error)
}

// GuessBytes is how much of a file Guess sees.
const GuessBytes = 64 << 10

// Guess gives the format of the list that fits best, the earlier one on a
// tie; ok is false when none fits at all.
func Guess(list []Format, name string, head []byte) (best Format, ok bool) {
	top := 0
	for _, f := range list {
		if n := f.Guess(name, head); n > top {
			best, top, ok = f, n, true
		}
	}
	return best, ok
}

// ByName finds a format of the list by its word.
func ByName(list []Format, name string) (Format, bool) {
	for _, f := range list {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

package sheet

import (
	"io"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"clientbase/internal/errs"
)

// Workbook writes a worksheet row by row. All cells are text: nothing in it is
// a formula, and no number is rounded or loses its zeros.
type Workbook struct {
	f     *excelize.File
	s     *excelize.StreamWriter
	w     io.Writer
	style int
	n     int
}

const sheetName = "Sheet1"

// What a worksheet and a cell of it hold.
const (
	maxRows = 1 << 20
	maxCell = 32767
)

// NewWorkbook begins a workbook on w; what does not fit into memory goes to the
// folder tmp.
func NewWorkbook(w io.Writer, tmp string) (*Workbook, error) {
	b := &Workbook{f: excelize.NewFile(excelize.Options{TmpDir: tmp}), w: w}
	var err error
	if b.style, err = b.f.NewStyle(&excelize.Style{NumFmt: 49}); err != nil { // "@", text
		return nil, err
	}
	b.s, err = b.f.NewStreamWriter(sheetName)
	return b, err
}

// Describe puts words about the workbook into its properties.
func (b *Workbook) Describe(title, about string) error {
	return b.f.SetDocProps(&excelize.DocProperties{Title: title, Description: about, Creator: "clientbase", LastModifiedBy: "clientbase", Created: "1980-01-01T00:00:00Z", Modified: "1980-01-01T00:00:00Z"})
}

// Row adds a row.
func (b *Workbook) Row(cells []string) error {
	b.n++
	if b.n > maxRows {
		return errs.New(errs.Config, "export", "xlsx", "a worksheet holds 1 048 576 rows, the list has more", "choose csv")
	}
	at, err := excelize.CoordinatesToCellName(1, b.n)
	if err != nil {
		return err
	}
	line := make([]any, len(cells))
	for i, c := range cells {
		if len(c) > maxCell && len(utf16.Encode([]rune(c))) > maxCell {
			return errs.New(errs.Config, "export", "xlsx", "a cell holds 32 767 characters, the result has a longer text", "choose csv, or a part of the text: left(x, 1000)")
		}
		if strings.ContainsFunc(c, unwritable) {
			return errs.New(errs.Config, "export", "xlsx", "a cell holds a control character, which a worksheet cannot keep", "choose csv, or take it out: regexp_replace(x, '[[:cntrl:]]', ' ', 'g')")
		}
		line[i] = excelize.Cell{StyleID: b.style, Value: c}
	}
	return b.s.SetRow(at, line)
}

// unwritable tells a character that XML has none of; it would come back as
// another one.
func unwritable(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

// Close writes the file.
func (b *Workbook) Close() error {
	if err := b.s.Flush(); err != nil {
		return err
	}
	if err := b.f.Write(b.w); err != nil {
		return err
	}
	return b.f.Close()
}

package formats

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"clientbase/internal/errs"
	"clientbase/internal/scan"
)

// Limits of workbooks, which are zip archives of XML.
const (
	xlsxMaxUnpacked = 1 << 30
	xlsxMaxSheet    = 512 << 20 // one sheet is held in memory, never in a temporary file
	xlsxMaxColumns  = 16_384
)

// XLSXFormat is the entry of Excel workbooks in the guess list.
func XLSXFormat() Format {
	return Format{
		Name:      "xlsx",
		Doc:       "Excel workbook: one sheet, whose heading names the columns",
		Container: true,
		Guess: func(name string, head []byte) int {
			if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
				return 0
			}
			if e := ext(name); e == "xlsx" || e == "xlsm" || bytes.Contains(head, []byte("xl/")) {
				return 97
			}
			return 0
		},
		Open: OpenXLSX,
	}
}

// OpenXLSX reads one sheet of a workbook, row by row. The heading names the
// columns: the row behind o.Skip rows, else the first row that fills more than half
// of the cells that the fullest of the first rows fills, because a title often stands
// above it. A column without a name is c<number>. Cells
// are given as they are stored: numbers unrounded, dates as the day number of
// Excel where the cell has no date format, else as 2006-01-02 or 2006-01-02 15:04:05.
// Blank rows are gaps. Positions are row numbers of the sheet (Position.Line).
func OpenXLSX(in Input, o Options) (Reader, error) {
	var src io.Reader = in.R
	if in.At != nil && in.Size >= 0 {
		src = io.NewSectionReader(in.At, 0, in.Size)
	}
	f, err := excelize.OpenReader(src, excelize.Options{UnzipSizeLimit: xlsxMaxUnpacked, UnzipXMLSizeLimit: xlsxMaxSheet,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return nil, errs.Hidden(errs.Input, "read", in.Name, "not a readable workbook, or one that unpacks to more than the limit", err, "save it as .xlsx without a password, or as CSV")
	}
	r := &xlsxReader{name: in.Name, f: f, info: Info{Charset: scan.Opaque}}
	for _, s := range f.GetSheetList() {
		ok, err := f.GetSheetVisible(s)
		if o.Sheet == s || o.Sheet == "" && err == nil && ok {
			r.sheet = s
			break
		}
	}
	if o.Sheet != "" && r.sheet == "" {
		_ = f.Close()
		return nil, errs.New(errs.Input, "read", in.Name, "the workbook has no sheet "+o.Sheet, "one of: "+strings.Join(f.GetSheetList(), ", "))
	}
	if n := f.SheetCount; n > 1 && o.Sheet == "" {
		r.info.Notes = append(r.info.Notes, fmt.Sprintf("the first visible of %d sheets is read", n))
	}
	if r.rows, err = f.Rows(r.sheet); err != nil {
		_ = f.Close()
		return nil, errs.Hidden(errs.Input, "read", in.Name, "the sheet cannot be read", err, "save the workbook again")
	}
	if err := r.heading(o.Skip); err != nil {
		return nil, err
	}
	if r.names == nil {
		_ = f.Close()
		return nil, errs.New(errs.Input, "read", in.Name, "the sheet is empty", "check that the data stands on the first sheet, or name the sheet")
	}
	r.fields = make([]Field, len(r.names))
	return r, nil
}

// xlsxLook is how many rows are looked at for the heading.
const xlsxLook = 30

// sheetCells is one row of the sheet with its number.
type sheetCells struct {
	line  int64
	cells []string
}

// heading finds the row that names the columns; rows read beyond it wait in ahead.
func (r *xlsxReader) heading(skip int) error {
	fullest := 0
	for len(r.ahead) < xlsxLook {
		row, err := r.pull()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if row.line > int64(skip) && filled(row.cells) {
			r.ahead = append(r.ahead, row)
			fullest = max(fullest, count(row.cells))
		}
	}
	for i, row := range r.ahead {
		if skip > 0 || count(row.cells)*2 > fullest {
			if i > 0 {
				r.info.Notes = append(r.info.Notes, fmt.Sprintf("the heading stands in row %d", row.line))
			}
			r.names, r.ahead = headings(row.cells), r.ahead[i+1:]
			return nil
		}
	}
	return nil
}

// pull gives the next row of the sheet.
func (r *xlsxReader) pull() (sheetCells, error) {
	if !r.rows.Next() {
		if err := r.rows.Error(); err != nil {
			return sheetCells{}, r.damaged(err)
		}
		return sheetCells{}, io.EOF
	}
	r.line++
	cells, err := r.rows.Columns()
	if err != nil {
		return sheetCells{}, r.damaged(err)
	}
	return sheetCells{r.line, cells}, nil
}

func count(cells []string) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

type xlsxReader struct {
	name, sheet string
	f           *excelize.File
	rows        *excelize.Rows
	names       []string
	fields      []Field
	info        Info
	ahead       []sheetCells // rows read while the heading was looked for
	line        int64
	end         error
}

func (r *xlsxReader) damaged(err error) error {
	_ = r.rows.Close()
	_ = r.f.Close()
	return errs.Hidden(errs.Integrity, "read", fmt.Sprintf("%s row %d", r.name, r.line), "the sheet is damaged", err, "save the workbook again")
}

// headings names the columns; equal names get a number.
func headings(cells []string) []string {
	out := make([]string, len(cells))
	seen := map[string]int{}
	for i, c := range cells {
		n := strings.Join(strings.Fields(c), " ")
		if n == "" {
			n = fmt.Sprintf("c%d", i+1)
		}
		if seen[n]++; seen[n] > 1 {
			n = fmt.Sprintf("%s_%d", n, seen[n])
		}
		out[i] = n
	}
	return out
}

func filled(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return true
		}
	}
	return false
}

// Columns names the columns.
func (r *xlsxReader) Columns() []string { return r.names }

// Info gives the findings.
func (r *xlsxReader) Info() Info { return r.info }

// Next gives the next row of the sheet.
func (r *xlsxReader) Next() (Row, error) {
	if r.end != nil {
		return Row{}, r.end
	}
	var next sheetCells
	if len(r.ahead) > 0 {
		next, r.ahead = r.ahead[0], r.ahead[1:]
	} else if next, r.end = r.pull(); r.end != nil {
		if r.end == io.EOF {
			_ = r.rows.Close()
			_ = r.f.Close()
		}
		return Row{}, r.end
	}
	cells := next.cells
	row := Row{Line: next.line, Pos: sheetRow(next.line)}
	switch {
	case !filled(cells):
		row.Gap = true
	case len(cells) > len(r.names) && filled(cells[len(r.names):]):
		row.Err = &RowError{Reason: "too_many_fields", Detail: fmt.Sprintf("%d fields, %d expected", len(cells), len(r.names))}
	default:
		for i := range r.fields {
			if i < len(cells) && cells[i] != "" {
				r.fields[i] = Field{Value: []byte(cells[i])}
			} else {
				r.fields[i] = Field{Null: true}
			}
		}
		row.Fields = r.fields
	}
	return row, nil
}

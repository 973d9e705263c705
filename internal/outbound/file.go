package outbound

import (
	"encoding/csv"
	"encoding/json"
	"io"

	"github.com/xuri/excelize/v2"

	"clientbase/internal/errs"
)

// sheet takes the rows of a list one by one. close finishes what was written.
type sheet interface {
	row(cells []string) error
	close() error
}

// newSheet opens a sheet of the profile's format on w. Nothing is buffered on
// disk outside tmp, which is the list's own folder.
func newSheet(w io.Writer, p *Profile, tmp string) (sheet, error) {
	if p.Format == "xlsx" {
		return newWorkbook(w, tmp)
	}
	s := &csvSheet{p: p}
	if p.Encoding == "utf-8-bom" {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	s.w = csv.NewWriter(w)
	s.w.Comma, s.w.UseCRLF = p.Separator, true
	return s, nil
}

// csvSheet writes one record per row. A machine gets the cells as they are; a
// person gets formula starts escaped. Letters outside the encoding are counted.
type csvSheet struct {
	p        *Profile
	w        *csv.Writer
	replaced int64 // cells with letters that the encoding does not have
	line     []string
}

func (s *csvSheet) row(cells []string) error {
	set := charsetOf(s.p.Encoding)
	s.line = s.line[:0]
	for _, c := range cells {
		if s.p.Human {
			c = escapedCell(c)
		}
		out, lost := encoded(c, set)
		if lost {
			s.replaced++
		}
		s.line = append(s.line, out)
	}
	return s.w.Write(s.line)
}

func (s *csvSheet) close() error {
	s.w.Flush()
	return s.w.Error()
}

// workbook writes text cells: nothing in it is a formula or a number, whatever
// it looks like.
type workbook struct {
	f     *excelize.File
	s     *excelize.StreamWriter
	w     io.Writer
	style int
	n     int
}

const sheetName = "Sheet1"

// maxSheetRows is what a worksheet holds.
const maxSheetRows = 1 << 20

func newWorkbook(w io.Writer, tmp string) (*workbook, error) {
	b := &workbook{f: excelize.NewFile(excelize.Options{TmpDir: tmp}), w: w}
	var err error
	if b.style, err = b.f.NewStyle(&excelize.Style{NumFmt: 49}); err != nil { // "@", text
		return nil, err
	}
	b.s, err = b.f.NewStreamWriter(sheetName)
	return b, err
}

func (b *workbook) row(cells []string) error {
	b.n++
	if b.n > maxSheetRows {
		return errs.New(errs.Config, "export", "xlsx", "a worksheet holds 1 048 576 rows, the list has more", "choose a profile with format: csv")
	}
	at, err := excelize.CoordinatesToCellName(1, b.n)
	if err != nil {
		return err
	}
	line := make([]any, len(cells))
	for i, c := range cells {
		line[i] = excelize.Cell{StyleID: b.style, Value: c}
	}
	return b.s.SetRow(at, line)
}

func (b *workbook) close() error {
	if err := b.s.Flush(); err != nil {
		return err
	}
	if err := b.f.Write(b.w); err != nil {
		return err
	}
	return b.f.Close()
}

// sidecar is what stands beside a csv for people: FILE.about.json.
type sidecar struct {
	List      string   `json:"list"`
	Recipient string   `json:"recipient"`
	Purpose   string   `json:"purpose"`
	Channel   string   `json:"channel"`
	Rows      int64    `json:"rows"`
	Expires   string   `json:"expires"`
	SHA256    string   `json:"sha256"`
	Encoding  string   `json:"encoding"`
	Separator string   `json:"separator"`
	Columns   []string `json:"columns"`
	Escape    string   `json:"escape"`
}

const escapeWords = "a cell that begins with = + - @ ' tab or a line end has an apostrophe before it, so that no spreadsheet reads it as a formula; to undo, drop one leading apostrophe"

func (s sidecar) text() ([]byte, error) {
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

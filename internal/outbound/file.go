package outbound

import (
	"encoding/csv"
	"encoding/json"
	"io"

	"clientbase/internal/sheet"
)

// rowWriter takes the rows of a list one by one. Close finishes what was written.
type rowWriter interface {
	Row(cells []string) error
	Close() error
}

// newSheet opens a sheet of the profile's format on w. Nothing is buffered on
// disk outside tmp, which is the list's own folder.
func newSheet(w io.Writer, p *Profile, tmp string) (rowWriter, error) {
	if p.Format == "xlsx" {
		return sheet.NewWorkbook(w, tmp)
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

// Row writes a row.
func (s *csvSheet) Row(cells []string) error {
	set := charsetOf(s.p.Encoding)
	s.line = s.line[:0]
	for _, c := range cells {
		if s.p.Human {
			c = sheet.Escape(c)
		}
		out, lost := encoded(c, set)
		if lost {
			s.replaced++
		}
		s.line = append(s.line, out)
	}
	return s.w.Write(s.line)
}

// Close forces the rows out.
func (s *csvSheet) Close() error {
	s.w.Flush()
	return s.w.Error()
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

func (s sidecar) text() ([]byte, error) {
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

package landing

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"

	"clientbase/internal/disk"
)

// spoolHeld is how many bytes of quarantined rows wait in main memory.
const spoolHeld = 4 << 20

// Spool collects the rows of one quarantine in bounded memory: what is over
// spoolHeld waits in a file without a name in data/tmp, which is gone with the
// process. Not safe for concurrent use.
type Spool struct {
	s       *Store
	rows    int
	reasons map[string]int64
	buf     bytes.Buffer // rows as JSON lines
	file    *disk.File
}

// Spool gives an empty spool; Close it.
func (s *Store) Spool() *Spool { return &Spool{s: s, reasons: map[string]int64{}} }

// Rows counts the rows added.
func (p *Spool) Rows() int { return p.rows }

// Reasons counts the rows added by reason; the caller does not change it.
func (p *Spool) Reasons() map[string]int64 { return p.reasons }

// Add takes rows in; the caller may change their bytes afterwards.
func (p *Spool) Add(rows ...QuarantineRow) error {
	enc := json.NewEncoder(&p.buf)
	for i := range rows {
		if err := enc.Encode(&rows[i]); err != nil {
			return err
		}
		p.rows++
		p.reasons[rows[i].Reason]++
		if p.buf.Len() >= spoolHeld {
			if err := p.spill(); err != nil {
				return disk.Problem("write quarantine to", filepath.Join(p.s.dir, "tmp"), err)
			}
		}
	}
	return nil
}

func (p *Spool) spill() error {
	if p.file == nil {
		dir := filepath.Join(p.s.dir, "tmp")
		if err := disk.MkdirAll(dir); err != nil {
			return err
		}
		f, err := disk.CreateTemp(dir, "quarantine-*")
		if err != nil {
			return err
		}
		p.file = f
		if err := disk.Remove(f.Name()); err != nil {
			return err
		}
	}
	_, err := p.buf.WriteTo(p.file)
	return err
}

// writeTo gives all rows in the order in which they came.
func (p *Spool) writeTo(w io.Writer) error {
	if p.file != nil {
		if _, err := p.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.Copy(w, p.file); err != nil {
			return err
		}
	}
	_, err := w.Write(p.buf.Bytes())
	return err
}

// Close frees the spool. It is safe to call twice.
func (p *Spool) Close() {
	if p.file != nil {
		_ = p.file.Close()
		p.file = nil
	}
	p.buf = bytes.Buffer{}
}

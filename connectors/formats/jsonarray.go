package formats

import (
	"errors"
	"io"

	"clientbase/internal/errs"
)

// arrayLines lets a JSON array be read as JSON lines, byte for byte: each object of
// the array becomes a line, and its bytes stay where they are in the file. Other input
// passes as it is. An array that ends before its bracket is a file that was cut: unlike
// a line, its last object may be whole.
type arrayLines struct {
	r       io.Reader
	name    string
	begun   bool // the first sign was seen
	array   bool // it opened an array that is not closed yet
	text    bool // inside of quotation marks
	escaped bool // behind a backslash
	depth   int
}

// Read gives the next bytes; see io.Reader.
func (a *arrayLines) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	for i := 0; i < n && (a.array || !a.begun); i++ {
		p[i] = a.next(p[i])
	}
	if a.array && errors.Is(err, io.EOF) {
		err = errs.New(errs.Integrity, "read", a.name, "the file is cut: its JSON array has no end", "check the transfer, or ask the source for the file again")
	}
	return n, err
}

func (a *arrayLines) next(c byte) byte {
	switch {
	case !a.begun:
		switch c {
		case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF:
			return c
		}
		a.begun, a.array = true, c == '['
		if a.array {
			a.depth = 1
			return ' '
		}
		return c
	case c == '\n' || c == '\r':
		return ' '
	case a.escaped:
		a.escaped = false
	case a.text:
		a.escaped, a.text = c == '\\', c != '"'
	case c == '"':
		a.text = true
	case c == '{' || c == '[':
		a.depth++
	case c == '}' || c == ']':
		if a.depth--; a.depth == 0 {
			a.array = false
			return ' '
		}
	case c == ',' && a.depth == 1:
		return '\n'
	}
	return c
}

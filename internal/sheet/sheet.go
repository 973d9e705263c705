// Package sheet makes files that people open in a spreadsheet: nothing in them
// is a formula, whatever it looks like, and what was changed for that is said
// beside the file and undone exactly when the file is read again.
package sheet

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// starters are the signs with which a spreadsheet begins a formula or a
// command; the wide forms are read as the narrow ones by some.
const starters = "=+-@\t\r\n\x00＝＋－＠'"

// Escape puts an apostrophe before a cell that a spreadsheet could read as a
// formula, and before one that begins with an apostrophe, so that Unescape is
// exact.
func Escape(s string) string {
	if r, n := utf8.DecodeRuneInString(s); n > 0 && strings.ContainsRune(starters, r) {
		return "'" + s
	}
	return s
}

// Unescape is the inverse of Escape.
func Unescape(s string) string { return strings.TrimPrefix(s, "'") }

// Words say in a sidecar what Escape did.
const Words = "a cell that begins with = + - @ ' tab, NUL or a line end has an apostrophe before it, so that no spreadsheet reads it as a formula; to undo, drop one leading apostrophe"

// Suffix is added to the name of a file for its sidecar.
const Suffix = ".about.json"

// About is the sidecar of a file that a query gave: what it is, for what it was
// taken, and who may have it.
type About struct {
	File      string   `json:"file"` // its number in the register
	Format    string   `json:"format"`
	Snapshot  string   `json:"snapshot"`
	Acts      int64    `json:"acts"` // acts of people up to this one are in it
	Made      string   `json:"made"`
	By        string   `json:"by"`
	Purpose   string   `json:"purpose,omitempty"`
	Recipient string   `json:"recipient"`
	Rows      int64    `json:"rows"`
	SHA256    string   `json:"sha256"`
	Encoding  string   `json:"encoding,omitempty"`
	Separator string   `json:"separator,omitempty"`
	Columns   []string `json:"columns"`
	Escape    string   `json:"escape,omitempty"`
}

// Text is the sidecar as it is written.
func (a About) Text() ([]byte, error) {
	b, err := json.MarshalIndent(a, "", "  ")
	return append(b, '\n'), err
}

// Escaped tells whether the sidecar of a file says that its cells are escaped.
// whole is false when the file is not the one that the sidecar describes: then
// nobody knows what became of the apostrophes.
func Escaped(path string) (escaped, whole bool) {
	text, err := os.ReadFile(path + Suffix)
	if err != nil || len(text) > 1<<20 {
		return false, true
	}
	var a About
	if json.Unmarshal(text, &a) != nil || a.Escape != Words {
		return false, true
	}
	f, err := os.Open(path)
	if err != nil {
		return false, true
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil || hex.EncodeToString(h.Sum(nil)) != a.SHA256 {
		return false, false
	}
	return true, true
}

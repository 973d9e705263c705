package formats

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"clientbase/internal/scan"
)

// Dialect says how a delimited file is written. Sniff makes one from a sample;
// a source's `from:` node makes one by declaration.
type Dialect struct {
	Charset   scan.Charset // declared charset; "" = found by evidence
	Delimiter byte         // ASCII
	Quote     byte         // ASCII; 0 = no quoting
	Newline   byte         // '\n' (also ends CR LF), or '\r' for old Mac files; 0 = '\n'
	Skip      int          // lines before everything else that are passed over: a title, a date
	Header    bool         // the first row names the columns
	Columns   []string     // names without a header; nil = c1, c2, …
	// HeaderLine and Trailer are patterns of a line before all rows and after
	// them: literal text with {rows} (count of data rows), {as_of:LAYOUT} (business
	// date by a Go layout) and {*} or … (anything). A file whose lines do not match
	// or do not agree is refused.
	HeaderLine, Trailer string
	MaxLine             int    // longest row in bytes; 0 = 1 MiB
	AllowEmpty          bool   // an empty file is a file without rows, not an error
	Proof               string // of Sniff
}

// linePattern is a compiled HeaderLine or Trailer.
type linePattern struct {
	prefix string // literal beginning, for a fast no
	re     *regexp.Regexp
	holes  []string // per group: "rows" or "as_of:LAYOUT"
}

var hole = regexp.MustCompile(`\{[^{}]*\}|…`)

// CheckPattern reports what is wrong with a header or trailer pattern; "" = nothing.
func CheckPattern(text string) string {
	_, err := compilePattern(text)
	if err != nil {
		return err.Error()
	}
	return ""
}

func compilePattern(text string) (*linePattern, error) {
	p := &linePattern{prefix: text}
	var b strings.Builder
	b.WriteString("^")
	at := 0
	for i, m := range hole.FindAllStringIndex(text, -1) {
		if i == 0 {
			p.prefix = text[:m[0]]
		}
		b.WriteString(regexp.QuoteMeta(text[at:m[0]]))
		at = m[1]
		switch word := strings.Trim(text[m[0]:m[1]], "{}"); {
		case word == "*" || word == "…":
			b.WriteString(".*")
		case word == "rows":
			b.WriteString(`\s*(\d+)\s*`)
			p.holes = append(p.holes, word)
		case strings.HasPrefix(word, "as_of:"):
			layout := word[len("as_of:"):]
			if _, err := time.Parse(layout, time.Date(2006, 1, 2, 15, 4, 5, 0, time.UTC).Format(layout)); err != nil || !strings.ContainsAny(layout, "0123456789") {
				return nil, fmt.Errorf("the date layout of {as_of:…} is not a Go layout such as 2006-01-02")
			}
			b.WriteString("(.*?)")
			p.holes = append(p.holes, word)
		default:
			return nil, fmt.Errorf("unknown place {%s}: {rows}, {as_of:LAYOUT} and {*} are known", word)
		}
	}
	b.WriteString(regexp.QuoteMeta(text[at:]) + "$")
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, fmt.Errorf("the pattern cannot be read")
	}
	p.re = re
	return p, nil
}

// match reads rows (-1 = not told) and as_of from a line.
func (p *linePattern) match(line string) (rows int64, asOf time.Time, ok bool) {
	rows = -1
	if !strings.HasPrefix(line, p.prefix) {
		return rows, asOf, false
	}
	m := p.re.FindStringSubmatch(strings.TrimRight(line, " \t\r"))
	if m == nil {
		return rows, asOf, false
	}
	for i, h := range p.holes {
		if h == "rows" {
			n, err := strconv.ParseInt(m[i+1], 10, 64)
			if err != nil {
				return rows, asOf, false
			}
			rows = n
			continue
		}
		t, err := time.Parse(h[len("as_of:"):], strings.TrimSpace(m[i+1]))
		if err != nil {
			return rows, asOf, false
		}
		asOf = t
	}
	return rows, asOf, true
}

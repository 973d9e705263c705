package formats

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"clientbase/internal/scan"
)

// Sniff finds out how a delimited file is written from its first bytes. The
// delimiter is the one that cuts most lines into the same number of fields; a
// header is told by words that name columns or by cells unlike those below.
// Proof has the counts.
func Sniff(sample []byte) Dialect {
	d := Dialect{Delimiter: ',', Quote: '"', Newline: '\n'}
	found := scan.Detect(sample)
	d.Charset = found.Charset
	if found.Charset == scan.ASCII {
		d.Charset = ""
	}
	text, _ := scan.Decode(nil, sample[found.BOM:], orUTF8(found.Charset))
	if len(sample) >= GuessBytes {
		if i := bytes.LastIndexByte(text, '\n'); i > 0 {
			text = text[:i+1] // the last line may be cut
		}
	}
	if !bytes.Contains(text, []byte{'\n'}) && bytes.Contains(text, []byte{'\r'}) {
		d.Newline = '\r'
	}
	best := 0.0
	rows := sniffRows(text, d.Delimiter, d.Quote, d.Newline)
	for _, delim := range []byte{';', ',', '\t', '|', ':'} {
		for _, quote := range []byte{'"', 0} {
			r := sniffRows(text, delim, quote, d.Newline)
			score := consistency(r)
			if quote == 0 {
				score -= 0.05
			}
			if delim == ':' {
				score -= 0.2 // times and addresses are full of them
			}
			if modal(r) > 0 && score > best+1e-9 {
				best, rows = score, r
				d.Delimiter, d.Quote = delim, quote
			}
		}
	}
	if rest := untitled(rows); len(rest) < len(rows) {
		rows = rest
		d.Skip = titleLines(text, d, rows[0])
	}
	d.Header = looksHeader(rows)
	width := 0
	if len(rows) > 0 {
		width = len(rows[0])
	}
	d.Proof = fmt.Sprintf("%s; delimiter %q: %d of %d sample rows alike; %d fields; header: %v", found.Proof, d.Delimiter, modal(rows), len(rows), width, d.Header)
	return d
}

// untitled leaves the rows from the heading on: a title ("Clients on 1 March")
// stands above it in rows narrower than the table or with one filled cell.
// Without a heading below, nothing is a title.
func untitled(rows [][]string) [][]string {
	width := modalWidth(rows)
	for i, r := range rows[:min(len(rows), 20)] {
		full := 0
		for _, c := range r {
			if strings.TrimSpace(c) != "" {
				full++
			}
		}
		if len(r) != width || full < 2 {
			continue
		}
		if i > 0 && looksHeader(rows[i:]) {
			return rows[i:]
		}
		break
	}
	return rows
}

// titleLines counts the lines of the text above the row of the heading.
func titleLines(text []byte, d Dialect, head []string) int {
	lines := bytes.Split(text[:min(len(text), 64<<10)], []byte{d.Newline})
	for n := range lines {
		below := sniffRows(bytes.Join(lines[n:], []byte{d.Newline}), d.Delimiter, d.Quote, d.Newline)
		if len(below) > 0 && slices.Equal(below[0], head) && len(bytes.TrimSpace(lines[n])) > 0 {
			return n
		}
	}
	return 0
}

// modalWidth is the commonest width above one; the wider wins a tie.
func modalWidth(rows [][]string) (width int) {
	count, best := map[int]int{}, 0
	for _, r := range rows {
		if len(r) < 2 {
			continue
		}
		if count[len(r)]++; count[len(r)] > best || count[len(r)] == best && len(r) > width {
			best, width = count[len(r)], len(r)
		}
	}
	return width
}

func orUTF8(cs scan.Charset) scan.Charset {
	if cs == "" {
		return scan.UTF8
	}
	return cs
}

const sniffLines = 200

// sniffRows parses the sample with a dialect, as the reader itself would.
func sniffRows(text []byte, delim, quote, nl byte) [][]string {
	r := &Delimited{d: Dialect{Delimiter: delim, Quote: quote, Newline: nl, MaxLine: DefaultMaxLine},
		v: newWindow(bytes.NewReader(text)), cs: decider{cs: scan.UTF8, settled: true}, want: -1}
	var out [][]string
	for len(out) < sniffLines {
		row, err := r.read(true)
		if err != nil {
			break
		}
		if row.Gap {
			continue
		}
		var cells []string
		if row.Err == nil {
			for _, f := range row.Fields {
				cells = append(cells, string(f.Value))
			}
		}
		out = append(out, cells)
	}
	return out
}

// modal counts the rows of the commonest width above one.
func modal(rows [][]string) int {
	count := map[int]int{}
	best := 0
	for _, r := range rows {
		if len(r) > 1 {
			count[len(r)]++
			best = max(best, count[len(r)])
		}
	}
	return best
}

// consistency is the share of rows with the commonest width; wider wins a tie.
func consistency(rows [][]string) float64 {
	if len(rows) == 0 {
		return 0
	}
	width := 0
	m := modal(rows)
	count := map[int]int{}
	for _, r := range rows {
		if count[len(r)]++; count[len(r)] == m && len(r) > 1 {
			width = max(width, len(r))
		}
	}
	cells, torn := 0, 0
	for _, r := range rows {
		for _, c := range r {
			cells++
			if strings.Count(c, `"`)%2 == 1 {
				torn++ // a quoted value was cut through
			}
		}
	}
	return float64(m)/float64(len(rows)) + float64(min(width, 50))*0.002 - 0.5*float64(torn)/float64(max(cells, 1))
}

// headerWords are parts of column names in bank files, English, Russian, Ukrainian.
var headerWords = []string{"id", "name", "phone", "mail", "address", "date", "birth", "sex", "gender", "code", "number", "type", "status", "client", "amount",
	"city", "street", "country", "inn", "account", "card", "rec", "фио", "фамил", "имя", "отчеств", "телеф", "адрес", "дата", "пол", "код", "номер", "статус",
	"клиент", "сумм", "город", "улиц", "инн", "снилс", "паспорт", "счет", "счёт", "почт", "прізвище", "ім'я", "ім’я", "по батькові", "рахун", "місто", "вулиц"}

func looksHeader(rows [][]string) bool {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return false
	}
	head := rows[0]
	words, named, odd := 0, 0, false // odd: a name is missing or stands twice
	seen := map[string]bool{}
	for i, c := range head {
		c = strings.ToLower(strings.TrimSpace(c))
		if c == "" && i == len(head)-1 { // a delimiter at the end of each line
			filled := 0
			for _, r := range rows[1:] {
				if i < len(r) && r[i] != "" {
					filled++
				}
			}
			if filled*2 > len(rows) {
				return false // or a column without a name: without a heading no row is lost
			}
			continue
		}
		if c == "" || seen[c] {
			odd = true
		}
		if c == "" {
			continue
		}
		if numeric(c) || strings.Contains(c, "@") || len(c) > 64 {
			return false
		}
		named++
		seen[c] = true
		for _, w := range headerWords {
			if strings.Contains(c, w) {
				words++
				break
			}
		}
	}
	known := words*2 >= named && words > 0
	if odd && !known {
		return false
	}
	if known && !odd {
		return true
	}
	// A column of numbers or dates whose first cell is neither.
	for i := range head {
		if strings.TrimSpace(head[i]) == "" {
			continue
		}
		n, all := 0, 0
		for _, r := range rows[1:] {
			if i < len(r) && r[i] != "" {
				all++
				if numeric(r[i]) {
					n++
				}
			}
		}
		if all >= 2 && n*5 >= all*4 {
			return true
		}
	}
	return !odd && words > 0 && len(rows) == 1
}

// numeric: digits, signs and separators of numbers, dates and phones only.
func numeric(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune(" .,:-+/()", r):
		default:
			return false
		}
	}
	return digits > 0
}

package store

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"clientbase/internal/errs"
	"clientbase/internal/sheet"
)

// maxTable bounds what WriteTable holds in memory.
const maxTable = 64 << 20

// WriteTable prints the rows as an aligned table for a terminal and gives how
// many there were. Numbers stand right, everything else left; NULL is empty;
// a value of several lines is shown on one. It holds all rows to measure them,
// and so refuses a result of more than 64 MB.
func WriteTable(w io.Writer, r *Rows) (int64, error) {
	head := make([]string, len(r.Columns))
	wide := make([]int, len(r.Columns))
	for i, c := range r.Columns {
		head[i] = c.Name
		wide[i] = cells(c.Name)
	}
	var body [][]string
	held := int64(0)
	for r.Next() {
		vals, err := r.Values()
		if err != nil {
			return 0, err
		}
		if held += rowBytes(vals); held > maxTable {
			return 0, errs.New(errs.Config, "query", "", fmt.Sprintf("the result is larger than %d MB, too large to be laid out as a table", maxTable>>20), "--format csv --out FILE, fewer columns, or a smaller --limit")
		}
		row := make([]string, len(vals))
		for i, v := range vals {
			row[i] = oneLine(plainText(v, r.Columns[i].Type))
			wide[i] = max(wide[i], cells(row[i]))
		}
		body = append(body, row)
	}
	if err := r.Err(); err != nil {
		return 0, err
	}
	b := bufio.NewWriter(w)
	line := func(row []string) {
		for i, s := range row {
			pad := strings.Repeat(" ", wide[i]-cells(s))
			if i > 0 {
				_, _ = b.WriteString("  ")
			}
			switch {
			case numeric(r.Columns[i].Type):
				_, _ = b.WriteString(pad + s)
			case i == len(row)-1:
				_, _ = b.WriteString(s)
			default:
				_, _ = b.WriteString(s + pad)
			}
		}
		_ = b.WriteByte('\n')
	}
	line(head)
	rule := make([]string, len(head))
	for i := range rule {
		rule[i] = strings.Repeat("─", wide[i])
	}
	line(rule)
	for _, row := range body {
		line(row)
	}
	return int64(len(body)), b.Flush()
}

// WriteCSV writes a header and exact values, RFC 4180 with "\n": for machines.
// NULL is an empty field, an empty text is "" in quotes; in a file of one column
// NULL is "", too, because readers pass over a line with nothing on it. Values are not made
// harmless for spreadsheets: WriteSheetCSV does that.
func WriteCSV(w io.Writer, r *Rows) (int64, error) { return writeCSV(w, r, ',', false) }

// WriteSheetCSV is for people who open it in a spreadsheet: with a byte order
// mark and semicolons, and every text escaped that would be run as a formula
// (internal/sheet says how, and undoes it). Numbers and dates stay as they are.
func WriteSheetCSV(w io.Writer, r *Rows) (int64, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return 0, err
	}
	return writeCSV(w, r, ';', true)
}

func writeCSV(w io.Writer, r *Rows, comma byte, people bool) (int64, error) {
	b := bufio.NewWriter(w)
	field := func(i int, s string, null bool) {
		if i > 0 {
			_ = b.WriteByte(comma)
		}
		switch {
		case null && len(r.Columns) > 1:
		case s == "" || strings.ContainsAny(s, ",;\"\n\r") || blank(s[0]) || blank(s[len(s)-1]):
			_, _ = b.WriteString(`"` + strings.ReplaceAll(s, `"`, `""`) + `"`)
		default:
			_, _ = b.WriteString(s)
		}
	}
	escaped := func(s string) string {
		if people {
			return sheet.Escape(s)
		}
		return s
	}
	for i, c := range r.Columns {
		field(i, escaped(c.Name), false)
	}
	_ = b.WriteByte('\n')
	var n int64
	for r.Next() {
		vals, err := r.Values()
		if err != nil {
			return n, err
		}
		for i, v := range vals {
			s := plainText(v, r.Columns[i].Type)
			if !numeric(r.Columns[i].Type) {
				s = escaped(s)
			}
			field(i, s, v == nil)
		}
		_ = b.WriteByte('\n')
		n++
	}
	if err := r.Err(); err != nil {
		return n, err
	}
	return n, b.Flush()
}

// blank tells a byte that some readers cut off at the ends of a field.
func blank(c byte) bool { return c <= ' ' || c == 0x7f }

// WriteWorkbook writes a header and all values as text; NULL is an empty cell.
// The caller closes the workbook.
func WriteWorkbook(w *sheet.Workbook, r *Rows) (n int64, err error) {
	line := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		line[i] = c.Name
	}
	if err := w.Row(line); err != nil {
		return 0, wrap("write", "a workbook", err)
	}
	for r.Next() {
		vals, err := r.Values()
		if err != nil {
			return n, err
		}
		for i, v := range vals {
			line[i] = plainText(v, r.Columns[i].Type)
		}
		if err := w.Row(line); err != nil {
			return n, wrap("write", "a workbook", err)
		}
		n++
	}
	return n, r.Err()
}

// WriteJSON writes one object per line (NDJSON), columns in order. Decimals
// and 64-bit integers are exact numbers, dates ISO 8601, NULL null. Of columns
// with one name the later ones are numbered: readers would keep one of them only.
func WriteJSON(w io.Writer, r *Rows) (int64, error) {
	b := bufio.NewWriter(w)
	keys := make([]string, len(r.Columns))
	for i, name := range distinctNames(r.Columns) {
		k, err := jsonText(name)
		if err != nil {
			return 0, err
		}
		keys[i] = k + ":"
	}
	var n int64
	for r.Next() {
		vals, err := r.Values()
		if err != nil {
			return n, err
		}
		sep := "{"
		for i, v := range vals {
			s, err := jsonText(jsonValue(v, r.Columns[i].Type))
			if err != nil {
				return n, err
			}
			_, _ = b.WriteString(sep + keys[i] + s)
			sep = ","
		}
		if len(vals) == 0 {
			_, _ = b.WriteString("{")
		}
		_, _ = b.WriteString("}\n")
		n++
	}
	if err := r.Err(); err != nil {
		return n, err
	}
	return n, b.Flush()
}

func jsonText(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", wrap("write", "JSON", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// jsonValue turns a value into something encoding/json writes exactly.
func jsonValue(v any, typ string) any {
	switch v := v.(type) {
	case nil, bool, string, int8, int16, int32, int64, uint8, uint16, uint32, uint64:
		return v
	case float32:
		return jsonFloat(float64(v), 32)
	case float64:
		return jsonFloat(v, 64)
	case Decimal:
		return json.Number(v)
	case *big.Int:
		return json.Number(v.String())
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = jsonValue(e, "")
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for _, k := range sortedKeys(v) {
			out[k] = jsonValue(v[k], "")
		}
		return out
	}
	return plainText(v, typ)
}

func jsonFloat(f float64, bits int) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return floatText(f, bits) // NaN and infinities are not JSON numbers
	}
	return json.Number(floatText(f, bits))
}

// floatText writes a number with the fewest digits that give it back; without an
// exponent while people can read it so.
func floatText(f float64, bits int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) { // as the engine writes and reads them
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, bits), "+"))
	}
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.FormatFloat(f, 'e', -1, bits)
	}
	return strconv.FormatFloat(f, 'f', -1, bits)
}

// plainText is the exact text of a value: ISO dates, decimals with all digits,
// UUIDs with hyphens, BLOBs in hex, nested values as JSON.
func plainText(v any, typ string) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case Decimal:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return floatText(v, 64)
	case float32:
		return floatText(float64(v), 32)
	case []byte:
		return fmt.Sprintf("%x", v)
	case time.Time:
		return timeText(v, typ)
	case []any, map[string]any:
		if s, err := jsonText(jsonValue(v, typ)); err == nil {
			return s
		}
	}
	return fmt.Sprint(v)
}

func timeText(t time.Time, typ string) string {
	if beyond := infinite(t, typ); beyond != "" {
		return beyond
	}
	switch {
	case typ == "DATE":
		return t.Format(time.DateOnly)
	case strings.HasPrefix(typ, "TIMESTAMPTZ"), strings.Contains(typ, "WITH TIME ZONE"), typ == "TIMESTAMP_TZ":
		return t.UTC().Format("2006-01-02T15:04:05.999999Z07:00")
	case strings.HasPrefix(typ, "TIME") && !strings.HasPrefix(typ, "TIMESTAMP"):
		return t.Format("15:04:05.999999")
	}
	return t.Format("2006-01-02T15:04:05.999999999")
}

// infinite gives the word for a date or time that the engine holds to be before
// or after all others; it has such a value for each type.
func infinite(t time.Time, typ string) string {
	n, last := t.UnixMicro(), int64(math.MaxInt64)
	if typ == "DATE" {
		n, last = t.Unix()/86400, math.MaxInt32
	}
	switch n {
	case last:
		return "infinity"
	case -last:
		return "-infinity"
	}
	return ""
}

func numeric(typ string) bool {
	switch typ {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE":
		return true
	}
	return strings.HasPrefix(typ, "DECIMAL")
}

// cells counts the terminal columns of s: wide East Asian characters take
// two, combining marks none.
func cells(s string) int {
	if len(s) == utf8.RuneCountInString(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// oneLine keeps control characters off the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r':
			return ' '
		case unicode.IsControl(r):
			return '�'
		}
		return r
	}, s)
}

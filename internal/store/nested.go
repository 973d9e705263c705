package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// plainValue turns what the driver gives for a value into what Rows.Values
// promises, inside lists, structures and maps too: a date in a list stays a date,
// a decimal keeps its digits. typ is the engine's type.
func plainValue(v any, typ string) any {
	switch v := v.(type) {
	case duckdb.UUID:
		return uuidText(v[:])
	case []byte:
		if typ == "UUID" && len(v) == 16 {
			return uuidText(v)
		}
	case duckdb.Decimal:
		return decimalText(v)
	case duckdb.Interval:
		return intervalText(v)
	case []any:
		for i := range v {
			v[i] = plainPart(v[i], elementType(typ))
		}
	case map[string]any:
		types := memberTypes(typ)
		for k := range v {
			v[k] = plainPart(v[k], types[k])
		}
	case duckdb.OrderedMap:
		return plainMap(v.Keys(), v.Values(), typ)
	}
	return v
}

// plainPart is plainValue of a value in another one, where a time has no column
// that says how it is written.
func plainPart(v any, typ string) any {
	if t, ok := v.(time.Time); ok {
		return timeText(t, typ)
	}
	return plainValue(v, typ)
}

// plainMap gives a map as the object that JSON knows: its keys as text.
func plainMap(keys, vals []any, typ string) map[string]any {
	inner := strings.TrimSuffix(strings.TrimPrefix(typ, "MAP("), ")")
	var key, val string
	if parts := splitTypes(inner); len(parts) == 2 {
		key, val = parts[0], parts[1]
	}
	out := make(map[string]any, len(keys))
	for i, k := range keys {
		out[plainText(plainPart(k, key), key)] = plainPart(vals[i], val)
	}
	return out
}

// elementType is the type of what a list or array holds.
func elementType(typ string) string {
	if i := strings.LastIndexByte(typ, '['); i >= 0 && strings.HasSuffix(typ, "]") {
		return typ[:i]
	}
	return ""
}

// memberTypes are the types of the members of a structure, as the driver writes
// them: STRUCT("a" DATE, "b" DECIMAL(9,2)).
func memberTypes(typ string) map[string]string {
	const begin = "STRUCT("
	out := map[string]string{}
	if !strings.HasPrefix(typ, begin) || !strings.HasSuffix(typ, ")") {
		return out
	}
	for _, part := range splitTypes(typ[len(begin) : len(typ)-1]) {
		end := nameEnd(part)
		out[strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(part[:end], `"`), `"`), `""`, `"`)] = strings.TrimSpace(part[end:])
	}
	return out
}

// nameEnd is where the quoted name at the beginning of a member ends.
func nameEnd(part string) int {
	for i := 1; i < len(part); i++ {
		if part[i] != '"' {
			continue
		}
		if i+1 < len(part) && part[i+1] == '"' {
			i++
			continue
		}
		return i + 1
	}
	return len(part)
}

// splitTypes cuts at the commas that stand in no brackets and no quotes.
func splitTypes(s string) []string {
	var out []string
	depth, from, quoted := 0, 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out, from = append(out, strings.TrimSpace(s[from:i])), i+1
		}
	}
	return append(out, strings.TrimSpace(s[from:]))
}

// distinctNames gives the names of columns, so changed that no two are equal, also
// for readers that take x and X for one.
func distinctNames(cols []Column) []string {
	taken := map[string]bool{}
	for _, c := range cols {
		taken[strings.ToLower(c.Name)] = true
	}
	seen := map[string]bool{}
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = c.Name
		for n := 2; seen[strings.ToLower(out[i])]; n++ {
			if name := fmt.Sprintf("%s_%d", c.Name, n); !taken[strings.ToLower(name)] {
				out[i] = name
			}
		}
		seen[strings.ToLower(out[i])] = true
	}
	return out
}

// intervalText writes an interval as the engine does: 1 month 2 days 03:04:05.
func intervalText(v duckdb.Interval) string {
	var parts []string
	add := func(n int64, one, many string) {
		switch {
		case n == 1 || n == -1:
			parts = append(parts, fmt.Sprintf("%d %s", n, one))
		case n != 0:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(int64(v.Months/12), "year", "years")
	add(int64(v.Months%12), "month", "months")
	add(int64(v.Days), "day", "days")
	if us := v.Micros; us != 0 || len(parts) == 0 {
		sign := ""
		n := uint64(us)
		if us < 0 {
			sign, n = "-", -n
		}
		s := fmt.Sprintf("%s%02d:%02d:%02d", sign, n/3_600_000_000, n/60_000_000%60, n/1_000_000%60)
		if f := n % 1_000_000; f != 0 {
			s += strings.TrimRight(fmt.Sprintf(".%06d", f), "0")
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

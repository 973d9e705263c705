package pipeline

import (
	"strconv"
	"strings"
	"time"
)

// Values of fact columns are parsed by contract, never by sampling: a cell
// that does not fit quarantines its row. The functions report only ok or not,
// so no value can travel in an error.

// parseMoment reads a local or zoned time. format is a column's Format: "",
// dmy, mdy, ymd, yymmdd, epoch, epoch_ms or a Go layout.
func parseMoment(s, format string, zone *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	switch format {
	case "epoch", "epoch_ms":
		n, err := strconv.ParseInt(strings.SplitN(s, ".", 2)[0], 10, 64)
		if err != nil {
			return time.Time{}, false
		}
		if format == "epoch_ms" {
			return time.UnixMilli(n).UTC(), true
		}
		return time.Unix(n, 0).UTC(), true
	case "", "dmy", "mdy", "ymd", "yymmdd":
	default:
		t, err := time.ParseInLocation(format, s, zone)
		return t.UTC(), err == nil
	}
	day, rest := splitDay(s)
	y, m, d, ok := dayParts(day, format)
	if !ok {
		return time.Time{}, false
	}
	if rest == "" {
		return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC(), true
	}
	for _, layout := range clockLayouts {
		if t, err := time.Parse(layout, rest); err == nil {
			loc := zone
			if strings.ContainsAny(layout, "Z") || strings.Contains(layout, "-07") {
				loc = t.Location()
			}
			return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), loc).UTC(), true
		}
	}
	return time.Time{}, false
}

var clockLayouts = []string{"15:04:05", "15:04", "15:04:05.999999999", "15:04:05Z07:00", "15:04:05.999999999Z07:00",
	"15:04:05-07", "15:04:05.999999999-07", "15:04:05-0700", "150405", "3:04:05 PM", "3:04 PM"}

// splitDay parts "2026-01-31T10:00:00Z" or "31.01.2026 10:00" into day and clock.
func splitDay(s string) (day, clock string) {
	if i := strings.IndexAny(s, "T "); i > 0 {
		return s[:i], strings.TrimSpace(s[i+1:])
	}
	if len(s) == 12 && allDigits(s) { // YYMMDDhhmmss
		return s[:6], s[6:]
	}
	return s, ""
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// dayParts reads a day. Without a declared format only self-evident orders are
// taken: year first, or day first with dots (the banks' own form).
func dayParts(s, format string) (int, time.Month, int, bool) {
	var a, b, c int
	var sep byte
	switch {
	case allDigits(s) && len(s) == 8 && (format == "" || format == "ymd"):
		a, b, c, sep = atoi(s[:4]), atoi(s[4:6]), atoi(s[6:]), 'y'
	case allDigits(s) && len(s) == 8:
		a, b, c, sep = atoi(s[:2]), atoi(s[2:4]), atoi(s[4:]), '.'
	case allDigits(s) && len(s) == 6 && (format == "yymmdd" || format == ""):
		y := 1900 + atoi(s[:2])
		if y < 1970 {
			y += 100
		}
		a, b, c, sep = y, atoi(s[2:4]), atoi(s[4:6]), 'y'
	default:
		parts := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '-' || r == '/' })
		if len(parts) != 3 || !allDigits(parts[0]) || !allDigits(parts[1]) || !allDigits(parts[2]) {
			return 0, 0, 0, false
		}
		a, b, c = atoi(parts[0]), atoi(parts[1]), atoi(parts[2])
		switch {
		case len(parts[0]) == 4:
			sep = 'y'
		case len(parts[2]) == 4:
			sep = s[len(parts[0])]
		default:
			return 0, 0, 0, false
		}
	}
	var y, m, d int
	switch {
	case sep == 'y':
		y, m, d = a, b, c
	case format == "mdy":
		m, d, y = a, b, c
	case format == "dmy" || sep == '.':
		d, m, y = a, b, c
	default:
		return 0, 0, 0, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if m < 1 || m > 12 || t.Day() != d || y < 1000 || y > 9999 {
		return 0, 0, 0, false
	}
	return y, time.Month(m), d, true
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// parseDay gives days since 1970-01-01.
func parseDay(s, format string) (int32, bool) {
	t, ok := parseMoment(s, format, time.UTC)
	if !ok {
		return 0, false
	}
	return int32(t.Unix() / 86400), true
}

// dayIn gives the day that the calendar of a zone shows at a moment, in days
// since 1970: half past midnight in Moscow is not yesterday.
func dayIn(t time.Time, zone *time.Location) int32 {
	y, m, d := t.In(zone).Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// parseMinor reads an amount given in hundredths.
func parseMinor(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n, err == nil
}

// parseOrder turns an order column's cell into a sortable number: a time gives
// Unix seconds (and isTime), a whole number itself.
func parseOrder(s, format string, zone *time.Location) (order int64, isTime, ok bool) {
	if t, ok := parseMoment(s, format, zone); ok {
		return t.Unix(), true, true
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n, false, err == nil
}

// maskTail keeps the last four characters of a number: "•••0746".
func maskTail(s string) string {
	r := []rune(s)
	if len(r) <= 4 {
		return "•••"
	}
	return "•••" + string(r[len(r)-4:])
}

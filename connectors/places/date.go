package places

import "time"

// DateInName gives the day that a file name tells: 2026-01-31, 2026_01_31,
// 2026.01.31, 20260131 or 31.01.2026 (31-01-2026, 31_01_2026), between characters
// that are not digits. The last such day of the name counts; zero = none. Times
// are UTC midnights.
func DateInName(name string) time.Time {
	var found time.Time
	for i := 0; i < len(name); i++ {
		if i > 0 && isDigit(name[i-1]) {
			continue
		}
		for _, layout := range [...]string{"2006-01-02", "20060102", "02-01-2006"} {
			n := len(layout)
			if i+n > len(name) || i+n < len(name) && isDigit(name[i+n]) {
				// 20260131T101500 and 20260131101500: a time may follow at once.
				if layout != "20060102" || i+14 > len(name) || i+14 < len(name) && isDigit(name[i+14]) {
					continue
				}
			}
			if t, ok := parseAs(layout, name[i:i+n]); ok {
				found = t
			}
		}
	}
	return found
}

func parseAs(layout, s string) (time.Time, bool) {
	b := []byte(s)
	var sign byte
	for i := range b {
		if layout[i] != '-' {
			continue
		}
		switch c := b[i]; {
		case c != '-' && c != '_' && c != '.', sign != 0 && c != sign:
			return time.Time{}, false
		default:
			sign, b[i] = c, '-'
		}
	}
	t, err := time.Parse(layout, string(b))
	if err != nil || t.Year() < 1950 || t.Year() > 2100 {
		return time.Time{}, false
	}
	return t, true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

package pipeline

import "strings"

// decimalNumber is a decimal number taken apart: sign, digits before and behind the
// decimal sign.
type decimalNumber struct {
	neg         bool
	whole, frac string
}

// parseNumber reads a decimal as banks write it: groups parted by spaces,
// apostrophes or the sign that is not the decimal one, a minus before or behind,
// brackets for negative. decimal is the stream's Decimal. Without one, a number
// that could be read both ways (1,000 and 1.000: one, or a thousand) is refused.
func parseNumber(s, decimal string) (decimalNumber, bool) {
	s, neg := unsigned(strings.TrimSpace(s))
	if spaced(s) {
		s = withoutGroups.Replace(s)
	}
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	sign, group := "", "" // what the two signs mean here
	switch {
	case points > 0 && commas > 0: // the last one parts the decimals
		sign, group = ".", ","
		if strings.LastIndex(s, ",") > strings.LastIndex(s, ".") {
			sign, group = ",", "."
		}
	case points+commas == 1:
		only, other := ".", ","
		if commas == 1 {
			only, other = ",", "."
		}
		switch decimal {
		case only:
			sign = only
		case other:
			group = only
		default:
			if grouped(s, only) {
				return decimalNumber{}, false
			}
			sign = only
		}
	case points > 1:
		group = "."
	case commas > 1:
		group = ","
	}
	if decimal != "" && (sign != "" && sign != decimal || group == decimal) {
		return decimalNumber{}, false
	}
	whole, frac := s, ""
	if sign != "" {
		whole, frac, _ = strings.Cut(s, sign)
	}
	if group != "" {
		if !grouped(whole, group) {
			return decimalNumber{}, false
		}
		whole = strings.ReplaceAll(whole, group, "")
	}
	if whole == "" && frac == "" || whole != "" && !allDigits(whole) || frac != "" && !allDigits(frac) {
		return decimalNumber{}, false
	}
	return decimalNumber{neg, whole, frac}, true
}

// withoutGroups joins groups of digits that are parted by a space or an apostrophe.
var withoutGroups = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2009", "", "'", "", "’", "")

// spaced reports whether s may hold what withoutGroups takes out: most numbers
// are short and plain, and the replacer is slow on them.
func spaced(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' || s[i] == '\'' || s[i] >= 0x80 {
			return true
		}
	}
	return false
}

// unsigned takes the sign of a number off: -5, −5, 5-, (5), +5.
func unsigned(s string) (rest string, neg bool) {
	if inner, ok := strings.CutPrefix(s, "("); ok {
		if inner, ok := strings.CutSuffix(inner, ")"); ok {
			return strings.TrimSpace(inner), true
		}
		return "", false
	}
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		return rest, false
	}
	for _, minus := range []string{"-", "−"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return rest, true
		}
		if rest, ok := strings.CutSuffix(s, minus); ok {
			return rest, true
		}
	}
	return s, false
}

// grouped reports digits in groups of three parted by sign, the first of one to
// three and without a leading zero.
func grouped(s, sign string) bool {
	parts := strings.Split(s, sign)
	if strings.HasPrefix(s, "0") {
		return false
	}
	for i, p := range parts {
		if strings.Trim(p, "0123456789") != "" || p == "" || len(p) > 3 || i > 0 && len(p) != 3 {
			return false
		}
	}
	return len(parts) > 1
}

// parseAmount reads a decimal into hundredths. More than two decimals are
// refused unless they are zeros, so nothing is rounded silently.
func parseAmount(s, decimal string) (int64, bool) {
	n, ok := parseNumber(s, decimal)
	if !ok {
		return 0, false
	}
	if len(n.frac) > 2 && strings.Trim(n.frac[2:], "0") != "" {
		return 0, false
	}
	const most = 9_999_999_999_999_999
	v := int64(0)
	for i := 0; i < len(n.whole); i++ {
		if v = v*10 + int64(n.whole[i]-'0'); v > most {
			return 0, false
		}
	}
	for i := range 2 {
		v *= 10
		if i < len(n.frac) {
			v += int64(n.frac[i] - '0')
		}
	}
	if v > most {
		return 0, false
	}
	if n.neg {
		v = -v
	}
	return v, true
}

package scan

// Luhn reports whether digits (ASCII '0'–'9' only) pass the check of ISO/IEC
// 7812-1 annex B: from the right every second digit is doubled, 9 is taken off
// above 9, and the sum is a multiple of 10. Empty and non-digit input fails.
func Luhn(digits string) bool {
	if digits == "" {
		return false
	}
	sum, double := 0, false
	for i := len(digits) - 1; i >= 0; i-- {
		d := int(digits[i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// CardFamily gives the scheme that issues a number of these digits and this
// length ("visa", "mastercard", "mir", "amex", "unionpay", "uzcard", "humo", "maestro",
// "jcb", "prostir", "belkart"), or "".
func CardFamily(digits string) string {
	n := len(digits)
	if n < 13 || n > 19 {
		return ""
	}
	p2 := int(digits[0]-'0')*10 + int(digits[1]-'0')
	p4 := p2*100 + int(digits[2]-'0')*10 + int(digits[3]-'0')
	switch {
	case digits[0] == '4' && (n == 13 || n == 16 || n == 19):
		return "visa"
	case n == 16 && (p2 >= 51 && p2 <= 55 || p4 >= 2221 && p4 <= 2720):
		return "mastercard"
	case n >= 16 && p4 >= 2200 && p4 <= 2204:
		return "mir"
	case n == 15 && (p2 == 34 || p2 == 37):
		return "amex"
	case n >= 16 && p2 == 62:
		return "unionpay"
	case n == 16 && p4 == 8600:
		return "uzcard"
	case n == 16 && p4 == 9860:
		return "humo"
	case n >= 16 && (p4 == 5018 || p4 == 5020 || p4 == 5038 || p4 == 6304 || p4 == 6390 || p4 == 6759 || p4 >= 6761 && p4 <= 6763):
		return "maestro"
	case n == 16 && p4 >= 3528 && p4 <= 3589:
		return "jcb"
	case n == 16 && p4 == 9804:
		return "prostir"
	case n == 16 && p4 == 9112:
		return "belkart"
	}
	return ""
}

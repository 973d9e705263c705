package pipeline

import "testing"

func TestAmountsAreExactOrRefused(t *testing.T) {
	const no = -1 << 62
	for _, c := range []struct {
		in                 string
		open, point, comma int64 // decimal: not declared, ".", ","
	}{
		{"100", 10000, 10000, 10000},
		{"1 234,56", 123456, no, 123456},
		{"1\u00a0234.56", 123456, 123456, no},
		{"-0.5", -50, -50, no},
		{"7.100", no, 710, 710000}, // one of 7.10 and 7100: a contract must say which
		{"1.000", no, 100, 100000},
		{"1,000", no, 100000, 100},
		{"0.125", no, no, no}, // a third decimal is never rounded away
		{"7.105", no, no, 710500},
		{"1.234,50", 123450, no, 123450},
		{"1,234.50", 123450, 123450, no},
		{"1.234.567", 123456700, no, 123456700},
		{"1,23,456", no, no, no},
		{"12.34.56", no, no, no},
		{"(100,00)", -10000, no, -10000},
		{"100,00-", -10000, no, -10000},
		{"−5", -500, -500, -500},
		{"+5", 500, 500, 500},
		{"1'000.00", 100000, 100000, no},
		{"", no, no, no}, {"-", no, no, no}, {"12a", no, no, no}, {"(5", no, no, no}, {"1e5", no, no, no}, {",", no, no, no},
		{"99999999999999999999", no, no, no},
	} {
		for decimal, want := range map[string]int64{"": c.open, ".": c.point, ",": c.comma} {
			got, ok := parseAmount(c.in, decimal)
			if !ok {
				got = no
			}
			if got != want {
				t.Errorf("%q with decimal %q: %d, want %d", c.in, decimal, got, want)
			}
		}
	}
}

// A column of type decimal may hold a rate: only an amount has two decimals at most.
func TestNumbersMayHaveManyDecimals(t *testing.T) {
	for _, in := range []string{"92.3456", "0.000001", "12 345,6789", "-1.5"} {
		if _, ok := parseNumber(in, ""); !ok {
			t.Errorf("%q is refused", in)
		}
	}
}

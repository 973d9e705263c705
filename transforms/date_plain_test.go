package transforms

import (
	"fmt"
	"testing"
)

// A plain date is read as its parts one by one are read.
func TestPlainDatesAreReadAsTheirParts(t *testing.T) {
	for _, sep := range []string{".", "/", "-"} {
		for _, f := range []string{"01%s04%s1980", "25%s04%s1980", "04%s25%s1980", "29%s02%s2001", "99%s99%s9999", "00%s00%s0000", "11%s11%s1111"} {
			s := fmt.Sprintf(f, sep, sep)
			var got, want dateText
			if !got.plain(s) {
				t.Errorf("%s is no plain date", s)
			}
			if want.tokens(s); got != want {
				t.Errorf("%s: %+v, want %+v", s, got, want)
			}
		}
	}
	for _, s := range []string{"", "1.4.1980", "01.04-1980", "01.04.80", "1980-04-01", "01 04 1980", "01.О4.1980", "01.04.1980 "} {
		var d dateText
		if d.plain(s) || d != (dateText{}) {
			t.Errorf("%q passes for a plain date", s)
		}
	}
}

package dedupe

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Letters are read as Go reads them, whatever bytes stand in a text.
func TestFoldReadsLetters(t *testing.T) {
	var all strings.Builder
	for r := rune(1); r < 0x3000; r++ {
		all.WriteRune(r)
	}
	texts := []string{all.String(), "a\xd0", "\xd0\xd0\xb0b", "\xc0\xaf", "\xc1\xbfx", "\xe2\x82", "x\x80\xbf", "\xed\xa0\x80", "\xf0\x9f\x98\x80", "\U0001F600 Ж", "ÄÖÜ ß Ёж ІЇ", "\ufffd", ""}
	for _, s := range texts {
		for _, bare := range []bool{false, true} {
			var want []uint16
			space := false
			for _, r := range s {
				c := foldRune(r)
				if c < ' ' {
					if bare {
						continue
					}
					if c == foldSpace {
						space = true
						continue
					}
					c = basic(unicode.ToLower(r))
				}
				if space && len(want) > 0 {
					want = append(want, ' ')
				}
				space = false
				want = append(want, c)
			}
			if got := fold(nil, s, bare); !slices.Equal(got, want) {
				t.Errorf("%.20q, bare %v: %.20v, want %.20v", s, bare, got, want)
			}
		}
	}
}

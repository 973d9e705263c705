package transforms

import (
	"strings"
	"unicode"

	"clientbase/internal/opaque"
	"clientbase/schemas"
)

// JunkShape is how a junk cell may be shown to people who look for what fills a
// field: a word of the closed lists, signs without letters and digits, one digit
// repeated and placeholder dates stand as they are, everything else by its shape.
func JunkShape(text string, kind schemas.Kind, reason schemas.Reason) string {
	s := cleanText(text)
	if len(s) > maxJunkShape {
		s = strings.ToValidUTF8(s[:maxJunkShape], "")
	}
	switch reason {
	case schemas.JunkWord, schemas.KeyboardNoise:
		if key := junkKeyOf(s); junkWord(key) || isNoise(key) {
			return key
		}
		if key := string(trimPunct([]byte(junkKeyOf(s)))); junkWord(key) || isNoise(key) {
			return key
		}
	case schemas.Placeholder, schemas.RepeatedDigit:
		if kind == schemas.KindDate || oneDigitAtMost(s) {
			return s
		}
	}
	return opaque.Shape(s)
}

const maxJunkShape = 60

// oneDigitAtMost reports a text without letters in which at most one digit occurs.
func oneDigitAtMost(s string) bool {
	digit := rune(0)
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			return false
		case unicode.IsDigit(r) && digit == 0:
			digit = r
		case unicode.IsDigit(r) && r != digit:
			return false
		}
	}
	return true
}

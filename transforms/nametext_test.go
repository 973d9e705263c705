package transforms

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// mixedText draws the letters and signs that the fast paths tell apart, and
// broken UTF-8.
func mixedText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"И", "ван", "НОВ", "ё", "Ђ", "ґ", "Ґ", "ї", "Ѡ", "ѿ", "Ҁ", "ҁ", "Ӏ", "a", "Z", "é", "5", " ", "  ", "-", "'", "ʼ", "«", "№", "\t", "\u00a0", "\u007f", "\xd0", "\xd1", "\xbf", "漢", "вул.", "м. Ки", "Буд "})).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

func TestScriptOfLooksAtEveryRune(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := mixedText().Draw(t, "text")
		var want script
		for _, r := range s {
			switch {
			case isCyrillic(r):
				want |= scriptCyrillic
			case isLatin(r):
				want |= scriptLatin
			case r >= '0' && r <= '9':
				want |= scriptDigit
			case r > 0x7F && unicode.IsLetter(r) && r != apostropheUk && r != 'ʹ':
				want |= scriptOther
			}
		}
		if got := scriptOf(s); got != want {
			t.Fatalf("%q: %b, want %b", s, got, want)
		}
	})
}

func TestACleanTextStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := mixedText().Draw(t, "text")
		clean := cleanText(s)
		if isCleanText(s) && (clean != s || strings.TrimSpace(s) != s || strings.Contains(s, "  ") || !utf8.ValidString(s)) {
			t.Fatalf("%q passes for clean", s)
		}
		if again := cleanText(clean); again != clean {
			t.Fatalf("%q becomes %q, then %q", s, clean, again)
		}
	})
}

// Words of Cyrillic letters alone are spelt at once; the answer is the same as
// that of the rules for all words.
func TestAppendTitleSpellsAsTitleWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := mixedText().Draw(t, "text")
		got, ok := appendTitle([]byte("x "), s)
		if !ok {
			if string(got) != "x " {
				t.Fatalf("%q left %q behind", s, got)
			}
			return
		}
		if want := "x " + string(titleWord(nil, s)); string(got) != want {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
		if innerCapital(s) {
			t.Fatalf("%q keeps its second capital", s)
		}
	})
}

func TestPrefixesAreCutInAnyCase(t *testing.T) {
	for _, c := range []struct{ s, prefix, rest string }{
		{"ИНН 77", "инн", " 77"}, {"Inn 77", "inn", " 77"}, {"77", "инн", "-"}, {"", "инн", "-"}, {"ИН", "инн", "-"}, {"\xd0", "инн", "-"},
		{"K5", "k", "5"}, // the sign for kelvin
	} {
		rest, ok := cutPrefixFold(c.s, c.prefix)
		if want := c.rest != "-"; ok != want || ok && rest != c.rest {
			t.Errorf("%q without %q: %q, %v", c.s, c.prefix, rest, ok)
		}
	}
}

// A word that never rises holds no second word behind its first one.
func TestWordsThatNeverRise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := mixedText().Draw(t, "text")
		rises, prev := false, rune(0)
		for _, r := range s {
			rises = rises || isUpper(r) && isLetter(prev) && !isUpper(prev)
			prev = r
		}
		if neverRises(s) && (rises || gluedAt(s, true) != 0) {
			t.Fatalf("%q rises", s)
		}
	})
}

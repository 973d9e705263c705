package pipeline

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// wordSpans gives the words of letters in a text; a hyphen or an apostrophe
// inside a word belongs to it.
func wordSpans(text string) []span {
	var out []span
	start := -1
	for i, r := range text {
		in := unicode.IsLetter(r) || start >= 0 && (r == '-' || r == '\'' || r == '’')
		switch {
		case in && start < 0:
			start = i
		case !in && start >= 0:
			out, start = append(out, span{start, i}), -1
		}
	}
	if start >= 0 {
		out = append(out, span{start, len(text)})
	}
	return out
}

// maxGroups bounds the groups in which people write a number.
const maxGroups = 5

// numbers finds documents of erased persons, however their digits are grouped.
func (x *sieve) numbers(tok *tokenizer, text string) []span {
	groups := digitGroups(text)
	var out []span
	for i := range groups {
		n := 0
		for j := i; j < len(groups) && j-i < maxGroups && (j == i || groups[j].lo-groups[j-1].hi <= 3); j++ {
			if n += groups[j].hi - groups[j].lo; n > 24 {
				break
			}
			if n >= 6 && x.docs[tok.digits(text[groups[i].lo:groups[j].hi])] != 0 {
				out = append(out, span{groups[i].lo, groups[j].hi})
			}
		}
	}
	return out
}

func digitGroups(text string) []span {
	var out []span
	start := -1
	for i := 0; i <= len(text); i++ {
		digit := i < len(text) && text[i] >= '0' && text[i] <= '9'
		switch {
		case digit && start < 0:
			start = i
		case !digit && start >= 0:
			out, start = append(out, span{start, i}), -1
		}
	}
	return out
}

// bytesMention tells whether bytes that no reader could split into columns
// speak of an erased person.
func (x *sieve) bytesMention(tok *tokenizer, raw []byte, region string) bool {
	texts := []string{string(raw)}
	if !utf8.Valid(raw) {
		texts = texts[:0]
		for _, set := range []*charmap.Charmap{charmap.Windows1251, charmap.CodePage866, charmap.KOI8R} {
			if t, err := set.NewDecoder().Bytes(raw); err == nil {
				texts = append(texts, string(t))
			}
		}
	}
	for _, t := range texts {
		if len(x.mentioned(tok, t, region)) > 0 {
			return true
		}
	}
	return false
}

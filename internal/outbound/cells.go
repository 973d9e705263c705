package outbound

import (
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// encodings lists the encodings of a csv.
func encodings() []string {
	return []string{"utf-8", "utf-8-bom", "cp1251", "koi8-r", "koi8-u", "cp866"}
}

func charsetOf(name string) *charmap.Charmap {
	switch name {
	case "cp1251":
		return charmap.Windows1251
	case "koi8-r":
		return charmap.KOI8R
	case "koi8-u":
		return charmap.KOI8U
	case "cp866":
		return charmap.CodePage866
	}
	return nil
}

// encoded gives a cell in an encoding; letters that it does not have become
// "?", and lost says so.
func encoded(cell string, set *charmap.Charmap) (out string, lost bool) {
	if set == nil {
		return cell, false
	}
	if out, err := set.NewEncoder().String(cell); err == nil {
		return out, false
	}
	var b strings.Builder
	for _, r := range cell {
		c, ok := set.EncodeRune(r)
		if !ok || r == encoding.ASCIISub {
			c, lost = '?', true
		}
		b.WriteByte(c)
	}
	return b.String(), lost
}

// phoneText gives an E.164 number in a recipient's form. national turns it into
// the form used inside its country.
func phoneText(e164, form string, national func(string) string) string {
	switch form {
	case "digits":
		return strings.TrimPrefix(e164, "+")
	case "national":
		return national(e164)
	}
	return e164
}

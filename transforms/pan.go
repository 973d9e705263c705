package transforms

import (
	"strings"

	"clientbase/internal/scan"
	"clientbase/schemas"
)

const panID = "pan@2"

// PAN cleanses a card number. What comes out is only ever first6…last4; a
// number that fails gives nothing. Class is the scheme ("visa", "mir", …); a
// number that passes the Luhn check outside the known issuer ranges is assumed.
func PAN(text string) Result { return one(panCell, text, "") }

func panRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "pan", 2, "card number: Luhn, issuer range; only first6…last4 is kept", panCells, schemas.KindPAN)
}

func panCell(c *cell, out []Result) []Result {
	if first, last, ok := truncated(c.text); ok {
		text := append(append([]byte(first), "…"...), last...)
		r := Result{Out: c.str.keep(c.text, text), Status: schemas.OK, Reason: schemas.CardMasked, Rule: panID}
		return append(out, r)
	}
	v, r, settled := readNumber(c, panID, "карта", "номер карты", "номер картки", "картка", "мир", "visa", "mastercard", "card", "pan")
	if settled {
		return append(out, r)
	}
	switch {
	case v.n < 13 || v.n > 19:
		return append(out, fail(panID, schemas.BadLength))
	case v.bad > 0:
		return append(out, fail(panID, schemas.BadCharacter))
	}
	d := string(v.digits())
	if !scan.Luhn(d) {
		return append(out, fail(panID, schemas.BadChecksum))
	}
	v.text = ""
	r = v.pass(c, panID, append(append([]byte(d[:6]), "…"...), d[len(d)-4:]...)).flag(schemas.CardMasked)
	if r.Class = scan.CardFamily(d); r.Class == "" {
		r = r.assumed(schemas.NotChecked)
	}
	return append(out, r)
}

// panCells is panCell for cells that hold several cards, or one among words:
// what the detector of card numbers finds in the text.
func panCells(c *cell, out []Result) []Result {
	first := len(out)
	out = severally(panCell)(c, out)
	if len(out) != first+1 || out[first].Status != schemas.Invalid {
		return out
	}
	switch out[first].Reason {
	case schemas.BadLength, schemas.BadCharacter, schemas.BadChecksum:
	default:
		return out
	}
	text := c.text
	if strings.ContainsAny(text, "=^") { // a magnetic track: nothing of it is taken
		return out
	}
	spans := scan.Cards(text)
	if len(spans) == 0 {
		return out
	}
	out = out[:first]
	for _, s := range spans {
		d := scan.PANDigits([]byte(text[s.Lo:s.Hi]))
		if len(d) < 13 {
			continue
		}
		r := Result{Out: c.str.make(append(append([]byte(d[:6]), "…"...), d[len(d)-4:]...)), Status: schemas.OK, Reason: schemas.CardMasked, Rule: panID, Lo: s.Lo, Hi: s.Hi, Class: scan.CardFamily(d)}
		out = append(out, r)
	}
	if len(out) == first {
		return append(out, fail(panID, schemas.BadFormat))
	}
	return out
}

// truncated reads a number that is already cut: six digits, signs that hide at
// least three more, four digits.
func truncated(s string) (first, last string, ok bool) {
	s = strings.TrimSpace(s)
	var d []byte
	hidden, before := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			d = append(d, byte(r))
		case strings.ContainsRune("*•xXхХ#.", r):
			hidden++
			before = max(before, len(d))
			if len(d) != before {
				return "", "", false
			}
		case r == '…':
			hidden += 3
			before = len(d)
		case r == ' ' || r == '-':
		default:
			return "", "", false
		}
	}
	if hidden < 2 || before < 6 || len(d)-before != 4 || before > 8 {
		return "", "", false
	}
	return string(d[:6]), string(d[len(d)-4:]), true
}

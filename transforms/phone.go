package transforms

import (
	"slices"
	"strings"

	"clientbase/schemas"
)

const phoneID = "phone@4"

// Phone cleanses a cell with one or several phone numbers to E.164. region is
// the country whose forms a number without country code has: RU, UA, BY, KZ, or
// any other ISO 3166 code. Results come in the order of writing, the first is
// the primary one; Ext is the extension; Class is type and country ("mobile
// RU", "toll_free RU"). A number without area code is ambiguous: no city is
// ever guessed. The type is that of the prefix as assigned; numbers are carried
// from operator to operator.
func Phone(text, region string) []Result { return many(phoneCell, text, region) }

func phoneRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "phone", 4, "phones to E.164: several in a cell, extensions, trunk prefixes, look-alike digits, placeholders",
		phoneCell, schemas.KindPhone)
}

func phoneCell(c *cell, out []Result) []Result {
	if r, ok := phoneFast(c); ok {
		return append(out, r)
	}
	s, width := foldWidth(c.text)
	trimmed := strings.TrimSpace(s)
	if trimmed == "" {
		return append(out, Result{Status: schemas.Empty, Rule: phoneID})
	}
	if reason, junk := junkText(trimmed); junk {
		return append(out, Result{Status: schemas.Junk, Reason: reason, Rule: phoneID})
	}
	damaged := false
	if whole, ok := withoutDecimals(trimmed); ok {
		s, damaged = whole, true // "79161234567.0", "79161234567,00": all digits are there
	} else if isDamaged(trimmed) && (!strings.ContainsRune(trimmed, ',') || strings.ContainsAny(trimmed, "eEЕе")) {
		return append(out, fail(phoneID, schemas.SpreadsheetDamage))
	}
	if c.phones == nil {
		c.phones = &phoneScan{}
	}
	p := c.phones
	p.reset(s, c.region)
	p.run()
	return p.results(c, out, width, damaged)
}

// withoutDecimals cuts the decimals that a spreadsheet adds to a whole number.
func withoutDecimals(s string) (string, bool) {
	i := strings.LastIndexAny(s, ".,")
	if i < 9 || strings.Trim(s[i+1:], "0") != "" || len(s)-i < 2 || len(s)-i > 3 || !allDigits(strings.TrimPrefix(s[:i], "+")) {
		return "", false
	}
	return s[:i], true
}

// phoneFast reads the commonest forms in one pass: a single number of digits,
// blanks, hyphens, dots and balanced brackets, at most one leading "+", that is
// whole and needs no repair.
func phoneFast(c *cell) (Result, bool) {
	var d [16]byte
	n, plus, open, closed := 0, false, 0, 0
	s := c.text
	for i := 0; i < len(s); i++ {
		switch ch := s[i]; ch {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			if n == 12 {
				return Result{}, false
			}
			d[n+1] = ch
			n++
		case ' ', '-':
		case '(':
			if open++; open > 1 {
				return Result{}, false
			}
		case ')':
			if closed++; closed > open {
				return Result{}, false
			}
		case '+':
			if n > 0 || plus || open > 0 {
				return Result{}, false
			}
			plus = true
		default:
			return Result{}, false
		}
	}
	if open != closed || n < 9 {
		return Result{}, false
	}
	// d[1:n+1] are the digits; d[0] is room for "+" or a country digit.
	class := ""
	var intl []byte // with "+" in front
	switch {
	case n == 11 && (d[1] == '7' || d[1] == '8' && !plus) && (c.region == "RU" || c.region == "KZ" || plus):
		d[1] = '7'
		d[0], intl = '+', d[:12]
		class = plan7[int(d[2]-'0')*100+int(d[3]-'0')*10+int(d[4]-'0')]
	case n == 10 && !plus && d[1] == '9' && c.region == "RU":
		var e [12]byte
		e[0], e[1] = '+', '7'
		copy(e[2:], d[1:11])
		d = [16]byte{}
		copy(d[:], e[:])
		intl, class = d[:12], "mobile RU"
	case n == 12 && d[1] == '3' && d[2] == '8' && d[3] == '0':
		d[0], intl = '+', d[:13]
		class = plan380[int(d[4]-'0')*10+int(d[5]-'0')]
	case n == 10 && !plus && d[1] == '0' && c.region == "UA":
		var e [13]byte
		copy(e[:], "+380")
		copy(e[4:], d[2:11])
		copy(d[:], e[:])
		intl = d[:13]
		class = plan380[int(d[4]-'0')*10+int(d[5]-'0')]
	}
	if class == "" {
		return Result{}, false
	}
	sub := intl[len(intl)-7:]
	if oneDigit(sub) || run(sub) {
		return Result{}, false
	}
	if ownPhone(c.attr.Own, intl[1:]) {
		return Result{Status: schemas.Junk, Reason: schemas.BankOwn, Rule: phoneID}, true
	}
	r := Result{Out: c.str.keep(s, intl), Status: schemas.OK, Reason: schemas.Normalised, Rule: phoneID, Class: class}
	switch {
	case class == "toll_free RU":
		r.Reason = schemas.TollFree
	case r.Out == s:
		r.Reason = schemas.Unchanged
	}
	return r, true
}

// ownPhone reports one of the bank's own numbers, which stand where a client
// gave none.
func ownPhone(own []string, intl []byte) bool {
	for _, o := range own {
		if o[1:] == string(intl) {
			return true
		}
	}
	return false
}

// results resolves what the scan found.
func (p *phoneScan) results(c *cell, out []Result, width, damaged bool) []Result {
	first := len(out)
	many := len(p.found) > 1
	var keep [16]byte
	var base []byte // the last whole number, for tails
	for i := range p.found {
		n := &p.found[i]
		if n.tail {
			if base == nil || len(n.digits) >= len(base) {
				continue
			}
			var buf [16]byte
			d := append(append(buf[:0], base[:len(base)-len(n.digits)]...), n.digits...)
			r := international(d, schemas.Assumed, schemas.SplitTail)
			if r.status.Usable() {
				r.status, r.reason = schemas.Assumed, schemas.SplitTail
			}
			out = append(out, p.result(c, n, r, width, false))
			continue
		}
		r := p.resolve(n)
		if n.other && r.status.Usable() { // it has the form of a phone, and the text says it is something else
			r = bad(schemas.Ambiguous, schemas.UnknownCode)
		}
		if !r.status.Usable() && len(n.digits) >= 18 {
			if a, b, ok := p.cut(n); ok {
				out = append(out, p.result(c, n, a, width, damaged), p.result(c, n, b, width, damaged))
				base = append(keep[:0], b.intl()...)
				many = true
				continue
			}
		}
		if !r.status.Usable() && p.words && !n.other {
			if a, ok := p.trim(n); ok {
				r = a
			}
		}
		if !r.status.Usable() && len(n.digits) < 5 && many {
			continue // a house number, an age: not a phone beside phones
		}
		base = nil
		if r.n > 0 {
			base = append(keep[:0], r.intl()...)
		}
		if r.n > 0 && ownPhone(c.attr.Own, r.intl()) {
			r = bad(schemas.Junk, schemas.BankOwn)
		}
		one := p.result(c, n, r, width, damaged)
		if slices.ContainsFunc(out[first:], func(o Result) bool { return o.Out != "" && o.Out == one.Out && o.Ext == one.Ext }) {
			continue // the same number written twice is one
		}
		out = append(out, one)
	}
	if len(out) == first {
		return append(out, fail(phoneID, schemas.BadFormat))
	}
	out = dropNoise(out, first)
	if len(out)-first > 1 {
		for i := first; i < len(out); i++ {
			if r := &out[i]; r.Status == schemas.OK && r.Reason != schemas.TollFree {
				r.Reason = schemas.Split
			}
		}
	} else if r := &out[first]; r.Lo == 0 && r.Hi >= len(c.text) || !p.found[0].unknown {
		r.Lo, r.Hi = 0, 0
	}
	return out
}

// dropNoise leaves out unusable pieces shorter than any number when the cell
// also gave a number.
func dropNoise(out []Result, first int) []Result {
	good := false
	for _, r := range out[first:] {
		good = good || r.Status.Usable()
	}
	if !good {
		return out
	}
	kept := out[:first]
	for _, r := range out[first:] {
		if r.Status == schemas.Invalid && r.Reason == schemas.BadLength {
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

// resolve reads one written number; letters at its end that only may be digits
// are tried as digits first.
func (p *phoneScan) resolve(n *dialled) reached {
	r := resolve(n.digits, n.plus, p.region)
	if !r.status.Usable() && r.status != schemas.Junk && n.edge > 0 {
		n.digits = n.digits[:len(n.digits)-n.edge]
		n.look, n.edge = false, 0
		for len(n.cuts) > 0 && n.cuts[len(n.cuts)-1] > len(n.digits) {
			n.cuts = n.cuts[:len(n.cuts)-1]
		}
		return resolve(n.digits, n.plus, p.region)
	}
	return r
}

// cut reads two numbers that only a blank parts.
func (p *phoneScan) cut(n *dialled) (a, b reached, ok bool) {
	for _, at := range n.cuts {
		if at < 9 || len(n.digits)-at < 9 {
			continue
		}
		a, b = resolve(n.digits[:at], n.plus, p.region), resolve(n.digits[at:], false, p.region)
		if a.status.Usable() && b.status.Usable() {
			return a, b, true
		}
	}
	return a, b, false
}

// trim reads a number in a text where a short one (a flat, an hour) stands
// beside it. Only one reading may hold.
func (p *phoneScan) trim(n *dialled) (reached, bool) {
	var hit reached
	hits := 0
	try := func(d []byte) {
		if r := resolve(d, n.plus, p.region); r.status.Usable() {
			hit = r
			hits++
		}
	}
	for _, at := range n.cuts {
		if at <= 4 {
			try(n.digits[at:])
		}
		if len(n.digits)-at <= 4 {
			try(n.digits[:at])
		}
	}
	if hits != 1 {
		return hit, false
	}
	if hit.status == schemas.OK {
		hit.status, hit.reason = schemas.Assumed, schemas.FoundInText
	}
	return hit, true
}

func (p *phoneScan) result(c *cell, n *dialled, r reached, width, damaged bool) Result {
	out := Result{Status: r.status, Reason: r.reason, Rule: phoneID, Class: r.class}
	if p.text == c.text { // places in a repaired text are no places in the cell
		out.Lo, out.Hi = n.lo, n.hi
	}
	if r.n == 0 {
		return out
	}
	var buf [20]byte
	text := append(append(buf[:0], '+'), r.intl()...)
	out.Out = c.str.keep(c.text, text)
	out.Ext = c.str.make(n.ext)
	if out.Status == schemas.OK {
		switch {
		case n.look:
			out.Status, out.Reason = schemas.Corrected, schemas.LookAlikeDigit
		case width:
			out.Status, out.Reason = schemas.Corrected, schemas.WidthFolded
		case p.unbalanced:
			out.Status, out.Reason = schemas.Corrected, schemas.UnbalancedBracket
		case damaged:
			out.Status, out.Reason = schemas.Corrected, schemas.SpreadsheetDamage
		case out.Reason == schemas.TollFree:
		case n.unknown:
			out.Reason = schemas.FoundInText
		case string(text) == c.text || out.Ext != "" && c.text == out.Value():
			out.Reason = schemas.Unchanged
		}
	}
	return out
}

package transforms

import (
	"strings"
	"unicode"

	"clientbase/schemas"
)

const accountID = "account@4"

// Account cleanses a bank account: 20 digits in Russia, an IBAN elsewhere.
// Where the cell also holds the bank's BIK ("044030827/30101810…", in any order)
// the key in digit 9 is checked by order 515 of 08.09.1997, and Class is
// "bik=<BIK>"; without it the reason is not_checked.
func Account(text, region string) Result { return one(accountCell, text, region) }

func accountRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "account", 4, "account: length, currency, key by the BIK in the same cell", accountCells, schemas.KindAccount)
}

func accountCell(c *cell, out []Result) []Result {
	whole := c.text
	account, bik, lo, ok := splitAccount(whole)
	if ok {
		c.text = account
	}
	if !ok && c.region == "UA" && accountAndBank(whole) {
		return append(out, fail(accountID, schemas.BadLength))
	}
	v, r, settled := readCode(c, accountID, accountLabels()...)
	c.text = whole
	if settled {
		return append(out, r)
	}
	d := v.chars()
	if v.n > 4 && d[0] >= 'A' && d[0] <= 'Z' && d[1] >= 'A' && d[1] <= 'Z' {
		return ibanCell(c, out)
	}
	if v.n == 20 {
		v.lookDigits(0, 5)
		v.lookDigits(6, 20)
	}
	switch {
	case v.n != 20:
		return append(out, fail(accountID, schemas.BadLength))
	case !accountChars(d):
		return append(out, fail(accountID, schemas.BadCharacter))
	}
	if bik == "" {
		r = v.passAccount(c, account, d).flag(schemas.NotChecked)
		return append(out, r)
	}
	if len(bik) == 8 && accountHolds("0"+bik, d) { // the zero of a BIK is lost as easily as any
		bik = "0" + bik
	}
	if len(bik) != 9 {
		return append(out, fail(accountID, schemas.BadLength))
	}
	if why := bikFault([]byte(bik)); why != schemas.NoReason {
		return append(out, fail(accountID, why))
	}
	r = v.passAccount(c, account, d)
	r.Class = "bik=" + bik
	if r.Lo, r.Hi = lo, lo+len(account); r.Reason == schemas.Unchanged {
		r.Reason = schemas.Normalised
	}
	switch {
	case bik[:2] != "04":
		r = r.flag(schemas.NotChecked) // treasury accounts have a rule of their own
	case !accountHolds(bik, d):
		return append(out, fail(accountID, schemas.BadChecksum))
	}
	return append(out, r)
}

// accountAndBank reports a Ukrainian account of the time before the IBAN with the
// six digits of its bank: two numbers, not one of twenty digits.
func accountAndBank(s string) bool {
	f := strings.FieldsFunc(s, notDigit)
	return len(f) == 2 && (len(f[0]) == 6 && len(f[1]) >= 5 && len(f[1]) <= 14 || len(f[1]) == 6 && len(f[0]) >= 5 && len(f[0]) <= 14)
}

// passAccount is pass for a part of the cell. A letter at place 6 is one of the
// account, not a look-alike to be reported.
func (v *code) passAccount(c *cell, text string, d []byte) Result {
	part := *v
	part.text = text
	if !isDigit(d[5]) {
		part.look = false
	}
	return part.pass(c, accountID, d)
}

func accountLabels() []string {
	return []string{"расчетный счет", "расчётный счёт", "корреспондентский счет", "р/с", "р/сч", "к/с", "л/с", "рс", "счет", "счёт", "сч", "рахунок", "р/р", "account", "acc", "iban"}
}

// accountChars: digits, and one of the ten letters of order 515 at place 6.
func accountChars(d []byte) bool {
	for i, ch := range d {
		if !isDigit(ch) && (i != 5 || accountLetter(ch) < 0) {
			return false
		}
	}
	return true
}

// accountLetter gives the digit that a letter at place 6 stands for: the
// letters are А В С Е Н К М Р Т Х, here in their Latin likeness.
func accountLetter(ch byte) int { return strings.IndexByte("ABCEHKMPTX", ch) }

// accountHolds checks the key of an account held in the bank with this BIK.
func accountHolds(bik string, d []byte) bool {
	prefix := bik[6:9]
	if string(d[:3]) == "301" || prefix <= "002" {
		prefix = "0" + bik[4:6]
	}
	sum := 0
	add := func(i int, ch byte) {
		x := int(ch - '0')
		if !isDigit(ch) {
			x = accountLetter(ch)
		}
		sum += x * [3]int{7, 1, 3}[i%3] % 10
	}
	for i := range 3 {
		add(i, prefix[i])
	}
	for i, ch := range d {
		add(i+3, ch)
	}
	return sum%10 == 0
}

// splitAccount finds an account and a BIK side by side in one cell.
func splitAccount(s string) (account, bik string, lo int, ok bool) {
	cut := strings.IndexAny(s, "/;,|\n")
	for cut >= 0 {
		a, b := s[:cut], s[cut+1:]
		switch da, db := digitsIn(a), digitsIn(b); {
		case isBIKLen(da) && len(db) >= 19 && len(db) <= 20:
			return fromDigit(b), string(da), cut + 1 + len(b) - len(strings.TrimLeftFunc(b, notDigit)), true
		case isBIKLen(db) && len(da) >= 19 && len(da) <= 20:
			return fromDigit(a), string(db), len(a) - len(strings.TrimLeftFunc(a, notDigit)), true
		}
		next := strings.IndexAny(s[cut+1:], "/;,|\n")
		if next < 0 {
			break
		}
		cut += 1 + next
	}
	// "БИК 044030827 р/с 30101810200000000827", "044030827 30101…": words of digits only
	type word struct{ lo, hi int }
	var ws []word
	in := false
	for i, r := range s {
		d := unicode.IsDigit(r)
		if d && !in {
			ws = append(ws, word{lo: i})
		}
		if !d && in {
			ws[len(ws)-1].hi = i
		}
		in = d
	}
	if in {
		ws[len(ws)-1].hi = len(s)
	}
	if len(ws) != 2 {
		return s, "", 0, false
	}
	x, y := s[ws[0].lo:ws[0].hi], s[ws[1].lo:ws[1].hi]
	switch {
	case len(x) == 9 && len(y) == 20:
		return y, x, ws[1].lo, true
	case len(x) == 20 && len(y) == 9:
		return x, y, ws[0].lo, true
	}
	return s, "", 0, false
}

func isBIKLen(d []byte) bool { return len(d) == 8 || len(d) == 9 }

func notDigit(r rune) bool { return r < '0' || r > '9' }

// fromDigit is s from its first to its last digit.
func fromDigit(s string) string { return strings.TrimFunc(s, notDigit) }

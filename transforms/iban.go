package transforms

import "clientbase/schemas"

const ibanID = "iban@4"

// IBAN cleanses an international account number: country, length and
// structure by the registry of ISO 13616, then MOD 97-10; Spanish numbers also
// carry national check digits. Class is the country.
func IBAN(text string) Result { return one(ibanCell, text, "") }

func ibanRule(d *schemas.Dictionary) Rule {
	return columnRule(d, "iban", 4, "IBAN: country, length, structure, MOD 97-10", ibanCells, schemas.KindIBAN)
}

func ibanCell(c *cell, out []Result) []Result {
	v, r, settled := readCode(c, ibanID, "iban", "ібан", "ибан")
	if settled {
		return append(out, r)
	}
	d := v.chars()
	if v.n < 5 {
		return append(out, fail(ibanID, schemas.BadLength))
	}
	v.lookDigits(2, 4)
	if !isDigit(d[2]) || !isDigit(d[3]) {
		return append(out, fail(ibanID, schemas.BadFormat))
	}
	bban := ibanStructure(string(d[:2]))
	if bban != "" && v.n > 12 && oneDigit(d[2:]) {
		return append(out, Result{Status: schemas.Junk, Reason: schemas.RepeatedDigit, Rule: ibanID})
	}
	length := 4 + bbanLength(bban)
	if bban != "" && v.n == length { // MOD 97 proves a letter read as a digit
		at := 4
		bbanParts(bban, func(n int, class byte) bool {
			if class == 'n' {
				v.lookDigits(at, at+n)
			}
			at += n
			return true
		})
	}
	switch {
	case bban == "":
		return append(out, fail(ibanID, schemas.UnknownCountry))
	case v.n != length:
		return append(out, fail(ibanID, schemas.BadLength))
	case !bbanFits(bban, d[4:]):
		return append(out, fail(ibanID, schemas.BadCharacter))
	case !mod97(d), d[0] == 'E' && d[1] == 'S' && !spainHolds(d[4:]):
		return append(out, fail(ibanID, schemas.BadChecksum))
	case oneDigit(d[4:]):
		return append(out, Result{Status: schemas.Junk, Reason: schemas.RepeatedDigit, Rule: ibanID})
	}
	r = v.pass(c, ibanID, d)
	r.Class = r.Out[:2]
	return append(out, r)
}

// bbanParts walks a structure such as "4n12c": counts with n (digits), a
// (capitals) or c (both).
func bbanParts(s string, part func(n int, class byte) bool) bool {
	for len(s) > 0 {
		i, n := 0, 0
		for isDigit(s[i]) {
			n = n*10 + int(s[i]-'0')
			i++
		}
		if !part(n, s[i]) {
			return false
		}
		s = s[i+1:]
	}
	return true
}

func bbanLength(s string) int {
	total := 0
	bbanParts(s, func(n int, _ byte) bool { total += n; return true })
	return total
}

func bbanFits(s string, d []byte) bool {
	return bbanParts(s, func(n int, class byte) bool {
		for _, ch := range d[:n] {
			if ch == '?' || class == 'n' && !isDigit(ch) || class == 'a' && isDigit(ch) {
				return false
			}
		}
		d = d[n:]
		return true
	})
}

// mod97 checks ISO 7064 MOD 97-10: the first four characters go to the end,
// letters count as 10–35, and the remainder is 1.
func mod97(d []byte) bool {
	rem := uint64(0)
	for _, part := range [...][]byte{d[4:], d[:4]} {
		for _, ch := range part {
			if isDigit(ch) {
				rem = rem*10 + uint64(ch-'0')
			} else {
				rem = rem*100 + uint64(ch-'A') + 10
			}
			if rem >= 1<<56 { // room for one more character
				rem %= 97
			}
		}
	}
	return rem%97 == 1
}

// spainHolds checks the two national digits: bank and branch, then account,
// by weights that are powers of 2 modulo 11.
func spainHolds(b []byte) bool {
	digit := func(part []byte) byte {
		w := [10]int{1, 2, 4, 8, 5, 10, 9, 7, 3, 6}
		s := 0
		for i, ch := range part {
			s += w[i+10-len(part)] * int(ch-'0')
		}
		switch k := 11 - s%11; k {
		case 11:
			return '0'
		case 10:
			return '1'
		default:
			return byte('0' + k)
		}
	}
	return b[8] == digit(b[:8]) && b[9] == digit(b[10:])
}

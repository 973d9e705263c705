package transforms

import "clientbase/schemas"

const rnokppID = "rnokpp@3"

// RNOKPP cleanses a Ukrainian taxpayer number of a person (ІПН): digits 1–5 are
// the days since 31.12.1899, digit 9 is odd for men, digit 10 checks. A birth in
// the future or over 120 years ago is junk.
func RNOKPP(text string) Result { return one(rnokppCell, text, "") }

func rnokppRule(d *schemas.Dictionary, l *limits) Rule {
	return columnRule(d, "rnokpp", 3, "RNOKPP: birth date inside, check digit", limited(l, rnokppCells), schemas.KindRNOKPP)
}

func rnokppCell(c *cell, out []Result) []Result {
	v, r, settled := readNumber(c, rnokppID, "рнокпп", "ідентифікаційний код", "идентификационный код", "іпн", "інн", "инн", "ідн", "rnokpp", "ипн")
	if settled {
		return append(out, r)
	}
	d := v.digits()
	restored := false
	switch {
	case v.n == 9 && v.bad == 0:
		if d = append([]byte{'0'}, d...); !rnokppHolds(d) || ageAt(rnokppDay(d), c.asOf) > c.bounds().suspiciousAge {
			return append(out, fail(rnokppID, schemas.BadLength))
		}
		restored = true
	case v.n != 10:
		return append(out, fail(rnokppID, schemas.BadLength))
	case v.bad > 0:
		return append(out, fail(rnokppID, schemas.BadCharacter))
	}
	born := rnokppDay(d)
	switch {
	case born > c.asOf:
		return append(out, Result{Status: schemas.Junk, Reason: schemas.YearInFuture, Rule: rnokppID})
	case ageAt(born, c.asOf) > c.bounds().impossibleAge:
		return append(out, Result{Status: schemas.Junk, Reason: schemas.OutOfRange, Rule: rnokppID})
	case !rnokppHolds(d):
		return append(out, fail(rnokppID, schemas.BadChecksum))
	}
	if c.party == schemas.Org && !soleTrader(c) {
		return append(out, Result{Status: schemas.Conflict, Reason: schemas.WrongPartyKind, Rule: rnokppID})
	}
	r = v.pass(c, rnokppID, d)
	switch {
	case restored:
		r = r.corrected(schemas.LeadingZeroRestored)
	case ageAt(born, c.asOf) > c.bounds().suspiciousAge:
		r = r.assumed(schemas.OutOfRange)
	}
	return append(out, r)
}

// rnokppHolds checks digit 10. The first weight is −1, so the remainder is
// taken as a floor remainder.
func rnokppHolds(d []byte) bool {
	s := weighted(d, -1, 5, 7, 9, 4, 6, 10, 5, 7)
	return (s%11+11)%11%10 == int(d[9]-'0')
}

// rnokppDay gives the birth day inside a number; 00001 is 01.01.1900.
func rnokppDay(d []byte) int32 { return int32(atoi(string(d[:5]))) + rnokppEpoch }

// rnokppEpoch is 31.12.1899.
const rnokppEpoch = -25568

// rnokppGender gives m or f.
func rnokppGender(d string) string {
	if (d[8]-'0')%2 == 1 {
		return "m"
	}
	return "f"
}

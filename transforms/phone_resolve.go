package transforms

import "clientbase/schemas"

// dialled is one number as it was written, taken out of its cell.
type dialled struct {
	plus    bool
	digits  []byte
	cuts    []int  // places in digits where a separator stood
	ext     []byte // extension
	lo, hi  int    // span in the prepared text
	edge    int    // look-alike letters at the end that may be no digits
	look    bool   // a letter was read as a digit
	tail    bool   // only the last digits of a number that follows another
	unknown bool   // words around it that mean nothing here
	other   bool   // a word says that it is no phone: "ИНН 7707083893"
}

// reached is what a written number leads to.
type reached struct {
	d      [16]byte // international digits without "+"
	n      int      // how many; 0 unless usable
	class  string
	status schemas.Status
	reason schemas.Reason
}

// intl gives the international digits; they live as long as r.
func (r *reached) intl() []byte { return r.d[:r.n] }

func bad(status schemas.Status, why schemas.Reason) reached {
	return reached{status: status, reason: why}
}

// resolve turns written digits into an international number. region is the
// default country; asking in another country's form is only followed where it
// can be read in one way.
func resolve(d []byte, plus bool, region string) reached {
	r := resolveForms(d, plus, region)
	if r.status == schemas.Invalid && neighbourForm(d, region) {
		return bad(schemas.Ambiguous, schemas.UnknownCountry)
	}
	if r.status == schemas.Invalid && r.reason == schemas.NotInPlan && (runPlaceholder(d) || len(d) >= 8 && run(d)) {
		return bad(schemas.Junk, schemas.Placeholder)
	}
	return r
}

func resolveForms(d []byte, plus bool, region string) reached {
	if len(d) == 0 {
		return bad(schemas.Invalid, schemas.BadLength)
	}
	if len(d) >= 5 && oneDigit(d) || blankNumber(d, region) {
		return bad(schemas.Junk, schemas.Placeholder)
	}
	if len(d) > 20 {
		return bad(schemas.Invalid, schemas.BadLength)
	}
	if plus {
		return resolvePlus(d, region)
	}
	if intl := afterPrefix(d, region); intl != nil {
		return international(intl, schemas.OK, schemas.Normalised)
	}
	r := reached{}
	switch region {
	case "UA":
		r = nationalUA(d)
	case "BY":
		r = nationalBY(d)
	case "RU", "KZ", "":
		r = national7(d, false)
	default:
		if intl, ok := nationalByLibrary(d, region); ok {
			return international(intl, schemas.OK, schemas.Normalised)
		}
	}
	if r.status != schemas.Empty {
		return r
	}
	return foreign(d, region)
}

// neighbourForm reports digits that the default region has no place for but
// that a neighbour dials at home: "8 050 765-12-34" in a Russian file is a
// Ukrainian or a Belarusian number, and which of them nobody can tell.
func neighbourForm(d []byte, region string) bool {
	switch region {
	case "RU", "KZ":
		if len(d) == 11 && hasPrefix(d, "80") {
			d = d[2:]
		} else if len(d) == 10 && d[0] == '0' {
			d = d[1:]
		} else {
			return false
		}
		ua, by := nat("380", d, schemas.OK, 0), nat("375", d, schemas.OK, 0)
		return ua.status.Usable() || by.status.Usable()
	case "UA", "BY":
		if len(d) == 10 && d[0] == '9' {
			ru := nat("7", d, schemas.OK, 0)
			return ru.status.Usable()
		}
		if region == "UA" && len(d) == 11 && hasPrefix(d, "80") {
			by := nat("375", d[2:], schemas.OK, 0)
			return by.status.Usable()
		}
	}
	return false
}

// foreign reads digits that the default region has no place for: a full
// international number without "+", or a number of a neighbour's form.
func foreign(d []byte, region string) reached {
	switch n := len(d); {
	case n == 12 && (hasPrefix(d, "380") || hasPrefix(d, "375")):
		return international(d, schemas.OK, schemas.Normalised)
	case n == 11 && d[0] == '7' && (region == "UA" || region == "BY"):
		return international(d, schemas.Assumed, schemas.UnknownCountry)
	case n == 12 && (hasPrefix(d, "998") || hasPrefix(d, "996") || hasPrefix(d, "992") || hasPrefix(d, "995") || hasPrefix(d, "994")),
		n == 11 && (hasPrefix(d, "374") || hasPrefix(d, "373") || hasPrefix(d, "370")),
		region == "" && n >= 11 && d[0] != '0':
		return international(d, schemas.Assumed, schemas.UnknownCountry)
	case n >= 5 && n <= 7:
		return bad(schemas.Ambiguous, schemas.NoAreaCode)
	case n < 5 || n > 15:
		return bad(schemas.Invalid, schemas.BadLength)
	case n == 10 && d[0] == '0' && region != "UA":
		if r := nat("380", d[1:], schemas.OK, 0); r.status.Usable() {
			return bad(schemas.Ambiguous, schemas.UnknownCountry)
		}
	}
	return bad(schemas.Invalid, schemas.NotInPlan)
}

// afterPrefix strips the international prefixes 00 and 8~10.
func afterPrefix(d []byte, region string) []byte {
	switch {
	case hasPrefix(d, "00") && len(d) >= 11:
		return d[2:]
	case hasPrefix(d, "810") && len(d) >= 12 && region != "":
		return d[3:]
	}
	return nil
}

// nat is international for digits behind a country code.
func nat(code string, n []byte, status schemas.Status, why schemas.Reason) reached {
	var buf [24]byte
	if len(code)+len(n) > len(buf) {
		return bad(schemas.Invalid, schemas.BadLength)
	}
	return international(append(append(buf[:0], code...), n...), status, why)
}

// national7 reads the forms of Russia and Kazakhstan: 8 and ten digits, 7 and
// ten digits, ten digits.
// intl tells that the 7 is the country code for certain.
func national7(d []byte, intl bool) reached {
	var n []byte
	switch {
	case len(d) == 11 && (d[0] == '8' || d[0] == '7'):
		n = d[1:]
	case len(d) == 10:
		n = d
	case len(d) == 12 && (hasPrefix(d, "78") || hasPrefix(d, "87")): // +7 8 916…, 8 7 916…
		if r := nat("7", d[2:], schemas.Corrected, schemas.TrunkAfterPlus); r.status.Usable() {
			return r
		}
		return reached{}
	default:
		return reached{}
	}
	if r := nat("7", n, schemas.OK, schemas.Normalised); r.status.Usable() || r.status == schemas.Junk {
		return r
	}
	for _, c := range recodes {
		if c.applies(n, intl) {
			if r := nat("7"+c.new, n[len(c.old):], schemas.Corrected, schemas.OldAreaCode); r.status.Usable() {
				return r
			}
		}
	}
	return reached{}
}

// nationalUA reads the forms of Ukraine: 0 and nine digits, nine digits, the
// old trunk prefix 8 before the 0.
func nationalUA(d []byte) reached {
	r := reached{}
	switch {
	case len(d) == 10 && d[0] == '0':
		r = nat("380", d[1:], schemas.OK, schemas.Normalised)
	case len(d) == 9 && d[0] != '0':
		r = nat("380", d, schemas.OK, schemas.Normalised)
	case len(d) == 11 && hasPrefix(d, "80"):
		r = nat("380", d[2:], schemas.Corrected, schemas.OldTrunk8)
	case len(d) == 10 && d[0] == '8':
		r = nat("380", d[1:], schemas.Corrected, schemas.OldTrunk8)
	case len(d) == 13 && hasPrefix(d, "3800"):
		r = nat("380", d[4:], schemas.Corrected, schemas.TrunkAfterPlus)
	case len(d) == 13 && hasPrefix(d, "3880"):
		r = nat("380", d[4:], schemas.Corrected, schemas.OldTrunk8)
	case len(d) == 11 && d[0] == '8' && d[1] == '9':
		r = nat("7", d[1:], schemas.Assumed, schemas.UnknownCountry)
	case len(d) == 11 && hasPrefix(d, "38"): // 38 (50) 123-45-67: the 0 of the country code is lost
		r = lostZeroUA(d)
	case len(d) == 14 && hasPrefix(d, "38080"): // 380 8 050 123-45-67
		r = nat("380", d[5:], schemas.Corrected, schemas.OldTrunk8)
	}
	if !r.status.Usable() && r.status != schemas.Junk {
		return reached{}
	}
	return r
}

// lostZeroUA reads 38 and nine digits as Ukrainian where no other country's
// number is written so (386 is Slovenia).
func lostZeroUA(d []byte) reached {
	if r := international(d, schemas.OK, schemas.Normalised); r.status.Usable() {
		return bad(schemas.Ambiguous, schemas.UnknownCountry)
	}
	return nat("380", d[2:], schemas.Corrected, schemas.TrunkAfterPlus)
}

// nationalBY reads the forms of Belarus: 8~0 and nine digits, nine digits.
func nationalBY(d []byte) reached {
	r := reached{}
	switch {
	case len(d) == 11 && hasPrefix(d, "80"):
		r = nat("375", d[2:], schemas.OK, schemas.Normalised)
	case len(d) == 9:
		r = nat("375", d, schemas.OK, schemas.Normalised)
	case len(d) == 10 && d[0] == '0':
		r = nat("375", d[1:], schemas.OK, schemas.Normalised)
	case len(d) == 11 && d[0] == '8' && d[1] == '9':
		r = nat("7", d[1:], schemas.Assumed, schemas.UnknownCountry)
	}
	if !r.status.Usable() && r.status != schemas.Junk {
		return reached{}
	}
	return r
}

// resolvePlus reads digits after "+", and the trunk digits that people leave
// behind it.
func resolvePlus(d []byte, region string) reached {
	r := international(d, schemas.OK, schemas.Normalised)
	if r.status.Usable() || r.status == schemas.Junk {
		return r
	}
	repaired := func(code string, n []byte, status schemas.Status) bool {
		r = nat(code, n, status, schemas.TrunkAfterPlus)
		return r.status.Usable() || r.status == schemas.Junk
	}
	switch {
	case len(d) == 11 && d[0] == '8':
		if t := resolve(d, false, region); t.status.Usable() || t.status == schemas.Junk {
			return t.because(schemas.TrunkAfterPlus)
		}
	case len(d) == 12 && hasPrefix(d, "78"):
		if repaired("7", d[2:], schemas.Corrected) {
			return r
		}
	case len(d) == 13 && (hasPrefix(d, "3800") || hasPrefix(d, "3880")):
		if repaired("380", d[4:], schemas.Corrected) {
			return r
		}
	case len(d) == 14 && hasPrefix(d, "38080"):
		if repaired("380", d[5:], schemas.Corrected) {
			return r
		}
	case len(d) == 11 && hasPrefix(d, "38") && region == "UA":
		if t := lostZeroUA(d); t.status.Usable() {
			return t
		}
	case len(d) == 14 && hasPrefix(d, "375") && d[3] == '8' && d[4] == '0':
		if repaired("375", d[5:], schemas.Corrected) {
			return r
		}
	case hasPrefix(d, "810") && len(d) >= 13:
		if repaired("", d[3:], schemas.Corrected) {
			return r
		}
	case hasPrefix(d, "00"):
		if repaired("", d[2:], schemas.Corrected) {
			return r
		}
	case len(d) == 10 && d[0] == '0' && region == "UA":
		if repaired("380", d[1:], schemas.Corrected) {
			return r
		}
	case len(d) == 10 && d[0] == '9' && region == "RU":
		if repaired("7", d, schemas.Assumed) {
			return r
		}
	case len(d) == 11 && d[0] == '7':
		if t := national7(d, true); t.status.Usable() {
			return t
		}
	}
	if len(d) < 8 {
		return bad(schemas.Invalid, schemas.BadLength)
	}
	return bad(schemas.Invalid, schemas.NotInPlan)
}

// because marks a usable verdict as repaired.
func (r reached) because(why schemas.Reason) reached {
	if r.status == schemas.OK {
		r.status, r.reason = schemas.Corrected, why
	}
	return r
}

// international judges full digits: placeholder, then plan.
func international(d []byte, status schemas.Status, why schemas.Reason) reached {
	if len(d) < 7 || len(d) > 15 || d[0] == '0' {
		return bad(schemas.Invalid, schemas.BadLength)
	}
	if n := nationalPart(d); n != nil {
		sub := n[len(n)-7:]
		if oneDigit(n) || oneDigit(sub) && (sub[0] == '0' || sub[0] == '9') || run(n) {
			return bad(schemas.Junk, schemas.Placeholder)
		}
	}
	class := classOf(d)
	if class == "" {
		return bad(schemas.Invalid, schemas.NotInPlan)
	}
	if status == schemas.OK && len(class) > 9 && class[:9] == phoneTollFree {
		why = schemas.TollFree
	}
	r := reached{n: len(d), class: class, status: status, reason: why}
	copy(r.d[:], d)
	return r
}

// nationalPart cuts the country code off where its length is known here.
func nationalPart(d []byte) []byte {
	switch {
	case len(d) == 11 && d[0] == '7':
		return d[1:]
	case len(d) == 12 && (hasPrefix(d, "380") || hasPrefix(d, "375")):
		return d[3:]
	}
	return nil
}

// blankNumber reports that after the trunk or country digits nothing but one
// digit stands, or a subscriber number that nobody has.
func blankNumber(d []byte, region string) bool {
	n := d
	switch {
	case region == "UA" && len(d) == 10 && d[0] == '0':
		n = d[1:]
	case len(d) == 11 && (hasPrefix(d, "80") && region != "RU" && region != "KZ"):
		n = d[2:]
	case len(d) == 11 && (d[0] == '7' || d[0] == '8'):
		n = d[1:]
	case len(d) == 12 && (hasPrefix(d, "380") || hasPrefix(d, "375")):
		n = d[3:]
	}
	return len(n) >= 7 && oneDigit(n)
}

// runPlaceholder reports an ascending or descending subscriber number behind a
// whole code; it is asked only where that code is in no plan.
func runPlaceholder(d []byte) bool {
	switch {
	case len(d) == 9, len(d) == 10, len(d) == 11 && (d[0] == '7' || d[0] == '8'), len(d) == 12 && d[0] == '3':
		return run(d[len(d)-7:])
	}
	return false
}

// run reports 7 digits or more that go up or down by one, 9 and 0 being neighbours.
func run(d []byte) bool {
	if len(d) < 7 {
		return false
	}
	step := (int(d[1]) - int(d[0]) + 10) % 10
	if step != 1 && step != 9 {
		return false
	}
	for i := 1; i < len(d); i++ {
		if (int(d[i])-int(d[i-1])+10)%10 != step {
			return false
		}
	}
	return true
}

package transforms

import (
	"strings"

	"clientbase/schemas"
)

// KeyFunc derives match keys from a cleansed value. It is called once per
// distinct value; equal keys of two values make them candidates or show
// partial agreement. A key is never a value to publish.
type KeyFunc struct {
	Name string // the part after "#" in the column name: "phone#last7"
	Of   func(value string, emit func(key string))
}

// Identifies tells whether a value with such a verdict may speak for a party. A
// hot line is a phone, and an office mailbox an address, but not a person's.
func Identifies(s schemas.Status, why schemas.Reason) bool {
	return s.Usable() && why != schemas.TollFree && why != schemas.RoleAddress && why != schemas.DisposableAddress && why != schemas.BankOwn
}

// Keys gives the key functions for values of a kind; none for kinds that are
// compared as they stand. The functions of one call share the parsing of a value:
// they belong to one goroutine, and are quickest when all are asked for one
// value before the next.
func Keys(k schemas.Kind) []KeyFunc {
	switch k {
	case schemas.KindPhone:
		return phoneKeys()
	case schemas.KindEmail:
		return emailKeys()
	case schemas.KindDate:
		return dateKeys()
	case schemas.KindPassport:
		return documentKeys()
	case schemas.KindINN, schemas.KindOGRN, schemas.KindSNILS, schemas.KindRNOKPP, schemas.KindUNZR, schemas.KindEDRPOU,
		schemas.KindIBAN, schemas.KindAccount, schemas.KindPAN:
		return []KeyFunc{{"full", wholeValue}}
	case schemas.KindText:
		return []KeyFunc{{"fold", foldedText}}
	case schemas.KindFullName:
		return fullNameKeys()
	case schemas.KindSurname:
		return surnameKeys()
	case schemas.KindGiven:
		return givenKeys()
	case schemas.KindPatronymic:
		return patronymicKeys()
	case schemas.KindOrgName:
		return orgKeys()
	case schemas.KindAddress:
		return addressKeys()
	}
	return nil
}

func wholeValue(v string, emit func(string)) { emit(v) }

// foldedText is a short text without letter case, ё and punctuation at its ends.
func foldedText(v string, emit func(string)) {
	var buf [96]byte
	if k := trimPunct(appendJunkKey(buf[:0], v)); len(k) > 0 {
		emit(string(k))
	}
}

// phoneKeys: full (without the extension), last7 (the subscriber, as call
// centres and old cards have it).
func phoneKeys() []KeyFunc {
	full := func(v string) string {
		number, _, _ := strings.Cut(v, ";")
		return number
	}
	return []KeyFunc{
		{"full", func(v string, emit func(string)) { emit(full(v)) }},
		{"last7", func(v string, emit func(string)) {
			if n := full(v); len(n) >= 8 {
				emit(n[len(n)-7:])
			}
		}},
	}
}

// emailKeys: key (one mailbox, one key), local (the part before "@" of the key,
// from four characters on: people keep it when they change the provider).
func emailKeys() []KeyFunc {
	return []KeyFunc{
		{"key", func(v string, emit func(string)) {
			if k := EmailKey(v); k != "" {
				emit(k)
			}
		}},
		{"local", func(v string, emit func(string)) {
			if local, _, ok := strings.Cut(EmailKey(v), "@"); ok && len(local) >= 4 {
				emit(strings.NewReplacer(".", "", "-", "", "_", "").Replace(local))
			}
		}},
	}
}

// dateKeys of YYYY-MM-DD: year, monthday (MM-DD), yearmonth, swapped (the date
// with day and month changed over, where that is a date).
func dateKeys() []KeyFunc {
	part := func(lo, hi int) func(string, func(string)) {
		return func(v string, emit func(string)) {
			if len(v) == 10 {
				emit(v[lo:hi])
			}
		}
	}
	return []KeyFunc{
		{"year", part(0, 4)},
		{"monthday", part(5, 10)},
		{"yearmonth", part(0, 7)},
		{"swapped", func(v string, emit func(string)) {
			if len(v) == 10 && v[8:] <= "12" && v[8:] != v[5:7] {
				emit(v[:5] + v[8:] + "-" + v[5:7])
			}
		}},
	}
}

// documentKeys: full (letters and digits only), number (the last six digits,
// which survive a wrong series).
func documentKeys() []KeyFunc {
	return []KeyFunc{
		{"full", func(v string, emit func(string)) {
			if k := strings.NewReplacer(" ", "", "-", "").Replace(v); k != "" {
				emit(k)
			}
		}},
		{"number", func(v string, emit func(string)) {
			if len(v) > 6 && allDigits(v[len(v)-6:]) {
				emit(v[len(v)-6:])
			}
		}},
	}
}

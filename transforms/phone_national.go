package transforms

import "github.com/nyaruka/phonenumbers"

// NationalPhone writes an E.164 number as it is written inside its country:
// +79161234567 → 8 (916) 123-45-67. What is no whole number comes back as it is.
func NationalPhone(e164 string) string {
	n, err := phonenumbers.Parse(e164, "")
	if err != nil || !phonenumbers.IsValidNumber(n) || phonenumbers.Format(n, phonenumbers.E164) != e164 {
		return e164
	}
	return phonenumbers.Format(n, phonenumbers.NATIONAL)
}

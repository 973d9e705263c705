package transforms

import (
	"github.com/nyaruka/phonenumbers"
)

// Types of a phone number, the first word of Result.Class of a phone; the
// second is the country (ISO 3166), as in "mobile RU".
const (
	phoneMobile   = "mobile"
	phoneFixed    = "fixed"
	phoneTollFree = "toll_free"
	phonePremium  = "premium"
	phoneVoIP     = "voip"
	phoneOther    = "other"
)

// planRange says what the codes lo…hi (first digits of the national number)
// are. Only codes of which every number is valid stand here; all others are
// left to the library. A test holds the table to the library.
type planRange struct {
	lo, hi int
	class  string
}

// plan7 is the numbering plan of country code 7 by three digits. 6xx and 7xx
// are Kazakhstan, the rest Russia. State: library metadata of 2026.
var plan7 = expandPlan(1000,
	planRange{301, 302, "fixed RU"}, planRange{336, 336, "fixed RU"}, planRange{341, 343, "fixed RU"}, planRange{345, 347, "fixed RU"},
	planRange{349, 349, "fixed RU"}, planRange{351, 353, "fixed RU"}, planRange{365, 365, "fixed RU"}, planRange{381, 385, "fixed RU"},
	planRange{388, 388, "fixed RU"}, planRange{390, 391, "fixed RU"}, planRange{394, 395, "fixed RU"}, planRange{401, 401, "fixed RU"},
	planRange{411, 411, "fixed RU"}, planRange{413, 413, "fixed RU"}, planRange{415, 416, "fixed RU"}, planRange{421, 421, "fixed RU"},
	planRange{423, 424, "fixed RU"}, planRange{426, 427, "fixed RU"}, planRange{471, 475, "fixed RU"}, planRange{481, 487, "fixed RU"},
	planRange{491, 496, "fixed RU"}, planRange{498, 499, "fixed RU"}, planRange{700, 702, "mobile KZ"}, planRange{705, 708, "mobile KZ"},
	planRange{747, 747, "mobile KZ"}, planRange{771, 771, "mobile KZ"}, planRange{775, 778, "mobile KZ"},
	planRange{800, 800, "toll_free RU"}, planRange{804, 804, "toll_free RU"}, planRange{803, 803, "premium RU"}, planRange{809, 809, "premium RU"},
	planRange{811, 818, "fixed RU"}, planRange{820, 821, "fixed RU"}, planRange{831, 831, "fixed RU"}, planRange{833, 836, "fixed RU"},
	planRange{840, 848, "fixed RU"}, planRange{851, 851, "fixed RU"}, planRange{855, 857, "fixed RU"}, planRange{860, 863, "fixed RU"},
	planRange{865, 867, "fixed RU"}, planRange{869, 869, "fixed RU"}, planRange{871, 873, "fixed RU"}, planRange{877, 879, "fixed RU"},
	planRange{900, 999, "mobile RU"},
)

// plan380 and plan375 are Ukraine and Belarus by two digits.
var (
	plan380 = expandPlan(100,
		planRange{31, 38, "fixed UA"}, planRange{39, 39, "mobile UA"}, planRange{41, 41, "fixed UA"}, planRange{43, 48, "fixed UA"},
		planRange{50, 50, "mobile UA"}, planRange{51, 57, "fixed UA"}, planRange{61, 62, "fixed UA"}, planRange{63, 63, "mobile UA"},
		planRange{64, 65, "fixed UA"}, planRange{66, 68, "mobile UA"}, planRange{69, 69, "fixed UA"}, planRange{71, 73, "mobile UA"},
		planRange{75, 75, "mobile UA"}, planRange{77, 77, "mobile UA"}, planRange{91, 99, "mobile UA"})
	plan375 = expandPlan(100, planRange{17, 17, "fixed BY"}, planRange{33, 33, "mobile BY"}, planRange{44, 44, "mobile BY"})
)

func expandPlan(size int, ranges ...planRange) []string {
	out := make([]string, size)
	for _, r := range ranges {
		for i := r.lo; i <= r.hi; i++ {
			out[i] = r.class
		}
	}
	return out
}

// recode is a dated change of an area code. Numbers in the old form are only
// rewritten where the old code is no longer in the plan.
type recode struct {
	region   string
	old, new string // first digits of the national number
	since    string // ISO date
}

// recodes are read in this order. Moscow and its region left 095 and 096, and
// with them all codes of central Russia that began with 0 left for 4 (0872 Tula
// is 4872); Kazakhstan left 3xx for 7xx. Saint Petersburg's 812 stayed.
var recodes = []recode{
	{"RU", "095", "495", "2005-12-01"},
	{"RU", "096", "496", "2005-12-01"},
	{"RU", "07", "47", "2005-12-01"},
	{"RU", "08", "48", "2005-12-01"},
	{"RU", "09", "49", "2005-12-01"},
	{"KZ", "31", "71", "2007-06-09"},
	{"KZ", "32", "72", "2007-06-09"},
	{"KZ", "33", "73", "2007-06-09"},
}

// applies reports that digits behind country code 7 or its trunk prefix may
// have the old code. Both countries have one plan, so the rest of the digits
// decides; where a neighbour dials so at home, only Moscow's codes are read
// without a country code.
func (c recode) applies(n []byte, intl bool) bool {
	return hasPrefix(n, c.old) && (intl || len(c.old) == 3 || n[0] != '0' || !neighbourForm(append([]byte("8"), n...), "RU"))
}

// classOf looks up an international number without "+"; "" = in no plan.
func classOf(d []byte) string {
	switch {
	case d[0] == '7':
		if len(d) != 11 {
			return ""
		}
		if c := plan7[int(d[1]-'0')*100+int(d[2]-'0')*10+int(d[3]-'0')]; c != "" {
			return c
		}
	case hasPrefix(d, "380"):
		if len(d) != 12 {
			return ""
		}
		if c := plan380[int(d[3]-'0')*10+int(d[4]-'0')]; c != "" {
			return c
		}
	case hasPrefix(d, "375"):
		if len(d) != 12 {
			return ""
		}
		if c := plan375[int(d[3]-'0')*10+int(d[4]-'0')]; c != "" {
			return c
		}
	}
	return classByLibrary("+" + string(d))
}

// classByLibrary asks libphonenumber's metadata.
func libraryKnows(region string) bool { return phonenumbers.GetSupportedRegions()[region] }

func classByLibrary(e164 string) string {
	if len(e164) < 8 || len(e164) > 16 {
		return ""
	}
	n, err := phonenumbers.Parse(e164, "ZZ")
	if err != nil || phonenumbers.Format(n, phonenumbers.E164) != e164 {
		return ""
	}
	t := phoneOther
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.UNKNOWN: // no valid number
		return ""
	case phonenumbers.MOBILE:
		t = phoneMobile
	case phonenumbers.FIXED_LINE, phonenumbers.FIXED_LINE_OR_MOBILE:
		t = phoneFixed
	case phonenumbers.TOLL_FREE:
		t = phoneTollFree
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST:
		t = phonePremium
	case phonenumbers.VOIP:
		t = phoneVoIP
	}
	return t + " " + phonenumbers.GetRegionCodeForNumber(n)
}

// nationalByLibrary reads a national form of a region that has no rules here.
func nationalByLibrary(d []byte, region string) (intl []byte, ok bool) {
	n, err := phonenumbers.Parse(string(d), region)
	if err != nil || !phonenumbers.IsValidNumberForRegion(n, region) {
		return nil, false
	}
	return []byte(phonenumbers.Format(n, phonenumbers.E164)[1:]), true
}

func hasPrefix(d []byte, p string) bool { return len(d) >= len(p) && string(d[:len(p)]) == p }

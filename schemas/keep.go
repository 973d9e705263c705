package schemas

import (
	"regexp"
	"strconv"
	"time"
)

// Keep is how long something is kept: 5y, 18m, 90d or their sum, 1y6m. The
// zero Keep is no limit.
type Keep struct{ Years, Months, Days int }

var keepForm = regexp.MustCompile(`^(?:(\d{1,3})y)?(?:(\d{1,4})m)?(?:(\d{1,5})d)?$`)

// ParseKeep reads a Keep as people write it.
func ParseKeep(text string) (k Keep, ok bool) {
	part := keepForm.FindStringSubmatch(text)
	if part == nil || text == "" {
		return k, false
	}
	for i, to := range []*int{&k.Years, &k.Months, &k.Days} {
		if part[i+1] != "" {
			*to, _ = strconv.Atoi(part[i+1])
		}
	}
	return k, !k.IsZero()
}

// IsZero reports that there is no limit.
func (k Keep) IsZero() bool { return k == Keep{} }

// After gives the day until which something of day t is kept.
func (k Keep) After(t time.Time) time.Time { return t.AddDate(k.Years, k.Months, k.Days) }

// Before gives the day before which everything is past its time on day t.
func (k Keep) Before(t time.Time) time.Time { return t.AddDate(-k.Years, -k.Months, -k.Days) }

// String writes it as it is read.
func (k Keep) String() string {
	out := ""
	for _, p := range []struct {
		n    int
		unit string
	}{{k.Years, "y"}, {k.Months, "m"}, {k.Days, "d"}} {
		if p.n > 0 {
			out += strconv.Itoa(p.n) + p.unit
		}
	}
	return out
}

// Hold is a duty to keep: whoever has facts of these kinds is not erased until
// Keep after the last of them. It comes before a wish to be forgotten.
type Hold struct {
	ID    string
	Facts []string // kinds of fact; empty = whoever is a client
	Keep  Keep
	Ru    string
	En    string
}

package outbound

import (
	"strings"

	"clientbase/internal/opaque"
)

// Row is one consent fact, of a source or of a person, that nobody took back.
type Row struct {
	Objection bool
	Purpose   string         // dotted: marketing.deposits; "" = every purpose (objections only)
	Channel   string         // "" = every channel
	Since     string         // ISO day; "" = unknown
	Until     string         // ISO day, not included; "" = no end
	Records   []opaque.Token // records that gave it
	Points    []opaque.Token // contact points that it names
	Origin    string         // where it stands, in words: "web/leads, form", "journal entry 12"
}

// Channels by which a list may be used, with the kind of contact point each needs.
const (
	Phone = "phone"
	SMS   = "sms"
	Email = "email"
)

// Channels lists them in the order of the help texts.
func Channels() []string { return []string{Phone, SMS, Email} }

// Question is what the gates are asked: may this client be contacted for the
// purpose by the channel, on a list that leaves today? A permission must hold
// today, and still on the as-of day when that lies ahead; a restriction counts
// unless it is over today. So no as-of day lets anybody out.
type Question struct {
	Purpose    string
	Channel    string
	AsOf       string // ISO day of the segment
	Today      string // ISO day on which the list leaves
	MaxHolders int    // clients that may hold a contact point; below 1 counts as 1
}

// restricts says whether an objection forbids what is asked. Purposes spread
// both ways: who refused deposits is on no list for marketing at large. When it
// was said does not matter, only when it ends.
func (r *Row) restricts(q Question) bool {
	purpose := r.Purpose == "" || under(q.Purpose, r.Purpose) || under(r.Purpose, q.Purpose)
	channel, known := channelOf(r.Channel)
	over := isDay(r.Until) && r.Until <= q.Today
	return purpose && (!known || channel == "" || channel == q.Channel) && !over
}

// permits says whether a grant allows what is asked. A grant without a purpose
// or a first day proves nothing.
func (r *Row) permits(q Question) bool {
	if r.Purpose == "" || !under(q.Purpose, r.Purpose) {
		return false
	}
	if channel, known := channelOf(r.Channel); !known || channel != "" && channel != q.Channel {
		return false
	}
	holds := r.Until == "" || isDay(r.Until) && max(q.Today, q.AsOf) < r.Until
	return isDay(r.Since) && r.Since <= q.Today && holds
}

// short says in what a grant that does not permit falls short.
func (r *Row) short(q Question) string {
	from := " (" + r.Origin + ")"
	switch channel, known := channelOf(r.Channel); {
	case r.Purpose == "":
		return "a grant names no purpose" + from
	case !under(q.Purpose, r.Purpose):
		return "a grant is for " + r.Purpose + from
	case !known || channel != "" && channel != q.Channel:
		return "a grant is for " + r.Channel + from
	case !isDay(r.Since):
		return "a grant has no first day" + from
	case r.Since > q.Today:
		return "a grant begins on " + r.Since + from
	}
	return "a grant ends on " + r.Until + from
}

// under says whether purpose is the given one or stands below it.
func under(purpose, of string) bool {
	purpose, of = strings.ToLower(strings.TrimSpace(purpose)), strings.ToLower(strings.TrimSpace(of))
	return purpose == of || strings.HasPrefix(purpose, of+".")
}

// channelOf reads a source's word for a channel: "" is every channel; an
// unknown word is not known, so an objection to it is one to everything and a
// grant for it is none.
func channelOf(word string) (channel string, known bool) {
	switch w := strings.ToLower(strings.TrimSpace(word)); w {
	case "", "all", "any", "*":
		return "", true
	case Phone, "call", "calls", "voice", "tel", "telephone", "звонок", "звонки", "телефон", "дзвінок":
		return Phone, true
	case SMS, "смс", "text":
		return SMS, true
	case Email, "e-mail", "почта", "пошта":
		return Email, true
	case "post", "letter", "push", "web", "app", "messenger", "branch", "fax", "письмо", "лист", "отделение":
		return w, true // channels of their own, for which no list is made yet
	}
	return "", false
}

// isDay checks the form 2026-10-01, in which days can be compared as texts.
func isDay(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

package transforms

import (
	_ "embed" // the domain table
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"
)

//go:embed data/contacts/email_domains.tsv
var emailDomainsTSV string

// mailDomains is the table of mail domains, read once.
type mailDomains struct {
	class   map[string]string // target | known | disposable
	free    map[string]bool
	targets []string // in the order of the file
}

var domainTable = sync.OnceValue(func() *mailDomains {
	d := &mailDomains{class: map[string]string{}, free: map[string]bool{}}
	for line := range strings.Lines(emailDomainsTSV) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || f[0] == "domain" || strings.HasPrefix(line, "#") {
			continue
		}
		d.class[f[0]], d.free[f[0]] = f[1], f[2] == "free"
		if f[1] == "target" {
			d.targets = append(d.targets, f[0])
		}
	}
	return d
})

// tldTypo gives the top-level domain that a mistyped one was meant to be.
func tldTypo(tld string) string {
	switch tld {
	case "ry", "гu", "ruu", "rru", "ру", "гу":
		return "ru"
	case "ком", "con", "cpm", "comm", "ccom", "vom":
		return "com"
	case "юа", "уа":
		return "ua"
	case "нет":
		return "net"
	}
	return ""
}

// knownTLD reports a domain whose ending somebody registers names under, by the
// public suffix list that this program was built with.
// .example is reserved for texts and made-up people (RFC 2606), who shall be
// able to write to each other.
func knownTLD(domain string) bool {
	if strings.HasSuffix(domain, ".example") {
		return true
	}
	suffix, icann := publicsuffix.PublicSuffix(domain)
	return icann || strings.Contains(suffix, ".")
}

// realTLD reports two-letter codes of countries and the commonest generic ones.
func realTLD(tld string) bool {
	if len(tld) == 2 {
		const cc = " ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
		return strings.Contains(cc, " "+tld+" ")
	}
	switch tld {
	case "com", "net", "org", "info", "biz", "edu", "gov", "mil", "int", "name", "pro", "mobi", "online", "site", "store", "shop", "tech", "email", "bank", "app", "dev", "moscow", "museum", "agency", "company", "group", "top", "xyz", "club", "life", "live", "work", "digital", "media", "world", "center", "website", "space":
		return true
	}
	return strings.HasPrefix(tld, "xn--")
}

// typoOf gives the frequent domain that a rare one was meant to be, or "".
// extra are the frequent domains of this base.
func typoOf(domain string, extra []string) string {
	name, tld, ok := lastCut(domain)
	first, _, _ := strings.Cut(domain, ".")
	if len(first) <= 3 && ok {
		return ""
	}
	best, bestCost, tie := "", 100, false
	try := func(t string) {
		tn, tt, _ := lastCut(t)
		if short, _, _ := strings.Cut(t, "."); len(short) <= 3 || t == domain {
			return
		}
		if len(t) > len(domain)+1 || len(domain) > len(t)+1 {
			return
		}
		cost, near := typoCost(domain, t)
		if !near {
			return
		}
		// A change of the top-level domain alone is no typo where that domain exists,
		// unless the name belongs to one provider only.
		if ok && tn == name && realTLD(tld) && tt != tld && name != "gmail" && name != "icloud" {
			return
		}
		switch {
		case cost < bestCost:
			best, bestCost, tie = t, cost, false
		case cost == bestCost && t != best:
			tie = true
		}
	}
	for _, t := range domainTable().targets {
		try(t)
	}
	for _, t := range extra {
		try(t)
	}
	if tie {
		return ""
	}
	return best
}

func lastCut(domain string) (name, tld string, ok bool) {
	i := strings.LastIndexByte(domain, '.')
	if i < 0 {
		return domain, "", false
	}
	return domain[:i], domain[i+1:], true
}

// typoCost reports whether a becomes b by one edit (insertion, deletion,
// substitution, swap of neighbours) and how unlikely that edit is: 1 for
// neighbouring keys, swaps, doubled or lost double letters and a lost dot, 2 else.
func typoCost(a, b string) (cost int, near bool) {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	switch {
	case len(a) == len(b):
		if x == "" {
			return 0, false
		}
		if x[1:] == y[1:] {
			if keysTouch(x[0], y[0]) {
				return 1, true
			}
			return 2, true
		}
		if len(x) >= 2 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:] {
			return 1, true
		}
	case len(a) == len(b)+1: // a has one letter too many
		if x[1:] == y {
			if i > 0 && x[0] == a[i-1] || len(x) > 1 && keysTouch(x[0], x[1]) || i > 0 && keysTouch(x[0], a[i-1]) {
				return 1, true
			}
			return 2, i > 0 // a letter in front makes another name
		}
	case len(b) == len(a)+1: // a lacks one letter
		if x == y[1:] {
			if y[0] == '.' || i > 0 && y[0] == b[i-1] {
				return 1, true
			}
			return 2, true
		}
	}
	return 0, false
}

// keysTouch reports neighbours on a QWERTY keyboard.
func keysTouch(a, b byte) bool {
	rows := [...]string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}
	ra, ca, rb, cb := -1, 0, -1, 0
	for r, row := range rows {
		if c := strings.IndexByte(row, a); c >= 0 {
			ra, ca = r, c
		}
		if c := strings.IndexByte(row, b); c >= 0 {
			rb, cb = r, c
		}
	}
	if ra < 0 || rb < 0 {
		return false
	}
	switch rb - ra {
	case 0:
		return cb-ca == 1 || ca-cb == 1
	case 1: // the lower row is shifted to the right by half a key
		return cb == ca || cb == ca-1
	case -1:
		return cb == ca || cb == ca+1
	}
	return false
}

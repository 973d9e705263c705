package transforms

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"clientbase/schemas"
)

// foldLatin turns Cyrillic look-alikes into Latin letters of the same case; all
// is true when nothing but ASCII is left.
func foldLatin(s string) (out string, all bool) {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r < 0x80 {
			b = append(b, byte(r))
			continue
		}
		l, ok := latinLook(r)
		if !ok {
			return s, false
		}
		if unicode.IsLower(r) {
			switch r {
			case 'в', 'н', 'т', 'м': // only their capitals look Latin
				return s, false
			}
			l += 'a' - 'A'
		}
		b = append(b, l)
	}
	return string(b), true
}

// plainLocal is validLocal for the fast path.
func plainLocal(s string) bool {
	for i := 0; i < len(s); i++ {
		switch ch := s[i]; {
		case ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' || isDigit(ch) || ch == '_' || ch == '-':
		case ch == '.' && i > 0 && i < len(s)-1 && s[i-1] != '.':
		default:
			return false
		}
	}
	return s != ""
}

// validLocal is the dot-atom of RFC 5322.
func validLocal(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !localByte(s[i]) {
			return false
		}
	}
	return true
}

func localByte(ch byte) bool {
	return ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' || isDigit(ch) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~.", ch) >= 0
}

// mailDomain is the verdict on what stands behind the "@".
type mailDomain struct {
	ascii string         // in ASCII; "" = it cannot be
	text  string         // the domain that is meant; "" = none
	why   schemas.Reason // the first repair; 0 = none
}

// judgeDomain finds the domain that is meant; it depends on the text and on what
// the whole base taught.
func judgeDomain(s string, m *Model) (out mailDomain) {
	repaired := func(why schemas.Reason) {
		if out.why == 0 {
			out.why = why
		}
	}
	fixed, changed := repairDomain(s)
	if changed {
		repaired(schemas.DomainTypo)
	}
	domain, ok := asciiDomain(fixed, repaired)
	if !ok {
		return mailDomain{}
	}
	out.ascii = domain
	known := strings.Contains(domain, ".") && validDomain(domain) && (knownTLD(domain) || m.frequent(domain))
	if !known || domainTable().class[domain] == "" && !m.frequent(domain) {
		if t := typoOf(domain, m.domains()); t != "" {
			repaired(schemas.DomainTypo)
			out.text = t
			return out
		}
	}
	if known {
		out.text = domain
	}
	return out
}

// plainEnds reports that nothing can be trimmed off a text.
func plainEnds(s string) bool {
	plain := func(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }
	return s != "" && plain(s[0]) && plain(s[len(s)-1])
}

// repairDomain lowers a domain and undoes wrong separators and blanks.
func repairDomain(s string) (out string, changed bool) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == ',' || r == '/' || r == ';' || r == ':':
			r, changed = '.', true
		case unicode.IsSpace(r):
			if p := b.String(); strings.HasSuffix(p, ".") || b.Len() == 0 {
				continue
			}
			changed = true
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	out = b.String()
	for strings.Contains(out, "..") {
		out, changed = strings.ReplaceAll(out, "..", "."), true
	}
	return strings.Trim(out, "."), changed
}

// asciiDomain brings a domain to ASCII: mistyped top-level domains, look-alike
// letters, then punycode.
func asciiDomain(s string, repaired func(schemas.Reason)) (string, bool) {
	if name, tld, ok := lastCut(s); ok {
		if t := tldTypo(tld); t != "" && isASCII(foldedName(name)) {
			s = name + "." + t
			repaired(schemas.DomainTypo)
		}
	}
	if isASCII(s) {
		return s, s != ""
	}
	if t, err := idna.Lookup.ToASCII(s); err == nil && knownTLD(t) && !mixedLabel(s) {
		return t, true
	}
	if t, all := foldLatin(s); all && scriptOf(s)&scriptLatin != 0 {
		repaired(schemas.LookAlikeLetter)
		return strings.ToLower(t), true
	}
	t, err := idna.Lookup.ToASCII(s)
	return t, err == nil && !mixedLabel(s)
}

// mixedLabel reports a part of a domain written in two scripts at once, which
// no registry sells.
func mixedLabel(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if sc := scriptOf(label); sc&scriptLatin != 0 && sc&scriptCyrillic != 0 {
			return true
		}
	}
	return false
}

func foldedName(s string) string {
	if t, all := foldLatin(s); all {
		return t
	}
	return s
}

func validDomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	labels := 0
	tld := ""
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := 0; i < len(label); i++ {
			if ch := label[i]; !(ch >= 'a' && ch <= 'z' || isDigit(ch) || ch == '-') {
				return false
			}
		}
		labels++
		tld = label
	}
	return labels >= 2 && len(tld) >= 2 && !isDigit(tld[0])
}

// cutTail cuts a phone or another text that a comma or a semicolon parts from a
// whole known domain: "mail.ru, 8 916 …".
func cutTail(domain string) string {
	i := strings.IndexAny(domain, ",; ")
	if i <= 0 {
		return domain
	}
	if d := strings.ToLower(domain[:i]); domainTable().class[d] != "" && len(strings.Trim(domain[i:], ",; ")) > 3 {
		return domain[:i]
	}
	return domain
}

// cutRemark cuts a remark in brackets or the parameters of a mailto link off the
// end of an address: "ivan@mail.ru (личная)", "ivan@mail.ru?subject=…".
func cutRemark(s string) string {
	at := strings.IndexByte(s, '@')
	if at < 0 {
		return s
	}
	if i := strings.IndexAny(s[at:], "(?"); i > 1 {
		if tail := s[at+i:]; tail[0] == '?' || strings.HasSuffix(tail, ")") {
			return strings.TrimRight(s[:at+i], " ")
		}
	}
	return s
}

// latinLayout gives what the keys of a Cyrillic text write in the Latin layout.
func latinLayout(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		switch l := latinKey(lowerRune(r)); {
		case r < 0x80:
			b = append(b, byte(r))
		case l != 0:
			b = append(b, l)
		default:
			return ""
		}
	}
	return string(b)
}

package transforms

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/schemas"
)

const emailID = "email@3"

// Classes of an e-mail address (Result.Class). Role and disposable addresses
// are usable for writing to, and no evidence of who somebody is: the reason says so.
const (
	emailPersonal   = "personal"   // a free provider
	emailCorporate  = "corporate"  // any other domain
	emailRole       = "role"       // info@, buh@
	emailDisposable = "disposable" // a provider of addresses for minutes
	emailOwn        = "own"        // the bank's own domain: an employee's mailbox
)

// Email cleanses a cell with one or several e-mail addresses. The domain comes
// out in lower case and punycode, the local part as it was written: EmailKey
// gives the form for comparing.
func Email(text string) []Result { return many(emailCell, text, "") }

func emailRule(d *schemas.Dictionary) Rule {
	r := columnRule(d, "email", 3, "e-mail: repair, typo of the domain, class", nil, schemas.KindEmail)
	attrs := attrsOf(d, schemas.KindEmail)
	r.Apply = func(b *schemas.Batch, m *Model) error {
		var seen memo[mailDomain]
		f := func(c *cell, out []Result) []Result {
			c.mails = &seen
			return emailCell(c, out)
		}
		for _, a := range attrs {
			if err := column(b, m, a, f); err != nil {
				return err
			}
		}
		return nil
	}
	return r
}

func emailCell(c *cell, out []Result) []Result {
	if r, ok := emailFast(c); ok {
		return append(out, r)
	}
	s, width := foldWidth(c.text)
	s = strings.TrimSpace(s)
	if s == "" {
		return append(out, Result{Status: schemas.Empty, Rule: emailID})
	}
	if !strings.Contains(s, "@") {
		if reason, junk := junkText(s); junk {
			return append(out, Result{Status: schemas.Junk, Reason: reason, Rule: emailID})
		}
	}
	s, spelled := spellAt(s)
	var one [1]string
	parts := splitEmails(one[:0], s)
	for _, part := range parts {
		r := emailOne(c, part, width, spelled)
		if len(parts) > 1 {
			if r.Status == schemas.OK && (r.Reason == schemas.Normalised || r.Reason == schemas.Unchanged) {
				r.Reason = schemas.Split
			}
			if lo := strings.Index(c.text, part); lo >= 0 {
				r.Lo, r.Hi = lo, lo+len(part)
			}
		}
		out = append(out, r)
	}
	return out
}

// emailFast takes an address of plain ASCII whose domain is known.
func emailFast(c *cell) (Result, bool) {
	s := c.text
	at := strings.IndexByte(s, '@')
	if at <= 0 || at > 64 || !plainLocal(s[:at]) {
		return Result{}, false
	}
	domain := s[at+1:]
	class := domainTable().class[domain]
	if class != "target" && class != "known" {
		return Result{}, false
	}
	return emailVerdict(Result{Out: s, Status: schemas.OK, Reason: schemas.Unchanged, Rule: emailID}, s[:at], domain, c.attr.Own), true
}

// spellAt replaces the words that people write for "@" and ".".
func spellAt(s string) (out string, changed bool) {
	if strings.Contains(s, "@") && (isASCII(s) || !strings.Contains(s, "точка") && !strings.Contains(s, "крапка")) {
		return s, false
	}
	r := strings.NewReplacer("(at)", "@", "[at]", "@", "{at}", "@", " at ", "@", "(AT)", "@", "[AT]", "@", "(a)", "@", "(собака)", "@", "[собака]", "@", " собака ", "@", "собака", "@", " собачка ", "@",
		"(dot)", ".", "[dot]", ".", " dot ", ".", " точка ", ".", "(точка)", ".", "точка", ".", " крапка ", ".", "равлик", "@", " равлик ", "@")
	out = r.Replace(s)
	return out, out != s
}

// splitEmails appends the addresses of a cell; a cell with one "@" is one.
func splitEmails(out []string, s string) []string {
	if open := strings.LastIndexByte(s, '<'); open >= 0 && strings.Count(s, "@") == 1 {
		if end := strings.IndexByte(s[open:], '>'); end > 0 && strings.Contains(s[open:open+end], "@") {
			return append(out, s[open+1:open+end]) // Name <address>
		}
	}
	if strings.Count(strings.ReplaceAll(s, "@@", "@"), "@") <= 1 {
		return append(out, s)
	}
	for _, f := range strings.FieldsFunc(s, func(r rune) bool {
		return r == ';' || r == ',' || r == '/' || r == '\\' || r == '|' || unicode.IsSpace(r)
	}) {
		if strings.Contains(f, "@") {
			out = append(out, f)
		}
	}
	if len(out) < strings.Count(s, "@")/2 || len(out) == 0 {
		return append(out[:0], s)
	}
	return out
}

// emailOne follows the order of repair for one address.
func emailOne(c *cell, s string, width, spelled bool) Result {
	s = strings.TrimSpace(s)
	if rest, ok := cutPrefixFold(s, "mailto:"); ok {
		s = rest
	}
	for _, label := range [...]string{"e-mail", "email", "mail", "почта", "эл.почта", "эл. почта", "пошта", "ел. пошта"} {
		if rest, ok := cutPrefixFold(s, label); ok && (rest == "" || rest[0] == ' ' || rest[0] == ':') {
			s = strings.TrimLeft(rest, " :")
			break
		}
	}
	s = cutRemark(s)
	if !plainEnds(s) {
		s = strings.TrimRight(strings.Trim(s, " \t<>()[]{}\"'«»,;:"), ". ,;:")
	}
	status, reason := schemas.OK, schemas.Normalised
	repaired := func(why schemas.Reason) {
		if status == schemas.OK {
			status, reason = schemas.Corrected, why
		}
	}
	if width {
		repaired(schemas.WidthFolded)
	}
	if spelled {
		repaired(schemas.BadFormat)
	}
	if t := strings.ReplaceAll(s, "@@", "@"); t != s {
		s = t
		repaired(schemas.BadFormat)
	}
	local, domain, ok := strings.Cut(s, "@")
	if a, b, one := strings.Cut(s, `"`); !ok && one { // the key of @ in the other layout
		if domainTable().free[strings.ToLower(b)] && validLocal(a) {
			local, domain, ok = a, b, true
			repaired(schemas.WrongLayout)
		}
	}
	if !ok {
		return fail(emailID, schemas.BadFormat)
	}
	local, domain = strings.TrimSpace(local), cutTail(strings.TrimSpace(domain))
	var low [64]byte
	if key := string(lowerLocal(low[:0], local)); junkLocal(key) && (len(key) > 1 || !strings.Contains(domain, ".")) {
		return Result{Status: schemas.Junk, Reason: schemas.Placeholder, Rule: emailID}
	}
	idn := false
	if !isASCII(local) {
		if _, junk := junkText(local); junk {
			return Result{Status: schemas.Junk, Reason: schemas.JunkWord, Rule: emailID}
		}
		if t, d := latinLayout(local), latinLayout(domain); scriptOf(local+domain)&scriptLatin == 0 && domainTable().free[strings.ToLower(d)] && validLocal(t) {
			local, domain = t, d // the whole address was typed with the other keyboard layout
			repaired(schemas.WrongLayout)
		}
		t, all := foldLatin(local)
		if all {
			local = t
			repaired(schemas.LookAlikeLetter)
		} else {
			idn = true // allowed only at a domain of the same script
		}
	}
	var at mailDomain
	if c.mails != nil {
		at = c.mails.of(domain, func(s string) mailDomain { return judgeDomain(s, c.model) })
	} else {
		at = judgeDomain(domain, c.model)
	}
	if at.ascii == "" {
		return fail(emailID, schemas.BadDomain)
	}
	switch {
	case idn && (!strings.Contains(at.ascii, "xn--") || !utf8.ValidString(local) || strings.ContainsFunc(local, func(r rune) bool { return r < 0x80 && !localByte(byte(r)) || unicode.IsSpace(r) || !unicode.IsPrint(r) })),
		!idn && !validLocal(local):
		return fail(emailID, schemas.BadLocalPart)
	case at.text == "":
		return fail(emailID, schemas.BadDomain)
	}
	domain = at.text
	if at.why != 0 {
		repaired(at.why)
	}
	if len(local)+1+len(domain) > 254 {
		return fail(emailID, schemas.BadLength)
	}
	var buf [256]byte
	text := append(append(append(buf[:0], local...), '@'), domain...)
	r := Result{Out: c.str.keep(c.text, text), Status: status, Reason: reason, Rule: emailID}
	if r.Out == c.text {
		r.Reason = schemas.Unchanged
	}
	return emailVerdict(r, local, domain, c.attr.Own)
}

// emailVerdict adds the class, and refuses addresses that were typed to fill a field.
func emailVerdict(r Result, local, domain string, own []string) Result {
	var buf [64]byte
	key := lowerLocal(buf[:0], local)
	t := domainTable()
	switch {
	case junkLocal(bytesView(key)) || selfNamed(bytesView(key), domain):
		return Result{Status: schemas.Junk, Reason: schemas.Placeholder, Rule: emailID}
	case slices.Contains(own, domain):
		r.Class = emailOwn
	case t.class[domain] == "disposable":
		r.Class = emailDisposable
	case roleLocal(bytesView(key)):
		r.Class = emailRole
	case t.free[domain]:
		r.Class = emailPersonal
	default:
		r.Class = emailCorporate
	}
	if r.Class == emailOwn && r.Status == schemas.Corrected {
		r.Reason = schemas.BankOwn
	}
	if r.Status == schemas.OK {
		switch r.Class {
		case emailRole:
			r.Reason = schemas.RoleAddress
		case emailDisposable:
			r.Reason = schemas.DisposableAddress
		case emailOwn:
			r.Reason = schemas.BankOwn
		}
	}
	return r
}

// lowerLocal appends a local part in lower case, cut to the capacity of dst.
func lowerLocal(dst []byte, local string) []byte {
	for i := 0; i < len(local) && i < cap(dst); i++ {
		ch := local[i]
		if ch >= 'A' && ch <= 'Z' {
			ch += 'a' - 'A'
		}
		dst = append(dst, ch)
	}
	return dst
}

// selfNamed reports addresses like 123@123.ru and aa@aa.com: digits or a few
// letters, and the same again for a domain.
func selfNamed(local, domain string) bool {
	first, _, _ := strings.Cut(domain, ".")
	return local == first && (len(local) <= 3 || allDigits(local))
}

// junkLocal lists local parts that nobody has.
func junkLocal(s string) bool {
	switch s {
	case "no", "net", "none", "null", "nil", "na", "not", "test", "testtest", "noemail", "no-email", "no_email", "no.email", "nomail", "no-mail", "no_mail", "no.mail", "netemail", "net-email", "netmail",
		"netu", "nety", "netpochty", "net_pochty", "net-pochty", "nopochta", "otsutstvuet", "otkaz", "nema", "nemae", "unknown", "asd", "asdf", "qwe", "qwerty", "qwert", "zxc", "fake", "xxx", "abc", "sample":
		return true
	}
	return len(s) <= 1 || len(s) <= 6 && oneDigit([]byte(s))
}

// roleLocal lists mailboxes of an office, not of a person.
func roleLocal(s string) bool {
	switch s {
	case "info", "inform", "buh", "buhg", "buhgalter", "buhgalteria", "buhgalteriya", "bux", "glavbuh", "glavbuch", "gb", "office", "ofis", "zakaz", "zakaz1", "order", "orders", "hr", "kadry", "ok", "job", "rabota", "sales", "sale",
		"admin", "administrator", "support", "help", "helpdesk", "director", "dir", "direktor", "ceo", "secretary", "sekretar", "reception", "priemnaya", "contact", "contacts", "post", "postmaster", "webmaster", "hostmaster", "abuse",
		"noreply", "no-reply", "marketing", "reklama", "pr", "press", "finance", "fin", "accounting", "account", "bank", "snab", "sklad", "logist", "tender", "market", "shop", "service", "servis", "manager", "company", "firma", "mail", "email", "e-mail", "buhgalter1", "zakupki", "torg", "opt", "client", "clients":
		return true
	}
	return false
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

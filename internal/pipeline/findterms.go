package pipeline

import (
	"context"
	"slices"
	"strings"

	"clientbase/schemas"
	"clientbase/transforms"
)

// findTable names the rows that go to the search index and not to DuckDB.
const findTable = "find_terms"

// Search terms of a client stand in the search index: the skeletons of its names
// (one form for Cyrillic and Latin, all spellings), keyed tokens of phone
// tails and document numbers, and words of organisation names. No contact
// point can be read back from them.
const (
	termName  = "name"  // skeleton of a name part
	termOrg   = "org"   // core of an organisation name
	termPhone = "phone" // token of the last 7 or 10 digits, or of all
	termDoc   = "doc"   // token of a document or personal number
	termMail  = "mail"  // token of the form in which an e-mail address is compared
	termBorn  = "born"  // day of birth, ISO
	termKey   = "key"   // key of a record in its source
)

// findTerms writes the search terms of the client in work, each once.
func (g *golden) findTerms(ctx context.Context, no int32) error {
	g.terms = g.terms[:0]
	put := func(t searchTerm) error {
		if t.term == "" || slices.Contains(g.terms, t) {
			return nil
		}
		g.terms = append(g.terms, t)
		return g.findable.text(t.kind).text(t.term).i32(no).end(ctx)
	}
	for _, r := range g.live {
		if !g.r.memory.manual(r) {
			if err := put(searchTerm{termKey, g.base.KeyOf(r)}); err != nil {
				return err
			}
		}
	}
	for i := range g.attrs {
		a := &g.attrs[i]
		if a.col == nil {
			continue
		}
		g.valueSeen = g.valueSeen[:0]
		for _, r := range g.live {
			lo, hi := a.col.Range(r)
			for _, v := range a.col.ID[lo:hi] {
				if v == 0 || slices.Contains(g.valueSeen, v) {
					continue
				}
				g.valueSeen = append(g.valueSeen, v)
				for _, t := range g.termsOf(a, v) {
					if err := put(t); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

type searchTerm struct{ kind, term string }

// termsOf gives the search terms of one value, computed once per distinct value
// where all clients are built. A delta asks for few, most of them once: to keep them
// would take more than it saves.
func (g *golden) termsOf(a *attrPlan, id uint32) []searchTerm {
	if !g.r.memory.full {
		return valueTerms(a.Attr, a.col.Dict.Get(id), g.tok)
	}
	if a.terms == nil {
		a.terms = make([][]searchTerm, a.col.Dict.Len())
	}
	if a.terms[id] == nil {
		a.terms[id] = valueTerms(a.Attr, a.col.Dict.Get(id), g.tok)
		if a.terms[id] == nil {
			a.terms[id] = []searchTerm{}
		}
	}
	return a.terms[id]
}

func valueTerms(a schemas.Attr, v string, tok *tokenizer) []searchTerm {
	kind := a.Kind
	switch kind {
	case schemas.KindDate:
		if d, ok := parseDay(v, "ymd"); ok && a.ID == "birth_date" {
			return []searchTerm{{termBorn, day(d)}}
		}
		return nil
	case schemas.KindSurname, schemas.KindGiven, schemas.KindPatronymic:
		return keyTerms(termName, kind, "skeleton", v)
	case schemas.KindOrgName:
		return orgTerms(v)
	case schemas.KindPhone:
		number, _, _ := strings.Cut(v, ";")
		return phoneTerms(number, tok)
	case schemas.KindEmail:
		return mailTerms(v, tok)
	case schemas.KindINN, schemas.KindSNILS, schemas.KindRNOKPP, schemas.KindUNZR, schemas.KindEDRPOU, schemas.KindOGRN, schemas.KindPassport, schemas.KindIBAN:
		return []searchTerm{{termDoc, tok.token(termDoc, compact(v)).String()}}
	}
	return nil
}

// orgTerms gives the words of an organisation's name without its legal form.
func orgTerms(v string) []searchTerm {
	var out []searchTerm
	for _, t := range keyTerms(termOrg, schemas.KindOrgName, "core", v) {
		for _, w := range strings.Fields(t.term) {
			out = append(out, searchTerm{termOrg, w})
		}
	}
	return out
}

func keyTerms(term string, kind schemas.Kind, name, v string) []searchTerm {
	var out []searchTerm
	for _, k := range transforms.Keys(kind) {
		if k.Name == name {
			k.Of(v, func(s string) { out = append(out, searchTerm{term, s}) })
		}
	}
	return out
}

// mailTerms gives the token of the key under which spellings of one mailbox meet.
func mailTerms(address string, tok *tokenizer) []searchTerm {
	if key := transforms.EmailKey(address); key != "" {
		return []searchTerm{{termMail, tok.token(termMail, key).String()}}
	}
	return nil
}

// phoneTerms gives tokens of the tails by which people remember a number.
func phoneTerms(number string, tok *tokenizer) []searchTerm {
	digits := onlyDigits(number)
	var out []searchTerm
	for _, n := range []int{4, 7, 10, len(digits)} {
		if len(digits) >= n && (n <= 10 || n == len(digits)) {
			out = append(out, searchTerm{termPhone, tok.token(termPhone, digits[len(digits)-n:]).String()})
		}
	}
	return out
}

func onlyDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// compact keeps letters and digits, upper case: the form in which numbers are compared.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '.' || r == '/' || r == '\u00a0':
			return -1
		}
		return r
	}, strings.ToUpper(s))
}

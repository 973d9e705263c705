package config

import (
	"regexp"
	"strings"

	"clientbase/schemas"
)

// identifier is what may name a source, a stream, an attribute: it becomes a
// file name and a word of SQL.
var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// decodeDictionary reads dictionary.yaml:
//
//	attributes:
//	  loyalty_level: {kind: code, party: person, pii: none, ru: …, en: …}
//
// and adds its attributes to the project's dictionary. A built-in attribute may
// be written again, with its kind, party and pii class, to name the bank's own
// phones or mail domains, which are no client's:
//
//	phone: {kind: phone, party: both, multi: true, pii: contact, own: ["+74957654321"], ru: …, en: …}
func decodeDictionary(p *Project, f *file, out *faults) {
	if f.root == nil {
		return
	}
	o := node{f.name, "", f.root, out}.object("attributes")
	list, ok := o.need("attributes", "write attributes: {name: {kind: …, party: …, pii: …, ru: …, en: …}}")
	if !ok {
		return
	}
	attrs := p.Dict.Attrs
	builtin := map[string]schemas.Attr{}
	for _, a := range attrs {
		builtin[a.ID] = a
	}
	for _, e := range list.entries() {
		a := decodeAttr(e)
		if !identifier.MatchString(e.name) {
			e.key.fault("write it like loyalty_level", "an attribute is named in small Latin letters, digits and _")
			continue
		}
		if b, ok := builtin[e.name]; ok && (b.Kind != a.Kind || b.Party != a.Party || weaker(a.PII, b.PII)) {
			e.key.fault("choose another name, or keep its kind, party and pii class",
				"%s is built in as %s of %s with pii %s", e.name, b.Kind, b.Party, b.PII)
			continue
		}
		attrs = append(attrs, a)
	}
	p.Dict = schemas.NewDictionary(attrs...)
}

// What a bank may call its own in an attribute of contacts.
var (
	ownPhone   = regexp.MustCompile(`^\+[0-9]{8,15}$`)
	mailDomain = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
)

func decodeAttr(e entry) schemas.Attr {
	a := schemas.Attr{ID: e.name, Party: schemas.Both}
	o := e.val.object("kind", "party", "multi", "pii", "group", "own", "ru", "en")
	if v, ok := o.need("kind", "for example text, code, date, number"); ok {
		a.Kind = schemas.Kind(v.word("kind", kindWords()...))
	}
	if v, ok := o.get("party"); ok {
		a.Party = partyWord(v, true)
	}
	if v, ok := o.get("multi"); ok {
		a.Multi = v.flag()
	}
	if v, ok := o.need("pii", "one of: none, name, contact, document, card, text"); ok {
		a.PII = schemas.PII(v.word("pii class", piiWords()...))
	}
	if v, ok := o.get("group"); ok {
		a.Group = v.text()
	}
	if v, ok := o.get("own"); ok {
		for _, item := range v.items() {
			own := strings.ToLower(item.text())
			if a.Kind == schemas.KindPhone && ownPhone.MatchString(own) || a.Kind == schemas.KindEmail && mailDomain.MatchString(own) {
				a.Own = append(a.Own, own)
			} else {
				item.fault("own lists phones like +74951234567, or mail domains like bank.example", "this is none that an attribute of kind %s can have", a.Kind)
			}
		}
	}
	if v, ok := o.need("ru", "the name that people see"); ok {
		a.Ru = v.text()
	}
	if v, ok := o.need("en", "the name that people see"); ok {
		a.En = v.text()
	}
	if least, ok := leastPII(a.Kind); ok && a.PII != "" && weaker(a.PII, least) {
		o.fault("write pii: "+string(least), "values of kind %s are at least of pii class %s", a.Kind, least)
	}
	return a
}

// partyWord reads person, organization and, for attributes, both.
func partyWord(n node, both bool) schemas.Party {
	words := []string{"person", "organization"}
	if both {
		words = append(words, "both")
	}
	switch n.word("kind of party", words...) {
	case "person":
		return schemas.Person
	case "organization":
		return schemas.Org
	case "both":
		return schemas.Both
	}
	return 0
}

func kindWords() []string {
	kinds := []schemas.Kind{schemas.KindFullName, schemas.KindSurname, schemas.KindGiven, schemas.KindPatronymic, schemas.KindGender,
		schemas.KindDate, schemas.KindPhone, schemas.KindEmail, schemas.KindAddress, schemas.KindOrgName, schemas.KindINN,
		schemas.KindKPP, schemas.KindOGRN, schemas.KindSNILS, schemas.KindBIK, schemas.KindAccount, schemas.KindPassport,
		schemas.KindRNOKPP, schemas.KindUNZR, schemas.KindEDRPOU, schemas.KindIBAN, schemas.KindPAN, schemas.KindNote,
		schemas.KindText, schemas.KindCode, schemas.KindNumber, schemas.KindURL, schemas.KindVisitor}
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return out
}

func piiWords() []string {
	return []string{string(schemas.PIINone), string(schemas.PIIName), string(schemas.PIIContact),
		string(schemas.PIIDocument), string(schemas.PIICard), string(schemas.PIIText)}
}

// leastPII is the class that a kind of value has at least, whatever a project
// says: a phone declared pii: none would leave in clear.
func leastPII(k schemas.Kind) (schemas.PII, bool) {
	switch k {
	case schemas.KindPhone, schemas.KindEmail, schemas.KindAddress:
		return schemas.PIIContact, true
	case schemas.KindSNILS, schemas.KindPassport, schemas.KindRNOKPP, schemas.KindUNZR, schemas.KindIBAN, schemas.KindAccount:
		return schemas.PIIDocument, true
	case schemas.KindPAN:
		return schemas.PIICard, true
	case schemas.KindNote:
		return schemas.PIIText, true
	case schemas.KindFullName, schemas.KindSurname, schemas.KindGiven, schemas.KindPatronymic:
		return schemas.PIIName, true
	}
	return "", false
}

// weaker reports whether class a protects less than class b.
func weaker(a, b schemas.PII) bool {
	rank := func(p schemas.PII) int {
		switch p {
		case schemas.PIINone, "":
			return 0
		case schemas.PIIName:
			return 1
		case schemas.PIIText:
			return 2
		}
		return 3
	}
	return rank(a) < rank(b)
}

package demobank

import "strings"

var cardColumns = []string{"CARD_ID", "PAN", "NAME_ON_CARD", "EXPIRY", "ACCOUNT", "PHONE", "BIRTH_DATE", "PRODUCT", "ISSUED", "STATUS"}

// writeCardholders writes cards/cardholders: what the card system knows of its
// holders is a Latin name, an account and sometimes a phone and a birth date.
func writeCardholders(j *job) error {
	b := j.b
	f, err := j.create("in/cards/cardholders_" + b.asOf.compact() + ".csv")
	if err != nil {
		return err
	}
	f.head(cardColumns...)
	err = j.people(topicOrder+4, func(fp *footprint, _ *rng) {
		for _, c := range fp.cards {
			f.row(b.cardRow(fp.p, c)...)
			j.record("cards", "cardholders", c.id, fp.p.id())
			j.fact("cards/cardholders", c.id, fp.p.id())
		}
	})
	if err != nil {
		return err
	}
	return j.done(f, "cards/cardholders")
}

// cardRow renders a card.
func (b *bank) cardRow(p *person, c *card) []string {
	r := draw(b.seed, topicRecord, p.n, 500+mix(uint64(c.issued)))
	sc := p.latin
	if b.dirty(&r, dirtLatinScheme) {
		sc = pick(&r, []scheme{mvd1997, gost2006, icao2014})
		if p.hh.country == 'U' {
			sc = pick(&r, []scheme{kmu2010, ua2007})
		}
	}
	seen := *p
	seen.latin = sc
	given, family := seen.latinName()
	name := given + " " + family
	if r.p(0.2) {
		name = family + " " + given
	}
	if b.dirty(&r, dirtTypo) {
		name = typoLatin(&r, name)
	}
	if len(name) > 26 { // what an embosser can take
		name = given[:1] + " " + family
	}
	phone := ""
	if r.p(0.65) {
		phone = b.phone(&r, p.mobile, p, 'R')
	}
	born := ""
	if d, missing := b.birth(&r, p); !missing && r.p(0.7) {
		born = d.iso()
	}
	product := map[byte]string{'4': "visa", '5': "mastercard", '2': "mir"}[c.pan[0]]
	status := "active"
	switch {
	case c.blocked:
		status = "blocked"
	case c.expires < b.asOf:
		status = "expired"
	}
	return []string{c.id, c.pan, strings.TrimSpace(name), c.expires.iso(), c.to.number, phone, born, product, c.issued.iso(), status}
}

func typoLatin(r *rng, s string) string {
	if len(s) < 6 {
		return s
	}
	i := 1 + r.n(len(s)-3)
	if s[i] == ' ' || s[i+1] == ' ' {
		return s
	}
	if r.p(0.5) {
		return s[:i] + s[i+1:]
	}
	in := []byte(s)
	in[i], in[i+1] = in[i+1], in[i]
	return string(in)
}

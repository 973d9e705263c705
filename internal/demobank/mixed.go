package demobank

import "strings"

// MixedRow is one row of the file that a bank makes when it throws the exports
// of its systems together: core banking with names and documents, cards with a
// Latin name, forms of the site with what somebody typed.
type MixedRow struct {
	Key, Person string
	Cells       []string // under MixedColumns
	Evidence    []string // what another record of the person could be known by: a contact, a number, the name with the birth date
}

// MixedColumns are the headings of the mixed file.
func MixedColumns() []string {
	return []string{"LAST_NAME", "FIRST_NAME", "MIDDLE_NAME", "FULL_NAME", "SEX", "BIRTH_DATE", "INN", "SNILS", "RNOKPP", "UNZR", "PASSPORT", "ADDRESS", "PHONE", "PHONE_2", "EMAIL"}
}

// Mixed visits the rows of the mixed file of the bank that Generate would
// write, household by household: everybody's core records, cards and forms, each
// as its system spells it (forms are filled in anew). Notes are left out, as nobody writes their sender
// into a client file; so are organisations.
func Mixed(opt Options, visit func(MixedRow)) error {
	opt, err := opt.filled()
	if err != nil {
		return err
	}
	b := newBank(opt)
	for h := range b.households {
		for _, f := range b.footprints(b.household(h)) {
			for _, c := range f.core {
				visit(b.mixedCore(f.p, c))
			}
			for _, c := range f.cards {
				visit(b.mixedCard(f.p, c))
			}
			for k := range f.leads {
				visit(b.mixedLead(f.p, k))
			}
		}
	}
	return nil
}

func (b *bank) mixedCore(p *person, c *coreRecord) MixedRow {
	m := MixedRow{Key: c.stream() + "/" + c.id, Person: p.id()}
	if c.uk {
		r := b.clientRowUA(p, c, nil)
		m.Cells = []string{"", "", "", r[1], r[2], r[3], "", "", r[4], r[5], r[6], r[7], r[8], r[9], r[10]}
	} else {
		r := b.clientRow(p, c, nil)
		m.Cells = []string{r[1], r[2], r[3], "", map[string]string{"1": "М", "2": "Ж"}[r[4]], r[5], r[6], r[7], "", "", r[8], r[9], r[10], r[11], r[12]}
	}
	said := p.said
	born := ""
	if said.bornKnown {
		born = said.born.iso()
	}
	name := ""
	if g := noYo(said.given); !said.initials && (g == noYo(p.given.ru) || g == p.given.uk) {
		name = p.surnameRu(c.kind == recMaiden) + " " + p.given.ru
	}
	m.known(name, born, []string{m.Cells[12], m.Cells[13]}, m.Cells[14], m.Cells[6:11])
	return m
}

func (b *bank) mixedCard(p *person, c *card) MixedRow {
	r := b.cardRow(p, c)
	m := MixedRow{Key: "cards/" + c.id, Person: p.id(), Cells: []string{"", "", "", r[2], "", r[6], "", "", "", "", "", "", r[5], "", ""}}
	m.known(p.surnameRu(false)+" "+p.given.ru, r[6], []string{r[5]}, "", nil)
	return m
}

func (b *bank) mixedLead(p *person, k int) MixedRow {
	r := draw(b.seed, topicLead, p.n, uint64(k))
	name, phone, mail := b.leadCells(&r, p)
	m := MixedRow{Key: "leads/L" + string(digits(p.n*4+uint64(k), 9)), Person: p.id(), Cells: []string{"", "", "", name, "", "", "", "", "", "", "", "", phone, "", mail}}
	m.known("", "", []string{phone}, mail, nil) // a name alone says who one may be, not who one is
	return m
}

// known fills the evidence. A phone is known by its last ten digits, and two
// of them in one cell are two.
func (m *MixedRow) known(name, born string, phones []string, mail string, numbers []string) {
	if name != "" && born != "" && born != "1900-01-01" {
		m.Evidence = append(m.Evidence, name+" "+born)
	}
	for _, cell := range phones {
		for _, s := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;/", r) }) {
			if d := digitsOf(s); len(d) >= 9 && !junkPhone(cell) {
				m.Evidence = append(m.Evidence, "phone "+d[max(0, len(d)-9):])
			}
		}
	}
	if mail = strings.ToLower(strings.TrimSpace(mail)); strings.Contains(mail, "@") && !strings.HasPrefix(mail, "net@") && !strings.HasPrefix(mail, "no@") {
		m.Evidence = append(m.Evidence, "mail "+mail)
	}
	for i, s := range numbers {
		if d := digitsOf(s); len(d) >= 6 && strings.Trim(d, "0") != "" {
			m.Evidence = append(m.Evidence, "number "+string(rune('0'+i))+" "+d)
		}
	}
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// junkPhone reports a phone of nobody, or one of the bank's own branches: it
// says nothing about its holder.
func junkPhone(cell string) bool {
	d := digitsOf(cell)
	for _, list := range [][]string{junkPhones, branchPhones} {
		for _, j := range list {
			if j = digitsOf(j); len(j) >= 9 && len(d) >= 9 && j[len(j)-9:] == d[len(d)-9:] {
				return true
			}
		}
	}
	return false
}

package demobank

import "strings"

var clientColumns = []string{"CLIENT_ID", "LAST_NAME", "FIRST_NAME", "MIDDLE_NAME", "SEX", "BIRTH_DATE", "INN", "SNILS", "PASSPORT", "ADDRESS",
	"PHONE_MOB", "PHONE_HOME", "EMAIL", "SEGMENT", "STATUS", "OPENED", "MODIFIED"}

// writeClients writes core/clients, the Russian branch: CP1251, semicolons,
// every cell quoted, dates DD.MM.YYYY, a trailer with the number of rows.
func writeClients(j *job) error {
	b := j.b
	f, err := j.create("in/core/clients_" + b.asOf.iso() + ".csv")
	if err != nil {
		return err
	}
	f.asClients()
	f.head(clientColumns...)
	err = j.people(topicOrder+1, func(fp *footprint, r *rng) {
		for _, c := range fp.core {
			if !c.uk {
				f.row(b.clientRow(fp.p, c, nil)...)
				j.record("core", "clients", c.id, fp.p.id())
				j.contradict("core/clients", c.id, fp.p.said)
			}
		}
		if b.dirty(r, dirtTestClient) {
			id := string(digits(uint64(r.n(90_000_000))+10_000_000, 8))
			f.row(id, "ТЕСТ", "КЛИЕНТ", "", "", "01.01.1900", "", "", "", "", "89999999999", "", "test@test.ru", "retail", "T", b.asOf.dmy(), b.asOf.dmy())
		}
		if b.dirty(r, dirtBadRow) {
			id := string(digits(uint64(r.n(90_000_000))+10_000_000, 8))
			f.row(id, "Сбой", "выгрузки", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "лишнее поле")
		}
	})
	if err != nil {
		return err
	}
	f.trailer()
	return j.done(f, "core/clients")
}

// asClients sets the dialect of the Russian branch.
func (f *file) asClients() { f.sep, f.quote, f.enc, f.eol = ';', true, cp1251, "\r\n" }

// asClientsUA sets the dialect of the Ukrainian branch.
func (f *file) asClientsUA() { f.enc = koi8u }

// change is what a later delivery says anew of a client.
type change struct {
	mobile string
	moved  *address
	wed    surname // a new surname; zero = none
	edited day
}

// clientRow renders a core record of the Russian branch, and leaves in p what
// was meant.
func (b *bank) clientRow(p *person, c *coreRecord, ch *change) []string {
	m := &meant{opened: c.opened}
	p.said = m
	r := draw(b.seed, topicRecord, p.n, uint64(c.copy))
	n := b.names(&r, p, false, c.kind == recMaiden, false)
	if b.dirty(&r, dirtFullInSurname) {
		n = nameCells{surname: n.joined()}
	}
	sex := "1"
	if p.sex == 'f' {
		sex = "2"
	}
	switch {
	case b.dirty(&r, dirtSexMissing):
		sex = ""
	case b.dirty(&r, dirtSexWrong):
		sex = map[string]string{"1": "2", "2": "1"}[sex]
	}
	if sex != "" {
		m.sex = map[string]byte{"1": 'm', "2": 'f'}[sex]
	}
	born := ""
	if d, missing := b.birth(&r, p); !missing {
		born = d.dmy()
	}
	papers := p.passport()
	if c.kind == recMaiden && p.old != "" {
		papers = p.old
	}
	mobile, at := p.mobile, *p.hh
	edited := c.edited
	if c.kind == recMaiden && r.p(0.5) {
		mobile = b.mobile(p.hh.country, 1<<26+p.n)
	}
	if ch != nil {
		edited = ch.edited
		if ch.mobile != "" {
			mobile = ch.mobile
		}
		if ch.moved != nil {
			at.addr = *ch.moved
		}
		if ch.wed.ru != "" {
			n.surname = ch.wed.ruFor(p.sex)
			m.surname = n.surname
		}
	}
	seen := *p
	seen.hh = &at
	if c.kind == recDuplicate && r.p(0.4) {
		papers = p.old
	}
	segment := pick(&r, []string{"retail", "retail", "retail", "retail", "mass", "premium", "vip"})
	status := "A"
	if r.p(0.05) {
		status = "C"
	}
	row := []string{c.id, b.junkOr(&r, n.surname, false), n.given, b.junkOr(&r, n.patronymic, false), sex, born,
		b.number(&r, p.inn), b.writeSNILS(&r, p.snils), b.document(&r, papers), b.junkOr(&r, b.addressLine(&r, &seen, false), false),
		b.phone(&r, mobile, p, 'R'), b.homeOf(&r, p), b.junkOr(&r, b.mail(&r, p), false), segment, status, c.opened.dmy(), edited.dmy()}
	m.passport = row[plantRU.passport]
	b.plant(p, c, row, plantRU, m)
	return row
}

func (b *bank) homeOf(r *rng, p *person) string {
	if p.hh.home == "" || r.p(0.4) {
		return ""
	}
	p.said.phone(p.hh.home)
	return writePhone(p.hh.home, r.n(phoneStyles), 'R')
}

// writeSNILS spells a SNILS in one of the usual ways.
func (b *bank) writeSNILS(r *rng, s string) string {
	s = b.number(r, s)
	if s == "" || r.p(0.2) {
		return s
	}
	sep := " "
	if r.p(0.1) {
		sep = "-"
	}
	return s[:3] + "-" + s[3:6] + "-" + s[6:9] + sep + s[9:]
}

var clientUAColumns = []string{"KOD", "PIB", "STAT", "DATA_NAR", "RNOKPP", "UNZR", "DOKUMENT", "ADRESA", "TEL1", "TEL2", "EMAIL", "VIDKRYTO", "ZMINENO"}

// writeClientsUA writes core/clients_uk, the Ukrainian branch: KOI8-U, commas,
// the whole name in one cell, birth dates month first as an American export
// writes them, Russian names where the clerk spoke Russian.
func writeClientsUA(j *job) error {
	b := j.b
	f, err := j.create("in/core/clients_uk_" + b.asOf.iso() + ".csv")
	if err != nil {
		return err
	}
	f.asClientsUA()
	f.head(clientUAColumns...)
	err = j.people(topicOrder+2, func(fp *footprint, _ *rng) {
		for _, c := range fp.core {
			if c.uk {
				f.row(b.clientRowUA(fp.p, c, nil)...)
				j.record("core", "clients_uk", c.id, fp.p.id())
				j.contradict("core/clients_uk", c.id, fp.p.said)
			}
		}
	})
	if err != nil {
		return err
	}
	return j.done(f, "core/clients_uk")
}

// clientRowUA renders a core record of the Ukrainian branch.
func (b *bank) clientRowUA(p *person, c *coreRecord, ch *change) []string {
	m := &meant{opened: c.opened}
	p.said = m
	r := draw(b.seed, topicRecord, p.n, uint64(c.copy))
	uk := !(p.hh.speaksRu && r.p(0.35))
	n := b.names(&r, p, uk, c.kind == recMaiden, false)
	mobile, at, edited := p.mobile, *p.hh, c.edited
	if ch != nil {
		edited = ch.edited
		if ch.mobile != "" {
			mobile = ch.mobile
		}
		if ch.moved != nil {
			at.addr = *ch.moved
		}
		if ch.wed.ru != "" {
			n.surname = ch.wed.ruFor(p.sex)
			if uk {
				n.surname = ch.wed.ukFor(p.sex)
			}
			m.surname = n.surname
		}
	}
	sex := "Ч"
	if p.sex == 'f' {
		sex = "Ж"
	}
	if b.dirty(&r, dirtSexMissing) {
		sex = ""
	}
	if sex != "" {
		m.sex = p.sex
	}
	born := ""
	if d, missing := b.birth(&r, p); !missing {
		born = d.mdy()
	}
	papers := p.passport()
	if (c.kind == recMaiden || c.kind == recDuplicate && r.p(0.4)) && p.old != "" {
		papers = p.old
	}
	if p.hh.country == 'U' && p.series != "" && r.p(0.2) {
		papers = p.series + " № " + p.number
	}
	seen := *p
	seen.hh = &at
	second := p.second
	if second == "" || r.p(0.5) {
		second = p.hh.home
	}
	if r.p(0.4) {
		second = ""
	}
	reg := p.unzr
	if r.p(0.35) {
		reg = ""
	}
	m.phone(second)
	row := []string{c.id, strings.TrimSpace(n.joined()), sex, born, b.number(&r, p.rnokpp), reg, b.document(&r, strings.ReplaceAll(papers, "№", "N")),
		b.junkOr(&r, b.addressLine(&r, &seen, uk), uk), b.phone(&r, mobile, p, 'U'), writePhone(second, r.n(phoneStyles), 'U'), b.junkOr(&r, b.mail(&r, p), uk),
		c.opened.iso(), edited.iso()}
	m.rnokpp, m.unzr, m.passport = row[plantUA.rnokpp], row[plantUA.unzr], row[plantUA.passport]
	b.plant(p, c, row, plantUA, m)
	return row
}

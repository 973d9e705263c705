package demobank

import (
	"strconv"
	"strings"
)

// org is an organisation, or a sole trader, who is a person in the tax books.
type org struct {
	i        uint64
	country  byte
	trader   bool // ИП, ФОП: the director is the party
	kind     int  // of orgKinds; -1 = none
	core     string
	form     int
	addr     address
	inn      string
	kpp      string
	ogrn     string
	edrpou   string
	phone    string
	domain   string
	director *person
	opened   day
	edited   day
	twice    bool // a second card of the same company
	page     bool
}

func (o *org) id() string { return "O" + string(digits(o.i, 8)) }

var orgRoots = []string{"Альфа", "Вектор", "Горизонт", "Заря", "Лидер", "Меридиан", "Орион", "Парус", "Ромашка", "Сатурн", "Спектр", "Техно", "Универсал", "Форум", "Эталон",
	"Агро", "Аква", "Балтика", "Волга", "Днепр", "Комфорт", "Кристалл", "Мастер", "Нива", "Престиж", "Радуга", "Рубин", "Север", "Сокол", "Факел", "Юпитер", "Янтарь"}
var orgTails = []string{"Строй", "Торг", "Сервис", "Плюс", "Транс", "Инвест", "Авто", "Мед", "Софт", "Маркет", "Снаб", "Групп", "Пром", "Дизайн", ""}
var orgKinds = []struct{ ru, uk string }{{"Торговый дом", "Торговий дім"}, {"Производственная компания", "Виробнича компанія"}, {"Фирма", "Фірма"},
	{"Агентство", "Агенція"}, {"Завод", "Завод"}, {"Клиника", "Клініка"}, {"Мастерская", "Майстерня"}}

// Legal forms: short and long, in Russian, Ukrainian, Latin.
var orgForms = []struct{ ru, ruLong, uk, ukLong, latin string }{
	{"ООО", "Общество с ограниченной ответственностью", "ТОВ", "Товариство з обмеженою відповідальністю", "LLC"},
	{"АО", "Акционерное общество", "ПрАТ", "Приватне акціонерне товариство", "JSC"},
	{"ПАО", "Публичное акционерное общество", "ПАТ", "Публічне акціонерне товариство", "PJSC"},
}

// org draws organisation i; its director is somebody the bank knows.
func (b *bank) org(i uint64) *org {
	r := draw(b.seed, topicOrg, i)
	o := &org{i: i, country: 'R'}
	if r.p(0.35) {
		o.country = 'U'
	}
	for try := uint64(0); o.director == nil; try++ {
		hh := b.household(uint64(r.n(int(b.households))))
		if hh.country != o.country && try < 50 {
			continue
		}
		for _, f := range b.footprints(hh) {
			if f.p.adult(b) && f.seen() && o.director == nil {
				o.director, o.country = f.p, hh.country
			}
		}
	}
	o.trader = r.p(0.3)
	o.core = pick(&r, orgRoots) + pick(&r, orgTails)
	o.kind = -1
	if r.p(0.3) {
		o.kind = r.n(len(orgKinds))
	}
	if r.p(0.5) {
		o.core += "-" + strconv.Itoa(r.between(2, 99))
	} else {
		o.core += " " + string([]rune(o.director.surnameRu(false))[:3])
	}
	o.form = min(r.n(8)/6, 2)
	o.addr = b.address(&r, o.country)
	o.opened = dayOf(2003, 1, 10) + day(r.n(int(b.asOf-dayOf(2003, 3, 1))))
	o.edited = o.opened + day(r.n(int(b.asOf-o.opened)))
	serial := permute(b.seed, topicOrgNumber, i, 90_000)
	region := o.addr.city.region
	switch {
	case o.country == 'R' && o.trader:
		o.inn, o.ogrn = o.director.inn, ogrnip(o.opened.year(), region, permute(b.seed, topicOrgNumber, i, 900_000))
	case o.country == 'R':
		office := uint64(region*100 + r.between(1, 40))
		o.inn = innOrg(office, serial+i/90_000)
		o.kpp = string(digits(office, 4)) + "01001"
		o.ogrn = ogrn(o.opened.year(), region, permute(b.seed, topicOrgNumber, i, 9_000_000))
	case !o.trader:
		o.edrpou = edrpou(permute(b.seed, topicOrgNumber, i, 9_000_000) + 100_000)
	}
	o.phone = b.mobile(o.country, 105_000_000+i)
	o.domain = strings.ToLower(latin(strings.ReplaceAll(o.core, " ", "-"), icao2014)) + strconv.FormatUint(i%97, 10)
	if o.country == 'U' {
		o.domain += ".com.ua"
	} else {
		o.domain += ".ru"
	}
	o.twice, o.page = !o.trader && r.p(0.12), r.p(0.3)
	return o
}

// name spells the organisation's name in one of the habits.
func (o *org) name(r *rng, uk bool) string {
	f := orgForms[o.form]
	core, kind := o.core, ""
	short, long := f.ru, f.ruLong
	if o.kind >= 0 {
		kind = orgKinds[o.kind].ru + " "
	}
	if uk {
		core, short, long = toUk(core), f.uk, f.ukLong
		if o.kind >= 0 {
			kind = orgKinds[o.kind].uk + " "
		}
	}
	core = kind + core
	switch r.n(6) {
	case 0:
		return long + " «" + core + "»"
	case 1:
		return core + ", " + short
	case 2:
		return strings.ToUpper(short + " " + core)
	case 3:
		return short + ` "` + core + `"`
	}
	return short + " «" + core + "»"
}

var orgColumns = []string{"ORG_ID", "TYPE", "NAME", "FIO", "INN", "KPP", "OGRN", "EDRPOU", "PHONE", "EMAIL", "ADDRESS", "DIRECTOR", "DIRECTOR_PHONE", "OPENED", "MODIFIED"}

// writeOrgs writes core/orgs: companies and sole traders, UTF-8, vertical bars.
func writeOrgs(j *job) error {
	b := j.b
	f, err := j.create("in/core/orgs_" + b.asOf.iso() + ".txt")
	if err != nil {
		return err
	}
	f.sep = '|'
	f.head(orgColumns...)
	for i := range b.orgs {
		o := b.org(permute(b.seed, topicOrder+7, i, b.orgs))
		b.orgRow(j, f, o, 0)
		if o.twice {
			b.orgRow(j, f, o, 1)
		}
		if err := j.step(int(i), int(b.orgs)); err != nil {
			return err
		}
	}
	return j.done(f, "core/orgs")
}

func (b *bank) orgRow(j *job, f *file, o *org, copy uint64) {
	row, m, who, director := b.orgCells(o, copy)
	f.row(row...)
	j.record("core", "orgs", row[0], who)
	j.contradict("core/orgs", row[0], m)
	if director {
		j.record("core", "orgs", row[0]+"#director", o.director.id())
	}
}

// orgCells renders a card of the organisation: the row, what was meant, whom it
// is about and whether it names the director.
func (b *bank) orgCells(o *org, copy uint64) (row []string, m *meant, who string, named bool) {
	r := draw(b.seed, topicRecord, o.i, 900+copy)
	uk := o.country == 'U' && !r.p(0.25)
	id := string(digits(permute(b.seed, topicOrgID, o.i*2+copy, 90_000_000)+10_000_000, 8))
	kind, name, fio := "UL", o.name(&r, uk), ""
	director, directorPhone := o.director.fullRu(), ""
	if uk {
		director = o.director.fullUk()
	}
	who = o.id()
	phone := o.phone
	if o.trader {
		kind, name, director, who = "IP", "", "", o.director.id()
		fio = "ИП " + o.director.fullRu()
		if uk {
			fio = "ФОП " + o.director.fullUk()
		}
		phone = o.director.mobile
	} else if b.dirty(&r, dirtPhoneMissing) {
		director = ""
	} else if r.p(0.6) {
		directorPhone = writePhone(o.director.mobile, r.n(phoneStyles), 'R')
	}
	mail := "info@" + o.domain
	if r.p(0.4) {
		mail = ""
	}
	inn, kpp, ogrn, edrpou := b.orgNumber(&r, o.inn), b.orgNumber(&r, o.kpp), b.orgNumber(&r, o.ogrn), b.orgNumber(&r, o.edrpou)
	b.plantOrg(o, copy, &inn, &kpp, &ogrn)
	row = []string{id, kind, name, fio, inn, kpp, ogrn, edrpou,
		writePhone(phone, r.n(phoneStyles), 'R'), mail, o.addr.line(uk, r.n(3)), director, directorPhone, o.opened.iso(), o.edited.iso()}
	m = &meant{inn: inn, kpp: kpp, ogrn: ogrn, opened: o.opened, org: !o.trader}
	return row, m.checked(), who, director != ""
}

// orgNumber dirties a company number: they are missing less often than people's.
func (b *bank) orgNumber(r *rng, s string) string {
	if r.p(0.85) {
		return s
	}
	return b.number(r, s)
}

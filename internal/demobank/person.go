package demobank

import (
	"strconv"
	"strings"
)

// person is somebody who does not exist: names in both languages, documents,
// contacts. Values are canonical; streams spell them in their own dialect.
type person struct {
	hh      *household
	slot    int
	n       uint64 // h*maxMembers+slot: unique among people
	sex     byte
	born    day
	given   *given
	father  *given
	fam     surname
	maiden  surname // zero: never changed her name
	married day
	hyphen  bool // bears both surnames since the marriage
	mobile  string
	second  string // another mobile; "" = none
	// mailSeed draws the mailbox, which is made only where it is needed
	mailSeed uint64
	inn      string // Russia
	snils    string
	series   string // passport: 4 digits, or two letters in Ukraine, or "" with an ID card of 9 digits
	number   string
	issued   day
	old      string // passport before marriage or before the last exchange, "4510 123456"
	rnokpp   string // Ukraine; "" also for the few who refuse it
	unzr     string
	latin    scheme // of the person's foreign passport and cards
	said     *meant // of the record that is being written; nil = nobody asks
}

// id is the truth's name of the person.
func (p *person) id() string {
	return "P" + string(digits(p.hh.h, 8)) + "-" + strconv.Itoa(p.slot)
}

func (p *person) adult(b *bank) bool { return p.born.addYears(18) <= b.asOf }

// region is where a Russian's passport and INN were issued.
func (p *person) region() int { return p.hh.addr.city.region }

// member draws slot k of the household. A nil father is drawn.
func (b *bank) member(hh *household, k int, sex byte, born day, fam surname, father *given) *person {
	n := hh.h*maxMembers + uint64(k)
	r := draw(b.seed, topicPerson, n)
	year := born.year()
	if first := dayOf(year, 1, 1); hh.country == 'U' && born != first && !(hh.twins && k == twinSlot) {
		// spread so that people of one birth day and one serial of the RNOKPP are very rare
		born = first + day((n/rnokppSerials*149+mix(n%rnokppSerials))%365)
	}
	p := &person{hh: hh, slot: k, n: n, sex: sex, born: born, fam: fam, father: father}
	p.given = b.given(&r, sex, year)
	if p.father == nil {
		p.father = b.men.pick(&r, year-27)
	}
	p.mobile = b.mobile(hh.country, n*2)
	if r.p(0.22) {
		p.second = b.mobile(hh.country, n*2+1)
	}
	if hh.country == 'R' {
		b.papersRU(&r, p)
	} else {
		b.papersUA(&r, p)
	}
	p.mailSeed = r.next()
	hh.people = append(hh.people, p)
	return p
}

func (b *bank) papersRU(r *rng, p *person) {
	serial := permute(b.seed, topicINN, p.n, 100_000_000)
	p.inn = innPerson(uint64(p.region())*100+serial/1_000_000, serial)
	p.snils = snils(2_000_000 + permute(b.seed, topicSNILS, p.n, 198_000_000))
	age := b.year() - p.born.year()
	at := 14
	switch {
	case age >= 46:
		at = 45
	case age >= 21:
		at = 20
	}
	p.issued = p.born.addYears(at) + day(r.between(10, 80))
	if p.issued < dayOf(1998, 1, 10) {
		p.issued = dayOf(2001, 1, 10) + day(r.n(1200))
	}
	if p.issued > b.asOf {
		p.issued = b.asOf - day(r.n(200))
	}
	p.series = string(digits(uint64(p.region()*100+(p.issued.year()-r.n(2))%100), 4))
	p.number = string(digits(uint64(r.between(101, 999_999)), 6))
	p.old = string(digits(uint64(p.region()*100+(p.issued.year()+95)%100), 4)) + " " + string(digits(uint64(r.between(101, 999_999)), 6))
	switch y := p.issued.year() + r.n(4); {
	case y < 2010:
		p.latin = mvd1997
	case y < 2014:
		p.latin = gost2006
	default:
		p.latin = icao2014
	}
}

var bookLetters = []rune("АВЕКМНОРСТІЄ")

func (b *bank) papersUA(r *rng, p *person) {
	if !r.p(0.01) {
		p.rnokpp = rnokpp(p.born, int(p.n%rnokppSerials), p.sex)
	}
	book := string([]rune{pick(r, bookLetters[:10]), bookLetters[r.n(len(bookLetters))]})
	p.old = book + string(digits(uint64(r.between(101, 999_999)), 6))
	if p.born.year() > b.year()-45 && r.p(0.6) || p.born.year() > 2001 {
		p.number = string(digits(uint64(r.between(100_000, 9_999_999)), 9))
		p.unzr = unzr(p.born, r.n(10000))
		p.issued = b.asOf - day(r.n(3000))
	} else {
		p.series, p.number = book[:4], p.old[4:]
		p.issued = p.born.addYears(16) + day(r.between(10, 300))
		p.old = ""
	}
	p.latin = kmu2010
	if r.p(0.25) {
		p.latin = ua2007
	}
}

// surnameRu is the surname in Russian; maiden asks for the one before the marriage.
func (p *person) surnameRu(maiden bool) string {
	if maiden {
		return p.maiden.ruFor(p.sex)
	}
	if p.hyphen {
		return p.maiden.ruFor(p.sex) + "-" + p.fam.ruFor(p.sex)
	}
	return p.fam.ruFor(p.sex)
}

func (p *person) surnameUk(maiden bool) string {
	if maiden {
		return p.maiden.ukFor(p.sex)
	}
	if p.hyphen {
		return p.maiden.ukFor(p.sex) + "-" + p.fam.ukFor(p.sex)
	}
	return p.fam.ukFor(p.sex)
}

func (p *person) patronymicRu() string { return p.father.patRu[sexIndex(p.sex)] }
func (p *person) patronymicUk() string { return p.father.patUk[sexIndex(p.sex)] }

func sexIndex(sex byte) int {
	if sex == 'f' {
		return 1
	}
	return 0
}

func (p *person) fullRu() string {
	return p.surnameRu(false) + " " + p.given.ru + " " + p.patronymicRu()
}
func (p *person) fullUk() string {
	return p.surnameUk(false) + " " + p.given.uk + " " + p.patronymicUk()
}

// latinName is the given name and surname of the person's foreign passport.
func (p *person) latinName() (givenName, family string) {
	if p.hh.country == 'U' {
		return latin(p.given.uk, p.latin), latin(p.surnameUk(false), p.latin)
	}
	return latin(p.given.ru, p.latin), latin(p.surnameRu(false), p.latin)
}

func (p *person) passport() string {
	if p.series == "" {
		return p.number
	}
	if p.hh.country == 'U' {
		return p.series + p.number
	}
	return p.series + " " + p.number
}

var (
	mobileRU = []string{"903", "905", "906", "909", "910", "915", "916", "917", "919", "920", "925", "926", "927", "929", "950", "951", "961", "962", "964", "965", "977", "985"}
	mobileUA = []string{"50", "63", "66", "67", "68", "73", "93", "95", "96", "97", "98", "99"}
)

// mobile gives the number of a mobile phone; x is unique, so the number is.
func (b *bank) mobile(country byte, x uint64) string {
	if country == 'U' {
		v := permute(b.seed, topicPhone, x, uint64(len(mobileUA))*10_000_000)
		return "380" + mobileUA[v/10_000_000] + string(digits(v%10_000_000, 7))
	}
	v := permute(b.seed, topicPhone, x, uint64(len(mobileRU))*10_000_000)
	return "7" + mobileRU[v/10_000_000] + string(digits(v%10_000_000, 7))
}

func (b *bank) homePhone(hh *household) string {
	c := hh.addr.city
	v := permute(b.seed, topicPhone+1000, hh.h, 8_000_000) + 2_000_000
	if hh.country == 'R' {
		return "7" + c.area + string(digits(v, 7))
	}
	return "380" + c.area + string(digits(v, 9-len(c.area)))
}

var domainsRU = []string{"mail.ru", "mail.ru", "mail.ru", "yandex.ru", "yandex.ru", "gmail.com", "gmail.com", "bk.ru", "list.ru", "inbox.ru", "rambler.ru"}
var domainsUA = []string{"ukr.net", "ukr.net", "gmail.com", "gmail.com", "gmail.com", "i.ua", "meta.ua", "bigmir.net"}

// email makes the person's address out of the name, the year and some digits;
// "" for those who have none.
func (p *person) email() string {
	r := &rng{p.mailSeed}
	if !r.p(0.62) {
		return ""
	}
	g, s := p.latinName()
	g, s = strings.ToLower(g), strings.ToLower(strings.ReplaceAll(s, "'", ""))
	yy := string(digits(uint64(p.born.year()), 4))
	tail := string(digits(mix(p.n)%1000, 3))
	local := ""
	switch r.n(5) {
	case 0:
		local = g + "." + s + yy[2:] + tail
	case 1:
		local = s + "_" + g[:1] + yy + tail
	case 2:
		local = g[:1] + "." + s + tail + yy[2:]
	case 3:
		local = s + tail + yy
	default:
		local = g + tail + yy[2:] + s[:1]
	}
	if p.hh.country == 'U' {
		return local + "@" + pick(r, domainsUA)
	}
	return local + "@" + pick(r, domainsRU)
}

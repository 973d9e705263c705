package demobank

import "slices"

// Shares of the footprint: who leaves which records. They describe a bank, not
// mistakes; mistakes have rates of their own (Rates).
const (
	shareClient      = 0.80  // of adults: a record in core banking
	shareChild       = 0.06  // of minors
	shareDuplicate   = 0.030 // of clients: a second card of the same person in the same branch
	shareMarried     = 0.10  // of wives who changed their name: the record from before the marriage lives on
	shareOtherTongue = 0.05  // of Ukrainian clients: another record in the Russian branch
	shareOtherWay    = 0.008 // of Russian clients: another record in the Ukrainian branch
	shareCard        = 0.62  // of adult clients: at least one card
	shareNote        = 0.13  // of clients: notes of the call centre
	shareLead        = 0.11  // of clients: a form on the web site
	sharePage        = 0.012 // of clients: a page on the web
	shareProspect    = 0.55  // of adults who are no clients: a form, a call or a page
	orgShare         = 0.055 // organisations per household
	recordsPerOrg    = 2.22  // mean records of an organisation with its director
)

// Kinds of core record of a person.
const (
	recMain = iota
	recDuplicate
	recMaiden
	recOtherBranch
)

// coreRecord is one client card in core banking.
type coreRecord struct {
	uk     bool // of the Ukrainian branch: stream core/clients_uk
	kind   int
	copy   int // 0–3, tells the records of a person apart
	id     string
	opened day
	edited day
}

func (c *coreRecord) stream() string {
	if c.uk {
		return "core/clients_uk"
	}
	return "core/clients"
}

// account of a core record.
type account struct {
	number   string
	holder   *coreRecord
	second   *coreRecord // a second owner of the same branch; nil = none
	product  string
	currency string // letters
	opened   day
	closed   day // 0 = open
}

// card to an account.
type card struct {
	id      string
	pan     string
	to      *account
	issued  day
	expires day
	blocked bool
}

// footprint is everything that a person left in the bank's systems.
type footprint struct {
	p        *person
	core     []*coreRecord
	accounts []*account
	cards    []*card
	notes    int
	leads    int
	page     bool
}

// records counts the source records that belong to the person.
func (f *footprint) records() int {
	n := len(f.core) + len(f.cards) + f.notes + f.leads
	if f.page {
		n++
	}
	return n
}

// footprints draws what the members of a household left behind.
func (b *bank) footprints(hh *household) []*footprint {
	out := make([]*footprint, 0, len(hh.people))
	for _, p := range hh.people {
		out = append(out, b.footprint(p))
	}
	r := draw(b.seed, topicFootprint, hh.h, 1<<40)
	if len(out) > 1 && hh.people[1].slot == 1 && r.p(0.3) {
		head, wife := out[0], out[1]
		if len(head.accounts) > 0 && len(wife.core) > 0 && head.accounts[0].holder.uk == wife.core[0].uk {
			head.accounts[0].second = wife.core[0]
		}
	}
	return out
}

func (b *bank) footprint(p *person) *footprint {
	r := draw(b.seed, topicFootprint, p.n)
	f := &footprint{p: p}
	if !p.adult(b) {
		if r.p(shareChild) {
			b.addCore(f, &r, recMain, p.hh.country == 'U')
			b.addAccounts(f, &r)
		}
		return f
	}
	uk := p.hh.country == 'U'
	if !r.p(shareClient) {
		if r.p(shareProspect) {
			b.prospect(f, &r)
		}
		return f
	}
	b.addCore(f, &r, recMain, uk)
	if p.maiden.ru != "" && p.married < b.asOf && r.p(shareMarried) {
		b.addCore(f, &r, recMaiden, uk)
	}
	if r.p(shareDuplicate) {
		b.addCore(f, &r, recDuplicate, uk)
	}
	if uk && r.p(shareOtherTongue) || !uk && r.p(shareOtherWay) {
		b.addCore(f, &r, recOtherBranch, !uk)
	}
	b.addAccounts(f, &r)
	b.addCards(f, &r)
	if r.p(shareNote) {
		f.notes = 1 + r.n(2)*r.n(3)
	}
	if r.p(shareLead) {
		f.leads = 1 + r.n(2)*r.n(2)
	}
	f.page = r.p(sharePage)
	return f
}

func (b *bank) prospect(f *footprint, r *rng) {
	switch r.n(10) {
	case 0, 1, 2:
		f.notes = 1 + r.n(2)
	case 3, 4, 5, 6, 7, 8:
		f.leads = 1 + r.n(2)*r.n(2)
		if r.p(0.2) {
			f.notes = 1
		}
	default:
		f.page = true
	}
}

func (b *bank) addCore(f *footprint, r *rng, kind int, uk bool) {
	p := f.p
	c := &coreRecord{uk: uk, kind: kind, copy: len(f.core)}
	x := p.n*4 + uint64(c.copy)
	c.id = b.clientID(uk, x)
	from := p.born.addYears(18)
	if !p.adult(b) {
		from = p.born
	}
	from = max(from, dayOf(1998, 6, 1))
	to := b.asOf - 20
	if kind == recMaiden {
		to = min(to, p.married)
		from = min(from, to-200)
	} else if p.maiden.ru != "" && len(f.core) == 0 {
		from = max(from, min(p.married, to-1))
	}
	if from >= to {
		from = to - 1
	}
	c.opened = from + day(r.n(int(to-from)))
	c.edited = c.opened + day(r.n(int(b.asOf-c.opened)))
	f.core = append(f.core, c)
}

// clientID numbers client cards; the numbers of the two branches overlap, as
// they do in banks that were merged.
func (b *bank) clientID(uk bool, x uint64) string {
	topic := uint64(topicClientID)
	if uk {
		topic = topicClientUA
	}
	return string(digits(100_000_000+permute(b.seed, topic, x, 900_000_000), 9))
}

func (b *bank) addAccounts(f *footprint, r *rng) {
	for _, c := range f.core {
		n := 1 + r.n(2)*r.n(3)
		if c.kind == recDuplicate {
			n = r.n(2)
		}
		for k := range n {
			a := &account{holder: c, product: "current", currency: "RUB", opened: c.opened}
			if c.uk {
				a.currency = "UAH"
			}
			if k > 0 {
				a.product = pick(r, []string{"deposit", "savings", "loan"})
				a.opened += day(r.n(int(b.asOf-c.opened) + 1))
				if r.p(0.15) {
					a.currency = pick(r, []string{"USD", "EUR"})
				}
			}
			serial := permute(b.seed, topicAccount, (f.p.n*4+uint64(c.copy))*4+uint64(k), 100_000_000_000)
			switch {
			case c.uk:
				a.number = ibanUA(serial)
			case a.product == "current":
				a.number = accountRU("40817", currencyCode(a.currency), serial)
			case a.product == "loan":
				a.number = accountRU("45507", currencyCode(a.currency), serial)
			default:
				a.number = accountRU("42305", currencyCode(a.currency), serial)
			}
			if k > 0 && r.p(0.2) {
				a.closed = a.opened + day(r.n(int(b.asOf-a.opened)+1))
			}
			f.accounts = append(f.accounts, a)
		}
	}
}

// currencyCode is the code inside a Russian account number (810 is the rouble there).
func currencyCode(c string) string {
	switch c {
	case "USD":
		return "840"
	case "EUR":
		return "978"
	}
	return "810"
}

// Card ranges: Visa, Mastercard, Mir.
const (
	binVisa = "400000"
	binMC   = "510510"
	binMir  = "220001"
)

func (b *bank) addCards(f *footprint, r *rng) {
	if !r.p(shareCard) || len(f.accounts) == 0 {
		return
	}
	n := 1
	if r.p(0.25) {
		n = 2 + r.n(2)*r.n(2)
	}
	for k := range n {
		to := f.accounts[0]
		if k > 0 {
			to = pick(r, f.accounts)
		}
		if to.product == "loan" || to.closed != 0 {
			to = f.accounts[0]
		}
		x := f.p.n*4 + uint64(k)
		bin := pick(r, []string{binMC, binMC, binVisa, binMir})
		if f.p.hh.country == 'U' {
			bin = pick(r, []string{binMC, binMC, binVisa})
		}
		c := &card{to: to, pan: pan(bin, permute(b.seed, topicCard, x, 1_000_000_000))}
		c.id = "C" + string(digits(permute(b.seed, topicCardID, x, 900_000_000)+100_000_000, 9))
		from := max(to.opened, b.asOf-4*365)
		c.issued = from + day(r.n(int(b.asOf-from)+1))
		c.expires = c.issued.addYears(3)
		c.blocked = r.p(0.04)
		f.cards = append(f.cards, c)
	}
}

// seen reports whether the footprint holds any record at all.
func (f *footprint) seen() bool { return f.records() > 0 }

// mastercards are the cards of the footprint whose clearing comes in IPM files.
func (f *footprint) mastercards() []*card {
	return slices.DeleteFunc(slices.Clone(f.cards), func(c *card) bool { return c.pan[0] != '5' })
}

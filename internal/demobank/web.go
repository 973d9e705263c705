package demobank

// writeLeads writes web/leads, the forms of the bank's site, and web/visits,
// the pages that its visitors opened; many visitors never say who they are.
func writeLeads(j *job) error {
	b := j.b
	leads, err := j.create("in/web/leads_" + b.asOf.iso() + ".ndjson")
	if err != nil {
		return err
	}
	visits, err := j.create("in/web/visits_" + b.asOf.iso() + ".ndjson")
	if err != nil {
		return err
	}
	n := 0
	err = j.people(topicOrder+6, func(fp *footprint, _ *rng) {
		for k := range fp.leads {
			r := draw(b.seed, topicLead, fp.p.n, uint64(k))
			n++
			start := b.monthStart(b.months - 1)
			at := (start + day(j.at*float64(b.asOf-start+1))).at(7*3600 + r.n(16*3600))
			// one browser per person; the second form comes from the same one as a rule
			visitor := "v" + hexID(b.seed, fp.p.n*8+uint64(b.browser(&r, k)))
			b.visits(j, visits, &r, visitor, fp.p.id(), at, n)
			b.lead(j, leads, &r, fp.p, "L"+string(digits(fp.p.n*4+uint64(k), 9)), visitor, at)
			if r.p(0.5) { // somebody looks around and leaves no name
				b.visits(j, visits, &r, "v"+hexID(b.seed, 1<<40+uint64(n)), "", at+900, n+1<<28)
			}
		}
	})
	if err != nil {
		return err
	}
	if err := j.done(visits, "web/visits"); err != nil {
		return err
	}
	return j.done(leads, "web/leads")
}

func (b *bank) browser(r *rng, k int) int {
	if k > 0 && r.p(0.3) {
		return k
	}
	return 0
}

func hexID(seed, x uint64) string {
	const h = "0123456789abcdef"
	v := permute(seed, topicLead, x&(1<<48-1), 1<<48)
	out := make([]byte, 12)
	for i := range out {
		out[i] = h[v>>(44-4*i)&15]
	}
	return string(out)
}

// Purposes that a form asks consent for.
var purposes = []string{"marketing", "marketing", "credit_offer", "newsletter"}

func (b *bank) lead(j *job, f *file, r *rng, p *person, id, visitor string, at moment) {
	name, phone, mail := b.leadCells(r, p)
	consent := "" // the box was left empty
	switch x := r.f(); {
	case x < 0.55:
		consent = "yes"
	case x < 0.60:
		consent = "stop" // "write to me no more"
	}
	var o jsonLine
	f.line = append(f.line, o.field("id", id).field("ts", at.iso("+03:00")).field("name", name).field("phone", phone).field("email", mail).
		field("visitor", visitor).field("consent", consent).field("purpose", pick(r, purposes)).field("text_version", "2026-1").end()...)
	f.endRow()
	f.rows++
	j.record("web", "leads", id, p.id())
	j.fact("web/leads", id, p.id())
}

// leadCells are what somebody writes into a form: a name, a phone, a mailbox.
func (b *bank) leadCells(r *rng, p *person) (name, phone, mail string) {
	uk := p.hh.country == 'U' && !p.hh.speaksRu
	n := b.names(r, p, uk, false, true)
	name = n.joined()
	switch r.n(6) {
	case 0:
		name = n.given + " " + n.surname
	case 1:
		name = n.given
	case 2:
		g, s := p.latinName()
		name = titleLatin(g) + " " + titleLatin(s)
	}
	phone, mail = b.phone(r, p.mobile, p, 'R'), b.mail(r, p)
	if phone == "" && mail == "" {
		phone = writePhone(p.mobile, phonePlus, 'R')
	}
	return name, phone, mail
}

func titleLatin(s string) string {
	out := []byte(s)
	for i := 1; i < len(out); i++ {
		if out[i] >= 'A' && out[i] <= 'Z' && out[i-1] != '-' {
			out[i] += 'a' - 'A'
		}
	}
	return string(out)
}

var sitePages = []string{"/", "/cards", "/cards/platinum", "/deposits", "/credits", "/credits/mortgage", "/business", "/contacts", "/apply"}

// visits writes the pages that a visitor opened before a moment.
func (b *bank) visits(j *job, f *file, r *rng, visitor, who string, at moment, n int) {
	pages := 1 + r.n(5)
	for k := range pages {
		id := "H" + string(digits(uint64(n)*8+uint64(k), 10))
		var o jsonLine
		f.line = append(f.line, o.field("id", id).field("visitor", visitor).field("ts", (at-moment((pages-k)*97)).iso("+03:00")).
			field("page", pick(r, sitePages)).end()...)
		f.endRow()
		f.rows++
		j.fact("web/visits", id, who)
	}
}

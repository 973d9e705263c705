package demobank

import (
	"strconv"
	"strings"
)

// writeCalls writes callcentre/calls, Asterisk's Master.csv: 18 columns, no
// header, local time without zone. Calls in come from the client's phone,
// calls out go to it; some come from numbers that nobody has.
func writeCalls(j *job) error {
	b := j.b
	total := b.clients() * b.facts * 10 / 100
	per := total / b.months
	for m := range b.months {
		back := b.months - 1 - m
		from, to := b.monthStart(back), min(b.monthStart(back-1), b.asOf+1)
		f, err := j.create("in/callcentre/Master_" + (to - 1).iso() + ".csv")
		if err != nil {
			return err
		}
		span := float64(to-from) * 86400
		callers := b.crowd(100+uint64(back), func(f *footprint) bool { return f.seen() && f.p.adult(b) })
		for i := range per {
			r := draw(b.seed, topicEvent, 3, uint64(back), uint64(i))
			at := from.at(int((float64(i) + r.f()*0.9) / float64(per) * span))
			b.call(j, f, &r, callers.pick(&r, i), at, string(digits(uint64(int64(at)), 10))+"."+string(digits(uint64(i), 7)))
			if err := j.step(m*per+i, total); err != nil {
				return err
			}
		}
		if err := j.done(f, "callcentre/calls"); err != nil {
			return err
		}
	}
	return nil
}

func (b *bank) call(j *job, f *file, r *rng, fp *footprint, at moment, id string) {
	who, number, name := "", "", ""
	if b.dirty(r, dirtOrphanFact) || r.p(0.06) {
		number = b.mobile('R', 108_000_000+uint64(r.n(1_000_000)))
	} else if fp != nil {
		p := fp.p
		who, number = p.id(), p.mobile
		switch {
		case p.hh.home != "" && r.p(0.2):
			number = p.hh.home
		case p.second != "" && r.p(0.2):
			number = p.second
		}
		if r.p(0.2) {
			g, s := p.latinName()
			name = g + " " + s
		}
	}
	dialled := writePhone(number, phoneTrunk, 'R')
	if strings.HasPrefix(number, "380") && r.p(0.3) {
		dialled = "810" + number // international prefix of a Russian exchange
	}
	agent := string(digits(uint64(200+r.n(60)), 3))
	src, dst, context, channel, dstChannel := dialled, "queue1", "from-trunk", "SIP/trunk-", "SIP/"+agent+"-"
	if r.p(0.35) {
		src, dst, context, channel, dstChannel = agent, dialled, "outbound", "SIP/"+agent+"-", "SIP/trunk-"
		name = "Operator " + agent
	}
	mark := "0000" + hex4(r)
	disposition, ring, talk := "ANSWERED", 2+r.n(25), 5+r.n(60)*r.n(12)
	switch r.n(10) {
	case 0, 1:
		disposition, talk = "NO ANSWER", 0
	case 2:
		disposition, talk = "BUSY", 0
	}
	answer := ""
	if talk > 0 {
		answer = (at + moment(ring)).sql()
	}
	end := at + moment(ring+talk)
	clid := `"` + name + `" <` + src + ">"
	q := func(s string) {
		f.quote = true
		f.cell(s)
	}
	for _, s := range []string{"", src, dst, context, clid, channel + mark, dstChannel + mark, "Queue", "support,tT", at.sql(), answer, end.sql()} {
		q(s)
	}
	f.quote = false
	f.cell(strconv.Itoa(ring + talk))
	f.cell(strconv.Itoa(talk))
	q(disposition)
	q("DOCUMENTATION")
	q(id)
	q("")
	f.endRow()
	f.rows++
	j.fact("callcentre/calls", id, who)
}

func hex4(r *rng) string {
	const h = "0123456789abcdef"
	x := r.next()
	return string([]byte{h[x&15], h[x>>4&15], h[x>>8&15], h[x>>12&15]})
}

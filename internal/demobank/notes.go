package demobank

import "strings"

// Intents of a note: what the person said about being called.
const (
	intentNone     = ""
	intentOptOut   = "objection"
	intentNegated  = "no_objection" // an objection that is denied, which must not be taken for one
	intentSMSOnly  = "objection_calls"
	shareOptOut    = 0.05
	shareNegated   = 0.03
	sharePlanted   = 0.012 // notes with a card number dictated by phone
	shareDecoy     = 0.02  // notes with a number that only looks like a card
	shareOwnPhone  = 0.15  // notes with another phone of the client in the text
	shareRelative  = 0.08  // notes about a relative
	shareMother    = 0.3   // of notes of mothers: she calls about her child
	shareNamelessN = 0.25  // notes without the client's name in its field
)

var optOutsRu = []string{"Просит больше не звонить.", "Больше не звоните мне с рекламой!", "Клиент отказался от рассылок и звонков.", "Просил удалить номер из базы обзвона.", "Категорически против звонков с предложениями."}
var optOutsUk = []string{"Просить більше не телефонувати.", "Більше не дзвоніть з рекламою!", "Клієнт відмовився від розсилок і дзвінків.", "Просив видалити номер з бази обдзвону."}
var negatedRu = []string{"Не против звонков после 18:00.", "Не возражает против звонков по кредиту.", "Сказал, что не отказывается от рассылки, просит писать на почту."}
var negatedUk = []string{"Не проти дзвінків після 18:00.", "Не заперечує проти дзвінків щодо кредиту."}
var callsOnlyRu = []string{"Не звонить, только СМС."}
var callsOnlyUk = []string{"Не дзвонити, лише СМС."}

// Topics; {gen}, {dat}, {ins} stand for the client's name in a case.
var topicsRu = []string{"Перевод на счёт {gen} не дошёл.", "Перезвонить {dat} завтра после обеда.", "Разговаривали с {ins} по вкладу.",
	"Клиент уточнял график платежей, справку отправили {dat} на почту.", "Жалоба {gen} на работу банкомата.", "Выпустить {dat} новую карту, старая потеряна.", "Согласовано с {ins}, документы принесёт в отделение."}
var topicsUk = []string{"Переказ на рахунок {gen} не надійшов.", "Передзвонити {dat} завтра після обіду.", "Розмовляли з {ins} про депозит.",
	"Довідку надіслати {dat} на пошту.", "Скарга {gen} на роботу банкомата.", "Випустити {dat} нову картку, стара загублена."}

// writeNotes writes callcentre/notes: NDJSON, one note of an operator per
// line, free text in Russian or Ukrainian.
func writeNotes(j *job) error {
	b := j.b
	f, err := j.create("in/callcentre/notes_" + b.asOf.iso() + ".ndjson")
	if err != nil {
		return err
	}
	start := b.monthStart(b.months - 1)
	err = j.people(topicOrder+5, func(fp *footprint, _ *rng) {
		for k := range fp.notes {
			r := draw(b.seed, topicNote, fp.p.n, uint64(k))
			at := (start + day(j.at*float64(b.asOf-start+1))).at(8*3600 + r.n(12*3600))
			id := "N" + string(digits(fp.p.n*4+uint64(k), 9))
			b.note(j, f, &r, fp.p, id, at)
		}
	})
	if err != nil {
		return err
	}
	return j.done(f, "callcentre/notes")
}

func (b *bank) note(j *job, f *file, r *rng, p *person, id string, at moment) {
	uk := p.hh.country == 'U' && (!p.hh.speaksRu || r.p(0.1))
	about := p
	if r.p(shareRelative) && len(p.hh.people) > 1 {
		about = pick(r, p.hh.people)
	}
	text := b.noteText(r, about, uk)
	if child := childOf(p); child != nil && r.p(shareMother) {
		name := child.declined(uk, genitive).given
		text = b.phrase(r, uk, []string{"Звонила мама " + name + ", спрашивала про карту."}, []string{"Телефонувала мама " + name + ", питала про картку."})
	}
	intent := intentNone
	switch x := r.f(); {
	case x < shareOptOut:
		intent = intentOptOut
		text += " " + b.phrase(r, uk, optOutsRu, optOutsUk)
	case x < shareOptOut+shareNegated:
		intent = intentNegated
		text += " " + b.phrase(r, uk, negatedRu, negatedUk)
	case x < shareOptOut+shareNegated+0.01:
		intent = intentSMSOnly
		text += " " + b.phrase(r, uk, callsOnlyRu, callsOnlyUk)
	}
	if r.p(shareOwnPhone) && p.second != "" {
		text += b.phrase(r, uk, []string{" Другой номер ", " Запасной тел. "}, []string{" Інший номер ", " Запасний тел. "}) + writePhone(p.second, r.n(phoneStyles), 'R') + "."
	}
	switch x := r.f(); {
	case x < sharePlanted:
		card := pan(binMC, 998_000_000+uint64(r.n(1_000_000)))
		if r.p(0.5) {
			card = pan(binVisa, 998_000_000+uint64(r.n(1_000_000)))
		}
		text += b.phrase(r, uk, []string{" Продиктовал карту "}, []string{" Продиктував картку "}) + groupDigits(card, pick(r, []string{"", " ", "-", "\u00a0", "."})) + "."
		j.planted.row("callcentre/notes", id, card[12:])
	case x < sharePlanted+shareDecoy:
		text += b.phrase(r, uk, []string{" Счёт "}, []string{" Рахунок "}) + accountRU("40817", "810", r.next()%100_000_000_000) + "."
	}
	name := ""
	if !r.p(shareNamelessN) {
		n := b.names(r, p, uk, false, true)
		name = n.joined()
		if r.p(0.5) {
			name = strings.Join(strings.Fields(n.given+" "+n.patronymic+" "+n.surname), " ")
		}
	}
	caller := b.phone(r, p.mobile, p, 'R')
	if p.hh.home != "" && r.p(0.15) {
		caller = writePhone(p.hh.home, r.n(phoneStyles), 'R')
	}
	zone := "+03:00"
	var o jsonLine
	f.line = append(f.line, o.field("id", id).field("ts", at.iso(zone)).field("operator", "op"+string(digits(uint64(200+r.n(60)), 3))).
		field("caller", caller).field("client_name", name).field("text", text).end()...)
	f.endRow()
	f.rows++
	if caller != "" || name != "" { // else the note names nobody
		j.record("callcentre", "notes", id, p.id())
	}
	j.fact("callcentre/notes", id, p.id())
	if intent != intentNone {
		j.intents.row("callcentre/notes", id, p.id(), intent)
	}
}

func (b *bank) phrase(r *rng, uk bool, ru, ua []string) string {
	if uk {
		return pick(r, ua)
	}
	return pick(r, ru)
}

// childOf gives a child of a mother who heads the household or is the head's wife.
func childOf(p *person) *person {
	if p.sex != 'f' || p.slot > 1 {
		return nil
	}
	for _, c := range p.hh.people {
		if c.slot >= 2 {
			return c
		}
	}
	return nil
}

// noteText fills a topic with the person's name in the case it asks for.
func (b *bank) noteText(r *rng, p *person, uk bool) string {
	text := b.phrase(r, uk, topicsRu, topicsUk)
	for c, mark := range []string{"{gen}", "{dat}", "{ins}"} {
		if !strings.Contains(text, mark) {
			continue
		}
		n := p.declined(uk, c)
		name := n.given
		switch r.n(4) {
		case 0:
			name = n.surname + " " + n.given
		case 1:
			name = n.given + " " + n.patronymic
		case 2:
			name = n.joined()
		}
		text = strings.ReplaceAll(text, mark, name)
	}
	return text
}

// groupDigits writes digits in groups of four.
func groupDigits(s, sep string) string {
	return s[:4] + sep + s[4:8] + sep + s[8:12] + sep + s[12:]
}

package pipeline

import (
	"slices"
	"strconv"

	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/schemas"
	"clientbase/transforms"
)

// sieve finds what must not be kept: rows of persons who were erased, and words
// about them in rows of others. It knows them by tokens only. The same sieve
// erases what has landed and keeps out what the sources deliver again.
type sieve struct {
	sure, docs, points, names, full, born map[opaque.Token]int64 // token → act
	common                                map[int64]bool         // acts of persons whose name others bear
	admitted                              map[journal.Record]bool
	idle                                  bool   // nobody is looked for
	word                                  string // why a row is erased: erased, suppressed
	rules                                 *transforms.Set
	model                                 *transforms.Model
	dict                                  *schemas.Dictionary
}

// Why a landed row is a tombstone: these words, then the number of the act.
const (
	goneErased     = "erased"     // it had landed when the person was erased
	goneSuppressed = "suppressed" // it came after
	goneRetention  = "retention"  // past its time
)

// doubtful is the reason under which a row is set aside that may be a person's
// who was erased.
const doubtful = "maybe_suppressed"

// newSieve gives the sieve of some forget acts; nil when there are none.
func newSieve(acts []forgetAct, all []journal.Entry, word string) (*sieve, error) {
	if len(acts) == 0 {
		return nil, nil
	}
	x := &sieve{sure: map[opaque.Token]int64{}, docs: map[opaque.Token]int64{}, points: map[opaque.Token]int64{}, names: map[opaque.Token]int64{},
		full: map[opaque.Token]int64{}, born: map[opaque.Token]int64{}, common: map[int64]bool{}, admitted: map[journal.Record]bool{}, word: word}
	for i := range acts {
		a := &acts[i]
		if a.Marks == nil {
			continue
		}
		for _, l := range []struct {
			to   map[opaque.Token]int64
			list []opaque.Token
		}{{x.sure, a.Marks.Sure}, {x.docs, a.Marks.Documents}, {x.points, a.Marks.Points}, {x.names, a.Marks.Names}, {x.full, a.Marks.Full}, {x.born, a.Marks.Born}} {
			for _, t := range l.list {
				l.to[t] = a.entry.Seq
			}
		}
		x.common[a.entry.Seq] = a.Marks.Common
	}
	var err error
	x.admitted, err = admitted(all)
	return x, err
}

// belongs says whether a record is of an erased person.
type belongs struct {
	act   int64  // 0 = it is not
	doubt string // it may be: why; no value
}

// person judges record k of a party batch, by its cleansed cells.
func (x *sieve) person(tok *tokenizer, p *partyBatch, k int) belongs {
	if act := x.sure[tok.record(p.cells.Stream, p.key[k])]; act != 0 {
		return belongs{act: act}
	}
	var hit int64
	see := func(m map[opaque.Token]int64, t opaque.Token) {
		if act := m[t]; act != 0 && !t.IsZero() {
			hit = act
		}
	}
	surname, given := usableCells(p, "surname", k), usableCells(p, "given_name", k)
	named, same := len(surname) > 0, false
	for _, s := range surname {
		for _, g := range given {
			if x.names[tok.name(s, g)] != 0 {
				same = true
			}
		}
	}
	for _, a := range x.dict.Attrs {
		for _, v := range usableCells(p, a.ID, k) {
			switch {
			case a.Kind == schemas.KindPhone || a.Kind == schemas.KindEmail:
				see(x.points, tok.value(a.Kind, v))
			case a.Kind == schemas.KindVisitor:
				see(x.sure, tok.value(a.Kind, v))
			case a.PII == schemas.PIIDocument:
				see(x.docs, tok.value(a.Kind, v))
			}
		}
	}
	if hit != 0 && (same || !named) {
		return belongs{act: hit}
	}
	if hit != 0 {
		return belongs{doubt: "a number of a person who was erased (request " + strconv.FormatInt(hit, 10) + "), under another name"}
	}
	for _, s := range surname {
		for _, g := range given {
			for _, d := range usableCells(p, "birth_date", k) {
				if act := x.born[tok.born(s, g, d)]; act != 0 {
					return belongs{doubt: "name and birth date of a person who was erased (request " + strconv.FormatInt(act, 10) + ")"}
				}
			}
		}
	}
	return belongs{}
}

// usableCells gives the cleansed values of an attribute of record k.
func usableCells(p *partyBatch, attr string, k int) []string {
	c := p.cells.Out[attr]
	if c == nil {
		return nil
	}
	var out []string
	for _, cell := range c.Row(k) {
		if cell.Status.Usable() && cell.Value != "" {
			out = append(out, cell.Value)
		}
	}
	return out
}

// mentioned gives the spans of a text that speak of an erased person: the full
// name in any case of the noun, a phone, an e-mail address, a document.
func (x *sieve) mentioned(tok *tokenizer, text, region string) []span {
	if len(text) < 5 {
		return nil
	}
	var out []span
	digits, mail := 0, false
	for i := 0; i < len(text); i++ {
		if text[i] >= '0' && text[i] <= '9' {
			digits++
		}
		mail = mail || text[i] == '@'
	}
	if digits >= 7 || mail {
		for _, f := range transforms.Note(text, region) {
			switch {
			case f.Value == "":
			case f.Kind == transforms.FindPhone && x.points[tok.value(schemas.KindPhone, f.Value)] != 0,
				f.Kind == transforms.FindEmail && x.points[tok.value(schemas.KindEmail, f.Value)] != 0:
				out = append(out, span{f.Lo, f.Hi})
			}
		}
	}
	if digits >= 6 {
		out = append(out, x.numbers(tok, text)...)
	}
	sure := len(out) > 0
	if len(x.names) > 0 {
		out = append(out, x.namesIn(tok, text, sure)...)
	}
	slices.SortFunc(out, func(a, b span) int { return a.lo - b.lo })
	return out
}

// span is a part of a text, in bytes.
type span struct{ lo, hi int }

// namesIn finds the names of erased persons. Where others bear the same, only
// one with the patronymic counts, or one beside a number of the person.
func (x *sieve) namesIn(tok *tokenizer, text string, beside bool) []span {
	var out []span
	for _, f := range transforms.FindNames(text) {
		s, g, p := f.Name.Surname.Text, f.Name.Given.Text, f.Name.Patronymic.Text
		act := x.names[tok.name(s, g)]
		if act == 0 {
			continue
		}
		if p != "" && len(x.full) > 0 && x.full[tok.fullName(s, g, p)] == 0 || p == "" && x.common[act] && !beside {
			continue
		}
		out = append(out, span{f.Lo, f.Hi})
	}
	// Names that no dictionary knows, or written small: two words as they are.
	words := wordSpans(text)
	for i := 0; i+1 < len(words); i++ {
		a, b := text[words[i].lo:words[i].hi], text[words[i+1].lo:words[i+1].hi]
		if words[i+1].lo-words[i].hi > 2 {
			continue
		}
		act, s, g := x.names[tok.name(a, b)], a, b
		if act == 0 {
			act, s, g = x.names[tok.name(b, a)], b, a
		}
		if act == 0 {
			continue
		}
		found, full := span{words[i].lo, words[i+1].hi}, false
		for _, k := range []int{i - 1, i + 2} { // the patronymic stands behind or, between, before the surname
			if k >= 0 && k < len(words) && x.full[tok.fullName(s, g, text[words[k].lo:words[k].hi])] != 0 {
				found, full = span{min(found.lo, words[k].lo), max(found.hi, words[k].hi)}, true
			}
		}
		if full || !x.common[act] || beside {
			out = append(out, found)
		}
	}
	return out
}

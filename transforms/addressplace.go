package transforms

import "strings"

// streetBehind finds where, in the words t[lo:hi] behind the type of a place,
// the name of a street begins whose own type stands behind it: an adjective
// with its ordinal. It gives hi when all words are the name of the place.
func (p *addrParser) streetBehind(w addressWord, t []addrToken, lo, hi int) int {
	if w.name != levelCity && w.name != levelSettlement || hi-lo < 2 || hi >= len(t) {
		return hi
	}
	if w := &t[hi].word; t[hi].typed && w.after && (w.name == levelRegion || w.name == levelDistrict) && nominativeArea(t[hi-1].fold) != t[hi-1].fold { // с. Мирное Тверской области
		return hi - 1
	}
	if !t[hi].typed || t[hi].word.name != levelStreet || hi+1 < len(t) && !t[hi+1].digit && !t[hi+1].typed {
		return hi
	}
	if f := t[hi-1].fold; !masculineAdjective(f) && !strings.HasSuffix(f, "ая") && !strings.HasSuffix(f, "ська") && !strings.HasSuffix(f, "на") {
		return hi
	}
	k := hi - 1
	for k-1 > lo && ordinalToken(t[k-1].fold) {
		k--
	}
	return k
}

// nextPlace reports a type word of one letter without a full stop at which
// another place begins: "Республика Башкортостан г Уфа". A capital inside the
// name of a street is an initial.
func (p *addrParser) nextPlace(w, next addressWord, k addrToken) bool {
	if next.name != levelCity && next.name != levelSettlement {
		return false
	}
	return !isUpperText(k.text) || w.name == levelRegion || w.name == levelDistrict || w.name == levelCity
}

func ordinals(t []addrToken) bool {
	for _, k := range t {
		if !ordinalToken(k.fold) {
			return false
		}
	}
	return len(t) > 0
}

// nameNumber tells a number that belongs to a name (8 Марта, 1905 года, 2-я
// Садовая) from a house number.
func (p *addrParser) nameNumber(t []addrToken, i int) bool {
	if ordinalToken(t[i].fold) {
		return true
	}
	if !allDigits(t[i].text) || i+1 >= len(t) || t[i+1].digit {
		return false
	}
	switch f := t[i+1].fold; f {
	case "км", "километр", "марта", "мая", "октября", "января", "декабря", "сентября", "июля", "июня", "августа", "апреля", "февраля", "ноября", "года", "году", "лет", "летия", "березня", "травня", "жовтня", "грудня", "серпня", "лютого", "квітня", "вересня", "липня", "року", "років", "бакинских", "линия", "лінія", "гвардейской", "дивизии", "съезда", "партсъезда":
		return true
	}
	return false
}

func ordinalToken(f string) bool {
	i := 0
	for i < len(f) && isDigit(f[i]) {
		i++
	}
	if i == 0 || i == len(f) {
		return false
	}
	switch strings.TrimPrefix(f[i:], "-") {
	case "я", "й", "ая", "ый", "ий", "ой", "го", "е", "ое", "ша", "га", "та", "ва", "ті":
		return true
	}
	return false
}

// endsName reports a type of street in full at the end of a street's name:
// "вул. Січеславська Набережна", "ул. Красная Площадь".
func (p *addrParser) endsName(w, next addressWord, t []addrToken, j int) bool {
	return w.name == levelStreet && next.name == levelStreet && next.display != w.display && j+1 == len(t) && !t[j].dot && len(t[j].text) > 10 && isUpperText(t[j].text)
}

// aside reads what stands in brackets: the second name of a region, or a remark.
// It gives false for parts of the address.
func (p *addrParser) aside(t []addrToken, s string) bool {
	if len(t) == 0 {
		return true
	}
	if len(t) == 1 && p.Region != "" && regionTail(t[0].fold) {
		p.Region += " (" + p.name(t) + ")"
		return true
	}
	for _, k := range t {
		if k.digit || k.typed {
			return false
		}
	}
	p.rest = append(p.rest, s[t[0].lo:t[len(t)-1].hi])
	return true
}

// postcode takes a number of the right length at an edge of its part.
func (p *addrParser) postcode(k addrToken, edge bool, n int) bool {
	if !allDigits(k.text) || !edge || p.Postcode != "" {
		return false
	}
	if len(k.text) == 6 && !p.uk || len(k.text) == 5 && p.uk && (p.House == "" || n == 1) {
		if oneDigit([]byte(k.text)) {
			p.rest = append(p.rest, k.text)
			return true
		}
		p.Postcode, p.postcodeLo, p.postcodeHi = k.text, k.lo, k.hi
		return true
	}
	if len(k.text) == 6 && p.uk && p.House == "" || len(k.text) == 5 && !p.uk && p.City == "" && p.Street == "" {
		p.assumed = p.assumed || !p.uk // a digit is lost, or it is another country's
		p.Postcode, p.postcodeLo, p.postcodeHi = k.text, k.lo, k.hi
		return true
	}
	return false
}

package transforms

import (
	"strings"
	"unicode/utf8"
)

// addrParser reads one address after another in the same memory.
type addrParser struct {
	Address
	uk     bool
	clean  bool  // the cell needed no cleaning: spans are those of its text
	again  bool  // the line is one that was made here
	before bool  // a number follows the words that are placed now
	loneK  bool  // к stood by itself: корпус, or without another flat квартира
	str    maker // where the texts of the parts are made
	rest   []string
	tokens []addrToken
	folds  []byte // the keys of the tokens
	line   []byte
}

// join is a and b with a blank between them.
func (p *addrParser) join(a, b string) string {
	var buf [160]byte
	return p.str.make(append(append(append(buf[:0], a...), ' '), b...))
}

// name is nameText made in the parser's block.
func (p *addrParser) name(t []addrToken) string {
	var buf [160]byte
	return p.str.make(appendName(buf[:0], t))
}

// typed is a type and a name as nameText writes it.
func (p *addrParser) typed(mark string, t []addrToken) string {
	var buf [160]byte
	return p.str.make(appendName(append(append(buf[:0], mark...), ' '), t))
}

func (p *addrParser) setOnce(dst *string, v string) bool {
	if *dst != "" || v == "" {
		return false
	}
	*dst = v
	return true
}

// onlyWords reports words without numbers and abbreviations.
func onlyWords(t []addrToken) bool {
	for i := range t {
		if t[i].digit || t[i].dot && i+1 < len(t) {
			return false
		}
	}
	return true
}

// whole reads what a chunk means as a whole; false when it must be taken apart.
func (p *addrParser) whole(text string) bool {
	var buf [128]byte
	fold := bytesView(appendFold(buf[:0], strings.Trim(text, ". ")))
	if country(fold) {
		p.Country, p.far = titleText(text), p.far || farCountry(fold)
		if fold == "рф" || fold == "российская федерация" {
			p.Country = "Россия"
		}
		return true
	}
	if name, sure := regionShort(fold); name != "" && !p.uk && p.Region == "" {
		p.Region, p.assumed = name, p.assumed || !sure
		return true
	}
	return (fold == "до востребования" || fold == "до запитання") && p.setOnce(&p.POBox, "до востребования")
}

// chunk reads what stands between two commas.
func (p *addrParser) chunk(t []addrToken, s string) {
	if len(t) == 0 {
		return
	}
	if onlyWords(t) && p.whole(s[t[0].lo:t[len(t)-1].hi]) {
		return
	}
	if len(t) <= 4 && !p.uk && p.City == "" && mayBeShort(t[0].fold) {
		if name := cityShort(s[t[0].lo:t[len(t)-1].hi]); name != "" {
			p.City, p.cityType, p.cityLo, p.cityHi = name, "г.", t[0].lo, t[len(t)-1].hi
			return
		}
	}
	for i := range t {
		if remark(t[i].fold) { // the rest of the chunk is a comment
			if i > 0 && (t[i-1].fold == "со" || t[i-1].fold == "зі" || t[i-1].fold == "не") {
				i--
			}
			p.rest = append(p.rest, s[t[i].lo:t[len(t)-1].hi])
			t = t[:i]
			break
		}
	}
	pending := 0 // t[pending:i] are name words not yet used
	i := 0
	flush := func(to int) {
		if pending < to {
			p.untyped(t[pending:to], s)
		}
		pending = to
	}
	for i < len(t) {
		k := t[i]
		if k.digit && p.postcode(k, i == 0 || i == len(t)-1 || len(k.text) == 6 && !p.uk && p.House == "", len(t)) {
			flush(i)
			i++
			pending = i
			continue
		}
		if k.digit && i+1 < len(t) && t[i+1].typed {
			if n := p.numberThenType(t, i); n > 0 {
				flush(i)
				i += n
				pending = i
				continue
			}
		}
		w, ok := k.word, k.typed
		if ok && !k.dot && oneRune(k.fold) && i+1 < len(t) && pending < i && isUpperText(k.text) && !t[i+1].digit {
			ok = false // an initial inside a name: "ул. Б Хмельницкого"
		}
		if !ok {
			if k.digit && p.Street != "" && pending == i && !p.nameNumber(t, i) {
				i += p.number(t[i:])
				pending = i
				continue
			}
			if k.digit && pending < i && !p.nameNumber(t, i) { // "Ленина 5"
				p.before = true
				flush(i)
				p.before = false
				i += p.number(t[i:])
				pending = i
				continue
			}
			i++
			continue
		}
		nextDigit := i+1 < len(t) && t[i+1].digit
		bn := i+1 < len(t) && (t[i+1].fold == "б/н" || w.name == 0 && (isLetterToken(t[i+1]) || romanToken(t[i+1])))
		switch {
		case w.number != 0 && (nextDigit && !(w.name == levelSettlement && p.House == "" && w.number != levelHouse && (p.Settlement == "" || p.Street == "")) || bn && (w.name == 0 || t[i+1].fold == "б/н")):
			if w.number == levelBuilding && p.House == "" && pending < i { // "Садовая к 3" is no street
				flush(i)
			}
			flush(i)
			p.loneK = p.loneK || w.vague && w.name == 0 && (i == 0 || t[i-1].hi != k.lo)
			n := p.numbered(w, t[i+1:])
			i += 1 + n
			pending = i
		case w.name == 0:
			flush(i)
			p.rest = append(p.rest, k.text)
			i++
			pending = i
		case pending < i && (w.after || i+1 == len(t) || nextDigit && !p.nameNumber(t, i+1) || t[i+1].typed || regionTail(t[i+1].fold)) && (w.after || w.name == levelStreet || w.name == levelArea || i+1 == len(t) || w.name == levelRegion && (strings.HasSuffix(t[i-1].fold, "ская") || strings.HasSuffix(t[i-1].fold, "ська"))):
			p.named(w, t[pending:i])
			i++
			pending = i
		default:
			from := i + 1
			if w.name == levelStreet && pending < i && ordinals(t[pending:i]) { // "2-я ул. Садовая"
				from = pending
			} else {
				flush(i)
			}
			j := i + 1
			for j < len(t) {
				if j == i+1 && t[j].dot && !t[j].digit && t[j].typed && !initialToken(t, j) && (j+1 == len(t) || t[j+1].typed) { // "д. кв."
					break
				}
				if t[j].digit {
					if !p.nameNumber(t, j) && j > i+1 || j == i+1 && w.name != levelStreet && w.name != levelArea && !p.nameNumber(t, j) {
						break
					}
				} else if nw := t[j].word; t[j].typed && j > i+1 && !initialToken(t, j) && !p.endsName(w, nw, t, j) && (t[j].dot || !oneRune(t[j].fold) || nw.number != 0 && j+1 < len(t) && t[j+1].digit || p.nextPlace(w, nw, t[j])) {
					break
				}
				j++
			}
			if j == i+1 {
				p.rest = append(p.rest, k.text)
			} else if k := p.streetBehind(w, t, i+1, j); k < j { // "г. Винница Садовая ул. 5"
				p.named(w, t[i+1:k])
				i, pending = k, k
				continue
			} else if from < i { // the type word stands inside its name
				name := append(append(make([]addrToken, 0, j-from), t[from:i]...), t[i+1:j]...)
				p.named(w, name)
			} else if w2, ok := secondType(w, t, j); ok { // "ул. Курортный пр-т"
				p.assumed = true
				p.named(w2, t[i+1:j])
				j++
			} else if rest := p.named(w, t[i+1:j]); rest > 0 {
				j -= rest
			}
			i = j
			pending = i
		}
	}
	flush(len(t))
}

// tooLong reports a house number of more digits than any has.
func tooLong(v string) bool { return len(v) > 5 && allDigits(v[:6]) }

func isLetterToken(t addrToken) bool { return !t.digit && oneRune(t.text) }

func isUpperText(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isUpper(r)
}

// initialToken is a capital letter with a full stop inside a name, followed by
// another word: "ул. А. С. Пушкина".
func initialToken(t []addrToken, j int) bool {
	return oneRune(t[j].text) && isUpperText(t[j].text) && t[j].dot && j+1 < len(t) && !t[j+1].digit
}

// named stores a part with a name; it returns how many tokens at the end it
// left for the caller.
func (p *addrParser) named(w addressWord, t []addrToken) int {
	var name string
	if w.name != levelStreet {
		name = p.name(t)
	}
	var ok bool
	switch w.name {
	case levelRegion:
		name = nominativeArea(name)
		if p.Region != "" && len(t) == 1 && regionTail(t[0].fold) { // Ханты-Мансийский АО - Югра АО
			if ok = true; !strings.HasSuffix(p.Region, name) {
				p.Region += " - " + name
			}
		} else if w.after {
			ok = p.setOnce(&p.Region, p.join(name, w.display))
		} else {
			ok = p.setOnce(&p.Region, p.join(w.display, name))
		}
	case levelDistrict:
		name = nominativeArea(name)
		d := p.join(name, w.display)
		if !w.after {
			d = p.join(w.display, name)
		}
		if ok = p.setOnce(&p.District, d); !ok && !strings.Contains(p.District, w.display) { // a district and its community
			p.District, ok = p.District+", "+d, true
		}
	case levelCity:
		if p.City != "" && p.cityType == "" && strings.EqualFold(p.City, name) {
			p.City = ""
		}
		if w.oblique {
			name = nominativeCity(name)
		}
		if ok = p.setOnce(&p.City, name); ok {
			p.cityType, p.cityLo, p.cityHi = w.display, t[0].lo, t[len(t)-1].hi
		}
	case levelSettlement:
		ok = p.setOnce(&p.Settlement, p.join(w.display, name))
	case levelArea:
		if w.display == "СТ" { // a garden partnership, a station, or in the south a станица
			if p.assumed = true; strings.HasSuffix(t[len(t)-1].fold, "ская") && p.Settlement == "" {
				ok = p.setOnce(&p.Settlement, p.join("ст-ца", name))
				break
			}
		}
		ok = p.setOnce(&p.Area, p.join(w.display, name))
	case levelStreet:
		mark, words := w.display, p.streetTokens(w, t)
		if w.vague { // пр. is a проспект, in front of an ordinal name a проезд
			p.assumed = true
			for _, k := range t {
				if ordinalToken(k.fold) && !p.uk {
					mark = "пр-д"
				}
			}
		}
		if p.Street == "" {
			p.Street = p.typed(mark, words)
			return 0
		}
		name = p.name(words)
	}
	if !ok {
		p.rest = append(p.rest, strings.TrimSpace(p.join(w.display, name)))
	}
	return 0
}

// numbered stores a part with a number: house, building, flat.
func (p *addrParser) numbered(w addressWord, t []addrToken) int {
	v, n := p.houseNumber(t)
	display := w.display
	if w.numeric != "" {
		display = w.numeric
	}
	switch w.number {
	case levelHouse:
		if p.House == "" && !tooLong(v) {
			if p.uk && display == "д." {
				display = "буд."
			}
			p.House = p.join(display, v)
			return n
		}
	case levelBuilding:
		if w.vague && (strings.Contains(p.House, "общ.") || strings.Contains(p.House, "гурт.")) && p.Flat == "" { // a room of a dormitory
			p.Flat, p.assumed = "ком. "+v, true
			return n
		}
		if display == "корп." && (p.Flat != "" || strings.Contains(p.House, "корп.")) && p.Flat == "" { // к after корпус is квартира
			p.Flat, p.assumed = "кв. "+v, true
			return n
		}
		if a, b, two := strings.Cut(v, "-"); two && allDigits(a) && allDigits(b) && p.House != "" && p.Flat == "" { // 45к2-7
			p.House, p.Flat, p.assumed = p.House+", "+p.join(display, a), "кв. "+b, true
			return n
		}
		if p.House != "" && p.Flat == "" {
			p.House += ", " + p.join(display, v)
			return n
		}
		if p.House == "" {
			p.House = p.join(display, v)
			return n
		}
	case levelFlat:
		if p.Flat == "" {
			p.Flat = p.join(display, v)
			return n
		}
	case levelPOBox:
		if p.setOnce(&p.POBox, p.join(display, v)) {
			return n
		}
	case levelExtra:
		if p.uk && display == "подъезд" {
			display = "під'їзд"
		}
		if p.Entrance != "" {
			p.Entrance += ", "
		}
		p.Entrance += p.join(display, v)
		return n
	case levelArea:
		if n == 1 && ordinalToken(t[0].fold) {
			v = p.name(t[:1])
		}
		if p.setOnce(&p.Area, p.join(display, v)) {
			return n
		}
	}
	p.rest = append(p.rest, p.join(display, v))
	return n
}

// number reads a house or flat number that has no type word.
func (p *addrParser) number(t []addrToken) int {
	v, n := p.houseNumber(t)
	switch {
	case tooLong(v):
		p.rest = append(p.rest, v)
	case p.House == "":
		p.assumed = p.assumed || strings.Count(v, "-") > 1
		mark := "д."
		if p.uk {
			mark = "буд."
		}
		if a, b, two := strings.Cut(v, "-"); two && allDigits(b) && a != "" && p.Flat == "" { // 5-10: house and flat
			p.House, p.Flat, p.assumed = mark+" "+a, "кв. "+b, true
		} else {
			p.House = p.join(mark, v)
		}
	case p.Flat == "" && allDigits(v):
		p.Flat, p.assumed = "кв. "+v, true
	default:
		p.rest = append(p.rest, v)
	}
	return n
}

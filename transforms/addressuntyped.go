package transforms

import (
	"strings"
	"unicode/utf8"
)

// houseNumber joins a number with a letter behind it ("93 б") and writes look-
// alike Latin letters in Cyrillic.
func (p *addrParser) houseNumber(t []addrToken) (v string, n int) {
	if len(t) == 0 {
		return "", 0
	}
	v, n = t[0].text, 1
	if !t[0].digit && romanToken(t[0]) && utf8.RuneCountInString(v) > 1 {
		return strings.NewReplacer("І", "I", "Х", "X").Replace(v), n
	}
	if t[0].digit && len(t) > 1 && isLetterToken(t[1]) && !t[1].dot {
		if _, typ := addressWordOf(t[1].fold, false); !typ || len(t) == 2 || !t[2].digit {
			v, n = v+t[1].text, 2
		}
	}
	if allDigits(v) {
		return v, n
	}
	var buf [64]byte
	b := buf[:0]
	for _, r := range v {
		if c := toCyrillicLook(upperRune(r)); c != 0 {
			r = c
		}
		b = utf8.AppendRune(b, upperRune(r))
	}
	if string(b) == "Б/Н" {
		return "б/н", n
	}
	return p.str.keep(v, b), n
}

// untyped places name words without a type word by position.
func (p *addrParser) untyped(t []addrToken, s string) {
	text := s[t[0].lo:t[len(t)-1].hi]
	var buf [128]byte
	// a leading big city: "Москва Ленина"
	for n := min(2, len(t)); n > 0 && p.City == ""; n-- {
		if bigCity(bytesView(appendFold(buf[:0], s[t[0].lo:t[n-1].hi]))) {
			p.City, p.cityLo, p.cityHi = p.name(t[:n]), t[0].lo, t[n-1].hi
			if n < len(t) {
				p.untyped(t[n:], s)
			}
			return
		}
	}
	words := 0
	for _, k := range t {
		if !k.digit {
			words++
		}
	}
	if len(t) == 2 && t[0].fold == "в" && t[1].fold == "о" || len(t) == 2 && t[0].fold == "васильевский" && t[1].fold == "остров" { // В.О., 7-я линия
		if p.setOnce(&p.Area, "В. О.") {
			return
		}
	}
	if initials(t) && p.Street == "" {
		p.rest = append(p.rest, text)
		return
	}
	if len(t) == 1 && p.Region != "" && regionTail(t[0].fold) {
		p.Region += " - " + p.name(t)
		return
	}
	if len(t) == 1 && t[0].fold == "б/н" && p.House == "" {
		p.House = map[bool]string{false: "д. б/н", true: "буд. б/н"}[p.uk]
		return
	}
	switch {
	case words == 0 && (p.Street != "" || p.Area != "" || p.Settlement != "" && p.House == ""):
		p.number(t)
		for _, k := range t[1:] {
			p.rest = append(p.rest, k.text)
		}
	case words == 0:
		p.rest = append(p.rest, text)
	case p.City == "" && p.Settlement == "" && p.Street == "" && p.House == "" && (p.Region != "" || p.District != "" || p.Postcode != "") && len(t) <= 3:
		p.City, p.cityLo, p.cityHi, p.assumed = p.name(t), t[0].lo, t[len(t)-1].hi, true
	case (p.City != "" || p.Settlement != "") && p.Street == "" && p.House == "" && len(t) <= 4:
		mark := "ул."
		if p.uk {
			mark = "вул."
		}
		if masculineAdjective(t[len(t)-1].fold) { // Невский is no улица; which of the others, nobody says
			p.Street, p.assumed = p.name(t), true
			return
		}
		p.Street, p.assumed = p.join(mark, p.name(t)), true
	case p.before && p.Street == "" && p.House == "" && p.Area == "" && p.Settlement == "" && words == len(t) && len(t) <= 3:
		p.Street, p.assumed = p.join(map[bool]string{false: "ул.", true: "вул."}[p.uk], p.name(t)), true
		if masculineAdjective(t[len(t)-1].fold) {
			p.Street = p.name(t)
		}
	default:
		p.rest = append(p.rest, text)
	}
}

// initials reports words of one letter each, which name no street.
func initials(t []addrToken) bool {
	for _, k := range t {
		if !isLetterToken(k) {
			return false
		}
	}
	return len(t) > 0
}

// numberThenType reads a number whose type word stands behind it: "10 кв", "2
// подъезд", and with a small letter and no house before it "19 д". It gives the
// number of tokens read.
func (p *addrParser) numberThenType(t []addrToken, i int) int {
	if !t[i].digit || i+1 >= len(t) || i+2 < len(t) && t[i+2].digit || i > 0 && t[i-1].typed || ordinalToken(t[i].fold) && i > 0 {
		return 0
	}
	k := t[i+1]
	w := &k.word
	switch {
	case !k.typed || k.lo == t[i].hi:
		return 0
	case k.fold == "д" && p.House == "" && !isUpperText(k.text) && (i+2 >= len(t) || t[i+2].typed):
		p.assumed = true // or the letter of the house
	case w.name != 0 || utf8.RuneCountInString(k.fold) < 2 || p.House == "" && w.number != levelHouse:
		return 0
	}
	switch w.number {
	case levelHouse, levelBuilding, levelFlat, levelExtra:
		p.numbered(*w, t[i:i+1])
		return 2
	}
	return 0
}

// secondType gives the type of a street behind a name that has the general one
// in front: the second is meant.
func secondType(w addressWord, t []addrToken, j int) (addressWord, bool) {
	if w.name != levelStreet || w.display != "ул." && w.display != "вул." || j >= len(t) || j+1 < len(t) && !t[j+1].digit {
		return addressWord{}, false
	}
	next := t[j].word
	return next, t[j].typed && next.name == levelStreet && !next.after
}

// romanToken is a number of a room in Roman figures.
func romanToken(t addrToken) bool {
	for _, r := range t.text {
		switch r {
		case 'I', 'V', 'X', 'І', 'Х':
		default:
			return false
		}
	}
	return len(t.text) < 10
}

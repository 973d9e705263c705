package transforms

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

func titleText(s string) string {
	var folds []byte
	t := addrTokens(nil, &folds, s, 0, len(s))
	if len(t) == 0 {
		return s
	}
	return nameText(t)
}

// nameText writes the words of a place name: capitals, ordinals in one form.
func nameText(t []addrToken) string { return string(appendName(nil, t)) }

func appendName(b []byte, t []addrToken) []byte {
	for i, k := range t {
		if i > 0 && k.fold == "летия" && t[i-1].digit { // "40-летия Победы"
			b = append(b, '-')
		} else if i > 0 {
			b = append(b, ' ')
		}
		switch {
		case k.digit && ordinalToken(k.fold):
			n := 0
			for n < len(k.fold) && isDigit(k.fold[n]) {
				n++
			}
			end := strings.TrimPrefix(k.fold[n:], "-")
			switch end {
			case "ая":
				end = "я"
			case "ый", "ой", "ий":
				end = "й"
			case "ое":
				end = "е"
			}
			b = append(append(append(b, k.fold[:n]...), '-'), end...)
		case k.digit:
			b = append(b, k.text...)
		case i == 0 && len(t) > 1 && (k.fold == "имени" || k.fold == "им" || k.fold == "імені" || k.fold == "ім" || k.fold == "реки" || k.fold == "канала" || k.fold == "річки"):
			b = append(b, k.fold...)
			if k.fold == "им" || k.fold == "ім" {
				b = append(b, '.')
			}
		case i > 0 && (k.fold == "км" || k.fold == "года" || k.fold == "лет" || k.fold == "летия" || k.fold == "року" || k.fold == "років" || k.fold == "имени" || k.fold == "им" || k.fold == "и" || k.fold == "на"):
			b = append(b, k.fold...)
			if k.fold == "им" {
				b = append(b, '.')
			}
		case len(t) == 1 && (k.fold == "спб" || k.fold == "с-петербург" || k.fold == "питер" || k.fold == "петербург"):
			b = append(b, "Санкт-Петербург"...)
		case len(t) == 1 && k.fold == "мск":
			b = append(b, "Москва"...)
		case isLetterToken(k):
			b = append(utf8.AppendRune(b, upperRune(firstRune(k.text))), '.')
		default:
			cyr := scriptOf(k.text)
			w := k.text
			if i > 0 && capitals(w) && utf8.RuneCountInString(w) <= 5 && hasLower(t[i-1].text) && utf8.RuneCountInString(t[i-1].text) > 1 { // Героїв АТО, 50 лет ВЛКСМ
				b = append(b, w...)
				break
			}
			if cyr&scriptCyrillic != 0 && cyr&scriptLatin != 0 {
				if fixed, ok := foldMixed(nil, w, false); ok {
					w = string(fixed)
				}
			}
			b = appendCased(b, w, cyr&scriptCyrillic != 0)
			b = restoreSmallParts(b)
		}
	}
	return b
}

// restoreSmallParts keeps the small middle of Ростов-на-Дону.
func restoreSmallParts(b []byte) []byte {
	if bytes.IndexByte(b, '-') < 0 {
		return b
	}
	for _, p := range [...][2]string{{"-На-", "-на-"}, {"-Над-", "-над-"}, {"-Под-", "-под-"}} {
		if i := strings.Index(bytesView(b), p[0]); i >= 0 {
			copy(b[i:], p[1])
		}
	}
	return b
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// nominativeArea gives the nominative of an adjective that names a region or a
// district: Тверской области, Одинцовского района.
func nominativeArea(name string) string {
	for _, e := range [...][2]string{{"ской", "ская"}, {"цкой", "цкая"}, {"ского", "ский"}, {"цкого", "цкий"}, {"ської", "ська"}, {"цької", "цька"}, {"ського", "ський"}, {"цького", "цький"}} {
		if stem, ok := strings.CutSuffix(name, e[0]); ok && stem != "" {
			return stem + e[1]
		}
	}
	return name
}

// nominativeCity gives the nominative of a large city behind "города".
func nominativeCity(name string) string {
	if bigCity(foldName(name)) {
		return name
	}
	for _, e := range [...][2]string{{"ы", "а"}, {"и", "а"}, {"и", "ь"}, {"а", ""}, {"я", "ь"}, {"е", "а"}, {"е", ""}, {"у", ""}, {"ва", "в"}, {"єва", "їв"}, {"єві", "їв"}, {"ова", "ів"}, {"ові", "ів"}, {"ка", "ок"}, {"ри", "ра"}, {"і", "а"}} {
		if stem, ok := strings.CutSuffix(name, e[0]); ok && bigCity(foldName(stem+e[1])) {
			return stem + e[1]
		}
	}
	return name
}

package transforms

import "strings"

// mergeTokens joins the words of one type that stand apart: "р. п.",
// "автономный округ", "ж/д ст.". Tokens are changed in place.
func mergeTokens(t []addrToken) []addrToken {
	out := t[:0]
	for i := 0; i < len(t); i++ {
		k := t[i]
		if i+1 < len(t) {
			n := t[i+1]
			fold := ""
			switch f := k.fold; {
			case f == "р" && k.dot && n.fold == "п":
				fold = "р.п"
			case f == "п" && k.dot && n.fold == "г" && i+2 < len(t) && t[i+2].fold == "т":
				fold = "п.г.т"
				i++
				n = t[i+1]
			case f == "г" && k.dot && n.fold == "о" && n.dot:
				fold = "г.о"
			case (f == "автономный" || f == "автономного") && strings.HasPrefix(n.fold, "округ"):
				fold = "автономный-округ"
			case (f == "автономная" || f == "автономной") && strings.HasPrefix(n.fold, "област"):
				fold = "автономная-область"
			case (f == "городской" || f == "городского") && strings.HasPrefix(n.fold, "округ"):
				fold = "городской-округ"
			case (f == "сельское" || f == "сельского") && strings.HasPrefix(n.fold, "поселени"):
				fold = "сельское-поселение"
			case f == "ж/д" && (n.fold == "пл" || n.fold == "платформа"):
				fold = "ж/д-пл"
			case f == "ж/д" && (n.fold == "ст" || n.fold == "станция"):
				fold = "ж/д-ст"
			case (f == "тер" || f == "территория") && partnership(n.fold):
				fold = n.fold
			}
			if fold != "" {
				k.fold, k.hi, k.dot = fold, n.hi, n.dot
				i++
			}
		}
		out = append(out, k)
	}
	return out
}

func partnership(fold string) bool {
	switch fold {
	case "снт", "днп", "тсн", "днт", "снп", "гск":
		return true
	}
	return false
}

// streetTokens writes the words of a street's name in one form: ordinals in
// figures, titles and rivers in full.
func (p *addrParser) streetTokens(w addressWord, t []addrToken) []addrToken {
	var out []addrToken
	for i, k := range t {
		text := ordinalWord(k.fold)
		digit := text != ""
		switch uk := w.display == "вул." || w.display == "просп." || w.display == "пров."; {
		case text != "":
		case k.fold == "р" && w.display == "наб." && i+1 < len(t):
			text = "реки"
		case k.dot && i+1 < len(t):
			text = streetTitle(k.fold, uk)
		}
		if text == "" {
			continue
		}
		if out == nil {
			out = append(make([]addrToken, 0, len(t)), t...)
		}
		out[i].text, out[i].fold, out[i].digit, out[i].dot = text, foldName(text), digit, false
	}
	if out == nil {
		return t
	}
	return out
}

// ordinalWord gives the figure of an ordinal in words, as street names have it.
func ordinalWord(fold string) string {
	switch fold {
	case "первая":
		return "1-я"
	case "первый":
		return "1-й"
	case "вторая":
		return "2-я"
	case "второй":
		return "2-й"
	case "третья":
		return "3-я"
	case "третий":
		return "3-й"
	case "четвертая":
		return "4-я"
	case "четвертый":
		return "4-й"
	case "пятая":
		return "5-я"
	case "пятый":
		return "5-й"
	case "шестая":
		return "6-я"
	case "шестой":
		return "6-й"
	case "седьмая":
		return "7-я"
	case "седьмой":
		return "7-й"
	case "восьмая":
		return "8-я"
	case "восьмой":
		return "8-й"
	case "девятая":
		return "9-я"
	case "девятый":
		return "9-й"
	case "десятая":
		return "10-я"
	case "десятый":
		return "10-й"
	}
	return ""
}

// streetTitle gives a title in a street's name in full.
func streetTitle(fold string, uk bool) string {
	i := 0
	if uk {
		i = 1
	}
	switch fold {
	case "акад":
		return [2]string{"Академика", "Академіка"}[i]
	case "ген":
		return "Генерала"
	case "марш":
		return "Маршала"
	case "адм":
		return [2]string{"Адмирала", "Адмірала"}[i]
	case "проф":
		return [2]string{"Профессора", "Професора"}[i]
	case "косм":
		return "Космонавта"
	case "полк":
		return "Полковника"
	}
	return ""
}

// regionShort gives the region that an abbreviation in a place of its own means.
func regionShort(fold string) (name string, sure bool) {
	switch fold {
	case "мо":
		return "Московская обл.", false
	case "ло":
		return "Ленинградская обл.", false
	case "янао":
		return "Ямало-Ненецкий АО", true
	case "хмао", "хмао-югра":
		return "Ханты-Мансийский АО - Югра", true
	case "нао":
		return "Ненецкий АО", true
	case "еао":
		return "Еврейская АО", true
	case "кбр":
		return "респ. Кабардино-Балкарская", true
	case "кчр":
		return "респ. Карачаево-Черкесская", true
	}
	return "", false
}

// regionTail reports the second name of a region, behind a dash or in brackets.
func regionTail(fold string) bool {
	switch fold {
	case "якутия", "югра", "алания", "чувашия", "татарстан", "кузбасс":
		return true
	}
	return false
}

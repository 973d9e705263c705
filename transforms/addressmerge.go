package transforms

import "strings"

// mergeTokens joins the words of one type that stand apart: "р. п.",
// "автономный округ", "ж/д ст.". Tokens are changed in place.
func mergeTokens(t []addrToken) []addrToken {
	n := 0
	for i := 0; i < len(t); i++ {
		fold, words := joinedType(t[i:])
		if n < i {
			t[n] = t[i]
		}
		if t[n].fold == "кр" && n > 0 && masculineAdjective(t[n-1].fold) { // Краснодарский кр.
			t[n].fold = "край"
		}
		if words > 1 {
			i += words - 1
			t[n].fold, t[n].hi, t[n].dot = fold, t[i].hi, t[i].dot
		}
		n++
	}
	return t[:n]
}

// joinedType reads a type whose words stand apart at the start of t: its fold
// and how many words it is.
func joinedType(t []addrToken) (fold string, words int) {
	if len(t) < 2 {
		return "", 1
	}
	next := t[1].fold
	switch t[0].fold {
	case "р":
		if t[0].dot && next == "п" {
			return "р.п", 2
		}
	case "п":
		if t[0].dot && next == "г" && len(t) > 2 && t[2].fold == "т" {
			return "п.г.т", 3
		}
	case "г":
		switch {
		case t[0].dot && next == "о" && t[1].dot:
			return "г.о", 2
		case t[0].dot && next == "п" && t[1].dot && t[1].lo == t[0].hi+1:
			return "г/п", 2
		}
	case "м":
		switch {
		case t[0].dot && next == "о" && t[1].dot:
			return "м.о", 2
		case t[0].dot && next == "р-н" && t[1].lo == t[0].hi+1:
			return "р-н", 2
		}
	case "с":
		if t[0].dot && next == "п" && t[1].dot && t[1].lo == t[0].hi+1 {
			return "с/п", 2
		}
	case "автономна":
		if next == "республіка" {
			return "ар", 2
		}
	case "городское":
		if strings.HasPrefix(next, "поселени") {
			return "городское-поселение", 2
		}
	case "муниципальный", "муниципального":
		if strings.HasPrefix(next, "округ") {
			return "муниципальный-округ", 2
		}
	case "вн": // вн.тер.г. муниципальный округ Арбат
		if next == "тер" && len(t) > 4 && (t[2].fold == "г" || t[2].fold == "гор") {
			switch {
			case t[3].fold == "муниципальный" && strings.HasPrefix(t[4].fold, "округ"):
				return "муниципальный-округ", 5
			case t[3].fold == "поселение":
				return "поселение", 4
			}
		}
	case "територіальна", "територіальної":
		if strings.HasPrefix(next, "громад") {
			return "громада", 2
		}
	case "автономный", "автономного":
		if strings.HasPrefix(next, "округ") {
			return "автономный-округ", 2
		}
	case "автономная", "автономной":
		if strings.HasPrefix(next, "област") {
			return "автономная-область", 2
		}
	case "городской", "городского":
		if strings.HasPrefix(next, "округ") {
			return "городской-округ", 2
		}
	case "сельское", "сельского":
		if strings.HasPrefix(next, "поселени") {
			return "сельское-поселение", 2
		}
	case "ж/д":
		switch next {
		case "пл", "платформа":
			return "ж/д-пл", 2
		case "ст", "станция":
			return "ж/д-ст", 2
		}
	case "тер", "территория":
		if partnership(next) {
			return next, 2
		}
	}
	return "", 1
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

// mayBeShort reports a word with which a name of cityShort begins.
func mayBeShort(fold string) bool {
	switch fold {
	case "г", "н", "в", "наб", "екб", "ростов", "ростов-н", "комсомольск", "комсомольск-н", "ростов-н/д", "комсомольск-н/а", "нновгород":
		return true
	}
	return false
}

// cityShort gives the city that is written short in a place of its own.
func cityShort(text string) string {
	var buf [160]byte
	if len(text) > len(buf)-32 {
		return ""
	}
	f := bytesView(appendFold(buf[:0], text))
	f, _ = strings.CutPrefix(f, "г.")
	f, _ = strings.CutPrefix(f, "г ")
	switch strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(f), ".", ""), " ", "") {
	case "нновгород":
		return "Нижний Новгород"
	case "вновгород":
		return "Великий Новгород"
	case "ростовн/д", "ростов-н/д", "ростовн/дону", "ростовнадону":
		return "Ростов-на-Дону"
	case "набчелны":
		return "Набережные Челны"
	case "комсомольскн/а", "комсомольск-н/а", "комсомольскнаамуре":
		return "Комсомольск-на-Амуре"
	case "екб":
		return "Екатеринбург"
	}
	return ""
}

package transforms

import (
	"strings"
	"unicode/utf8"
)

// Spelling of an organisation's cell before its words are read, and remarks
// that people write behind a name.

// plainOrgText undoes what other systems left: quotes of web pages, quotes of
// two signs, underscores, a form glued on with a hyphen or spelt with blanks.
func plainOrgText(s string) string {
	if strings.ContainsAny(s, "&<>_") {
		s = strings.NewReplacer("&quot;", `"`, "&laquo;", "«", "&raquo;", "»", "&amp;", "&", "&#34;", `"`, "<<", "«", ">>", "»", "_", " ").Replace(s)
		s = strings.Join(strings.Fields(s), " ")
	}
	for _, f := range [...][2]string{{"о о о ", "ООО "}, {"о а о ", "ОАО "}, {"з а о ", "ЗАО "}, {"п а о ", "ПАО "}, {"т о в ", "ТОВ "},
		{"ооо-", "ООО "}, {"оао-", "ОАО "}, {"зао-", "ЗАО "}, {"пао-", "ПАО "}, {"тов-", "ТОВ "}} {
		if rest, ok := cutPrefixFold(s, f[0]); ok && rest != "" {
			return f[1] + rest
		}
	}
	return s
}

// orgRemark is what stood behind the name: its former name, or its fate.
type orgRemark struct {
	former string
	cut    bool
}

// cutOrgRemark drops what people write behind a name about its fate, its town
// and its former name.
func cutOrgRemark(s string, words []orgWord) ([]orgWord, orgRemark) {
	var out orgRemark
	n := len(words)
	if n > 3 && (words[n-2].fold == "г" || words[n-2].fold == "м") && strings.Contains(s[words[n-3].hi:words[n-2].lo], ",") {
		n -= 2 // "ООО Ромашка, г. Москва"
	}
	if i := asideForm(s, words[:n]); i > 0 { // "ООО «Ромашка» (до 2015 ЗАО «Лютик»)"
		out.former = ParseOrg(s[words[i].lo:words[n-1].hi]).Full
		for !strings.Contains(s[words[i-1].hi:words[i].lo], "(") {
			i--
		}
		n = i
	}
	for i := 2; i < n; i++ {
		switch words[i].fold {
		case "бывш", "бывшее", "бывший", "бывшая", "ранее", "раніше", "колишнє", "колишній", "formerly", "fka":
			if i+1 < n {
				out.former = ParseOrg(s[words[i+1].lo:words[n-1].hi]).Full
			}
			n = i
		case "в", "у":
			if i+2 < n && (strings.HasPrefix(words[i+1].fold, "стади") || strings.HasPrefix(words[i+1].fold, "процес") || words[i+1].fold == "стані") && strings.ContainsAny(words[i+2].fold[:2], "лрбп") {
				n = i
			}
		}
	}
	for n > 1 {
		switch words[n-1].fold {
		case "ликвидировано", "ликвидирована", "ликвидирован", "закрыто", "закрыт", "закрыта", "банкрот", "банкротство", "реорганизовано", "ліквідовано", "закрито", "припинено", "дубль":
			n--
			continue
		}
		break
	}
	out.cut = n < len(words)
	return words[:n], out
}

// asideForm finds the legal form of another name in brackets at the end; 0
// without one. A form alone in brackets is the organisation's own.
func asideForm(s string, words []orgWord) int {
	n := len(words)
	open := 0
	for i := n - 1; i > 1 && open == 0; i-- {
		if gap := s[words[i-1].hi:words[i].lo]; strings.Contains(gap, "(") {
			open = i
		} else if strings.Contains(gap, ")") {
			return 0
		}
	}
	for i := open; open > 0 && i < n-1; i++ {
		if f := formAt(words[i:], true); f != nil && len(f.words) < n-i {
			return i
		}
	}
	return 0
}

// branchWord reports a part of a company that is no party of its own.
func branchWord(fold string) bool {
	switch fold {
	case "филиал", "філія", "філіал", "представительство", "представництво", "отделение", "відділення", "оп", "офис", "офіс", "магазин", "branch":
		return true
	}
	return false
}

// appendShouted brings a word of a name in capitals to title case when it is
// long enough and has vowels; short words may be abbreviations and stay.
// Inside a name the words that join others are small.
func appendShouted(b []byte, w string, first bool) []byte {
	if !first {
		switch w {
		case "И", "В", "НА", "ДЛЯ", "ПО", "ТА", "ПРИ", "ИМ.", "ІМ.":
			return append(b, strings.ToLower(w)...)
		}
	}
	for len(w) > 0 {
		cut := strings.IndexByte(w, '-')
		part := w
		if cut >= 0 {
			part = w[:cut]
		}
		n, vowels := 0, 0
		for _, r := range part {
			n++
			if strings.ContainsRune("аеёиоуыэюяіїєaeiouy", lowerRune(r)) {
				vowels++
			}
		}
		if n >= 4 && vowels >= 2 {
			b = titleWord(b, part)
		} else {
			b = append(b, part...)
		}
		if cut < 0 {
			return b
		}
		b = append(b, '-')
		w = w[cut+1:]
	}
	return b
}

// keepsStop reports a word that is spelt with a full stop at its end: initials
// (И.И.) and the usual abbreviations.
func keepsStop(w string) bool {
	letters := 0
	for _, r := range strings.TrimRight(w, ".") {
		if r == '.' {
			letters = 0
			continue
		}
		letters++
	}
	if first, _ := utf8.DecodeRuneInString(w); letters == 1 && isCyrillic(first) {
		return true
	}
	switch strings.ToLower(w) {
	case "им.", "ім.", "г.", "м.", "ул.", "вул.", "св.", "обл.":
		return true
	}
	return false
}

// personForm reports the classes whose name is a person's: sole traders, the
// self-employed, private practice.
func personForm(class string) bool { return class == "SP" || class == "SE" || class == "PP" }

// letterMix reports that the two scripts touch: "Pомашка", not "IT-отдел".
func letterMix(w string) bool {
	prev := script(0)
	for _, r := range w {
		var sc script
		switch {
		case isCyrillic(r):
			sc = scriptCyrillic
		case isLatin(r):
			sc = scriptLatin
		}
		if sc != 0 && prev != 0 && sc != prev {
			return true
		}
		prev = sc
	}
	return false
}

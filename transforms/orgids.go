package transforms

import (
	"strings"
	"unicode/utf8"
)

// orgNumber is a registration number that stood in the cell of a name.
type orgNumber struct {
	kind  string // inn, kpp, ogrn, edrpou, rnokpp, unp
	value string // as the number's own rule writes it; "" when that refused it
	why   string // status/reason of a refused number
}

// cutOrgIDs takes registration numbers with their labels out of a name:
// "ООО Ромашка (ИНН 7707083893, КПП 770701001)". Numbers without a label stay.
func cutOrgIDs(s string) (rest string, ids []orgNumber) {
	if !strings.ContainsAny(s, "0123456789") {
		return s, nil
	}
	for at := 0; at < len(s); {
		r, w := utf8.DecodeRuneInString(s[at:])
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		if !isLetter(r) || isLetter(before) {
			at += w
			continue
		}
		kind, after := idLabel(s[at:])
		if kind == "" {
			at += w
			continue
		}
		lo, hi := at, at+after
		for hi < len(s) && (s[hi] == ' ' || s[hi] == ':' || s[hi] == '.' || s[hi] == '=' || strings.HasPrefix(s[hi:], "№")) {
			_, n := utf8.DecodeRuneInString(s[hi:])
			hi += n
		}
		from := hi
		for hi < len(s) && isDigit(s[hi]) {
			hi++
		}
		if hi-from < 5 {
			at += w
			continue
		}
		ids = append(ids, judgeOrgID(kind, s[from:hi]))
		if t := strings.TrimRight(s[:lo], " "); len(t) > 0 {
			for _, word := range [...]string{"код", "Код", "КОД", "code"} {
				if strings.HasSuffix(t, word) {
					lo = len(t) - len(word)
				}
			}
		}
		lo = len(strings.TrimRight(s[:lo], " ,;:/"))
		s = s[:lo] + " " + strings.TrimLeft(s[hi:], " ,;:/")
		at = lo
	}
	s, ids = cutAsideID(s, ids)
	if ids == nil {
		return s, nil
	}
	for _, empty := range [...]string{"( )", "()", "[ ]"} {
		s = strings.ReplaceAll(s, empty, "")
	}
	return strings.TrimSpace(s), ids
}

// cutAsideID takes a number that stands alone in brackets, when it is right by
// the rule for its length: "ТОВ Фокстрот (32855961)".
func cutAsideID(s string, ids []orgNumber) (string, []orgNumber) {
	open := strings.IndexByte(s, '(')
	if open <= 0 {
		return s, ids
	}
	end := strings.IndexByte(s[open:], ')')
	if end < 0 {
		return s, ids
	}
	digits := strings.TrimSpace(s[open+1 : open+end])
	kind := map[int]string{8: "edrpou", 10: "inn", 12: "inn", 13: "ogrn", 15: "ogrn"}[len(digits)]
	if kind == "" || !allDigits(digits) {
		return s, ids
	}
	id := judgeOrgID(kind, digits)
	if id.value == "" {
		return s, ids
	}
	return strings.TrimSpace(strings.TrimRight(s[:open], " ") + " " + strings.TrimLeft(s[open+end+1:], " ")), append(ids, id)
}

// idLabel reads the word for a registration number at the start of s.
func idLabel(s string) (kind string, n int) {
	for i, r := range s {
		if !isLetter(r) {
			break
		}
		n = i + utf8.RuneLen(r)
		if n > 24 {
			return "", 0
		}
	}
	var buf [32]byte
	switch bytesView(appendFold(buf[:0], s[:n])) {
	case "инн", "inn":
		return "inn", n
	case "кпп", "kpp":
		return "kpp", n
	case "огрн", "огрнип", "ogrn", "ogrnip":
		return "ogrn", n
	case "єдрпоу", "едрпоу", "edrpou", "зкпо":
		return "edrpou", n
	case "рнокпп", "іпн", "rnokpp":
		return "rnokpp", n
	case "унп", "унн", "unp":
		return "unp", n
	}
	return "", 0
}

func judgeOrgID(kind, digits string) orgNumber {
	rule := innCell
	switch kind {
	case "kpp":
		rule = kppCell
	case "ogrn":
		rule = ogrnCell
	case "edrpou":
		rule = edrpouCell
	case "rnokpp":
		rule = rnokppCell
	case "unp":
		rule = unpCell
	}
	c := cell{text: digits, region: "RU", asOf: tablesAsOf}
	if kind == "edrpou" || kind == "rnokpp" {
		c.region = "UA"
	}
	out := orgNumber{kind: kind}
	if rs := rule(&c, nil); len(rs) > 0 {
		if out.value = rs[0].Out; out.value == "" {
			out.why = rs[0].Status.String() + "/" + rs[0].Reason.String()
		}
	}
	return out
}

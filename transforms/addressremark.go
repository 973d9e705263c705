package transforms

import "strings"

// sameAddress reports a cell that points to an address instead of giving one.
func sameAddress(s string) bool {
	var buf [128]byte
	f := bytesView(appendFold(buf[:0], strings.Trim(s[:min(len(s), 100)], " .!,")))
	for _, w := range [...]string{"тот же", "тотже", "там же", "по прописке", "по месту", "совпадает", "см. выше", "см выше", "адрес тот", "как в паспорте", "той самий", "там само", "за місцем", "збігається", "як у паспорті", "рядом с", "возле", "около", "напротив", "біля", "поруч", "навпроти"} {
		if strings.HasPrefix(f, w) {
			return true
		}
	}
	return false
}

// cutAddressLabel cuts "прописан:", "адрес проживания:" off the front.
func cutAddressLabel(s string) string {
	i := strings.IndexByte(s, ':')
	if i <= 0 || i > 60 {
		return s
	}
	var buf [80]byte
	for w := range strings.FieldsSeq(bytesView(appendFold(buf[:0], s[:i]))) {
		w = strings.Trim(w, ".,")
		switch w {
		case "адрес", "адреса", "прож", "проживания", "почтовый", "юридический", "юр", "факт", "фактический", "рег", "прописки", "по", "место", "места", "місце", "проживання", "реєстрації", "со", "зі", "домашний":
		default:
			if !remark(w) {
				return s
			}
		}
	}
	return strings.TrimSpace(s[i+1:])
}

// remark reports a word with which people start a comment on an address.
func remark(fold string) bool {
	switch fold {
	case "рядом", "возле", "около", "напротив", "временно", "прописан", "прописана", "прописка", "проживает", "проживание", "тел", "телефон", "звонить", "факт", "фактически",
		"біля", "поруч", "навпроти", "тимчасово", "прописаний", "мешкає", "проживає", "слов", "слів", "живет", "регистрация", "регистрации", "зареєстрований", "за":
		return true
	}
	return false
}

// masculineAdjective reports an adjective that agrees with проспект, переулок, проезд,
// бульвар, тракт, and not with улица.
func masculineAdjective(fold string) bool {
	for _, end := range [...]string{"ский", "цкий", "ный", "ний", "вый", "ський", "цький", "ной"} {
		if len(fold) > len(end)+4 && strings.HasSuffix(fold, end) {
			return true
		}
	}
	return false
}

package transforms

import (
	"strings"
	"unicode/utf8"
)

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
		if rest := cutLabelWords(s); rest != "" {
			return rest
		}
		return s
	}
	var buf [80]byte
	for w := range strings.FieldsSeq(bytesView(appendFold(buf[:0], s[:i]))) {
		w = strings.Trim(w, ".,")
		switch w {
		case "адрес", "адреса", "прож", "проживания", "почтовый", "юридический", "юр", "факт", "фактический", "рег", "прописки", "по", "и", "та", "й", "место", "места", "місце", "проживання", "реєстрації", "со", "зі", "домашний":
		default:
			if !remark(w) && !addressLabel(w) {
				return s
			}
		}
	}
	if rest := strings.TrimSpace(s[i+1:]); rest != "" {
		return rest
	}
	return s
}

// cutLabelWords cuts "прописан", "фактически проживает", "прож." off the front.
func cutLabelWords(s string) string {
	if s != "" && isDigit(s[0]) { // a postcode
		return s
	}
	rest, cut := s, s
	for range 4 {
		rest = strings.TrimLeft(rest, " .,-–—")
		end := strings.IndexAny(rest, " .,:")
		if end <= 0 || end > 60 {
			break
		}
		var buf [64]byte
		f := bytesView(appendFold(buf[:0], rest[:end]))
		switch {
		case addressLabel(f):
			rest = rest[end:]
			cut = strings.TrimLeft(rest, " .,:-–—")
		case f == "временно" || f == "тимчасово" || f == "и" || f == "та" || f == "адрес" || f == "адреса":
			rest = rest[end:]
		default:
			return cut
		}
	}
	return cut
}

// addressLabel reports a word that says whose or which address follows.
func addressLabel(fold string) bool {
	switch fold {
	case "прописан", "прописана", "прописаний", "зарегистрирован", "зарегистрирована", "зареєстрований", "зареєстрована", "зареєстр", "проживает", "проживаю", "проживає", "мешкає", "прож", "проп", "рег", "факт", "фактически", "фактично", "прописка", "регистрация", "реєстрація":
		return true
	}
	return false
}

// labelAt finds the first label behind lo that begins a word: another address
// follows it.
func labelAt(s string, lo int) int {
	start := false
	for i := lo; i < len(s); {
		n := letterAt(s, i)
		if n == 0 {
			_, w := utf8.DecodeRuneInString(s[i:])
			start, i = true, i+w
			continue
		}
		end := i + n
		for end < len(s) {
			if n = letterAt(s, end); n == 0 {
				break
			}
			end += n
		}
		var buf [64]byte
		if start && end-i <= 40 && labelStart(s[i:end]) && addressLabel(bytesView(appendFold(buf[:0], s[i:end]))) {
			return i
		}
		start, i = false, end
	}
	return -1
}

// letterAt gives the size of the letter at s[i]; 0 = another sign stands there.
func letterAt(s string, i int) int {
	switch c := s[i]; {
	case twoByteCyrillic(s, i):
		return 2
	case c < utf8.RuneSelf && (c|0x20 < 'a' || c|0x20 > 'z'):
		return 0
	case c < utf8.RuneSelf:
		return 1
	}
	r, w := utf8.DecodeRuneInString(s[i:])
	if !isLetter(r) {
		return 0
	}
	return w
}

// remark reports a word with which people start a comment on an address.
func remark(fold string) bool {
	switch fold {
	case "главпочтамт", "почтамт", "поштамт", "рядом", "возле", "около", "напротив", "временно", "прописан", "прописана", "прописка", "проживает", "проживание", "тел", "телефон", "звонить", "факт", "фактически",
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

// labelStart reports the first letters of addressLabel's words.
func labelStart(word string) bool {
	if len(word) < len("пр") {
		return false
	}
	switch word[:len("пр")] {
	case "пр", "Пр", "ПР", "пР", "за", "За", "ЗА", "зА", "ме", "Ме", "МЕ", "мЕ", "ре", "Ре", "РЕ", "рЕ", "фа", "Фа", "ФА", "фА":
		return true
	}
	return false
}

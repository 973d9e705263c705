package transforms

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"clientbase/schemas"
)

// junkWord lists what people type to leave a field without a value: lower
// case, ё as е, one blank between words.
func junkWord(s string) bool {
	switch s {
	case "нет", "нет данных", "нет информации", "данных нет", "не указано", "не указан", "не указана", "не задано", "не задан",
		"неизвестно", "неизвестен", "неизвестна", "не известно", "неизв", "н/д", "н.д", "нд", "б/н", "бн", "н/у", "прочерк",
		"отсутствует", "отсутствуют", "отсут", "отс", "отказ", "отказался", "отказалась", "не имеет", "не имеется", "не помнит", "не заполнено",
		"нет телефона", "без телефона", "телефона нет", "нет почты", "нет email", "без email", "нет e-mail", "нет эл почты", "нет отчества", "без отчества", "отчества нет", "нет инн", "нет снилс", "нет адреса", "не знаю", "не знает", "не скажу",
		"немає телефону", "без телефону", "немає пошти", "без пошти", "немає по батькові", "без по батькові", "немає іпн",
		"пусто", "тест", "тестовый", "тестовая", "тест тест", "нету", "без номера", "не требуется", "не предоставлен", "не предоставлено",
		"немає", "нема", "немає даних", "не вказано", "не вказаний", "не вказана", "невідомо", "невідомий", "невідома", "відсутній", "відсутня",
		"відсутнє", "відсутні", "дані відсутні", "не визначено", "відмова", "відмовився", "відмовилась", "без даних",
		"n/a", "n.a", "na", "#n/a", "#н/д", "#знач!", "#value!", "#ref!", "none", "null", "nil", "nan", "unknown", "undefined", "not set",
		"not specified", "no data", "not available", "empty", "missing", "tbd", "test", "testing", "no", "xxx", "ххх", "-none-", "(null)", "<null>", "\\n":
		return true
	}
	return false
}

// keyboardRow lists the rows of the keyboards; a word that is a piece of one
// (four letters or more) is noise.
var keyboardRow = [...]string{"qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "йцукенгшщзхї", "фівапролджє"}

// junkText judges a whole cell by its words alone: a placeholder (only
// punctuation), a word for "nothing", keyboard noise. It never judges digits.
// Whether junk in this field may be a real value is for the caller to know.
func junkText(s string) (schemas.Reason, bool) {
	letters := 0
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case r >= '0' && r <= '9':
			return 0, false
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || isCyrillic(r):
			letters++
		case r < utf8.RuneSelf:
		case unicode.IsDigit(r):
			return 0, false
		case unicode.IsLetter(r):
			letters++
		}
		if letters > junkLetters {
			return 0, false
		}
		i += size
	}
	if letters == 0 {
		return schemas.Placeholder, len(s) > 0
	}
	var buf [160]byte
	w := appendJunkKey(buf[:0], s)
	if junkWord(bytesView(w)) {
		return schemas.JunkWord, true
	}
	w = trimPunct(w)
	if junkWord(bytesView(w)) {
		return schemas.JunkWord, true
	}
	return schemas.KeyboardNoise, isNoise(bytesView(w))
}

// junkLetters is more letters than any junk word or row of keys has.
const junkLetters = 18

// appendJunkKey appends s in lower case, ё as е, white space folded.
func appendJunkKey(dst []byte, s string) []byte {
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = len(dst) > 0
			continue
		}
		if space {
			dst, space = append(dst, ' '), false
		}
		if r = lowerRune(r); r == 'ё' {
			r = 'е'
		}
		if dst = utf8.AppendRune(dst, r); len(dst) > 150 {
			break
		}
	}
	return dst
}

func trimPunct(b []byte) []byte {
	return bytes.TrimFunc(b, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// isNoise reports one letter three times or more, or a run along a keyboard row.
func isNoise(w string) bool {
	first, size := utf8.DecodeRuneInString(w)
	n, same := 0, true
	for _, r := range w {
		if r == ' ' {
			return false
		}
		same = same && r == first
		n++
	}
	switch {
	case n < 3:
		return false
	case same, w == "qwe" || w == "asd" || w == "йцу" || w == "фыв" || w == "zxc" || w == "ячс":
		return true
	case n < 4:
		return false
	}
	for _, row := range keyboardRow {
		if at := strings.Index(row, w[:size]); at >= 0 && strings.HasPrefix(row[at:], w) {
			return true
		}
	}
	return false
}

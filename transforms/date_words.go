package transforms

// monthWord gives the number of a month by its Russian, Ukrainian or English
// name, its usual short form or its Roman number; 0 = no month. w is lower case.
func monthWord(w string) int {
	switch w {
	case "январь", "января", "янв", "січень", "січня", "січ", "january", "jan", "i", "і":
		return 1
	case "февраль", "февраля", "фев", "февр", "лютий", "лютого", "лют", "february", "feb", "ii", "іі":
		return 2
	case "март", "марта", "мар", "березень", "березня", "бер", "берез", "march", "mar", "iii", "ііі":
		return 3
	case "апрель", "апреля", "апр", "квітень", "квітня", "кві", "квіт", "april", "apr", "iv":
		return 4
	case "май", "мая", "травень", "травня", "тра", "трав", "may", "v":
		return 5
	case "июнь", "июня", "июн", "червень", "червня", "чер", "черв", "june", "jun", "vi":
		return 6
	case "июль", "июля", "июл", "липень", "липня", "лип", "july", "jul", "vii":
		return 7
	case "август", "августа", "авг", "серпень", "серпня", "сер", "серп", "august", "aug", "viii":
		return 8
	case "сентябрь", "сентября", "сен", "сент", "вересень", "вересня", "вер", "верес", "september", "sep", "sept", "ix":
		return 9
	case "октябрь", "октября", "окт", "жовтень", "жовтня", "жов", "жовт", "october", "oct", "x", "х":
		return 10
	case "ноябрь", "ноября", "ноя", "нояб", "листопад", "листопада", "лис", "лист", "november", "nov", "xi", "хі":
		return 11
	case "декабрь", "декабря", "дек", "грудень", "грудня", "гру", "груд", "december", "dec", "xii", "хіі":
		return 12
	}
	return 0
}

// dateNoise reports the words that stand in a date and mean nothing: "г.",
// "року", weekdays, ordinal endings.
func dateNoise(w string) bool {
	switch w {
	case "г", "год", "года", "гр", "р", "рік", "року", "рр", "гг", "р.н", "г.р", "н", "го", "е", "ого", "st", "nd", "rd", "th", "от", "від", "of", "the", "рож", "рождения", "народження", "дата",
		"пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
		"mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return true
	}
	return false
}

// placeholderDay reports the days that programs write for "no date".
func placeholderDay(y, m, d int) bool {
	switch {
	case y == 1900 && m == 1 && d == 1, y == 1899 && m == 12 && d >= 30, y == 1970 && m == 1 && d == 1,
		y == 9999 && m == 12 && d == 31, y == 1 && m == 1 && d == 1, y == 1753 && m == 1 && d == 1, y == 1111 && m == 11 && d == 11,
		y == 2999 && m == 12 && d == 31, y == 1000 && m == 1 && d == 1:
		return true
	}
	return false
}

// dateLabels are the words in front of a date that say what it is.
var dateLabels = []string{"дата рождения", "дата народження", "день рождения", "день народження", "дата выдачи", "дата видачі", "дата", "родился", "родилась", "народився", "народилася", "народилась",
	"д.р", "д/р", "д. р", "др", "рожд", "рожден", "рождена", "выдан", "выдано", "виданий", "видано", "date of birth", "birth date", "birthday", "date", "born", "dob"}

package transforms

// Words that stand in name cells and are not part of a name. All are compared
// as folded whole words.

// title reports a form of address, an academic title or the mark of a sole trader.
func title(fold string) bool {
	switch fold {
	case "г-н", "г-жа", "гр", "гр-н", "гр-ка", "гр-нка", "гражданин", "гражданка", "господин", "госпожа", "тов", "товарищ",
		"пан", "пани", "пані", "громадянин", "громадянка", "доктор", "д-р", "проф", "профессор", "професор", "акад",
		"ип", "фоп", "спд", "чп", "ипп", "ип-п", "нотариус", "адвокат", "полковник", "подполковник", "майор", "капитан", "лейтенант", "генерал", "судья", "суддя",
		"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "mme", "herr", "frau", "mx":
		return true
	}
	return false
}

// generation reports junior, senior and their short forms.
func generation(fold string) bool {
	switch fold {
	case "мл", "ст", "младший", "старший", "молодший", "jr", "sr", "junior", "senior", "ii", "iii":
		return true
	}
	return false
}

// maidenWord reports the words in front of a former surname.
func maidenWord(fold string) bool {
	switch fold {
	case "урожденная", "урожд", "ур", "дів", "урожденный", "дев", "девичья", "дівоча", "уроджена", "ур-ая", "бывш", "бывшая", "ранее", "раніше", "прежняя", "предыдущая", "добрачная", "дівоче", "попереднє", "колишнє", "колишня", "фамилия", "фам", "прізвище", "nee", "née", "born", "formerly":
		return true
	}
	return false
}

// serviceWord reports what people write beside a name about its bearer or
// about a call. It is left out of a name of two words or more.
func serviceWord(fold string) bool {
	switch fold {
	case "умер", "умерла", "умерший", "умершая", "покойный", "покойная", "помер", "померла", "покійний", "покійна", "директор", "гендиректор", "ген", "генеральный", "генеральний", "бухгалтер", "главбух", "гл",
		"руководитель", "керівник", "учредитель", "засновник", "менеджер", "звонил", "звонила", "звонили", "позвонил", "позвонила", "обратился", "обратилась", "дзвонив", "дзвонила", "звернувся", "звернулась",
		"просил", "просила", "просили", "говорил", "говорила", "разговор", "беседа", "перезвонить", "передзвонити", "передать", "передати", "связаться", "контакт", "глава", "кфх", "голова", "председатель", "самозанятый", "самозанятая", "предприниматель", "підприємець", "владелец", "власник", "арендатор", "получатель", "плательщик", "отправитель",
		"клиент", "клиентка", "клиента", "клієнт", "клієнтка", "заемщик", "позичальник", "вип", "vip", "дубль", "банкрот", "сотрудник", "сотрудница", "працівник", "пенсионер", "пенсионерка", "пенсіонер", "пенсіонерка":
		return true
	}
	return false
}

// kinship reports words that say the cell names somebody by a relation to
// another person: "мама Олены" is not a person called Олена.
func kinship(fold string) bool {
	switch fold {
	case "мама", "мать", "мамы", "маме", "мати", "матір", "папа", "отец", "отца", "батько", "тато", "батька", "мамо",
		"муж", "мужа", "жена", "жены", "супруг", "супруга", "чоловік", "дружина", "дружини",
		"сын", "сына", "син", "сина", "дочь", "дочка", "дочери", "донька", "доньки", "ребенок", "дитина",
		"брат", "брата", "сестра", "сестры", "сестри", "бабушка", "бабуля", "бабуся", "бабця", "дедушка", "дідусь", "дід", "внук", "внучка", "онук", "онука",
		"теща", "тесть", "свекровь", "свекруха", "свекор", "зять", "невестка", "невістка", "тетя", "тетка", "тітка", "дядя", "дядько", "племянник", "племянница", "племінник", "племінниця",
		"соседка", "сосед", "сусід", "сусідка", "подруга", "коллега", "колега", "знакомый", "знакомая", "знайома", "знайомий", "родственник", "родственница", "родич", "родичка",
		"представитель", "представник", "опекун", "опікун", "законный", "поручитель",
		"mother", "father", "husband", "wife", "son", "daughter", "brother", "sister", "grandmother", "grandfather", "mom", "dad":
		return true
	}
	return false
}

// junkName reports whole cells that hold no name: refusals, service records,
// tests. Surnames such as Нет or Тест exist, so the verdict is only for a cell
// that holds nothing else.
func junkName(fold string) bool {
	switch fold {
	case "нет", "нет данных", "нет фио", "не указано", "не указан", "не указана", "неизвестно", "неизвестен", "неизвестный", "н/д", "нд", "б/н", "бн", "прочерк", "отсутствует", "отказ", "отказался", "отказалась", "без отчества", "нет отчества", "отчества нет", "без по батькові", "немає по батькові", "не назвался", "не представился", "не представилась",
		"тест", "тестов тест", "тест тест", "тестовый клиент", "тест клиент", "клиент тест", "тестовый", "тест тестович", "тестов тест тестович", "проверка", "аноним", "анонім", "без имени", "без імені", "пусто", "удален", "дубль", "закрыт",
		"немає", "немає даних", "не вказано", "невідомо", "невідомий", "відсутній", "відсутня", "відмова", "нема",
		"n/a", "na", "none", "null", "nil", "unknown", "test", "test test", "test user", "no name", "noname", "anonymous", "not available", "deleted", "n.a",
		"касса", "каса", "физлицо", "физ лицо", "физическое лицо", "фізособа", "фізична особа", "клиент", "клієнт", "клиент банка", "клієнт банку", "нерезидент", "резидент", "вкладчик", "вкладник", "заемщик", "держатель", "держатель карты", "cardholder", "card holder", "vip", "vip client", "instant card", "instant issue", "momentum",
		"абонент", "покупатель", "пользователь", "user", "guest", "гость", "client", "customer", "имя", "фамилия", "отчество", "фио", "піб", "прізвище", "ім'я", "имя фамилия", "фамилия имя отчество", "first name", "last name", "name", "surname":
		return true
	}
	return false
}

// testWord reports a word of people that were invented to try a system.
func testWord(fold string) bool {
	switch fold {
	case "тест", "теста", "тестов", "тестова", "тестович", "тестовна", "тестівна", "тестовий", "тестенко", "тестовая", "тестовое",
		"test", "testov", "testova", "testovich", "tester", "testing":
		return true
	}
	return false
}

// keyboardRun reports a word typed by running a finger over the keyboard, or
// one letter repeated.
func keyboardRun(fold string) bool {
	if len(fold) < 3 {
		return false
	}
	first, same, n := rune(0), true, 0
	for _, r := range fold {
		if n == 0 {
			first = r
		}
		same = same && r == first
		n++
	}
	if same && n >= 3 {
		return true
	}
	switch fold {
	case "фыва", "фыв", "фывапролд", "фывап", "йцукен", "йцу", "йцук", "ячсм", "ячс", "олдж", "прол", "фівап", "фіва", "ждлорп", "ыва", "ывап", "абв", "абвг", "абвгд",
		"asdf", "asd", "asdfg", "qwe", "qwer", "qwerty", "zxc", "zxcv", "qaz", "wsx", "abc", "abcd", "xyz", "asdasd", "qweqwe", "йцуйцу", "фывфыв", "хххх", "xxxx":
		return true
	}
	return false
}

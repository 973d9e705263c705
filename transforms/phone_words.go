package transforms

// phoneLabel lists the words that stand beside a number and say whose or what
// it is. They are dropped; none of them changes the number.
func phoneLabel(w string) bool {
	switch w {
	case "т", "тел", "телефон", "телефоны", "телефони", "тлф", "моб", "мобильный", "мобільний", "мобила", "сот", "сотовый", "м", "р", "д", "раб", "рабочий", "роб",
		"робочий", "дом", "домашний", "дім", "домашній", "факс", "ф", "тф", "тел/факс", "whatsapp", "wa", "ватсап", "вотсап", "вацап", "viber", "вайбер", "тг", "tg", "telegram",
		"телеграм", "контактный", "контактний", "конт", "контакт", "осн", "основной", "основний", "доп", "дополнительный", "додатковий", "номер", "ном", "стационарный", "стаціонарний", "гор", "городской", "міський",
		"служебный", "службовий", "приемная", "приймальня", "секретарь", "tel", "phone", "fax", "mob", "mobile", "cell", "home", "work", "office", "ph", "t", "m", "f", "личный", "особистий", "мой", "код", "n", "no", "signal", "код города", "г", "клиента", "клієнта", "сл":
		return true
	}
	return false
}

// phoneExt lists the words that announce an extension.
func phoneExt(w string) bool {
	switch w {
	case "доб", "добавочный", "добав", "дод", "додатковий", "вн", "внутр", "внутренний", "внутрішній", "ext", "extension", "x", "х", "int":
		return true
	}
	return false
}

// phoneAnd lists the words that part two numbers.
func phoneAnd(w string) bool {
	switch w {
	case "и", "или", "та", "або", "й", "і", "and", "or", "либо", "также":
		return true
	}
	return false
}

// numberLabel lists the words that say the number behind them is another one
// than a phone.
func numberLabel(w string) bool {
	switch w {
	case "инн", "снилс", "огрн", "огрнип", "кпп", "бик", "окпо", "паспорт", "пасп", "серия", "серія", "договор", "дог", "договір", "счет", "счёт", "рахунок", "рах", "карта", "карты", "картка",
		"іпн", "рнокпп", "єдрпоу", "едрпоу", "унзр", "унп", "иин", "бин", "полис", "поліс", "омс", "заявка", "заявки", "кред", "кредит", "сч", "inn", "iban", "passport", "card", "account", "contract", "id", "ид":
		return true
	}
	return false
}

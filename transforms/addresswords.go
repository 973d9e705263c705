package transforms

// level is a rank of the address hierarchy.
type level uint8

const (
	noLevel level = iota
	levelCountry
	levelRegion
	levelDistrict
	levelCity
	levelSettlement
	levelArea // micro-district, garden partnership, industrial zone
	levelStreet
	levelHouse
	levelBuilding // корпус, строение, литера: part of the house
	levelFlat
	levelPOBox
	levelExtra // entrance, floor, intercom: returned in the rest
)

// addressWord is what a type word may mean: when a number follows, and when a
// name does. Abbreviations are resolved by what follows and by what is known
// already, never by a fixed preference.
type addressWord struct {
	name    level // followed or preceded by a name
	number  level // followed by a number
	display string
	numeric string // display in front of a number, when it differs
	after   bool   // stands behind its name (обл., р-н)
	vague   bool   // an abbreviation of several types: пр., к.
	oblique bool   // the word itself is declined, and so is its name: города Тулы
}

// addressWords looks a folded word (without its full stop) up.
func addressWordOf(fold string, ukrainian bool) (addressWord, bool) {
	w := func(n level, display string) (addressWord, bool) { return addressWord{name: n, display: display}, true }
	num := func(n level, display string) (addressWord, bool) {
		return addressWord{number: n, display: display}, true
	}
	switch fold {
	case "россия", "рф", "российская":
		return addressWord{}, false
	case "ао", "аобл", "автономный-округ", "автономная-область":
		return addressWord{name: levelRegion, display: "АО", after: true}, true
	case "го", "г.о", "городской-округ":
		return w(levelDistrict, "г.о.")
	case "с/п", "сп", "сельское-поселение":
		return w(levelDistrict, "с/п")
	case "г/п", "гп", "городское-поселение":
		return w(levelDistrict, "г/п")
	case "поселение":
		return w(levelDistrict, "поселение")
	case "п/о", "с/о":
		return w(levelDistrict, fold)
	case "муниципальный-округ", "м.о":
		return w(levelDistrict, "м.о.")
	case "с/с", "сельсовет":
		return addressWord{name: levelDistrict, display: "с/с", after: true}, true
	case "обл", "область", "области", "області":
		return addressWord{name: levelRegion, display: "обл.", after: true}, true
	case "край", "края":
		return addressWord{name: levelRegion, display: "край", after: true}, true
	case "респ", "республика", "республики", "республіка":
		return w(levelRegion, "респ.")
	case "р-н", "район", "района", "району", "рн", "р-на", "р-ну":
		return addressWord{name: levelDistrict, display: "р-н", after: true}, true
	case "тг", "отг", "громада", "мтг":
		return addressWord{name: levelDistrict, display: "ТГ", after: true}, true
	case "г", "гор", "город":
		return w(levelCity, "г.")
	case "города", "городе":
		return addressWord{name: levelCity, display: "г.", oblique: true}, true
	case "м", "місто", "міста", "місті":
		if ukrainian {
			return addressWord{name: levelCity, display: "м.", oblique: fold == "міста" || fold == "місті"}, true
		}
		return addressWord{}, false
	case "с", "село", "села":
		return addressWord{name: levelSettlement, number: levelBuilding, display: "с.", numeric: "стр."}, true
	case "д":
		return addressWord{name: levelSettlement, number: levelHouse, display: "дер.", numeric: "д."}, true
	case "дер", "деревня", "деревни":
		return w(levelSettlement, "дер.")
	case "п", "пос", "поселок", "поселка":
		return addressWord{name: levelSettlement, number: levelFlat, display: "пос.", numeric: "пом."}, true
	case "пгт", "п.г.т":
		return w(levelSettlement, "пгт")
	case "рп", "р.п":
		return w(levelSettlement, "рп")
	case "смт":
		return w(levelSettlement, "смт")
	case "с-ще", "селище":
		return w(levelSettlement, "с-ще")
	case "ст-ца", "станица":
		return w(levelSettlement, "ст-ца")
	case "х", "хутор", "хут", "хутір", "хут-р":
		return w(levelSettlement, "х.")
	case "присілок":
		return w(levelSettlement, fold)
	case "аул":
		return w(levelSettlement, "аул")
	case "мкр", "мкрн", "мкр-н", "микрорайон", "мікрорайон", "м-н", "микр":
		return addressWord{name: levelArea, number: levelArea, display: "мкр."}, true
	case "кв-л", "квартал":
		return addressWord{name: levelArea, number: levelArea, display: "кв-л"}, true
	case "тер", "территория", "територія":
		return w(levelArea, "тер.")
	case "снт", "днп", "тсн", "днт", "снп", "гск", "гбк", "гк", "ст", "сот", "жк", "кп":
		return addressWord{name: levelArea, number: levelArea, display: upperText(fold)}, true
	case "в/ч":
		return num(levelPOBox, "в/ч")
	case "в/г":
		return addressWord{name: levelArea, number: levelArea, display: "в/г"}, true
	case "платформа", "станция", "разъезд", "ж/д-пл", "ж/д-ст":
		return w(levelSettlement, railway(fold))
	case "промзона", "жилмассив", "массив", "масив":
		return w(levelArea, fold)
	case "ж/м":
		return w(levelArea, "ж/м")
	case "ул", "улица", "улице", "улицы":
		return w(levelStreet, "ул.")
	case "вул", "вулиця", "вулиці":
		return w(levelStreet, "вул.")
	case "пр":
		if ukrainian {
			return addressWord{name: levelStreet, display: "просп.", vague: true}, true
		}
		return addressWord{name: levelStreet, display: "пр-т", vague: true}, true
	case "ар":
		return w(levelRegion, "АР")
	case "пр-т", "просп", "проспект", "пр-кт", "проспекта", "проспекту", "пр-кта":
		if ukrainian {
			return w(levelStreet, "просп.")
		}
		return w(levelStreet, "пр-т")
	case "пер", "переулок", "пер-к":
		return w(levelStreet, "пер.")
	case "пров", "провулок":
		return w(levelStreet, "пров.")
	case "пл", "площадь", "площа":
		return w(levelStreet, "пл.")
	case "наб", "набережная", "набережна":
		return w(levelStreet, "наб.")
	case "ш", "шоссе":
		return w(levelStreet, "ш.")
	case "шосе":
		return w(levelStreet, "шосе")
	case "б-р", "бул", "бульвар", "бульв":
		return w(levelStreet, "б-р")
	case "пр-д", "проезд", "пр-зд":
		return w(levelStreet, "пр-д")
	case "проїзд":
		return w(levelStreet, "проїзд")
	case "туп", "тупик":
		return w(levelStreet, "туп.")
	case "аллея", "ал", "алея":
		return w(levelStreet, "аллея")
	case "узвіз":
		return w(levelStreet, "узвіз")
	case "спуск":
		return w(levelStreet, "спуск")
	case "линия", "лінія":
		return addressWord{name: levelStreet, display: fold, after: true}, true
	case "тракт", "майдан", "просека", "просек", "проулок", "заезд", "съезд", "взвоз", "въезд", "в'їзд":
		return w(levelStreet, fold)
	case "дом", "дома":
		return num(levelHouse, "д.")
	case "буд", "будинок", "буд-к", "б":
		if fold == "б" && !ukrainian {
			return addressWord{}, false
		}
		return num(levelHouse, "буд.")
	case "вл", "владение":
		return num(levelHouse, "вл.")
	case "двлд", "домовладение", "дв":
		return num(levelHouse, "двлд.")
	case "уч", "участок", "уч-к", "ділянка":
		return num(levelHouse, "уч.")
	case "корп", "корпус", "кор":
		return num(levelBuilding, "корп.")
	case "к":
		return addressWord{number: levelBuilding, display: "корп.", vague: true}, true
	case "зд", "здание":
		return num(levelHouse, "зд.")
	case "стр", "строение":
		return num(levelBuilding, "стр.")
	case "соор", "сооружение":
		return num(levelBuilding, "соор.")
	case "лит", "литера", "литер", "літера", "літ":
		return num(levelBuilding, "лит.")
	case "блок", "секция", "секція":
		return num(levelBuilding, fold)
	case "кв", "квартира", "кварт", "кв-ра":
		return num(levelFlat, "кв.")
	case "оф", "офис", "офіс":
		return num(levelFlat, "оф.")
	case "ком", "комн", "комната", "кімн", "кімната", "кім":
		return num(levelFlat, "ком.")
	case "пом", "помещ", "помещение", "приміщення", "прим":
		return num(levelFlat, "пом.")
	case "а/я", "а-я":
		return num(levelPOBox, "а/я")
	case "а/с":
		return num(levelPOBox, "а/с")
	case "гурт", "гуртожиток":
		return num(levelBuilding, "гурт.")
	case "общ", "общежитие", "общеж":
		return num(levelBuilding, "общ.")
	case "бокс", "гараж", "гар":
		return num(levelFlat, "бокс")
	case "подъезд", "под", "под-д", "пд":
		return num(levelExtra, "подъезд")
	case "під'їзд", "підїзд", "підʼїзд":
		return num(levelExtra, "під'їзд")
	case "эт", "этаж":
		return num(levelExtra, "этаж")
	case "поверх", "пов":
		return num(levelExtra, "поверх")
	case "домофон":
		return num(levelExtra, "домофон")
	}
	return addressWord{}, false
}

func railway(fold string) string {
	switch fold {
	case "ж/д-пл":
		return "платформа"
	case "ж/д-ст":
		return "станция"
	}
	return fold
}

func upperText(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, string(upperRune(r))...)
	}
	return string(b)
}

// country reports the names of countries that stand in front of an address.
func country(fold string) bool {
	switch fold {
	case "россия", "рф", "российская федерация", "украина", "україна", "беларусь", "республика беларусь", "казахстан", "республика казахстан", "росія", "russia", "ukraine":
		return true
	}
	return farCountry(fold)
}

// farCountry lists countries whose addresses this grammar does not know.
func farCountry(fold string) bool {
	switch fold {
	case "германия", "німеччина", "польша", "польща", "латвия", "латвія", "литва", "эстония", "естонія", "грузия", "грузія", "армения", "вірменія", "азербайджан", "узбекистан", "таджикистан", "киргизия",
		"кыргызстан", "туркменистан", "молдова", "молдавия", "финляндия", "фінляндія", "франция", "франція", "италия", "італія", "испания", "іспанія", "чехия", "чехія", "израиль", "ізраїль", "турция", "туреччина",
		"китай", "кнр", "сша", "великобритания", "велика британія", "кипр", "кіпр", "болгария", "болгарія", "сербия", "сербія", "черногория", "австрия", "австрія", "швейцария", "швейцарія", "румыния", "румунія", "канада", "оаэ", "оае":
		return true
	}
	return false
}

// bigCity lists cities that stand in addresses without a type word.
func bigCity(fold string) bool {
	switch fold {
	case "москва", "ленинград", "свердловск", "куйбышев", "кировоград", "кіровоград", "дніпропетровськ", "санкт-петербург", "с-петербург", "спб", "питер", "петербург", "новосибирск", "екатеринбург", "казань", "нижний новгород", "челябинск", "красноярск", "самара", "уфа",
		"ростов-на-дону", "омск", "краснодар", "воронеж", "пермь", "волгоград", "саратов", "тюмень", "тольятти", "барнаул", "ижевск", "ульяновск", "иркутск", "хабаровск", "ярославль",
		"владивосток", "махачкала", "томск", "оренбург", "кемерово", "новокузнецк", "рязань", "астрахань", "пенза", "липецк", "киров", "чебоксары", "тула", "калининград", "ставрополь",
		"курск", "улан-удэ", "сочи", "тверь", "магнитогорск", "иваново", "брянск", "белгород", "сургут", "владимир", "чита", "архангельск", "калуга", "смоленск", "вологда", "курган",
		"орел", "череповец", "саранск", "мурманск", "якутск", "тамбов", "кострома", "грозный", "новороссийск", "петрозаводск", "таганрог", "нальчик", "бийск", "псков", "химки", "мытищи",
		"подольск", "балашиха", "королев", "люберцы", "севастополь", "симферополь", "ялта", "керчь", "великий новгород", "набережные челны", "нижний тагил", "старый оскол",
		"киев", "київ", "харьков", "харків", "одесса", "одеса", "днепр", "дніпро", "днепропетровск", "донецк", "донецьк", "запорожье", "запоріжжя", "львов", "львів", "кривой рог", "кривий ріг",
		"николаев", "миколаїв", "мариуполь", "маріуполь", "луганск", "луганськ", "винница", "вінниця", "херсон", "полтава", "чернигов", "чернігів", "черкассы", "черкаси", "хмельницкий", "хмельницький",
		"житомир", "сумы", "суми", "ровно", "рівне", "черновцы", "чернівці", "тернополь", "тернопіль", "ивано-франковск", "івано-франківськ", "луцк", "луцьк", "ужгород", "кропивницкий", "кропивницький",
		"кременчуг", "кременчук", "бровары", "бровари", "ірпінь", "ирпень", "бориспіль", "борисполь", "буча", "біла церква", "белая церковь", "минск", "гомель", "алматы", "алма-ата", "астана":
		return true
	}
	return false
}

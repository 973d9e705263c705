package demobank

import "strconv"

// city is a place where clients of the bank live.
type city struct {
	ru, uk   string
	country  byte // 'R' or 'U'
	weight   int
	region   int    // OKATO region of a Russian passport, tax region of an INN
	area     string // area code of its fixed phones
	postcode string // first three digits (Russia) or two (Ukraine)
	regionRu string // "" where the city is a region itself
	regionUk string
}

var cities = []city{
	{"Москва", "", 'R', 300, 45, "495", "119", "", ""},
	{"Санкт-Петербург", "", 'R', 130, 40, "812", "191", "", ""},
	{"Самара", "", 'R', 40, 36, "846", "443", "Самарская область", ""},
	{"Казань", "", 'R', 40, 92, "843", "420", "Республика Татарстан", ""},
	{"Новосибирск", "", 'R', 45, 50, "383", "630", "Новосибирская область", ""},
	{"Екатеринбург", "", 'R', 45, 65, "343", "620", "Свердловская область", ""},
	{"Воронеж", "", 'R', 30, 20, "473", "394", "Воронежская область", ""},
	{"Ростов-на-Дону", "", 'R', 35, 60, "863", "344", "Ростовская область", ""},
	{"Тула", "", 'R', 20, 70, "487", "300", "Тульская область", ""},
	{"Псков", "", 'R', 12, 58, "811", "180", "Псковская область", ""},
	{"Киев", "Київ", 'U', 200, 0, "44", "01", "", ""},
	{"Харьков", "Харків", 'U', 60, 0, "57", "61", "Харьковская область", "Харківська область"},
	{"Одесса", "Одеса", 'U', 55, 0, "48", "65", "Одесская область", "Одеська область"},
	{"Днепр", "Дніпро", 'U', 50, 0, "56", "49", "Днепропетровская область", "Дніпропетровська область"},
	{"Львов", "Львів", 'U', 50, 0, "32", "79", "Львовская область", "Львівська область"},
	{"Полтава", "Полтава", 'U', 20, 0, "532", "36", "Полтавская область", "Полтавська область"},
	{"Винница", "Вінниця", 'U', 20, 0, "432", "21", "Винницкая область", "Вінницька область"},
	{"Кропивницкий", "Кропивницький", 'U', 12, 0, "522", "25", "Кировоградская область", "Кіровоградська область"},
}

var streetsRu = []string{"ул. Ленина", "ул. Мира", "Ленинский пр-т", "ул. Садовая", "ул. Гагарина", "ул. 8 Марта", "пр. Победы", "ул. Пушкина",
	"2-я Парковая ул.", "ул. Академика Королёва", "ул. Советская", "ул. Лесная", "ул. Набережная", "Зелёный бульвар", "пер. Столярный",
	"ул. Молодёжная", "ул. Заречная", "ул. Кирова", "ш. Энтузиастов", "ул. Чехова", "ул. Строителей", "ул. Дружбы", "ул. 1905 года", "ул. Вокзальная"}

// streetUA has a street in Ukrainian and as Russian speakers write it.
type streetUA struct{ uk, ru string }

var streetsUA = []streetUA{{"вул. Хрещатик", "ул. Крещатик"}, {"вул. Шевченка", "ул. Шевченко"}, {"просп. Перемоги", "просп. Победы"},
	{"вул. Лесі Українки", "ул. Леси Украинки"}, {"вул. Франка", "ул. Франко"}, {"бул. Лесі Українки", "бул. Леси Украинки"},
	{"вул. Садова", "ул. Садовая"}, {"вул. Соборна", "ул. Соборная"}, {"вул. Набережна", "ул. Набережная"}, {"вул. Миру", "ул. Мира"},
	{"пров. Тихий", "пер. Тихий"}, {"вул. Козацька", "ул. Казацкая"}, {"вул. Гоголя", "ул. Гоголя"}, {"вул. Польова", "ул. Полевая"},
	{"просп. Науки", "просп. Науки"}, {"вул. Вишнева", "ул. Вишнёвая"}, {"вул. Лісова", "ул. Лесная"}, {"Андріївський узвіз", "Андреевский спуск"}}

// address is a flat or a house.
type address struct {
	city               *city
	street             int
	house, block, flat int
	letter             bool
	postcode           string
}

func (b *bank) address(r *rng, country byte) address {
	w := &b.citiesRU
	from := 0
	if country == 'U' {
		w, from = &b.citiesUA, b.firstUA
	}
	a := address{city: &cities[from+w.pick(r)], house: r.between(1, 120), postcode: ""}
	a.postcode = a.city.postcode + string(digits(uint64(r.n(900)+10), 3))
	a.street = r.n(len(streetsRu))
	if country == 'U' {
		a.street = r.n(len(streetsUA))
	}
	if r.p(0.25) {
		a.block = r.between(1, 5)
	}
	a.letter = r.p(0.08)
	if r.p(0.9) {
		a.flat = r.between(1, 220)
	}
	return a
}

// Spellings of an address line.
const (
	addressFull = iota
	addressShort
	addressDense
)

// line writes the address in Russian or Ukrainian, in one of three habits.
func (a address) line(uk bool, style int) string {
	house := strconv.Itoa(a.house)
	if a.letter {
		house += "А"
	}
	place, region, street := a.city.ru, a.city.regionRu, ""
	if a.city.country == 'U' {
		street = streetsUA[a.street].ru
		if uk {
			place, region, street = a.city.uk, a.city.regionUk, streetsUA[a.street].uk
		}
	} else {
		street = streetsRu[a.street]
	}
	block, flat := "", ""
	d, k, kv, g := "д. ", ", корп. ", ", кв. ", "г. "
	if uk {
		d, g = "буд. ", "м. "
	}
	switch style {
	case addressFull:
		if a.block > 0 {
			block = k + strconv.Itoa(a.block)
		}
		if a.flat > 0 {
			flat = kv + strconv.Itoa(a.flat)
		}
		if region != "" {
			region += ", "
		}
		return a.postcode + ", " + region + g + place + ", " + street + ", " + d + house + block + flat
	case addressShort:
		if a.block > 0 {
			block = " к" + strconv.Itoa(a.block)
		}
		if a.flat > 0 {
			flat = kv + strconv.Itoa(a.flat)
		}
		return place + ", " + street + ", " + house + block + flat
	}
	if a.block > 0 {
		block = "к." + strconv.Itoa(a.block)
	}
	if a.flat > 0 {
		flat = "-" + strconv.Itoa(a.flat)
	}
	return g + place + " " + street + " д." + house + block + flat
}

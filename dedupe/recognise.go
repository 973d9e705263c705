package dedupe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// RawColumn is a column of a file before anything is known about it: its
// heading and some or all of its cells.
type RawColumn struct {
	Name   string
	Values []string
}

// RoleGuess is what Recognise thinks of one column.
type RoleGuess struct {
	Role      Role
	Attribute string // attribute of the built-in dictionary that cleanses it; "" = none, matched as it stands
	Parts     []int  // birth date in three columns: the columns of year, month, day; set on the column that stands for them
	Why       string // one sentence, without a value
}

// Recognise guesses the role of every column by its heading (English, Russian,
// Ukrainian, German) and its content. Columns that only number the rows are ignored;
// a truth column must be left out by the caller.
func Recognise(columns []RawColumn) []RoleGuess {
	out := make([]RoleGuess, len(columns))
	shapes := make([]shape, len(columns))
	for i, c := range columns {
		shapes[i] = shapeOf(c.Values)
		out[i] = guessOne(headingWords(c.Name), shapes[i])
	}
	plainerHeadings(columns, shapes, out)
	seriesBesideNumber(columns, shapes, out)
	joinDateParts(columns, shapes, out)
	nameBesideGiven(columns, out)
	nameBesideSurname(columns, shapes, out)
	dropRepeats(columns, out)
	dropWithin(columns, shapes, out)
	return out
}

// heading is a rule: all words must stand in the heading.
type heading struct {
	words string // alternatives separated by |, words by space, "=x" = the whole heading
	role  Role
	attr  string
}

// headings are tried in order: the particular before the general.
var headings = []heading{
	{"former surname|maiden name|geburtsname|прежняя фамилия|девичья фамилия|дівоче прізвище", Former, "former_surname"},
	{"name on card|card name|cardholder name|cardholder|embossed|emboss|embossed name|имя на карте|ім'я на картці|держатель карты", FullName, "full_name"},
	{"full name|fullname|fio|фио|ф и о|піб|п і б|client name|customer name|contact name|holder name|contact person|=name|=customer|=client|=contact|=person|=borrower|=holder|=имя клиента|клиент|=пiб|=заемщик|=заёмщик|=владелец|контактное лицо", FullName, "full_name"},
	{"фамилия имя|прізвище ім'я|surname name|surname given|surname first name|last name first name|name surname|first name last name|first and last name|vorname nachname|nachname vorname", FullName, "full_name"},
	{"first name|firstname|given name|givenname|given|fname|forename|vorname|christian name|f name|name first|prénom|prenom|=nome|=nombre|imię|imie|имя|ім'я|імя|=first", Given, "given_name"},
	{"middle name|middlename|patronymic|отчество|по батькові|=middle|second name|midl name|mname|middle initial|=mi", Patronymic, "patronymic"},
	{"surname|last name|lastname|lname|family name|nachname|familienname|l name|name last|nom de famille|=nom|cognome|apellido|apellidos|nazwisko|=family|фамилия|прізвище|=last|=sname", Surname, "surname"},
	{"date of birth|dob|birth date|birthdate|birthday date|born|geburtsdatum|geb datum|дата рождения|дата рожд|др|дата народження|д р|date birth|birth dt|bday|d o b|=birth|=bdate|=birthday|=день рождения", BirthDate, "birth_date"},
	{"social security|soc sec|ssn|national id|tax id|nino|personal number|tin", NationalID, ""},
	{"инн|inn|ідн", NationalID, "inn"},
	{"снилс|snils", NationalID, "snils"},
	{"рнокпп|rnokpp|ипн|іпн", NationalID, "rnokpp"},
	{"унзр|unzr", NationalID, "unzr"},
	{"едрпоу|єдрпоу|edrpou|егрпоу", NationalID, "edrpou"},
	{"огрн|огрнип|ogrn", NationalID, "ogrn"},
	{"passport|паспорт|driving licence|driver license|licence number|document number|doc number|doc no|=doc|=document|документ", Document, "passport"},
	{"iban", Document, "iban"},
	{"phone|telephone|tel|mobile|msisdn|cell|telefon|rufnummer|handy|handynummer|телефон|тел|мобильный|мобільний", Phone, "phone"},
	{"email|e mail|mail|почта|пошта|эл почта|электронная почта", Email, "email"},
	{"postcode|post code|zip|zipcode|postal code|индекс|індекс|plz", Postcode, "postcode"},
	{"street number|house number|house|street num|hausnummer|hausnr|haus nr|дом|будинок|building|apartment|flat|квартира", House, ""},
	{"street|address 1|address1|address line 1|straße|strasse|улица|вулиця", Street, ""},
	{"address 2|address2|address line 2", Text, ""},
	{"address|addr|адрес|адреса", Address, "address"},
	{"city|town|suburb|municipality|locality|place|birthplace|=ort|wohnort|stadt|город|місто|населенный пункт", City, "city"},
	{"state|province|region|county|country|bundesland|land|регион|область|район|страна", Code, ""},
	{"sex|gender|geschlecht|пол|стать", Gender, "gender"},
	{"company|organisation|organization|org|firm|employer name|firma|организация|компания|організація|legal name|business name|trade name|=vendor|=supplier|=контрагент|=поставщик", OrgName, "org_name"},
	{"occupation|job|profession|employer|должность|профессия|работодатель|посада", Text, ""},
	{"birth|рожд|рождения|народж|народження|naissance|nacimiento|nascita|urodzenia", BirthDate, "birth_date"},
	{"date|дата", Date, ""},
}

// headingWords lowers the heading and cuts it into words; the one-word forms
// of compound headings (firstName, first-name) become equal.
func headingWords(name string) []string {
	var words []string
	var w []rune
	flush := func() {
		if len(w) > 0 {
			words = append(words, string(w))
			w = nil
		}
	}
	prev := rune(0)
	for _, r := range name {
		switch {
		case unicode.IsLetter(r) || r == '\'' || r == 'ʼ' || r == '’':
			if unicode.IsDigit(prev) || unicode.IsUpper(r) && unicode.IsLower(prev) {
				flush()
			}
			if r == 'ʼ' || r == '’' {
				r = '\''
			}
			w = append(w, unicode.ToLower(r))
		case unicode.IsDigit(r):
			if !unicode.IsDigit(prev) {
				flush()
			}
			w = append(w, r)
		default:
			flush()
		}
		prev = r
	}
	flush()
	return words
}

func (h heading) matches(words []string) bool {
	for _, alt := range strings.Split(h.words, "|") {
		if whole, ok := strings.CutPrefix(alt, "="); ok {
			if strings.Join(words, " ") == whole {
				return true
			}
			continue
		}
		need, at := strings.Fields(alt), 0
		for _, w := range words {
			if at < len(need) && w == need[at] {
				at++
			}
		}
		if at == len(need) {
			return true
		}
	}
	return false
}

func guessOne(words []string, s shape) RoleGuess {
	name, before := strings.Join(words, " "), ""
	if s.filled == 0 {
		return RoleGuess{Role: Ignore, Why: "empty column"}
	}
	if s.card > 0.5 {
		return RoleGuess{Role: Ignore, Why: "card numbers without their middle: many cards share what is left"}
	}
	idWord := slices.Contains(words, "id") || slices.Contains(words, "recid") || slices.Contains(words, "uuid") || slices.Contains(words, "guid") ||
		slices.Contains(words, "rowid") || slices.Contains(words, "ид") || name == "no" || name == "nr" || name == "index" || name == "unnamed 0" ||
		name == "номер" || slices.Contains(words, "код") && slices.Contains(words, "клиента")
	if slices.ContainsFunc(words, someoneElse) && s.letters > 0.7 && s.kinds > 1 {
		return RoleGuess{Role: Text, Why: "the heading means another person than the record"}
	}
	for _, h := range headings {
		if !h.matches(words) {
			continue
		}
		if why, ok := contentFits(h.role, s); !ok {
			if before == "" {
				before = fmt.Sprintf("the heading means %s, but %s; ", h.role, why)
			}
			continue
		}
		return RoleGuess{Role: h.role, Attribute: h.attr, Why: "the heading means " + h.role.String()}
	}
	if before != "" {
		return byContent(s, before)
	}
	if idWord && (s.distinct > 0.9 || s.filled < 20) {
		return RoleGuess{Role: Ignore, Why: "numbers the rows: named as an id, nearly all values differ"}
	}
	if idWord && s.letters < 0.5 && s.filled >= 20 {
		return RoleGuess{Role: Ignore, Why: "named as an id, but records share it: it names something else, such as a household"}
	}
	if s.distinct == 1 && s.filled > 20 && s.letters < 0.5 && s.email < 0.5 && s.phone < 0.5 && s.firm < 0.3 && s.words < 2.5 {
		return RoleGuess{Role: Ignore, Why: "numbers the rows: every value differs and none is a name, phone or e-mail"}
	}
	return byContent(s, "")
}

// contentFits refuses a heading whose cells plainly hold something else.
func contentFits(r Role, s shape) (why string, ok bool) {
	switch r {
	case Surname, Given, Patronymic, FullName, Former:
		if s.digits > 0.8 {
			return "the cells are numbers", false
		}
		if s.phone > 0.5 || s.email > 0.5 {
			return "the cells are phones or e-mails", false
		}
		if r == FullName && s.firm > 0.3 {
			return "many cells tell the legal form of a company", false
		}
	case Phone, Document, NationalID:
		if s.someDigits < 0.3 || s.day > 0.5 {
			return "few cells are numbers", false
		}
	case Email:
		if s.email < 0.3 {
			return "few cells are e-mail addresses", false
		}
	case BirthDate, Date:
		if s.letters > 0.7 {
			return "the cells are words", false
		}
		if s.day < 0.3 && s.digits > 0.9 && s.longest <= 4 {
			return "the cells are not whole dates", false
		}
	case Gender:
		if s.kinds > 8 && s.filled > 50 {
			return "there are too many different values", false
		}
	}
	return "", true
}

// byContent decides without a heading.
func byContent(s shape, before string) RoleGuess {
	switch {
	case s.kinds <= 1:
		return RoleGuess{Role: Ignore, Why: before + "one value everywhere"}
	case s.email > 0.7:
		return RoleGuess{Role: Email, Attribute: "email", Why: before + "most cells are e-mail addresses"}
	case s.day > 0.8:
		return RoleGuess{Role: Date, Why: before + "most cells are dates"}
	case s.firm > 0.3:
		return RoleGuess{Role: OrgName, Attribute: "org_name", Why: before + "many cells tell the legal form of a company"}
	case s.phone > 0.7:
		return RoleGuess{Role: Phone, Attribute: "phone", Why: before + "most cells look like phone numbers"}
	case s.spaced > 0.9 && s.length >= 6 && s.distinct > 0.3:
		return RoleGuess{Role: Document, Why: before + "long numbers, mostly different"}
	case s.kinds <= 30 && s.most > 0.02 && s.filled > 200:
		return RoleGuess{Role: Code, Why: before + "a short list of values"}
	case s.number > 0.9:
		return RoleGuess{Role: Number, Why: before + "numbers"}
	}
	if s.codes > 0.9 && s.filled >= 20 {
		return RoleGuess{Role: Ignore, Why: before + "numbers with signs, of unknown meaning: they may name something that relatives share"}
	}
	return RoleGuess{Role: Text, Why: before + "other text"}
}

// joinDateParts finds year, month and day of birth in three columns.
func joinDateParts(columns []RawColumn, shapes []shape, out []RoleGuess) {
	part := func(names []string, low, high int) int {
		for i, c := range columns {
			if shapes[i].digits < 0.9 || !mostlyWithin(c.Values, low, high) {
				continue
			}
			for _, w := range append(headingWords(c.Name), strings.ToLower(c.Name)) {
				if slices.Contains(names, w) {
					return i
				}
			}
		}
		return -1
	}
	y := part([]string{"year", "yob", "by", "byear", "birthyear", "y", "jahr", "geburtsjahr", "год", "рік"}, 1800, 2100)
	m := part([]string{"month", "mob", "bm", "bmonth", "birthmonth", "m", "monat", "geburtsmonat", "месяц", "місяць"}, 1, 12)
	d := part([]string{"day", "bd", "bday", "birthday", "birthdate", "d", "tag", "geburtstag", "день"}, 1, 31)
	if y < 0 || m < 0 || d < 0 {
		return
	}
	for i := range out {
		if out[i].Role == BirthDate && out[i].Parts == nil && i != y && i != m && i != d {
			return // a whole birth date stands beside its parts
		}
	}
	out[y] = RoleGuess{Role: BirthDate, Attribute: "birth_date", Parts: []int{y, m, d},
		Why: fmt.Sprintf("year of birth; with the columns %s and %s it makes the birth date", columns[m].Name, columns[d].Name)}
	for _, i := range []int{m, d} {
		out[i] = RoleGuess{Role: Ignore, Why: "part of the birth date that column " + columns[y].Name + " stands for"}
	}
}

// mostlyWithin reports whether nearly all filled cells are whole numbers from
// low to high: a mistyped month does not make a column something else.
func mostlyWithin(values []string, low, high int) bool {
	filled, within := 0, 0
	for _, v := range values {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		filled++
		if n, err := strconv.Atoi(v); err == nil && n >= low && n <= high {
			within++
		}
	}
	return filled > 0 && within*20 >= filled*19
}

package draft

import (
	"strings"
	"unicode"
)

// heading lists the phrases by which a role's columns are known, parted by |
// and already normalised: small letters, words parted by one space.
type heading struct {
	role    Role
	phrases string
}

// headings is the list. A phrase stands for one role only.
func headings() []heading {
	return []heading{
		{"full_name", `full name|name|fio|f i o|pib|client name|customer name|cust name|cl name|holder|holder name|cardholder|cardholder name|embossed name|
		fullname|person name|фио|ф и о|фио клиента|полное имя|клиент|наименование клиента|держатель|імя клієнта|піб|п і б|повне імя|контактное лицо|contact|contact name`},
		{"surname", `surname|last name|lastname|family name|family|lname|l name|sname|last nm|fam|familia|familiya|фамилия|фам|прізвище`},
		{"given_name", `given name|first name|firstname|fname|f name|first nm|forename|imya|im|имя|імя|given`},
		{"patronymic", `patronymic|middle name|middlename|mname|m name|mid nm|second name|otch|otchestvo|ot|отчество|отч|по батькові|побатькові`},
		{"former_surname", `maiden name|former surname|previous surname|birth name|девичья фамилия|прежняя фамилия|дівоче прізвище|попереднє прізвище`},
		{"gender", `gender|sex|pol|sex code|gender code|пол|стать`},
		{"birth_date", `birth date|birthdate|date of birth|dateofbirth|dob|birth dt|birth|birthday|bdate|b date|dt birth|date birth|born|soc dob|
		дата рождения|д р|др|рождение|день рождения|дата рожд|д рождения|дата р|д рожд|дата народження|дата нар|дн`},
		{"org_name", `org name|organization|organisation|organization name|organisation name|company|company name|legal name|firm|
		организация|наименование организации|название организации|наименование|юрлицо|компания|організація|назва організації|назва|найменування`},
		{"legal_form", `legal form|opf|опф|правовая форма|організаційно правова форма`},
		{"phone", `phone|phone number|phone no|phone num|tel|telephone|mobile|mobile phone|mob|mob phone|cell|cell phone|cellphone|msisdn|tel num|tel no|phone1|phone2|phone 1|phone 2|
		home phone|work phone|contact phone|phone mob|phone home|phone work|tel1|tel2|tel 1|tel 2|телефон|тел|моб|мобильный|мобильный телефон|сотовый|номер телефона|
		телефон 1|телефон 2|телефон1|телефон2|рабочий телефон|домашний телефон|контактный телефон|тел моб|моб тел|моб телефон|телефон моб|телефон мобильный|тел дом|тел раб|
		телефон домашний|телефон рабочий|тел сот|сот тел|сотовый телефон|номер тел|мобільний|моб номер|тел мобільний|мобільний телефон|номер телефону`},
		{"email", `email|e mail|mail|email address|e mail address|email1|email2|email 1|email 2|почта|эл почта|электронная почта|адрес электронной почты|имейл|
		електронна пошта|ел пошта|пошта|адреса електронної пошти`},
		{"address", `address|addr|full address|address 1|address1|addr1|addr full|reg address|reg addr|registration address|residence|residence address|home address|fact address|
		адрес|адрес регистрации|адрес рег|адрес прожив|адрес факт|адрес фактический|адрес по прописке|полный адрес|адрес проживания|адрес прописки|место жительства|прописка|фактический адрес|юридический адрес|почтовый адрес|
		адреса|адреса реєстрації|адреса проживання|місце проживання|юридична адреса`},
		{"postcode", `postcode|post code|postal code|zip|zip code|zipcode|index|indeks|индекс|почтовый индекс|індекс|поштовий індекс`},
		{"city", `city|town|city name|suburb|gorod|город|населенный пункт|нас пункт|місто|населений пункт`},
		{Region, `region|province|state|oblast|область|регион|край|республика|субъект|регіон`},
		{District, `district|area|raion|rayon|район`},
		{Street, `street|street name|st|ulitsa|улица|ул|вулиця|вул`},
		{House, `house|house no|house number|street number|dom|дом|номер дома|д|будинок|буд`},
		{Building, `building|block|korpus|корпус|строение|корп|стр`},
		{Flat, `flat|apartment|apt|appartment|kvartira|квартира|кв|квартира номер`},
		{"inn", `inn|tax id|tax number|taxpayer id|tin|tax no|инн|инн клиента|инн организации|ідентифікаційний номер платника`},
		{"kpp", `kpp|кпп`},
		{"ogrn", `ogrn|ogrnip|огрн|огрнип|reg number|registration number`},
		{"snils", `snils|снилс|страховой номер|pension number`},
		{"rnokpp", `rnokpp|ipn|рнокпп|іпн|ипн|идентификационный код|ідентифікаційний код`},
		{"unzr", `unzr|унзр`},
		{"edrpou", `edrpou|okpo|єдрпоу|едрпоу|код єдрпоу|окпо|код едрпоу`},
		{"passport", `passport|passport no|passport number|passport num|document|document number full|doc|паспорт|серия и номер паспорта|паспортные данные|номер паспорта|
		серия номер паспорта|паспорт серия номер|паспорт серия и номер|паспорт номер|серия и номер|серия номер|серия и номер документа|документ|серія та номер паспорта|паспортні дані|passport data|id document`},
		{DocSeries, `doc ser|doc series|document series|passport series|pass ser|passport ser|pasp ser|ser|series|серия|серия паспорта|серия документа|серія|серія паспорта`},
		{DocNumber, `doc num|doc no|doc number|document number|document no|pass num|pass no|pasp num|номер документа|номер бланка|doc nom`},
		{"iban", `iban|iban no|ибан`},
		{"job_title", `job title|job|position|occupation|title|profession|должность|профессия|посада|професія`},
		{"employer", `employer|work place|workplace|place of work|employer name|работодатель|место работы|роботодавець|місце роботи`},
		{"segment_code", `segment|segment code|category|client category|client type code|customer segment|сегмент|категория|категория клиента|категорія|категорія клієнта`},
		{"url", `url|web|website|site|homepage|сайт|веб сайт|web site`},
		{"note", `note|notes|comment|comments|remark|remarks|memo|description text|заметка|заметки|примечание|примечания|комментарий|комментарии|примітка|примітки|коментар`},
		{Key, `id|client id|clientid|customer id|cust id|cust no|cust num|customer no|customer number|client no|client num|client code|cl id|cif|cif no|record id|rec id|row id|party id|person id|
		subject id|uid|guid|uuid|code|no|num|ид|ид клиента|идентификатор|код клиента|номер клиента|номер|код|клиент ид|id клиента|ід|ід клієнта|код клієнта|номер клієнта|unique id`},
		{Account, `account|acc|acct|account no|account number|account num|acc no|acc num|acct no|acct num|account id|acc id|ls|rs|счет|номер счета|лицевой счет|расчетный счет|
		л с|р с|рахунок|номер рахунку|особовий рахунок|рах`},
		{Card, `pan|card no|card number|card num|cardno|card|номер карты|карта|номер картки|картка`},
		{Modified, `modified|modified at|modified date|updated|updated at|update date|last update|last upd|last modified|upd dt|upd date|mod date|mod dt|changed|changed at|change date|
		дата изменения|дата последнего изменения|дата посл изм|дата изм|изменен|изменено|дата обновления|дата зміни|змінено|дата оновлення`},
		{PartyType, `type|client type|customer type|cust type|party type|person type|тип клиента|тип|вид клиента|тип клієнта|cl type`},
		{At, `at|date time|datetime|timestamp|time|operation date|op date|oper date|transaction date|tran date|trans date|txn date|txn time|posted at|posting date|value date|created at|created|
		event time|ts|дата операции|дата и время|дата проводки|дата транзакции|дата|дата операції|дата створення|дата создания`},
		{Amount, `amount|amt|sum|summa|tran amount|transaction amount|txn amount|amount rub|сумма|сумма операции|сума|сума операції`},
		{Balance, `balance|bal|rest|ostatok|остаток|остаток на счете|баланс|залишок`},
		{Currency, `currency|cur|ccy|curr|currency code|valuta|валюта|код валюты|вал|код валюти`},
		{Opened, `opened|open date|opened at|open dt|date open|opening date|дата открытия|открыт|дата відкриття`},
		{Closed, `closed|close date|closed at|close dt|date close|closing date|дата закрытия|закрыт|дата закриття`},
		{Issued, `issued|issue date|issued at|дата выдачи|выдан|дата видачі`},
		{Expires, `expires|expiry|expiry date|expiration date|exp date|valid to|valid until|valid thru|срок действия|действует до|термін дії|дійсна до`},
		{Product, `product|product code|product name|product id|продукт|код продукта|вид вклада|тариф`},
		{Status, `status|state code|account status|client status|статус|состояние|стан`},
		{MCC, `mcc|mcc code|merchant category`},
		{Merchant, `merchant|merchant name|details|payment details|description|purpose|назначение|назначение платежа|детали|торговая точка|контрагент|призначення платежу`},
		{Consent, `marketing|marketing consent|consent marketing|ads consent|advertising consent|opt in|optin|newsletter|subscribed|subscription|реклама|рассылка|согласие на рекламу|
		согласие на рассылку|согласие реклама|реклама согласие|подписка|згода на рекламу|згода на розсилку|розсилка`},
		{OpType, `operation type|op type|tran type|transaction type|txn type|trans type|вид операции|тип операции|вид операції|тип операції`}}
}

// word names a role for the comments of a draft.
func word(r Role) string {
	if r.Attribute() {
		return strings.ReplaceAll(string(r), "_", " ")
	}
	switch r {
	case Key:
		return "an identifier"
	case Account:
		return "an account number"
	case Card:
		return "a card number"
	case Modified:
		return "the time of the last change"
	case PartyType:
		return "the kind of client"
	case At:
		return "the time of an event"
	case Consent:
		return "a consent to advertising"
	case OpType:
		return "a kind of operation"
	case DocSeries:
		return "a document's series"
	case DocNumber:
		return "a document's number"
	case Region, District, Street, House, Building, Flat:
		return "a part of an address (" + strings.TrimPrefix(string(r), "#") + ")"
	}
	return strings.TrimPrefix(string(r), "#")
}

// byHeading finds the role that a heading names: the whole heading, or what
// remains when words that only say whose it is are taken away.
func byHeading(name string) Role {
	for _, phrase := range variants(normalise(name)) {
		for _, h := range headings() {
			for p := range strings.SplitSeq(h.phrases, "|") {
				if strings.TrimSpace(p) == phrase {
					return h.role
				}
			}
		}
	}
	return ""
}

// owner reports words that only say whose the thing is, or how the column is
// stored.
func owner(w string) bool {
	switch w {
	case "client", "customer", "cust", "cl", "clnt", "person", "party", "subject", "holder", "user", "c", "p", "f", "s", "n", "d", "v", "fld", "col", "tbl", "txt", "str",
		"клиента", "клиент", "клієнта", "клієнт", "субъекта", "физлица", "фл", "юл", "value", "val", "nm", "raw", "main", "primary":
		return true
	}
	return false
}

// variants lists a heading without its owners: all of it first, then without
// the first words, without the last, without both, and without a number.
func variants(whole string) []string {
	out := []string{whole}
	words := strings.Fields(whole)
	lo, hi := 0, len(words)
	for lo < hi-1 && owner(words[lo]) {
		lo++
		out = append(out, strings.Join(words[lo:], " "))
	}
	for hi > lo+1 && (owner(words[hi-1]) || trailer(words[hi-1])) {
		hi--
		out = append(out, strings.Join(words[:hi], " "), strings.Join(words[lo:hi], " "))
	}
	return out
}

// trailer reports last words that change nothing: INN code, phone 3.
func trailer(w string) bool {
	switch w {
	case "code", "cd", "number", "no", "num", "код", "номер", "руб", "р", "rub", "rur", "usd", "eur", "uah", "грн":
		return true
	}
	return strings.Trim(w, "0123456789") == ""
}

// normalise brings a heading to small letters with one space between words:
// CUST_NAME, custName and "Cust. name" become "cust name".
func normalise(name string) string {
	var b strings.Builder
	var last rune
	space := true
	for _, r := range name {
		switch {
		case r == '№':
			if !space {
				b.WriteByte(' ')
			}
			b.WriteString("номер ")
			space, last = true, 0
			continue
		case r == '\'' || r == '’' || r == 'ʼ' || r == '`' || r == '"':
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			if !space {
				b.WriteByte(' ')
			}
			space, last = true, 0
			continue
		case unicode.IsUpper(r) && unicode.IsLower(last) && !space:
			b.WriteByte(' ')
		}
		l := unicode.ToLower(r)
		if l == 'ё' {
			l = 'е'
		}
		b.WriteRune(l)
		space, last = false, r
	}
	return strings.TrimSpace(b.String())
}

package schemas

// Party says what a record or attribute is about.
type Party uint8

// Kinds of party. Both is for attributes only.
const (
	Person Party = 1
	Org    Party = 2
	Both   Party = 3
)

// String gives person, organization or both, the words used in YAML.
func (p Party) String() string {
	switch p {
	case Person:
		return "person"
	case Org:
		return "organization"
	case Both:
		return "both"
	}
	return "unknown"
}

// Kind is the type of an attribute's values. It chooses the transform that
// cleanses it and the comparison that matches it.
type Kind string

// Kinds of attribute. Each is also a word of `clean --as` where a cell of it
// can be cleansed alone.
const (
	KindFullName   Kind = "name"       // a whole person name in one cell, any order
	KindSurname    Kind = "surname"    //
	KindGiven      Kind = "given"      // given name
	KindPatronymic Kind = "patronymic" //
	KindGender     Kind = "gender"     // m | f
	KindDate       Kind = "date"       // ISO 8601 day
	KindPhone      Kind = "phone"      // E.164, extension after ";ext="
	KindEmail      Kind = "email"      //
	KindAddress    Kind = "address"    // one normalised line
	KindOrgName    Kind = "org"        // organisation name
	KindINN        Kind = "inn"        //
	KindKPP        Kind = "kpp"        //
	KindOGRN       Kind = "ogrn"       // OGRN and OGRNIP
	KindSNILS      Kind = "snils"      //
	KindBIK        Kind = "bik"        //
	KindAccount    Kind = "account"    // 20 digits, or IBAN where the region uses them
	KindPassport   Kind = "passport"   //
	KindRNOKPP     Kind = "rnokpp"     //
	KindUNZR       Kind = "unzr"       //
	KindEDRPOU     Kind = "edrpou"     //
	KindIBAN       Kind = "iban"       //
	KindPAN        Kind = "pan"        // only ever first6…last4
	KindNote       Kind = "note"       // free text; phones, e-mails and opt-outs are found in it
	KindText       Kind = "text"       // short text without rules of its own
	KindCode       Kind = "code"       // a value of a code list
	KindNumber     Kind = "number"     // decimal
	KindURL        Kind = "url"        //
	KindVisitor    Kind = "visitor"    // id of a web visitor: visits under it belong to the party
)

// PII is the sensitivity class of an attribute: it decides what leaves.
type PII string

// Classes of personal data.
const (
	PIINone     PII = "none"     // prints
	PIIName     PII = "name"     // names, birth dates, places: prints to roles that work with people
	PIIContact  PII = "contact"  // phones, e-mails, addresses: masked or tokenised on every way out
	PIIDocument PII = "document" // personal numbers and documents: masked or tokenised
	PIICard     PII = "card"     // card numbers: truncated before landing
	PIIText     PII = "text"     // free text: contact points in it are masked by span
)

// Protected reports whether a value of this class may leave the store only
// masked or as a keyed token.
func (p PII) Protected() bool { return p == PIIContact || p == PIIDocument || p == PIICard }

// Attr declares one attribute of a party. Dictionary files give these.
type Attr struct {
	ID    string // snake_case name, unique
	Kind  Kind
	Party Party
	Multi bool   // several values live side by side (phones); otherwise one golden value
	PII   PII    //
	Group string // attributes of one group survive together (address, document); "" = alone
	Ru    string // words for people
	En    string
	Own   []string // the bank's own phones (E.164) or mail domains: whoever holds one is not found by it
}

// Dictionary is the set of attributes a project knows, in display order.
type Dictionary struct {
	Attrs []Attr
	byID  map[string]int
}

// NewDictionary indexes attrs; a later attribute with an earlier ID replaces it.
func NewDictionary(attrs ...Attr) *Dictionary {
	d := &Dictionary{byID: map[string]int{}}
	for _, a := range attrs {
		if i, ok := d.byID[a.ID]; ok {
			d.Attrs[i] = a
			continue
		}
		d.byID[a.ID] = len(d.Attrs)
		d.Attrs = append(d.Attrs, a)
	}
	return d
}

// Attr looks an attribute up by its ID.
func (d *Dictionary) Attr(id string) (Attr, bool) {
	i, ok := d.byID[id]
	if !ok {
		return Attr{}, false
	}
	return d.Attrs[i], true
}

// Builtin is the dictionary that every project starts from; dictionary.yaml
// adds to it. The transforms write exactly these IDs.
func Builtin() *Dictionary {
	return NewDictionary(
		Attr{"full_name", KindFullName, Person, false, PIIName, "", "ФИО", "full name", nil},
		Attr{"surname", KindSurname, Person, false, PIIName, "", "фамилия", "surname", nil},
		Attr{"given_name", KindGiven, Person, false, PIIName, "", "имя", "given name", nil},
		Attr{"patronymic", KindPatronymic, Person, false, PIIName, "", "отчество", "patronymic", nil},
		Attr{"former_surname", KindSurname, Person, true, PIIName, "", "прежняя фамилия", "former surname", nil},
		Attr{"gender", KindGender, Person, false, PIIName, "", "пол", "gender", nil},
		Attr{"birth_date", KindDate, Person, false, PIIName, "", "дата рождения", "birth date", nil},
		Attr{"father_name", KindGiven, Person, false, PIIName, "", "имя отца", "father's given name", nil},
		Attr{"org_name", KindOrgName, Org, false, PIINone, "", "название организации", "organisation name", nil},
		Attr{"legal_form", KindCode, Org, false, PIINone, "", "правовая форма", "legal form", nil},
		Attr{"phone", KindPhone, Both, true, PIIContact, "", "телефон", "phone", nil},
		Attr{"email", KindEmail, Both, true, PIIContact, "", "эл. почта", "e-mail", nil},
		Attr{"address", KindAddress, Both, false, PIIContact, "address", "адрес", "address", nil},
		Attr{"postcode", KindCode, Both, false, PIINone, "address", "индекс", "postcode", nil},
		Attr{"city", KindText, Both, false, PIINone, "address", "город", "city", nil},
		Attr{"inn", KindINN, Both, false, PIIDocument, "", "ИНН", "INN (tax number, RU)", nil},
		Attr{"kpp", KindKPP, Org, false, PIINone, "", "КПП", "KPP", nil},
		Attr{"ogrn", KindOGRN, Both, false, PIINone, "", "ОГРН", "OGRN", nil},
		Attr{"snils", KindSNILS, Person, false, PIIDocument, "", "СНИЛС", "SNILS", nil},
		Attr{"rnokpp", KindRNOKPP, Person, false, PIIDocument, "", "РНОКПП", "RNOKPP (tax number, UA)", nil},
		Attr{"unzr", KindUNZR, Person, false, PIIDocument, "", "УНЗР", "UNZR", nil},
		Attr{"edrpou", KindEDRPOU, Org, false, PIINone, "", "ЕГРПОУ", "EDRPOU", nil},
		Attr{"passport", KindPassport, Person, true, PIIDocument, "document", "паспорт", "passport", nil},
		Attr{"passport_issued", KindDate, Person, false, PIIName, "", "дата выдачи паспорта", "issue date of the passport", nil},
		Attr{"iban", KindIBAN, Both, true, PIIDocument, "", "IBAN", "IBAN", nil},
		Attr{"job_title", KindText, Person, false, PIINone, "", "должность", "job title", nil},
		Attr{"employer", KindText, Person, false, PIINone, "", "работодатель", "employer", nil},
		Attr{"registered_on", KindDate, Both, false, PIINone, "", "дата регистрации", "date of state registration", nil},
		Attr{"opened_on", KindDate, Both, false, PIINone, "", "клиент с", "client since", nil},
		Attr{"segment_code", KindCode, Both, false, PIINone, "", "категория клиента", "client category", nil},
		Attr{"url", KindURL, Both, true, PIINone, "", "страница", "web page", nil},
		Attr{"note", KindNote, Both, true, PIIText, "", "заметка", "note", nil},
	)
}

package demobank

import (
	"strings"
	"unicode"
)

// Rate is how often one kind of mistake is made where it can be made.
type Rate struct {
	Name  string
	Share float64 // with Options.Dirt = 1
	Doc   string  // where it strikes and what it does
}

type dirtKind int

const (
	dirtTypo dirtKind = iota
	dirtUpper
	dirtLower
	dirtInitials
	dirtNoPatronymic
	dirtSwapped
	dirtLookAlike
	dirtYo
	dirtDiminutive
	dirtBirthTypo
	dirtBirthDefault
	dirtBirthMissing
	dirtDocTypo
	dirtDocMissing
	dirtNumberMissing
	dirtNumberBad
	dirtNumberZero
	dirtPhoneMissing
	dirtPhoneJunk
	dirtPhoneBranch
	dirtPhoneTwo
	dirtPhoneTypo
	dirtPhoneOld
	dirtEmailMissing
	dirtEmailTypo
	dirtEmailJunk
	dirtAddressMissing
	dirtAddressMoved
	dirtJunkWord
	dirtWrongLayout
	dirtSexMissing
	dirtSexWrong
	dirtSpaces
	dirtFullInSurname
	dirtMaidenInBrackets
	dirtLatinScheme
	dirtTestClient
	dirtBadRow
	dirtOrphanFact
	plantPatronymic
	plantForm
	plantPassport
	plantOpened
	plantHome
	plantMail
	plantRNOKPP
	plantUNZR
	plantNumber
	dirtKinds
)

// Rates lists every kind of dirt with its rate; truth/README.md repeats it.
func Rates() []Rate {
	return []Rate{
		{"typo", 0.020, "a name part: one letter lost, doubled, exchanged with its neighbour or replaced by a neighbour key"},
		{"upper", 0.060, "a whole name in capitals"},
		{"lower", 0.010, "a whole name in small letters"},
		{"initials", 0.008, "given name and patronymic as initials"},
		{"no_patronymic", 0.040, "patronymic missing"},
		{"swapped", 0.006, "given name and surname exchanged, or another order in a one-cell name"},
		{"look_alike", 0.012, "Latin letters that look like Cyrillic ones inside a name or document"},
		{"yo", 0.500, "ё written as е"},
		{"diminutive", 0.060, "a short form of the given name, in forms and notes only"},
		{"birth_typo", 0.010, "birth date: one digit changed, or day and month exchanged"},
		{"birth_default", 0.004, "birth date 01.01.1900"},
		{"birth_missing", 0.020, "birth date missing"},
		{"doc_typo", 0.010, "passport with one digit changed"},
		{"doc_missing", 0.060, "passport missing"},
		{"number_missing", 0.180, "INN, SNILS or RNOKPP missing"},
		{"number_bad", 0.008, "one digit of such a number changed: its check digit fails"},
		{"number_zero", 0.003, "such a number all zeros"},
		{"phone_missing", 0.080, "phone missing"},
		{"phone_junk", 0.006, "89999999999, 80000000000 and their like"},
		{"phone_branch", 0.008, "the phone of the bank's own branch instead of the client's"},
		{"phone_two", 0.030, "two phones in one cell"},
		{"phone_typo", 0.004, "one digit of a phone changed"},
		{"phone_old", 0.040, "a former phone of the client"},
		{"email_missing", 0.250, "e-mail missing"},
		{"email_typo", 0.012, "a wrong letter in the domain: gmial.com, mail.ry"},
		{"email_junk", 0.010, "net@net.ru, no@mail.ru"},
		{"address_missing", 0.080, "address missing"},
		{"address_moved", 0.060, "a former address"},
		{"junk_word", 0.006, "НЕТ, не указано, немає in place of a value"},
		{"wrong_layout", 0.002, "a surname typed on the wrong keyboard layout"},
		{"sex_missing", 0.030, "sex missing"},
		{"sex_wrong", 0.002, "the other sex"},
		{"spaces", 0.030, "blanks around or inside a name"},
		{"full_in_surname", 0.004, "the whole name in the surname's cell"},
		{"maiden_in_brackets", 0.030, "a married woman's maiden name in brackets"},
		{"latin_scheme", 0.120, "a card embossed under another transliteration than the passport's"},
		{"test_client", 0.0005, "a test client of the bank's own staff, with status T"},
		{"bad_row", 0.0002, "a row with a field too many, or one that cannot be read"},
		{"orphan_fact", 0.004, "a fact whose account, card or phone belongs to nobody known"},
		{"other_patronymic", 0.003, "core banking: the patronymic of the other sex"},
		{"other_form", 0.003, "core banking: the surname in the form of the other sex"},
		{"old_form", 0.004, "core banking: a passport whose form is older than such a young holder's can be"},
		{"before_birth", 0.003, "core banking: a client since before the birth"},
		{"far_phone", 0.004, "core banking: a fixed phone of another region than the address"},
		{"other_mail", 0.003, "core banking: a mailbox with another first name, of the other sex"},
		{"other_rnokpp", 0.005, "the RNOKPP of another person: another birth date or the other sex"},
		{"other_unzr", 0.005, "the UNZR of another person"},
		{"other_number", 0.030, "companies: INN, KPP or OGRN that do not go together, with the party or with the day of opening"},
	}
}

var rateTable = func() (t [dirtKinds]float64) {
	for i, r := range Rates() {
		t[i] = r.Share
	}
	return t
}()

// dirty decides whether a mistake of the kind is made here.
func (b *bank) dirty(r *rng, k dirtKind) bool { return r.p(rateTable[k] * b.dirt) }

const keyRows = "йцукенгшщзхъ фывапролджэ ячсмитьбю"

// typo makes one slip of the hand in a word of letters or digits.
func typo(r *rng, s string) string {
	in := []rune(s)
	if len(in) < 4 {
		return s
	}
	i := 1 + r.n(len(in)-2)
	switch r.n(4) {
	case 0:
		return string(in[:i]) + string(in[i+1:])
	case 1:
		return string(in[:i]) + string(in[i]) + string(in[i:])
	case 2:
		in[i], in[i+1] = in[i+1], in[i]
		return string(in)
	}
	row := []rune(keyRows)
	for j, k := range row {
		if k == unicode.ToLower(in[i]) && j+1 < len(row) && row[j+1] != ' ' {
			in[i] = row[j+1]
			return string(in)
		}
	}
	return string(in[:i]) + string(in[i+1:])
}

// digitTypo changes one digit at or after position from.
func digitTypo(r *rng, s string, from int) string {
	in := []byte(s)
	for range 20 {
		i := from + r.n(len(in)-from)
		if in[i] >= '0' && in[i] <= '9' {
			in[i] = '0' + (in[i]-'0'+byte(r.between(1, 9)))%10
			return string(in)
		}
	}
	return s
}

var lookAlike = strings.NewReplacer("а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T", "і", "i", "І", "I")

// lookAlikes puts Latin letters for the Cyrillic ones of half a word.
func lookAlikes(s string) string {
	in := []rune(s)
	return lookAlike.Replace(string(in[:len(in)/2])) + string(in[len(in)/2:])
}

var layoutKeys = func() map[rune]rune {
	m := map[rune]rune{}
	from, to := []rune("йцукенгшщзфывапролдячсмить"), []rune("qwertyuiopasdfghjklzxcvbnm")
	for i := range from {
		m[from[i]], m[unicode.ToUpper(from[i])] = to[i], unicode.ToUpper(to[i])
	}
	return m
}()

// wrongLayout types a Russian word on an English layout; words with keys that
// are no letters there stay.
func wrongLayout(s string) string {
	out := []rune(s)
	for i, r := range out {
		k, ok := layoutKeys[r]
		if !ok {
			return s
		}
		out[i] = k
	}
	return string(out)
}

var (
	junkRu     = []string{"НЕТ", "не указано", "нет данных", "-", "б/н", "неизвестно", "тест"}
	junkUk     = []string{"немає", "не вказано", "невідомо", "-", "н/д"}
	junkPhones = []string{"89999999999", "80000000000", "+79999999999", "0000000", "1111111111"}
	junkMails  = []string{"net@net.ru", "no@mail.ru", "test@test.ru", "1@1.ru", "нет"}
	mailTypos  = map[string]string{"gmail.com": "gmial.com", "mail.ru": "mail.ry", "yandex.ru": "yndex.ru", "ukr.net": "urk.net", "bk.ru": "bk,ru", "list.ru": "lst.ru", "rambler.ru": "ramler.ru", "inbox.ru": "inbx.ru"}
)

// branchPhones are the bank's own numbers, which clerks enter for want of better.
var branchPhones = []string{"74957770010", "78462770010", "380447770010"}

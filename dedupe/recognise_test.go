package dedupe

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func guessFile(t *testing.T, head []string, rows [][]string, leave string) map[string]RoleGuess {
	var cols []RawColumn
	for c, h := range head {
		if h == leave {
			continue
		}
		col := RawColumn{Name: h}
		for _, r := range rows {
			col.Values = append(col.Values, r[c])
		}
		cols = append(cols, col)
	}
	out := map[string]RoleGuess{}
	for i, g := range Recognise(cols) {
		if g.Why == "" {
			t.Errorf("column %s: no reason", cols[i].Name)
		}
		out[cols[i].Name] = g
	}
	return out
}

func TestRecogniseFiles(t *testing.T) {
	data := filepath.Join(sharedData(t), "er")
	head, rows := readCSV(t, filepath.Join(data, "febrl", "dataset2.csv"))
	for i := range head {
		head[i] = strings.TrimSpace(head[i])
	}
	got := guessFile(t, head, rows, "")
	for name, want := range febrlRoles {
		if got[name].Role != want {
			t.Errorf("febrl %s: %s (%s), want %s", name, got[name].Role, got[name].Why, want)
		}
	}
	if got["rec_id"].Role != Ignore {
		t.Errorf("rec_id: %s", got["rec_id"].Role)
	}
	head, rows = readCSV(t, filepath.Join(data, "splink", "fake_1000.csv"))
	got = guessFile(t, head, rows, "cluster")
	for name, want := range map[string]Role{"unique_id": Ignore, "first_name": Given, "surname": Surname, "dob": BirthDate, "city": City, "email": Email} {
		if got[name].Role != want {
			t.Errorf("fake_1000 %s: %s (%s), want %s", name, got[name].Role, got[name].Why, want)
		}
	}
}

func TestRecogniseHeadings(t *testing.T) {
	cases := map[string]Role{"Фамилия": Surname, "ИМЯ": Given, "Отчество": Patronymic, "прізвище": Surname, "Ім’я": Given, "По батькові": Patronymic,
		"Дата рождения": BirthDate, "Телефон": Phone, "Эл. почта": Email, "firstName": Given, "LastName": Surname, "ФИО": FullName, "Девичья фамилия": Former,
		"Моб. телефон": Phone, "Индекс": Postcode, "Город": City, "ИНН": NationalID, "СНИЛС": NationalID, "Паспорт": Document, "Пол": Gender,
		"fname_c1": Given, "lname_c1": Surname, "zip_code": Postcode, "e-mail": Email, "middle_name": Patronymic}
	for name, want := range cases {
		value := "Петров"
		switch want {
		case Email:
			value = "a@b.com"
		case BirthDate:
			value = "1980-01-02"
		case Phone, Postcode, NationalID, Document:
			value = "7000123456"
		}
		values := []string{value, value + "", value}
		if g := Recognise([]RawColumn{{name, values}})[0]; g.Role != want {
			t.Errorf("%s: %s (%s), want %s", name, g.Role, g.Why, want)
		}
	}
}

// A card number without its middle is no phone, and the name on a card is a name.
func TestRecogniseCardFiles(t *testing.T) {
	cols := []RawColumn{{Name: "PAN"}, {Name: "NAME_ON_CARD"}, {Name: "Номер"}}
	for i := range 60 {
		cols[0].Values = append(cols[0].Values, fmt.Sprintf("51051%d******%04d", i%10, 1000+i*7))
		cols[1].Values = append(cols[1].Values, []string{"MARTICHEVA EVGENIIA", "FILIPP PARAMONOV", "ROMAN PETROV"}[i%3])
		cols[2].Values = append(cols[2].Values, fmt.Sprintf("4000 00•• •••• %04d", 1000+i*7))
	}
	g := Recognise(cols)
	if g[0].Role != Ignore || g[1].Role != FullName || g[1].Attribute != "full_name" || g[2].Role != Ignore {
		t.Errorf("%+v", g)
	}
	for v, want := range map[string]bool{"510510******3810": true, "5105 10** **** 3810": true, "4000 00•• •••• 1323": true, "+7 916 ***-**-67": false, "**** 3810": false, "510510xxxxxx3810": false, "8 916 123-45-67": false, "510510******": false} {
		if cutCard(v) != want {
			t.Errorf("%s: %v", v, !want)
		}
	}
}

func TestRecogniseBirthDateInThreeColumns(t *testing.T) {
	cols := []RawColumn{{Name: "fname_c1"}, {Name: "fname_c2"}, {Name: "lname_c1"}, {Name: "by"}, {Name: "bm"}, {Name: "bd"}, {Name: "id"}}
	for i := 0; i < 60; i++ {
		for c, v := range []string{"Anna", "Maria", "Weber", fmt.Sprint(1930 + i), fmt.Sprint(1 + i%12), fmt.Sprint(1 + i%28), fmt.Sprint(i)} {
			cols[c].Values = append(cols[c].Values, v)
		}
	}
	g := Recognise(cols)
	if g[3].Role != BirthDate || fmt.Sprint(g[3].Parts) != "[3 4 5]" || g[4].Role != Ignore || g[5].Role != Ignore {
		t.Errorf("birth date parts: %+v", g[3:6])
	}
	if g[0].Role != Given || g[1].Role != Patronymic || g[2].Role != Surname || g[6].Role != Ignore {
		t.Errorf("names: %+v", g)
	}
}

// A census file: the plain heading is the birth date whatever stands before it,
// and what relatives share by number is no evidence for one person.
func TestRecogniseWhatRelativesShare(t *testing.T) {
	cols := []RawColumn{{Name: "copy_date_of_birth"}, {Name: "household_id"}, {Name: "guardian_1"}, {Name: "first_name"}, {Name: "date_of_birth"}, {Name: "remark"}}
	for i := 0; i < 200; i++ {
		day := fmt.Sprintf("19%02d-0%d-1%d", 10+i%80, 1+i%9, i%10)
		for c, v := range []string{day, fmt.Sprint("0_", i/4), fmt.Sprint("0_", i/3), fmt.Sprint("Anna", string(rune('a'+i%26))), day, fmt.Sprint("unit ", i%40)} {
			cols[c].Values = append(cols[c].Values, v)
		}
	}
	want := []Role{Ignore, Ignore, Ignore, Given, BirthDate, Text}
	for i, g := range Recognise(cols) {
		if g.Role != want[i] || g.Role == Text && g.Attribute != "" {
			t.Errorf("%s: %s (%s), want %s", cols[i].Name, g.Role, g.Why, want[i])
		}
	}
}

// Two systems one after the other fill their columns in turn: they stand for each
// other. A column that holds what another one holds counts once.
func TestRecogniseTwoSystemsAndCopies(t *testing.T) {
	cols := []RawColumn{{Name: "surname"}, {Name: "given name"}, {Name: "birth date"}, {Name: "client name"}, {Name: "dob"}, {Name: "name at birth"}, {Name: "forename in block letters"}, {Name: "maiden name"}}
	for i := range 100 {
		surname, given, day := fmt.Sprint("Weber", string(rune('a'+i%26))), fmt.Sprint("Anna", string(rune('a'+i%9))), fmt.Sprintf("19%02d-0%d-1%d", 10+i%80, 1+i%9, i%10)
		row := []string{surname, given, day, "", "", surname, strings.ToUpper(given), surname}
		if i >= 60 {
			row = []string{"", "", "", given + " " + surname, day, "", "", ""}
		}
		for c, v := range row {
			cols[c].Values = append(cols[c].Values, v)
		}
	}
	want := []Role{Surname, Given, BirthDate, FullName, BirthDate, Ignore, Ignore, Former}
	for i, g := range Recognise(cols) {
		if g.Role != want[i] || g.Role == BirthDate && g.Attribute != "birth_date" {
			t.Errorf("%s: %s (%s), want %s", cols[i].Name, g.Role, g.Why, want[i])
		}
	}
}

// Headings of other languages and habits.
func TestRecogniseHeadingsElsewhere(t *testing.T) {
	for heads, want := range map[string][]Role{
		"Nachname;Vorname;Geburtsdatum;Straße;Hausnr;Ort;PLZ":      {Surname, Given, BirthDate, Street, House, City, Postcode},
		"Name;Vorname;Geb.datum;Wohnort":                           {Surname, Given, BirthDate, City},
		"Familienname;Vorname;Geburtsjahr;Geburtsmonat;Geburtstag": {Surname, Given, BirthDate, Ignore, Ignore},
		"surname;given;dob_y;dob_m;dob_d":                          {Surname, Given, BirthDate, Ignore, Ignore},
		"Ф.И.О.;Дата рожд.;Город":                                  {FullName, BirthDate, City},
		"client name;phone":                                        {FullName, Phone},
	} {
		var cols []RawColumn
		for i, h := range strings.Split(heads, ";") {
			c := RawColumn{Name: h}
			for n := range 60 {
				switch v := "Weber" + string(rune('a'+n%26)) + string(rune('a'+n/26)); want[i] {
				case FullName:
					c.Values = append(c.Values, "Anna "+v)
				case BirthDate:
					c.Values = append(c.Values, map[bool]string{false: fmt.Sprintf("1%d.0%d.19%d", n%9, 1+n%9, 30+n), true: fmt.Sprint(1930 + n)}[slices.Contains(want, Ignore)])
				case Ignore:
					c.Values = append(c.Values, fmt.Sprint(1+n%12))
				case House, Postcode, Phone:
					c.Values = append(c.Values, fmt.Sprint(79160000000+n*1234567+i))
				default:
					c.Values = append(c.Values, v+fmt.Sprint(i))
				}
			}
			cols = append(cols, c)
		}
		for i, g := range Recognise(cols) {
			if g.Role != want[i] {
				t.Errorf("%s in %s: %s (%s), want %s", cols[i].Name, heads, g.Role, g.Why, want[i])
			}
		}
	}
}

package transforms

import (
	"strings"
	"testing"

	"clientbase/schemas"
)

// A name in an oblique case, and its nominative; "" where several fit.
func TestDeclinedNames(t *testing.T) {
	for _, c := range [][2]string{
		{"Иванову Ивану Ивановичу", "Иванов Иван Иванович"},
		{"Иванова Ивана Ивановича", "Иванов Иван Иванович"},
		{"Ивановым Иваном Ивановичем", "Иванов Иван Иванович"},
		{"об Иванове Иване Ивановиче", "Иванов Иван Иванович"},
		{"Ивану Ивановичу Иванову", "Иванов Иван Иванович"},
		{"звонила Петровой Марии Сергеевне", "Петрова Мария Сергеевна"},
		{"Петрову Марию Сергеевну", "Петрова Мария Сергеевна"},
		{"Достоевскому Фёдору Михайловичу", "Достоевский Фёдор Михайлович"},
		{"Достоевской Анны Григорьевны", "Достоевская Анна Григорьевна"},
		{"Соловьёву Льву Павловичу", "Соловьёв Лев Павлович"},
		{"Шевченко Тарасу Григорьевичу", "Шевченко Тарас Григорьевич"},
		{"Шевченка Тараса Григоровича", "Шевченко Тарас Григорович"},
		{"Шевченкові Тарасові Григоровичу", "Шевченко Тарас Григорович"},
		{"Лисенку Миколі Віталійовичу", "Лисенко Микола Віталійович"},
		{"Косач Лариси Петрівни", "Косач Лариса Петрівна"},
		{"Ковальчук Олені Іванівні", "Ковальчук Олена Іванівна"},
		{"Бонч-Бруевичу Владимиру Дмитриевичу", "Бонч-Бруевич Владимир Дмитриевич"},
		{"Кравца Павла Петровича", "Кравец Павел Петрович"},
		{"Щербины Ольги Петровны", "Щербина Ольга Петровна"},
		{"Ивану Петрову", "Петров Иван"},
		{"Марии Ивановой", "Иванова Мария"},
		{"Зайца Петра Ивановича", ""},       // Заяц or Заец
		{"Толстому Льву Николаевичу", ""},   // Толстой or Толстый
		{"Петрову Александру", ""},          // Петров Александр or Петрова Александра
		{"Орла Ивана Петровича", ""},        // Орёл, not Орл
		{"Иванова Александра", "="},         // a nominative as it stands
		{"Петрова Валентина Ивановна", "="}, // the same
		{"Черных Анны Ивановны", "Черных Анна Ивановна"},
	} {
		n := ParseName(c[0])
		switch c[1] {
		case "=":
			if n.Reason == schemas.Declined || n.Full != c[0] {
				t.Errorf("%s is a nominative, gives %s, %s, %s", c[0], n.Full, n.Status, n.Reason)
			}
		case "":
			if n.Status != schemas.Ambiguous || n.Reason != schemas.Declined {
				t.Errorf("%s has several nominatives, gives %s, %s, %s", c[0], n.Full, n.Status, n.Reason)
			}
		default:
			if n.Full != c[1] || n.Status != schemas.Assumed || n.Reason != schemas.Declined {
				t.Errorf("%s gives %s, %s, %s; want %s", c[0], n.Full, n.Status, n.Reason, c[1])
			}
		}
	}
}

// Made-up people are declined by the forward rules and brought back: never to
// another name with an air of certainty.
func TestDeclensionThereAndBack(t *testing.T) {
	surnames := yamlNames(t, "names", "ru_frequencies", "russian_male_last_names_and_popularity.yaml")[:600]
	given := yamlNames(t, "names", "ru_frequencies", "russian_male_first_names_and_popularity.yaml")[:60]
	back, unsure, wrong, all := 0, 0, 0, 0
	var sample []string
	for i, s := range surnames {
		g := given[i%len(given)]
		men, _ := patronymicForms(given[(i*7+3)%len(given)], true, false)
		want := s + " " + g + " " + string(titleWord(nil, men[0]))
		for k := range obliqueCases {
			var cell []string
			for part, w := range [...]string{s, g, men[0]} {
				forms := decline(strings.ToLower(w), false, role(part), male, k)
				if len(forms) == 0 {
					break
				}
				cell = append(cell, string(titleWord(nil, forms[0])))
			}
			if len(cell) < 3 {
				continue
			}
			all++
			n := ParseName(strings.Join(cell, " "))
			switch {
			case foldName(n.Full) == foldName(want):
				back++
			case n.Status == schemas.OK || n.Status == schemas.Corrected:
				wrong++
				sample = append(sample, strings.Join(cell, " ")+" → "+n.Full)
			default:
				unsure++
				if len(sample) < 12 {
					sample = append(sample, strings.Join(cell, " ")+" → "+n.Full+" "+n.Status.String())
				}
			}
		}
	}
	t.Logf("%d declined names: %.4f back to the nominative, %.4f left open or assumed otherwise, %d sure and wrong; %v", all, float64(back)/float64(all), float64(unsure)/float64(all), wrong, sample)
	if back*100 < all*90 || wrong*1000 > all {
		t.Errorf("%d of %d came back, %d sure and wrong", back, all, wrong)
	}
}

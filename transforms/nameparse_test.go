package transforms

import (
	"strings"
	"testing"
	"unicode/utf8"

	"clientbase/schemas"
)

// Each row reads: a cell, what it says (surname | given | patronymic | former),
// how sure, why.
func TestParseName(t *testing.T) {
	for _, c := range []struct{ cell, want, status, reason string }{
		{"Иванов Иван Иванович", "Иванов|Иван|Иванович|", "ok", "unchanged"},
		{"ИВАНОВ ИВАН ИВАНОВИЧ", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"  иванов   иван иванович ", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"Иван Иванович Иванов", "Иванов|Иван|Иванович|", "corrected", "order_swapped"},
		{"Иванович Иванов Иван", "Иванов|Иван|Иванович|", "corrected", "order_swapped"},
		{"Абрамович Роман Аркадьевич", "Абрамович|Роман|Аркадьевич|", "ok", "unchanged"},
		{"Роман Аркадьевич Абрамович", "Абрамович|Роман|Аркадьевич|", "corrected", "order_swapped"},
		{"Шевченко Тарас Григорович", "Шевченко|Тарас|Григорович|", "ok", "unchanged"},
		{"Тарас Григорович Шевченко", "Шевченко|Тарас|Григорович|", "corrected", "order_swapped"},
		{"Бойко Сергій Миколайович", "Бойко|Сергій|Миколайович|", "ok", "unchanged"},
		{"Ковальова Мар'яна Ігорівна", "Ковальова|Марʼяна|Ігорівна|", "ok", "normalised"},
		{"Ковальова Мар*яна Ігорівна", "Ковальова|Марʼяна|Ігорівна|", "ok", "normalised"},
		{"Петрова Анна", "Петрова|Анна||", "ok", "unchanged"},
		{"Анна Петрова", "Петрова|Анна||", "corrected", "order_swapped"},
		{"IVAN PETROV", "Petrov|Ivan||", "corrected", "order_swapped"},
		{"PETROV IVAN", "Petrov|Ivan||", "ok", "normalised"},
		{"OLENA KOVALENKO", "Kovalenko|Olena||", "corrected", "order_swapped"},
		{"SHEVCHENKO MYKOLA", "Shevchenko|Mykola||", "ok", "normalised"},
		{"Petrov Ivan Sergeevich", "Petrov|Ivan|Sergeevich|", "ok", "unchanged"},
		{"Ivan Sergeevich Petrov", "Petrov|Ivan|Sergeevich|", "corrected", "order_swapped"},
		{"Иванов И.И.", "Иванов|И.|И.|", "ok", "initials"},
		{"Иванов И. И.", "Иванов|И.|И.|", "ok", "initials"},
		{"И.И. Иванов", "Иванов|И.|И.|", "ok", "initials"},
		{"Петрова (Сидорова) Анна Ивановна", "Петрова|Анна|Ивановна|Сидорова", "ok", "normalised"},
		{"Петрова Анна Ивановна (Сидорова)", "Петрова|Анна|Ивановна|Сидорова", "ok", "normalised"},
		{"Петрова Анна Ивановна, урожд. Сидорова", "Петрова|Анна|Ивановна|Сидорова", "ok", "normalised"},
		{"Петрова Анна Ивановна (урожденная Сидорова)", "Петрова|Анна|Ивановна|Сидорова", "ok", "normalised"},
		{"Петрова Анна Ивановна в девичестве Сидорова", "Петрова|Анна|Ивановна|Сидорова", "ok", "normalised"},
		{"Мамедов Эльдар Гасан оглы", "Мамедов|Эльдар|Гасан оглы|", "ok", "unchanged"},
		{"АЛИЕВА ЛЕЙЛА МАМЕД КЫЗЫ", "Алиева|Лейла|Мамед кызы|", "ok", "normalised"},
		{"Эльдар Гасан оглы Мамедов", "Мамедов|Эльдар|Гасан оглы|", "corrected", "order_swapped"},
		{"Бонч-Бруевич Владимир Дмитриевич", "Бонч-Бруевич|Владимир|Дмитриевич|", "ok", "unchanged"},
		{"БОНЧ - БРУЕВИЧ ВЛАДИМИР ДМИТРИЕВИЧ", "Бонч-Бруевич|Владимир|Дмитриевич|", "ok", "normalised"},
		{"О'НИЛ ШОН", "ОʼНил|Шон||", "ok", "normalised"},
		{"Салтыков Щедрин Михаил Евграфович", "Салтыков Щедрин|Михаил|Евграфович|", "assumed", "order_unknown"},
		{"фон Бисмарк Отто Карлович", "фон Бисмарк|Отто|Карлович|", "ok", "unchanged"},
		{"г-н Иванов Иван Иванович", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"гр. Иванова Мария Петровна", "Иванова|Мария|Петровна|", "ok", "normalised"},
		{"ИП Иванов Иван Иванович", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"ФОП Шевченко Олена Петрівна", "Шевченко|Олена|Петрівна|", "ok", "normalised"},
		{"Индивидуальный предприниматель Иванов Иван Иванович", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"Mr. John Smith", "Smith|John||", "corrected", "order_swapped"},
		{"Smith, John", "Smith|John||", "ok", "normalised"},
		{"John F. Kennedy", "Kennedy|John|F.|", "ok", "initials"},
		{"John McDonald", "McDonald|John||", "corrected", "order_swapped"},
		{"Иванов, Иван Иванович", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"Иван Иванович", "|Иван|Иванович|", "assumed", "partly_parsed"},
		{"Мария Петровна", "|Мария|Петровна|", "ok", "partly_parsed"},
		{"Иван Иваныч Петров", "Петров|Иван|Иванович|", "corrected", "order_swapped"},
		{"Петров Иван Иваныч", "Петров|Иван|Иванович|", "corrected", "abbreviation"},
		{"Ивaнoв Иван Иванович", "Иванов|Иван|Иванович|", "corrected", "look_alike_letter"}, // Latin a and o
		{"Иванов A.A.", "Иванов|А.|А.|", "corrected", "look_alike_letter"},                  // Latin initials
		{"Пeтpoв Иван", "Петров|Иван||", "corrected", "look_alike_letter"},
		{"Bdfyjd Bdfy Bdfyjdbx", "Иванов|Иван|Иванович|", "corrected", "wrong_layout"},
		{"Ifdxtyrj Nfhfc", "Шавченко|Тарас||", "corrected", "wrong_layout"},
		{"Саша Петров", "Петров|Саша||", "assumed", "diminutive"},
		{"Петров Саша", "Петров|Саша||", "assumed", "diminutive"},
		{"Роман Богдан", "Роман|Богдан||", "assumed", "order_unknown"},
		{"мама Олены", "|||", "ambiguous", "unparsed"},
		{"Мама Олени", "|||", "ambiguous", "unparsed"},
		{"муж Ивановой Марии", "|||", "ambiguous", "unparsed"},
		{"Ромашка", "|||", "ambiguous", "unknown_name"},
		{"нет", "|||", "junk", "junk_word"},
		{"КАССА", "|||", "junk", "junk_word"},
		{"Тест", "|||", "junk", "junk_word"},
		{"фыва", "|||", "junk", "keyboard_noise"},
		{"ааааа", "|||", "junk", "keyboard_noise"},
		{"---", "|||", "junk", "placeholder"},
		{"12345", "|||", "junk", "placeholder"},
		{"", "|||", "empty", ""},
		{"D'YACHENKO IGOR'", "D'yachenko|Igor'||", "ok", "normalised"},
		{"Д'яченко Ігор", "Дʼяченко|Ігор||", "ok", "normalised"},
		{"'Иванов' Иван", "Иванов|Иван||", "ok", "normalised"},
		{"Иванов ИИ", "Иванов|И.|И.|", "ok", "initials"},
		{"ООО Ромашка", "|||", "ambiguous", "wrong_party_kind"},
		{"Нгуен Ван Тхань", "Нгуен|Ван Тхань||", "assumed", "unknown_name"},
		{"Нет Иван Петрович", "Нет|Иван|Петрович|", "ok", "unchanged"},
		{"Артёмов Пётр Семёнович", "Артёмов|Пётр|Семёнович|", "ok", "unchanged"},
		{"Иванов Абдулвахид Иванович", "Иванов|Абдулвахид|Иванович|", "ok", "unknown_name"},
		{"Ким Абдулвахид Иванович", "Ким|Абдулвахид|Иванович|", "assumed", "unknown_name"},
		{"Қасымов Нұрлан Серікұлы", "Қасымов|Нұрлан|Серікұлы|", "ok", "unchanged"},
		{"Касымов Нурлан Серикулы", "Касымов|Нурлан|Серикулы|", "ok", "unchanged"},
		{"KARIMOV RUSTAM AZIZ O'G'LI", "Karimov|Rustam|Aziz o'g'li|", "ok", "normalised"},
		{"Əliyev Vəli Məmməd oğlu", "Əliyev|Vəli|Məmməd oğlu|", "ok", "unchanged"},
		{"Тер Петросян Левон", "Тер Петросян|Левон||", "ok", "unchanged"},
		{"Ван дер Ваальс Ян", "Ван дер Ваальс|Ян||", "ok", "unchanged"},
		{"Петрова Мария Сергеевна (до замужества Иванова)", "Петрова|Мария|Сергеевна|Иванова", "ok", "normalised"},
		{"Петрова Мария Сергеевна, в девичестве - Иванова", "Петрова|Мария|Сергеевна|Иванова", "ok", "normalised"},
		{"Шевченко (дівоче прізвище Коваль) Олена Петрівна", "Шевченко|Олена|Петрівна|Коваль", "ok", "normalised"},
		{"ИВАНОВ ИИ", "Иванов|И.|И.|", "ok", "initials"},
		{"Ив. Ив. Иванов", "Иванов|Ив.|Ив.|", "ok", "initials"},
		{"Дж. Смит", "Смит|Дж.||", "ok", "initials"},
		{"Ю Сергей", "Ю|Сергей||", "assumed", "initials"},
		{"Ким Чен Ын", "|||", "assumed", "order_unknown"},
		{"Анна Мария Петрова", "Петрова|Анна Мария||", "assumed", "order_swapped"},
		{"к.м.н. Петрова Анна Ивановна", "Петрова|Анна|Ивановна|", "ok", "normalised"},
		{"Пал Палыч", "|Пал|Павлович|", "assumed", "partly_parsed"},
		{"Иванов и Петрова", "|||", "ambiguous", "several_people"},
		{"ИВАНОВ И ПЕТРОВА", "|||", "ambiguous", "several_people"},
		{"ИВАНОВ И ИВАНОВИЧ", "Иванов|И.|Иванович|", "ok", "initials"},
		{"Иванов Иван Иванович, Иванова Мария Петровна", "|||", "ambiguous", "several_people"},
		{"Супруги Ивановы", "|||", "ambiguous", "several_people"},
		{"Иванов Иван Иванович 01.01.1980 г.р.", "Иванов|Иван|Иванович|", "assumed", "partly_parsed"},
		{"1. Иванов Иван Иванович тел 89161234567", "Иванов|Иван|Иванович|", "assumed", "partly_parsed"},
		{"Иванов Иван Иванович null", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"Иванов Иван б/о", "Иванов|Иван||", "ok", "normalised"},
		{"ФИО: Иванов Иван Иванович", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"Фамилия: Иванов Имя: Иван Отчество: Иванович", "Иванов|Иван|Иванович|", "ok", "normalised"},
		{"ромашка ооо", "|||", "ambiguous", "wrong_party_kind"},
		{"ТОВ Ромашка", "|||", "ambiguous", "wrong_party_kind"},
		{"тов. Иванов Иван", "Иванов|Иван||", "ok", "normalised"},
		{"Администрация города Омска", "|||", "ambiguous", "wrong_party_kind"},
		{"Петрова-Водкина Анна-Мария Сергеевна", "Петрова-Водкина|Анна-Мария|Сергеевна|", "ok", "unchanged"},
	} {
		got := ParseName(c.cell)
		parts := strings.Join([]string{got.Surname.Text, got.Given.Text, got.Patronymic.Text, got.Former.Text}, "|")
		if parts != c.want || got.Status.String() != c.status || got.Reason.String() != c.reason {
			t.Errorf("%-46s\n  gives %s, %s, %s\n  want  %s, %s, %s", c.cell, parts, got.Status, got.Reason, c.want, c.status, c.reason)
		}
	}
}

func TestParseNameSpans(t *testing.T) {
	cell := "Петрова (Сидорова)  Анна Ивановна"
	n := ParseName(cell)
	for _, part := range []NamePart{n.Surname, n.Given, n.Patronymic, n.Former} {
		if part.Lo == 0 && part.Hi == 0 {
			continue
		}
		if cell[part.Lo:part.Hi] != part.Text {
			t.Errorf("span %d:%d is not %s", part.Lo, part.Hi, part.Text)
		}
	}
}

// Cleansing a clean name changes nothing.
func TestParseNameIdempotent(t *testing.T) {
	given, surnames := givenNames("ru"), []string{"Иванов", "Ковалёва", "Шевченко", "Бонч-Бруевич", "фон Бисмарк", "ОʼНил", "Ли"}
	for i, g := range given {
		for _, cell := range []string{surnames[i%len(surnames)] + " " + g, g + " " + surnames[i%len(surnames)], surnames[i%len(surnames)] + " " + g + " Петрович"} {
			a := ParseName(cell)
			if !a.Status.Usable() {
				continue
			}
			if b := ParseName(a.Full); b.Full != a.Full {
				t.Fatalf("%s: %s becomes %s", cell, a.Full, b.Full)
			}
		}
	}
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"Иванов И.И.", "Петрова (Сидорова)", "фон дер Лейен", "мама Олены", "Bdfyjd", "о'", "-", "\xff\xfe", "Ё\u0308", "оглы", "Мамед оглы", "(((", "а-б-в-", "İ", "ǅ", "0льга"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := ParseName(s)
		if len(n.Full) > 3*len(s)+64 {
			t.Errorf("the value grew from %d to %d bytes", len(s), len(n.Full))
		}
		if n.Status.Usable() != (n.Full != "") {
			t.Errorf("status %s with a value: %v", n.Status, n.Full != "")
		}
		if !utf8.ValidString(n.Full) {
			t.Error("the value is not UTF-8")
		}
		for _, k := range Keys(schemas.KindFullName) {
			k.Of(s, func(string) {})
		}
	})
}

func BenchmarkParseName(b *testing.B) {
	cells := []string{"Иванов Иван Иванович", "ПЕТРОВА АННА СЕРГЕЕВНА", "Тарас Григорович Шевченко", "IVAN PETROV", "Сидоров И.И.", "Kovalenko Olena Petrivna"}
	dict()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		ParseName(cells[i%len(cells)])
	}
}

package transforms

import (
	"slices"
	"strings"
	"testing"

	"clientbase/schemas"
)

func rawCells(rows ...string) *schemas.Cells {
	c := &schemas.Cells{}
	for _, v := range rows {
		if v != "" {
			c.Append(schemas.Cell{Value: v, Status: schemas.Raw})
		}
		c.EndRow()
	}
	return c
}

func firstOut(b *schemas.Batch, attr string, row int) string {
	if b.Out[attr] == nil {
		return ""
	}
	cells := b.Out[attr].Row(row)
	switch {
	case len(cells) == 0:
		return ""
	case cells[0].Status.Usable():
		return cells[0].Value
	}
	return "[" + cells[0].Status.String() + "]"
}

// Parts slip from column to column; each row reads surname, given name,
// patronymic as they came and as they should leave, then the gender.
func TestNameColumns(t *testing.T) {
	for _, c := range [][8]string{
		{"ИВАНОВ", "ИВАН", "ИВАНОВИЧ", "Иванов", "Иван", "Иванович", "m", "Иванов Иван Иванович"},
		{"Ивановна", "Мария", "Петрова", "Петрова", "Мария", "Ивановна", "f", "Петрова Мария Ивановна"},
		{"Иван", "Петров", "", "Петров", "Иван", "", "m", "Петров Иван"},
		{"Петрова (Сидорова)", "Анна", "Ивановна", "Петрова", "Анна", "Ивановна", "f", "Петрова Анна Ивановна"},
		{"Иванов Иван Иванович", "", "", "Иванов", "Иван", "Иванович", "m", "Иванов Иван Иванович"},
		{"Петров", "Иван Сергеевич", "", "Петров", "Иван", "Сергеевич", "m", "Петров Иван Сергеевич"},
		{"Шевченко", "Сашко", "", "Шевченко", "Сашко", "", "m", "Шевченко Сашко"},
		{"Ковальчук", "Саша", "", "Ковальчук", "Саша", "", "", "Ковальчук Саша"},
		{"Нет", "Иван", "Петрович", "Нет", "Иван", "Петрович", "m", "Нет Иван Петрович"},
		{"тест", "тест", "", "[junk]", "[junk]", "", "", ""},
		{"Мамедова", "Лейла", "Гасан кызы", "Мамедова", "Лейла", "Гасан кызы", "f", "Мамедова Лейла Гасан кызы"},
		{"Иванов", "Мария", "Петрович", "Иванов", "Мария", "Петрович", "[conflict]", "Иванов Мария Петрович"},
		{"Иванов", "Мария", "", "Иванов", "Мария", "", "[conflict]", "Иванов Мария"},
		{"Shevchenko", "Olena", "", "Shevchenko", "Olena", "", "f", "Shevchenko Olena"},
		{"", "мама Олены", "", "", "[ambiguous]", "", "", ""},
	} {
		b := &schemas.Batch{Rows: 1, Party: []schemas.Party{schemas.Person}, Fields: []string{"f"}, Out: map[string]*schemas.Cells{},
			In: map[string]*schemas.Cells{"surname": rawCells(c[0]), "given_name": rawCells(c[1]), "patronymic": rawCells(c[2])}}
		if err := applyNames(b, nil); err != nil {
			t.Fatal(err)
		}
		if err := applyGender(b, nil); err != nil {
			t.Fatal(err)
		}
		got := []string{firstOut(b, "surname", 0), firstOut(b, "given_name", 0), firstOut(b, "patronymic", 0), firstOut(b, "gender", 0), firstOut(b, "full_name", 0)}
		if want := c[3:]; !slices.Equal(got, want) {
			t.Errorf("%s | %s | %s\n  gives %s\n  want  %s", c[0], c[1], c[2], strings.Join(got, " | "), strings.Join(want, " | "))
		}
	}
}

func TestGenderOfNames(t *testing.T) {
	for _, c := range [][3]string{
		{"Иванов Иван Иванович", "m", "from_patronymic"}, {"Петрова Мария", "f", "from_given_name"},
		{"Шевченко Микола", "m", "from_given_name"}, {"Саша Шевченко", "", ""}, {"Саша Петрова", "f", "from_surname"},
		{"Слава Ковальчук", "", ""}, {"Женя Бойко", "", ""}, {"Мамедов Эльдар Гасан оглы", "m", "from_patronymic"},
		{"Иванова Иван", "", "from_surname"}, {"Петрова И.И.", "f", "from_surname"}, {"OLENA KOVALENKO", "f", "from_given_name"},
		{"Щербина Ольга Петрівна", "f", "from_patronymic"}, {"Щербина Никита", "m", "from_given_name"},
		{"Ирина Виктор", "", ""},
		{"Иванова Никита Петровна", "", "from_given_name"}, {"VALERIIA MELNYK", "f", "from_given_name"},
	} {
		g := ParseName(c[0]).Gender()
		if g.Out != c[1] || g.Reason.String() != c[2] {
			t.Errorf("%s: %q because %s, want %q because %s", c[0], g.Out, g.Reason, c[1], c[2])
		}
	}
}

// Every given name of the reference list gets its sex or none, never the other.
func TestGenderNeverWrong(t *testing.T) {
	wrong, undecided, all := 0, 0, 0
	for _, sex := range []string{"male", "female"} {
		for _, name := range yamlNames(t, "names", "ru_frequencies", "russian_"+sex+"_first_names_and_popularity.yaml") {
			for _, id := range []string{"", "icao_doc_9303", "mvd_310_1997_fr", "gost_r_52290_2004"} {
				n := name
				if id != "" {
					n, _ = Latin(name, id)
				}
				_, g, _ := partSexes("", n, "")
				all++
				switch r := decideGender(0, g, 0); {
				case r.Out == "":
					undecided++
				case r.Out != sex[:1]:
					wrong++
					t.Logf("%s: %s", n, r.Out)
				}
			}
		}
	}
	t.Logf("%d spellings: %d wrong, %d undecided", all, wrong, undecided)
	if wrong > 0 || undecided*20 > all {
		t.Errorf("%d of %d wrong, %d undecided", wrong, all, undecided)
	}
}

func keysOf(k schemas.Kind, name, v string) (out []string) {
	for _, f := range Keys(k) {
		if f.Name == name {
			f.Of(v, func(s string) { out = append(out, s) })
		}
	}
	return out
}

func TestNameKeysMeet(t *testing.T) {
	for _, c := range [][3]string{
		{"given", "lemma", "Николай Микола Nikolai Mykola Коля Колян Nicholas"},
		{"given", "lemma", "Александр Олександр Aleksandr Oleksandr Саша Сашко Alexander Шурик"},
		{"given", "lemma", "Александра Саша Олександра Шура"},
		{"given", "lemma", "Сергей Сергій Serhii Sergey Серёжа"},
		{"given", "lemma", "Наталья Наталия Наталія Natalia Nataliia Наташа"},
		{"given", "lemma", "Елена Олена Olena Elena Лена Оленка"},
		{"given", "lemma", "Евгений Євген Yevhen Evgenii Женя"},
		{"given", "initial", "Микола Николай М."},
		{"given", "initial", "Юрий Iurii Ю. I. Yu."},
		{"surname", "skeleton", "Иванова Петрова-Иванова Иванов Ivanov"},
		{"surname", "lemma", "Иванова Иванов Іванова"},
		{"name", "skeleton", "Петров_Иван Ivan_Petrov PETROV_IVAN Иван_Петров"},
		{"name", "lemma", "Шевченко_Микола Shevchenko_Nikolai Коля_Шевченко"},
	} {
		w := strings.Fields(c[2])
		a := keysOf(schemas.Kind(c[0]), c[1], strings.ReplaceAll(w[0], "_", " "))
		for _, o := range w[1:] {
			if b := keysOf(schemas.Kind(c[0]), c[1], strings.ReplaceAll(o, "_", " ")); !meet(a, b) {
				t.Errorf("%s %s: %s and %s do not meet: %v, %v", c[0], c[1], w[0], o, a, b)
			}
		}
	}
}

func TestNameKeysBounded(t *testing.T) {
	for _, kind := range []schemas.Kind{schemas.KindSurname, schemas.KindGiven, schemas.KindPatronymic, schemas.KindFullName} {
		for _, f := range Keys(kind) {
			for _, v := range []string{"Слава", "Саша-Слава-Женя Шура", "Chouchkine-Jhacxhine-Hghjc", "Слава Слава Слава", strings.Repeat("Хх-", 60), "\xff", ""} {
				n := 0
				f.Of(v, func(string) { n++ })
				if n > maxNameKeys {
					t.Errorf("%s#%s gives %d keys", kind, f.Name, n)
				}
			}
		}
	}
}

func TestDiminutivesAreSets(t *testing.T) {
	if got := Diminutives("Слава"); len(got) < 6 {
		t.Errorf("Слава stands for %v", got)
	}
	if got := Diminutives("саша"); !slices.Contains(got, "Александр") || !slices.Contains(got, "Александра") {
		t.Errorf("Саша stands for %v", got)
	}
	if Diminutives("Иванов") != nil {
		t.Error("a surname is no short form")
	}
}

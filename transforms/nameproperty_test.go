package transforms

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientbase/schemas"
)

// nameKinds are the kinds of this file's subject.
var nameKinds = []string{"name", "surname", "given", "patronymic", "org"}

// namePiece draws words in which the rules for names find something to do.
func namePiece() *rapid.Generator[string] {
	words := []string{"Иванов", "Иван", "Иванович", "ИВАНОВА", "Мария", "Петровна", "иванову", "Ивану", "Ивановичу", "Шевченко", "Мар'яна", "О'Нил", "фон", "дер", "Мамед", "оглы", "кызы", "уулу", "Саша",
		"И.", "И.И.", "Ив.", "и", "И", "та", "(Сидорова)", "(", ")", "урожд.", "в девичестве", "-", " - ", ",", ".", ";", "/", "IVANOV", "Ivan", "Iouri", "Bdfyjd", "null", "нет", "б/о", "ФИО:", "Фамилия:", "Имя:", "г-н", "д.т.н.", "мл.",
		"ООО", "ТОВ", "«Ромашка»", `"`, "ИП", "ФОП", "Глава", "КФХ", "Филиал", "LLC", "ИНН", "7707083893", "01.01.1980", "г.р.", "тел", "банк", "семья", "к", "об", "звонила", "Анна-Мария", "Ё", "ё", "ь", "\u0301", "\u200b", "\xff", "ǅ", "İ", "&quot;", "_", "ранее", "филиал"}
	return rapid.OneOf(rapid.SampledFrom(words), rapid.SampledFrom(words), rapid.SampledFrom(words), rapid.StringMatching(`[А-Яа-яЇїІіЄєA-Za-z'.-]{1,9}`), rapid.StringN(0, 3, 12))
}

// A verdict on any text, a span inside the cell, bounded length; and what is
// clean stays as it is.
func TestNameProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(nameKinds).Draw(t, "kind")
		sep := rapid.SampledFrom([]string{" ", " ", " ", ""}).Draw(t, "sep")
		text := strings.Join(rapid.SliceOfN(namePiece(), 0, 6).Draw(t, "text"), sep)
		if err := checkNameCell(kind, text); err != nil {
			t.Fatal(err)
		}
	})
}

// A cell that is retyped on the other keyboard has more bytes than what was typed:
// its parts have no place in the cell.
func TestRetypedNameHasNoSpan(t *testing.T) {
	for _, cell := range []string{"Bdfyjd", "Bdfyjd Gtnh Ctvtyjdbx"} {
		if n := ParseName(cell); n.Surname.Text != "Иванов" || n.Surname.Lo != 0 || n.Surname.Hi != 0 {
			t.Errorf("%s: %+v", cell, n.Surname)
		}
		if err := checkNameCell("name", cell); err != nil {
			t.Errorf("%s: %v", cell, err)
		}
	}
}

// Words that are read otherwise once they stand in front, where a surname stands, are no surname.
func TestNameIsReadAlikeFromItsCanonicalForm(t *testing.T) {
	for _, cell := range []string{"Иван ТОВ", "Ivan Mr", "Иван И. Иван", "Иван семья", "Иван Иванович семья", "AAоИван"} {
		if err := checkNameCell("name", cell); err != nil {
			t.Errorf("%s: %v", cell, err)
		}
	}
}

func checkNameCell(kind, text string) error {
	if kind == "name" && ParseName(text).Reason == schemas.UnknownName {
		return nil // the order of unknown words is assumed anew each time
	}
	if err := checkCell(kind, "RU", text); err != nil {
		return err
	}
	if kind != "name" {
		return nil
	}
	n := ParseName(text)
	for _, p := range [...]NamePart{n.Surname, n.Given, n.Patronymic, n.Former} {
		if p.Lo < 0 || p.Hi < p.Lo || p.Hi > len(text) {
			return errors.New("a part has its span outside of the cell")
		}
	}
	return nil
}

func FuzzNameCell(f *testing.F) {
	for i, s := range []string{"Петрова (Сидорова) Анна", "Иванову Петру Сергеевичу", "ООО «Ромашка», ИНН 7707083893", "Фамилия: Иванов Имя: Иван", "Мамед оглы", "Филиал ООО \"Ромашка\"", "Иванов и Петрова", "Анна-Мария"} {
		f.Add(uint8(i), s)
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		if len(text) > 1024 {
			return
		}
		if err := checkNameCell(nameKinds[int(kind)%len(nameKinds)], text); err != nil {
			t.Fatal(err)
		}
	})
}

package dedupe

import (
	"fmt"
	"testing"
)

// many gives cells of a column from a few patterns with a number in them.
func many(n int, patterns ...string) (out []string) {
	for i := range n {
		p := patterns[i%len(patterns)]
		if p == "" {
			out = append(out, "")
			continue
		}
		out = append(out, fmt.Sprintf(p, 10+i%80, 1+i%9))
	}
	return out
}

// Columns of exports that nobody wrote for us: systems put their name before each
// heading, a company is called a name, times of day and passports are no phones.
func TestRecogniseExports(t *testing.T) {
	letters := func(p string) (out []string) {
		for i := range 120 {
			out = append(out, fmt.Sprintf(p, string(rune('a'+i%26)), string(rune('a'+i/26))))
		}
		return out
	}
	cases := []struct {
		columns []RawColumn
		want    []Role
	}{
		{[]RawColumn{
			{"core_birth", many(120, "%[1]d.0%[2]d.1980")}, {"core_doc", many(120, "45%[1]d 12%[2]d0%[1]d")},
			{"crm_first", letters("Ann%s%s")}, {"crm_last", letters("Web%s%s")}, {"crm_created", many(120, "2023-0%[2]d-%[1]d 10:4%[2]d:00")},
		}, []Role{BirthDate, Document, Given, Surname, Text}},
		{[]RawColumn{{"Surname", letters("Web%s%s")}, {"Name", letters("Ann%s%s")}}, []Role{Surname, Given}},
		{[]RawColumn{{"Name", letters("Web%s%s LLC")}, {"Наименование", letters("ООО «Заря %s%s»")}}, []Role{OrgName, OrgName}},
		{[]RawColumn{{"Наименование", letters("клавиатура %s%s")}}, []Role{Text}},
		{[]RawColumn{{"Customer", letters("Anna %s Weber%s")}, {"Фамилия, имя, отчество", letters("Иванов%s Иван%s Иванович")}}, []Role{FullName, FullName}},
		{[]RawColumn{{"NOM", letters("Web%s%s")}, {"Prénom", letters("Ann%s%s")}, {"birth_dt", many(120, "1%[2]d.0%[2]d.%[1]d")}, {"MI", letters("%s%s")},
			{"mother's maiden name", letters("Kle%s%s")}, {"Имя отца", letters("Иван%s%s")}, {"country of birth", letters("Land%s%s")}},
			[]Role{Surname, Given, BirthDate, Patronymic, Text, Text, Code}},
		{[]RawColumn{{"passport series", many(120, "45 %[1]d")}, {"passport number", many(120, "%[1]d%[2]d0%[1]d")}, {"passport series and number", many(120, "45 0%[2]d %[1]d%[2]d0%[1]d")}},
			[]Role{Text, Document, Document}},
		{[]RawColumn{{"passport issue date", many(120, "20%[1]d-0%[2]d-10")}, {"phone type", letters("mobile%s%s")}}, []Role{Date, Text}},
		{[]RawColumn{{"contact", many(120, "+7 9%[1]d 12%[2]d 45 67")}, {"contact 2", many(120, "8 (9%[1]d) 12%[2]d-45-67")}}, []Role{Phone, Phone}},
	}
	for _, c := range cases {
		for i, g := range Recognise(c.columns) {
			if g.Role != c.want[i] && !(c.want[i] == Text && (g.Role == Date || g.Role == Code || g.Role == Ignore)) {
				t.Errorf("%s: %s (%s), want %s", c.columns[i].Name, g.Role, g.Why, c.want[i])
			}
		}
	}
}

// A product says its maker in the title, and its title in the description: one thing.
func TestRecogniseWordsWithin(t *testing.T) {
	makers, kinds := []string{"acme", "globex", "initech", "umbrella"}, []string{"printer", "camera", "lamp", "router", "phone"}
	cols := []RawColumn{{Name: "title"}, {Name: "maker"}, {Name: "description"}, {Name: "remark"}}
	for i := range 300 {
		m, k := makers[i%4], kinds[i%5]
		title := fmt.Sprintf("%s %s ab%d black", m, k, 1000+i*7)
		for c, v := range []string{title, m, fmt.Sprintf("black %s %s, fine colour %d", k, m, i%70), fmt.Sprintf("seen on shelf %d near the %s", i%50, kinds[i*3%5])} {
			cols[c].Values = append(cols[c].Values, v)
		}
	}
	want := []Role{Text, Ignore, Ignore, Text}
	for i, g := range Recognise(cols) {
		if g.Role != want[i] {
			t.Errorf("%s: %s (%s), want %s", cols[i].Name, g.Role, g.Why, want[i])
		}
	}
}

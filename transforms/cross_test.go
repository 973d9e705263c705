package transforms

import (
	"strings"
	"testing"

	"clientbase/schemas"
)

// The table of checks is data: ids once, both attributes known, a sentence.
func TestCrossCheckTable(t *testing.T) {
	seen := map[string]bool{}
	d := schemas.Builtin()
	own := map[string]bool{PartyKind: true, "account": true, "card_name": true} // of projects
	for _, c := range CrossChecks() {
		if seen[c.ID] || c.Version < 1 || c.Doc == "" || c.find == nil {
			t.Errorf("check %q: id twice, no version, no sentence or nothing to do", c.ID)
		}
		seen[c.ID] = true
		for _, a := range []string{c.A, c.B} {
			if _, ok := d.Attr(a); !ok && !own[a] {
				t.Errorf("%s reads %s, which is no attribute", c.ID, a)
			}
		}
		if got, ok := CrossCheckOf("date@2>" + c.Name()); !ok || got.ID != c.ID {
			t.Errorf("%s is not found by its chain", c.ID)
		}
	}
	if len(seen) < 12 {
		t.Errorf("%d checks", len(seen))
	}
	if _, ok := CrossCheckOf("date@2>nosuch@1"); ok {
		t.Error("an unknown check was found")
	}
}

// crossBatch is one record of attribute, cell pairs.
func crossBatch(party schemas.Party, pairs ...string) *schemas.Batch {
	b := batchOf(pairs[0], pairs[1])
	b.Party = []schemas.Party{party}
	for i := 2; i < len(pairs); i += 2 {
		col := &schemas.Cells{}
		col.Append(schemas.Cell{Value: pairs[i+1], Status: schemas.Raw, Field: uint16(len(b.Fields))})
		col.EndRow()
		b.In[pairs[i]] = col
		b.Fields, b.Format = append(b.Fields, "F-"+pairs[i]), append(b.Format, "")
	}
	return b
}

// A contradiction has two edges, each with its source column, the chain of its
// value and the check; the values stay as they are.
func TestCrossEdges(t *testing.T) {
	b := crossBatch(schemas.Person, "rnokpp", "1759013776", "birth_date", "29.02.1948")
	if err := Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	cells := b.Out[schemas.Conflicts].Row(0)
	if len(cells) != 2 {
		t.Fatalf("%d cells", len(cells))
	}
	for i, want := range []struct{ field, chain string }{{"F-birth_date", dateID + ">birth_rnokpp@1"}, {"F", rnokppID + ">birth_rnokpp@1"}} {
		c := cells[i]
		if c.Status != schemas.Conflict || c.Reason != schemas.DateDiffers || c.Value != "" || b.Fields[c.Field] != want.field || b.Chains[c.Chain] != want.chain {
			t.Errorf("side %d: %+v, field %s, chain %s", i, c, b.Fields[c.Field], b.Chains[c.Chain])
		}
	}
	if v := b.Out["birth_date"].Row(0)[0]; v.Value != "1948-02-29" || v.Status != schemas.OK {
		t.Errorf("the birth date was voted away: %+v", v)
	}
	if v := b.Out["rnokpp"].Row(0)[0]; v.Value != "1759013776" || v.Status != schemas.OK {
		t.Errorf("the number was voted away: %+v", v)
	}
}

// What agrees, what was made of the other side, and what is no value at all is
// no contradiction: such a batch gets no column.
func TestCrossSilence(t *testing.T) {
	for _, pairs := range [][]string{
		{"rnokpp", "1759013776", "birth_date", "28.02.1948"},
		{"rnokpp", "1759013776"},
		{"rnokpp", "1759013770", "birth_date", "01.01.1950"}, // the check digit fails
		{"rnokpp", "1759013776", "birth_date", "нет"},
		{"full_name", "Сова Иван Петрович", "gender", "м"},
		{"full_name", "Рева Иван Петрович", "gender", "м"},
		{"full_name", "Цой Анна Игоревна", "gender", "ж"},
		{"full_name", "Ivanov Maria", "gender", "f"},
		{"full_name", "Щербина Пётр Ильич"},
		{"full_name", "Саша Белых", "gender", "м"},
		{"patronymic", "Ильич", "father_name", "Илья"},
		{"patronymic", "Григорьевна", "father_name", "Григорій"},
		{"patronymic", "Мамед оглы", "father_name", "Мамед"},
		{"passport", "4514 123456", "birth_date", "01.01.2000"},
		{"passport", "АН123456", "birth_date", "01.01.2020"},
		{"phone", "+7 495 123-45-67", "address", "Московская обл., г. Химки, ул. Ленина, д. 1"},
		{"phone", "8 800 200-00-00", "address", "г. Самара, ул. Ленина, д. 1"},
		{"phone", "+7 846 333-22-11", "address", "с. Покровское, ул. Ленина, д. 1"},
		{"email", "info@romashka.ru", "full_name", "Петрова Анна Сергеевна"},
		{"email", "sergeev.a@mail.ru", "full_name", "Петрова Анна Сергеевна"},
		{"email", "roman.anna@mail.ru", "full_name", "Петрова Анна Сергеевна"},
	} {
		b := crossBatch(schemas.Person, pairs...)
		if err := Apply(b, nil); err != nil {
			t.Fatal(err)
		}
		if c := b.Out[schemas.Conflicts]; c != nil {
			t.Errorf("%v: %d cells, %s", pairs, c.Len(), b.Chains[c.Row(0)[0].Chain])
		}
	}
}

// Checks run on the record's own row, also when only some rows contradict.
func TestCrossRows(t *testing.T) {
	b := batchOf("rnokpp", "1759013776", "1759013776", "1759013776")
	born := &schemas.Cells{}
	for _, v := range []string{"28.02.1948", "01.03.1948", ""} {
		if v != "" {
			born.Append(schemas.Cell{Value: v, Status: schemas.Raw})
		}
		born.EndRow()
	}
	b.In["birth_date"] = born
	if err := Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	c := b.Out[schemas.Conflicts]
	if c == nil || c.Rows() != 3 || len(c.Row(0)) != 0 || len(c.Row(1)) != 2 || len(c.Row(2)) != 0 {
		t.Errorf("rows of the column: %+v", c)
	}
}

// The table of regions: every line has codes that no other line has.
func TestRegions(t *testing.T) {
	x := regions()
	if len(x.name) < 200 || len(x.phone) < 100 {
		t.Fatalf("%d names, %d area codes", len(x.name), len(x.phone))
	}
	phones, codes := map[string]bool{}, map[string]bool{}
	tsvRows(regionsTSV, 4, func(r []string) {
		for _, p := range strings.Split(r[1], ",") {
			if k := r[0] + p; phones[k] {
				t.Errorf("area code %s stands twice", k)
			} else {
				phones[k] = true
			}
			if r[0] == "7" && plan7[atoi(p)] != "fixed RU" || r[0] == "380" && plan380[atoi(p)] != "fixed UA" {
				t.Errorf("%s %s is no area code of the numbering plan", r[0], p)
			}
		}
		for _, span := range strings.Split(r[2], ",") {
			if k := r[0] + " " + span; codes[k] {
				t.Errorf("postcodes %s stand twice", k)
			} else {
				codes[k] = true
			}
		}
	})
	if a, b := x.ofPhone("+74951234567"), x.ofName("Москва"); a == 0 || len(b) != 1 || a != b[0] || x.ofPostcode("119021") != a {
		t.Error("Moscow is not one region")
	}
	if a := x.ofPhone("+380532123456"); a == 0 || a != x.ofPostcode("36000") || x.ofName("Полтава")[0] != a {
		t.Error("Poltava is not one region")
	}
	if x.ofPhone("+79161234567") != 0 || x.ofPhone("+380671234567") != 0 || x.ofPostcode("000000") != 0 {
		t.Error("a mobile phone or an unknown postcode has a region")
	}
}

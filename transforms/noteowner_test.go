package transforms

import (
	"strings"
	"testing"

	"clientbase/schemas"
)

// Each row: a note, and for each contact point in it whether it may be taken
// for the client's (c) or is another person's (o).
func TestWhoseNumber(t *testing.T) {
	for _, c := range [][2]string{
		// the number is another person's
		{"телефон жены 8 916 123-45-67", "o"},
		{"номер мамы: 89161234567", "o"},
		{"тел. мужа +7 (916) 123-45-67", "o"},
		{"8 916 123-45-67 - телефон сына", "o"},
		{"89161234567 (жена)", "o"},
		{"89161234567, это мама", "o"},
		{"мамин номер 89161234567", "o"},
		{"89161234567 мамин", "o"},
		{"жене Ольге звонить на 89161234567", "o"},
		{"не звонить жене на 89161234567", "o"},
		{"перезвонить дочери по тел 89161234567", "o"},
		{"у соседки телефон 89161234567", "o"},
		{"контакт представителя 89161234567", "o"},
		{"номер чужой, 89161234567", "o"},
		{"89161234567 не мой номер", "o"},
		{"номер бухгалтера 8-916-123-45-67", "o"},
		{"телефон дружини 067 123 45 67", "o"},
		{"0671234567 — чоловік", "o"},
		{"номер доньки +380671234567", "o"},
		{"+380671234567 сусідка", "o"},
		{"дзвонити синові 067 123 45 67", "o"},
		{"wife's phone +7 916 123-45-67", "o"},
		{"почта жены ivanova@mail.ru", "o"},
		// it is the client's, or nobody says otherwise
		{"тел 89161234567", "c"},
		{"новый телефон клиента 89161234567", "c"},
		{"это не телефон жены, а свой 89161234567", "c"},
		{"89161234567 не жены", "c"},
		{"не мамин номер 89161234567", "c"},
		{"другой номер 89161234567", "c"},
		{"інший номер 0671234567", "c"},
		{"номер новий, особистий: 0671234567", "c"},
		{"свой 89161234567", "c"},
		{"Женат. Телефон 89161234567", "c"},
		{"Живет с мамой. Телефон 89161234567", "c"},
		{"брал кредит, звонить 89161234567", "c"},
		{"дочерняя компания, тел 89161234567", "c"},
		// two numbers, two owners, both orders
		{"свой 89161234567, жены 89031234567", "co"},
		{"телефон жены 89161234567, свой 89031234567", "oc"},
		{"89161234567 (свой), 89031234567 (жены)", "co"},
		{"мой 0671234567; дружини 0501234567", "co"},
	} {
		region := "RU"
		if strings.Contains(c[0], "067") {
			region = "UA"
		}
		got := ""
		for _, f := range Note(c[0], region) {
			switch {
			case f.Kind != FindPhone && f.Kind != FindEmail:
			case f.Status.Usable():
				got += "c"
			case f.Reason == schemas.OfAnother && f.Value == "":
				got += "o"
			default:
				got += "?"
			}
		}
		if got != c[1] {
			t.Errorf("%s: %q, want %q", c[0], got, c[1])
		}
	}
}

// A record whose note gives the phone of another person has no phone, and says why.
func TestNoteRuleLeavesOthersPhones(t *testing.T) {
	b := &schemas.Batch{Rows: 2, Region: "RU", Party: []schemas.Party{schemas.Person, schemas.Person}, Fields: []string{"f"}, Out: map[string]*schemas.Cells{},
		In: map[string]*schemas.Cells{"note": rawCells("номер жены 8 916 123-45-67", "жены 8 916 123-45-67, свой 8 903 765-43-21"), "phone": rawCells("", "")}}
	if err := Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	first, second := b.Out["phone"].Row(0), b.Out["phone"].Row(1)
	if len(first) != 1 || first[0].Value != "" || first[0].Status != schemas.Ambiguous || first[0].Reason != schemas.OfAnother || b.In["note"].Row(0)[0].Value[first[0].Lo:first[0].Hi] != "8 916 123-45-67" {
		t.Errorf("the wife's: %v", first)
	}
	if len(second) != 2 || second[0].Value != "" || second[1].Value != "+79037654321" || second[1].Status != schemas.Assumed {
		t.Errorf("the wife's and the own: %v", second)
	}
}

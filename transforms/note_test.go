package transforms

import (
	"fmt"
	"strings"
	"testing"

	"clientbase/schemas"
)

// Each row: a note, and what is found in it as "kind channel status reason".
func TestOptOuts(t *testing.T) {
	for _, c := range [][2]string{
		{"Больше не звоните", "optout call ok opt_out_phrase"},
		{"Прошу не беспокоить", "optout  ok opt_out_phrase"},
		{"клиент просит больше не звонить и не писать", "optout call ok opt_out_phrase; optout  ok opt_out_phrase"},
		{"Не надо мне звонить!", "optout call ok opt_out_phrase"},
		{"не присылайте смс", "optout sms ok opt_out_phrase"},
		{"Просьба не отправлять рекламу на почту", "optout email ok opt_out_phrase"},
		{"Отказ от смс-рассылки", "optout sms ok opt_out_phrase"},
		{"клиентка отказалась от рекламных звонков", "optout call ok opt_out_phrase"},
		{"против звонков", "optout call ok opt_out_phrase"},
		{"отзываю согласие на обработку", "optout  ok opt_out_phrase"},
		{"Отпишите меня", "optout  ok opt_out_phrase"},
		{"хватит звонить", "optout call ok opt_out_phrase"},
		{"исключите мой номер из базы", "optout  ok opt_out_phrase"},
		{"не хочет получать рассылку", "optout  ok opt_out_phrase"},
		{"не желает, чтобы ему звонили", "optout call ok opt_out_phrase"},
		{"Не телефонуйте", "optout call ok opt_out_phrase"},
		{"Прошу більше не дзвонити", "optout call ok opt_out_phrase"},
		{"відмовляюсь від розсилки", "optout  ok opt_out_phrase"},
		{"Не турбуйте мене", "optout  ok opt_out_phrase"},
		{"не надсилайте СМС", "optout sms ok opt_out_phrase"},
		{"проти дзвінків", "optout call ok opt_out_phrase"},
		{"do not call", "optout call ok opt_out_phrase"},
		// denied
		{"не против звонков", "optout  invalid negated"},
		{"не відмовляється від розсилки", "optout  invalid negated"},
		{"не проти дзвінків", "optout  invalid negated"},
		// for a person to judge
		{"сказал, что жена просила не звонить", "optout call ambiguous opt_out_phrase"},
		{"просила не звонить мужу", "optout call ambiguous opt_out_phrase"},
		{"не звоните до 18:00", "optout call ambiguous opt_out_phrase"},
		{"не звонить сегодня", "optout call ambiguous opt_out_phrase"},
		{"спрашивает, почему не звоните", "optout call ambiguous opt_out_phrase"},
		// nothing of the kind
		{"не дозвонились", ""},
		{"клиент не звонил", ""},
		{"не берет трубку, перезвонить завтра", ""},
		{"просил перезвонить", ""},
		{"не забудьте позвонить", ""},
		{"согласен на рассылку", ""},
		{"отказ от кредита", ""},
		{"не против", ""},
	} {
		var got []string
		for _, f := range Note(c[0], "RU") {
			got = append(got, fmt.Sprintf("%s %s %s %s", f.Kind, f.Channel, f.Status, f.Reason))
			if f.Lo >= f.Hi || f.Hi > len(c[0]) {
				t.Errorf("%s: span %d:%d", c[0], f.Lo, f.Hi)
			}
		}
		if s := strings.Join(got, "; "); s != c[1] {
			t.Errorf("%s\n  gives %s\n  want  %s", c[0], s, c[1])
		}
	}
}

func TestNoteFindings(t *testing.T) {
	for _, c := range [][3]string{ // note, findings as kind=value at text, masked
		{"звонила с 8 (916) 123-45-67, почта ivanova@mail.ru", "phone=+79161234567, email=ivanova@mail.ru", "звонила с [phone …67], почта [email]"},
		{"тел. +380501234567 доб нет", "phone=+380501234567", "тел. [phone …67] доб нет"},
		{"карта 4111 1111 1111 1111 утеряна", "card=", "карта [card] утеряна"},
		{"паспорт серия 4509 номер 123456, сумма 150000 руб", "number=", "паспорт серия 4509 номер [number], сумма 150000 руб"},
		{"ИНН 500100732259, паспорт 4509 123456", "number=, number=", "ИНН [number], паспорт [number]"},
		{"визит 12.03.2024, сумма 150 000", "", "визит 12.03.2024, сумма 150 000"},
		{"просит не звонить на 89161234567", "optout=objection, phone=+79161234567", "просит не звонить на [phone …67]"},
	} {
		found := Note(c[0], "RU")
		var got []string
		for _, f := range found {
			got = append(got, string(f.Kind)+"="+f.Value)
		}
		if s := strings.Join(got, ", "); s != c[1] {
			t.Errorf("%s\n  gives %s\n  want  %s", c[0], s, c[1])
		}
		if m := Mask(c[0], found); m != c[2] {
			t.Errorf("masked: %s, want %s", m, c[2])
		}
	}
}

func TestNotePhoneOnlyContact(t *testing.T) {
	b := &schemas.Batch{Rows: 2, Region: "RU", Party: []schemas.Party{schemas.Person, schemas.Person}, Fields: []string{"f"}, Out: map[string]*schemas.Cells{},
		In: map[string]*schemas.Cells{"note": rawCells("моб 8 916 123-45-67", "моб 8 916 123-45-67"), "phone": rawCells("", "8 903 765-43-21")}}
	if err := Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	first, second := b.Out["phone"].Row(0), b.Out["phone"].Row(1)
	if len(first) != 1 || first[0].Value != "+79161234567" || first[0].Reason != schemas.FoundInText || b.In["note"].Row(0)[0].Value[first[0].Lo:first[0].Hi] != "8 916 123-45-67" {
		t.Errorf("a record without contacts: %v", first)
	}
	if len(second) != 1 || second[0].Value != "+79037654321" {
		t.Errorf("a record with a phone keeps to it: %v", second)
	}
}

func FuzzNote(f *testing.F) {
	for _, s := range []string{"не звоните 89161234567 a@b.ru", "@@@.", "+(((", "не", "\xff@\xff.ru", "8 800 — 5", "отказ от"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		found := Note(s, "RU")
		for _, x := range found {
			if x.Lo < 0 || x.Hi > len(s) || x.Lo >= x.Hi {
				t.Errorf("span %d:%d of %d bytes", x.Lo, x.Hi, len(s))
			}
		}
		Mask(s, found)
	})
}

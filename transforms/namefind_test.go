package transforms

import (
	"slices"
	"strings"
	"testing"
)

// A note and the people that it names.
func TestFindNames(t *testing.T) {
	for _, c := range [][]string{
		{"Звонила Иванову Петру Сергеевичу, не ответил", "Иванов Пётр Сергеевич"},
		{"Клиент просил перезвонить Марии Ивановой после 18:00", "Иванова Мария"},
		{"разговор с Шевченком Тарасом Григоровичем та Коваль Оленою Петрівною", "Шевченко Тарас Григорович", "Коваль Олена Петрівна"},
		{"Иванов Иван Иванович подтвердил адрес. Петрова Анна не отвечает", "Иванов Иван Иванович", "Петрова Анна"},
		{"Договор в Сбербанке России, Тверская улица"},
		{"Передать документы Ивану Петровичу", "Иван Петрович"},
		{"Москва Нижний Новгород"},
		{""},
	} {
		var got []string
		for _, f := range FindNames(c[0]) {
			got = append(got, f.Name.Full)
			if strings.TrimSpace(c[0][f.Lo:f.Hi]) != c[0][f.Lo:f.Hi] {
				t.Errorf("span %d–%d of %s", f.Lo, f.Hi, c[0])
			}
		}
		if !slices.Equal(got, c[1:]) {
			t.Errorf("%s\n  names %v\n  want  %v", c[0], got, c[1:])
		}
	}
}

func FuzzFindNames(f *testing.F) {
	f.Add("Звонила Иванову Петру Сергеевичу")
	f.Add("А'Б -В Ґе́ \xff Ия Ев")
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, n := range FindNames(s) {
			if n.Lo < last || n.Hi <= n.Lo || n.Hi > len(s) {
				t.Fatalf("span %d–%d after %d of %d bytes", n.Lo, n.Hi, last, len(s))
			}
			last = n.Hi
		}
	})
}

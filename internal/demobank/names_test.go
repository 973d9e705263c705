package demobank

import "testing"

func TestPatronymics(t *testing.T) {
	for _, c := range []struct {
		father string
		got    [2]string
		son    string
		girl   string
	}{
		{"Дмитрий", patronymicsRu("Дмитрий"), "Дмитриевич", "Дмитриевна"}, {"Григорий", patronymicsRu("Григорий"), "Григорьевич", "Григорьевна"},
		{"Илья", patronymicsRu("Илья"), "Ильич", "Ильинична"}, {"Сергей", patronymicsRu("Сергей"), "Сергеевич", "Сергеевна"},
		{"Игорь", patronymicsRu("Игорь"), "Игоревич", "Игоревна"}, {"Иван", patronymicsRu("Иван"), "Иванович", "Ивановна"},
		{"Микола", patronymicsUk("Микола"), "Миколайович", "Миколаївна"}, {"Григорій", patronymicsUk("Григорій"), "Григорович", "Григорівна"},
		{"Сергій", patronymicsUk("Сергій"), "Сергійович", "Сергіївна"}, {"Петро", patronymicsUk("Петро"), "Петрович", "Петрівна"},
		{"Василь", patronymicsUk("Василь"), "Васильович", "Василівна"}, {"Яків", patronymicsUk("Яків"), "Якович", "Яківна"},
	} {
		if c.got != [2]string{c.son, c.girl} {
			t.Errorf("%s: %v", c.father, c.got)
		}
	}
}

func TestSurnamesBetweenLanguagesAndSexes(t *testing.T) {
	for in, want := range map[string]string{"Григорьев": "Григор'єв", "Соловьёв": "Соловйов", "Сергеев": "Сергєєв", "Ковалёв": "Ковальов",
		"Достоевский": "Достоєвський", "Лисицын": "Лисицин", "Васильев": "Васильєв"} {
		if got := toUk(in); got != want {
			t.Errorf("%s in Ukrainian: %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"Шевченко": "Шевченко", "Левицький": "Левицкий", "Олійник": "Олийник", "Підгорний": "Пидгорный"} {
		if got := toRu(in); got != want {
			t.Errorf("%s in Russian: %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"Иванов": "Иванова", "Достоевский": "Достоевская", "Чёрный": "Чёрная", "Шевченко": "Шевченко", "Черных": "Черных"} {
		if got := feminineRu(in); got != want {
			t.Errorf("she is %s, want %s", got, want)
		}
	}
	for in, want := range map[string]string{"Левицький": "Левицька", "Чорний": "Чорна", "Ткачук": "Ткачук", "Ковальов": "Ковальова"} {
		if got := feminineUk(in); got != want {
			t.Errorf("she is %s, want %s", got, want)
		}
	}
}

func TestLatinBySchemes(t *testing.T) {
	for _, c := range []struct {
		name string
		sc   scheme
		want string
	}{
		{"Юрий", icao2014, "IURII"}, {"Юрий", mvd1997, "YURIY"}, {"Цой", gost2006, "TCOI"}, {"Цой", icao2014, "TSOI"}, {"Щукина", icao2014, "SHCHUKINA"},
		{"Подъячев", icao2014, "PODIEIACHEV"}, {"Згурський", kmu2010, "ZGHURSKYI"}, {"Юрій", kmu2010, "YURII"}, {"Юрій", ua2007, "IURII"},
		{"Гнатюк", kmu2010, "HNATIUK"}, {"Гнатюк", ua2007, "GNATIUK"}, {"Мар'яна", kmu2010, "MARIANA"}, {"Їжак", kmu2010, "YIZHAK"},
	} {
		if got := latin(c.name, c.sc); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestDeclension(t *testing.T) {
	men, women := loadGiven()
	find := func(g *givenNames, ru string) *given {
		for i := range g.list {
			if g.list[i].ru == ru {
				return &g.list[i]
			}
		}
		t.Fatalf("no name %s", ru)
		return nil
	}
	pavel := find(men, "Павел")
	p := &person{hh: &household{country: 'R'}, sex: 'm', given: find(men, "Пётр"), father: pavel, fam: surname{"Иванов", "Іванов"}}
	if got := p.declined(false, dative).joined(); got != "Иванову Петру Павловичу" {
		t.Error(got)
	}
	w := &person{hh: &household{country: 'U'}, sex: 'f', given: find(women, "Ольга"), father: pavel, fam: surname{"Левицкий", "Левицький"}}
	if got := w.declined(true, dative).joined(); got != "Левицькій Ользі Павлівні" {
		t.Error(got)
	}
	if got := w.declined(false, instrumental).joined(); got != "Левицкой Ольгой Павловной" {
		t.Error(got)
	}
}

func TestCharsets(t *testing.T) {
	if got := cp1251.encode(nil, "Ёж їі"); string(got) != "\xa8\xe6 \xbf\xb3" {
		t.Errorf("CP1251: % x", got)
	}
	if got := koi8u.encode(nil, "Ємі"); string(got) != "\xb4\xcd\xa6" {
		t.Errorf("KOI8-U: % x", got)
	}
	if got := appendEBCDIC(nil, "1240 AZ"); string(got) != "\xf1\xf2\xf4\xf0\x40\xc1\xe9" {
		t.Errorf("EBCDIC: % x", got)
	}
}

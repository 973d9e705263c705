package scan

import (
	"fmt"
	"strings"
	"testing"
)

// Twenty short rows in capitals, as legacy systems write them. Nobody real.
const ruRows = `1;ИВАНОВ;ИВАН;МОСКВА
2;ПЕТРОВА;АННА;ТВЕРЬ
3;СИДОРОВ;ПЕТР;ОМСК
4;КУЗНЕЦОВА;ОЛЬГА;УФА
5;СМИРНОВ;ОЛЕГ;ПЕРМЬ
6;ВОЛКОВА;ИННА;КАЗАНЬ
7;ЗАЙЦЕВ;ЮРИЙ;САМАРА
8;ПАВЛОВА;ЕЛЕНА;ТУЛА
9;СЕМЕНОВ;ИГОРЬ;ПСКОВ
10;ГОЛУБЕВА;РИТА;ЧИТА
11;ЩЕРБАКОВ;ЛЕВ;КЛИН
12;ОРЛОВА;МАЙЯ;ТОМСК
13;МАКАРОВ;ГЛЕБ;ОРЕЛ
14;НИКИТИНА;ЯНА;ВЫБОРГ
15;ФРОЛОВ;МАКСИМ;КУРСК
16;БЕЛЯЕВА;ЛИДИЯ;СОЧИ
17;ТАРАСОВ;ФЕДОР;ЯЛТА
18;БЕЛОВА;НИНА;РЖЕВ
19;КОМАРОВ;СТЕПАН;ДНО
20;ЖУКОВА;ЗОЯ;ВЯЗЬМА
`

const ukRows = `1;ШЕВЧЕНКО;ІВАН;КИЇВ
2;КОВАЛЕНКО;ОЛЕНА;ЛЬВІВ
3;БОНДАРЕНКО;ЮРІЙ;ОДЕСА
4;ТКАЧЕНКО;ГАННА;ДНІПРО
5;КРАВЧЕНКО;ПЕТРО;СУМИ
6;ОЛІЙНИК;МАРІЯ;РІВНЕ
7;ШЕВЧУК;АНДРІЙ;ЛУЦЬК
8;ПОЛІЩУК;ІРИНА;УЖГОРОД
9;ЛИСЕНКО;БОГДАН;ЧЕРКАСИ
10;САВЧЕНКО;НАДІЯ;ЖИТОМИР
11;РУДЕНКО;ЄВГЕН;ХАРКІВ
12;МАРЧЕНКО;ОКСАНА;ПОЛТАВА
13;МОРОЗ;ТАРАС;ВІННИЦЯ
14;КЛИМЕНКО;ЮЛІЯ;ХЕРСОН
15;ПАВЛЮК;МИКОЛА;ЧЕРНІВЦІ
16;ЇЖАК;ЄВА;ІЗМАЇЛ
17;МЕЛЬНИК;ОСТАП;ТЕРНОПІЛЬ
18;ГОНЧАР;ЛЮБОВ;НІЖИН
19;СИДОРЕНКО;ІЛЛЯ;УМАНЬ
20;ДЯЧЕНКО;ВІРА;КОВЕЛЬ
`

func title(s string) string { return strings.ToUpper(s[:2]) + strings.ToLower(s[2:]) }

func TestDetectShortCyrillicRows(t *testing.T) {
	mixed := func(s string) string {
		f := strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '\n' })
		for i, w := range f {
			if w[0] >= 0x80 {
				f[i] = title(w)
			}
		}
		return strings.Join(f, ";")
	}
	for name, text := range map[string]string{"ru upper": ruRows, "uk upper": ukRows, "ru title": mixed(ruRows), "uk title": mixed(ukRows),
		"ru lower": strings.ToLower(ruRows), "uk lower": strings.ToLower(ukRows)} {
		for _, cs := range []Charset{UTF8, CP1251, CP866, KOI8R, KOI8U, ISO88595, MacCyr, UTF16LE, UTF16BE} {
			t.Run(fmt.Sprint(name, "/", cs), func(t *testing.T) {
				raw := encodeAs(t, text, cs)
				d := Detect(raw)
				got, ok := Decode(nil, raw[d.BOM:], d.Charset)
				if string(got) != text || !ok {
					t.Errorf("found %q: %s", d.Charset, d.Proof)
				}
				if !d.Sure || d.Proof == "" {
					t.Errorf("not sure: %s", d.Proof)
				}
				// Charsets that read a sample alike are one answer.
				if d.Charset != cs && string(got) != text {
					t.Errorf("want %s", cs)
				}
			})
		}
	}
}

func TestDetectTwentyRowsInAnyWindow(t *testing.T) {
	for _, text := range []string{ruRows, ukRows} {
		rows := strings.SplitAfter(text, "\n")
		for _, cs := range []Charset{CP1251, CP866, KOI8R, KOI8U, ISO88595} {
			for i := 0; i+5 < len(rows); i++ {
				part := strings.Join(rows[i:i+5], "")
				m, skip := encode(part, cs)
				if skip {
					continue
				}
				d := Detect(m)
				if got, _ := Decode(nil, m, d.Charset); string(got) != part {
					t.Errorf("%s, five rows from %d: %s", cs, i, d.Proof)
				}
			}
		}
	}
}

func encode(s string, cs Charset) (out []byte, cannot bool) {
	for _, r := range s {
		found := false
		for b, d := range decoders[cs] {
			if d == r {
				out, found = append(out, byte(b)), true
				break
			}
		}
		if !found {
			return nil, true
		}
	}
	return out, false
}

func TestDetectOthers(t *testing.T) {
	for want, raw := range map[Charset][]byte{
		ASCII:  []byte("id;name\n1;John\n"),
		UTF8:   []byte("\xEF\xBB\xBFid;name\n"),
		CP1252: []byte("1;M\xFCller;K\xF6ln\n2;Garc\xEDa;M\xE1laga\n"),
		"":     []byte("\x81\x02\xA6\xB9\xCB\x8D\x00\x90\xB7\xBB\x01\xDB\xF8"),
	} {
		if d := Detect(raw); d.Charset != want {
			t.Errorf("want %q, got %q: %s", want, d.Charset, d.Proof)
		}
	}
	cut := []byte("имя;фамилия")
	if d := Detect(cut[:len(cut)-1]); d.Charset != UTF8 {
		t.Errorf("a sample cut inside a character: %s", d.Proof)
	}
}

func TestRawSpan(t *testing.T) {
	text := "Клиент Иванов, карта"
	for _, cs := range []Charset{UTF8, CP1251, KOI8U, UTF16LE, UTF16BE} {
		raw := encodeAs(t, text, cs)
		lo := strings.Index(text, "Иванов")
		s := RawSpan([]byte(text), Span{lo, lo + len("Иванов")}, cs)
		if got, _ := Decode(nil, raw[s.Lo:s.Hi], cs); string(got) != "Иванов" {
			t.Errorf("%s: span %v", cs, s)
		}
	}
}

func TestParseCharset(t *testing.T) {
	for name, want := range map[string]Charset{"Windows-1251": CP1251, "IBM866": CP866, "utf8": UTF8, "KOI8_U": KOI8U, "x-mac-cyrillic": MacCyr} {
		if got, ok := ParseCharset(name); !ok || got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if _, ok := ParseCharset("cp1521"); ok {
		t.Error("unknown name accepted")
	}
}

func BenchmarkDetect(b *testing.B) {
	raw, _ := encode(strings.Repeat(ruRows, 100), CP1251)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Detect(raw)
	}
}

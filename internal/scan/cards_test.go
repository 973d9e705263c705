package scan

import (
	"bytes"
	"math/rand"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// Published test numbers of the schemes; none belongs to a person.
var pans = []string{"4111111111111111", "5555555555554444", "2223003122003222", "2200123456789019", "378282246310005",
	"6212345678900000003", "4000000000000000006", "8600123456789015", "9860123456789018"}

func TestLuhnAndFamilies(t *testing.T) {
	for _, p := range fixLuhn(pans) {
		if !Luhn(p) || CardFamily(p) == "" {
			t.Errorf("%d digits starting %s: luhn %v family %q", len(p), p[:4], Luhn(p), CardFamily(p))
		}
	}
	if Luhn("") || Luhn("41111111111111x1") || Luhn("4111111111111112") {
		t.Error("Luhn accepts what it must not")
	}
}

// fixLuhn replaces the last digit so that the check holds.
func fixLuhn(in []string) []string {
	var out []string
	for _, p := range in {
		for d := 0; d < 10; d++ {
			if q := p[:len(p)-1] + strconv.Itoa(d); Luhn(q) {
				out = append(out, q)
			}
		}
	}
	return out
}

func inFours(p, sep string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if i > 0 && i%4 == 0 {
			b.WriteString(sep)
		}
		b.WriteByte(p[i])
	}
	return b.String()
}

func TestPlantedCardsAreFound(t *testing.T) {
	around := []struct{ pre, post string }{{"", ""}, {"карта ", " до 05/26"}, {"(", ")"}, {"N", ";"}, {"тел. 8 926 123-45-67, карта: ", ""},
		{"1. ", " 123"}, {"номер\n", "\nдалее"}, {"пишет: ", " Иванов О."}, {"x=", ".0"}}
	for _, p := range fixLuhn(pans) {
		forms := []string{p, p[:6] + " " + p[6:], p[:len(p)/2] + "\n" + p[len(p)/2:], p[:5] + "\r\n" + p[5:], strings.Replace(p, "0", "О", 1)}
		if len(p) == 15 {
			forms = []string{p, p[:4] + " " + p[4:10] + " " + p[10:], inFours(p, "-")}
		} else if len(p) == 16 {
			for _, sep := range []string{" ", "-", ".", "\u00a0", "  ", " - ", "\u202f", "\u2011", "\n"} {
				forms = append(forms, inFours(p, sep))
			}
			forms = append(forms, strings.Join(strings.Split(p, ""), " "), p[:8]+" "+p[8:], p[:4]+" "+p[4:], inFours(p, " ")[:12]+"\n"+inFours(p, " ")[12:],
				strings.NewReplacer("1", "l").Replace(p[:1])+p[1:])
		}
		for _, f := range forms {
			if f[0] < '0' || f[0] > '9' {
				continue
			}
			for _, a := range around {
				text := a.pre + f + a.post
				got := Cards(text)
				if len(got) != 1 || digitsIn(text[got[0].Lo:got[0].Hi]) != len(p) {
					t.Errorf("planted %s-digit card, shape %q: %d spans", strconv.Itoa(len(p)), shapeOf(text), len(got))
				}
			}
		}
	}
}

func digitsIn(s string) int {
	us, _ := panUnits(nil, []byte(s), UTF8)
	n := 0
	for _, u := range us {
		if u.cls.k == digit {
			n++
		}
	}
	for _, r := range s {
		if classOf(r).k == looks {
			n++
		}
	}
	return n
}

func shapeOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '9'
		}
		return r
	}, s)
}

func TestTwoCardsInOneLine(t *testing.T) {
	if got := Cards("4111 1111 1111 1111 5555 5555 5555 4444"); len(got) != 2 {
		t.Errorf("%d spans", len(got))
	}
	if got := Cards("4111111111111111 5555555555554444"); len(got) != 2 {
		t.Errorf("%d spans", len(got))
	}
}

func TestOtherNumbersDoNotFire(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	num := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('0' + r.Intn(10))
		}
		return string(b)
	}
	for range 20000 {
		for _, s := range []string{
			"4070281" + num(13), "40817810" + num(12), inFours("42301810"+num(12), " "), // accounts
			"UA21" + num(25), "UA" + inFours("21"+num(25), " ")[0:], "UA21 " + inFours(num(25), " "),
			"+4" + num(13), "0.4" + num(15), "55.4" + num(14),
			"8 926 " + num(3) + " " + num(2) + " " + num(2) + " 8 495 " + num(3) + " " + num(2) + " " + num(2),
			"4951" + num(6) + " 4951" + num(6), "8926" + num(7) + ", 8495" + num(7),
			"495" + num(4) + "\n499" + num(4) + "\n495" + num(4),
			"45 09 " + num(6) + " 770-001", "4509 " + num(6) + " 12.05.2010", "4205" + num(6) + " 420501001",
			"2026-01-31 12:34:56." + num(6), "4" + num(10), "4" + num(19), "4" + num(24),
			"41" + num(6) + "\n41" + num(6) + "\n41" + num(6),
		} {
			if got := Cards(s); len(got) != 0 {
				t.Fatalf("fires on shape %q", shapeOf(s))
			}
		}
	}
}

func TestRandomSixteenDigitsFireByArithmeticOnly(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	hits, visa := 0, 0
	for range 50000 {
		b := make([]byte, 16)
		for i := range b {
			b[i] = byte('0' + r.Intn(10))
		}
		if b[0] == '4' {
			visa++
			hits += len(Cards(string(b)))
		}
	}
	if share := float64(hits) / float64(visa); share < 0.08 || share > 0.12 {
		t.Errorf("share of random Visa-like numbers = %.3f, 1 in 10 expected", share)
	}
}

func TestMaskKeepsLengthAndIsStable(t *testing.T) {
	text := []byte("карта 4111 1111 1111 1111, вторая ４１１１１１１１１１１１１１１１ и 5555555555554444")
	want := len(text)
	if n := MaskCards(text); n != 3 || len(text) != want {
		t.Fatalf("masked %d, length %d, want 3 and %d", n, len(text), want)
	}
	if !bytes.Contains(text, []byte("4111 11** **** 1111")) || !bytes.Contains(text, []byte("555555******4444")) {
		t.Error("first six and last four must stay")
	}
	if MaskCards(text) != 0 {
		t.Error("masking twice finds something")
	}
}

func TestMaskInOtherCharsets(t *testing.T) {
	text := "Клиент просил\u00a0карту 4111\u00a01111\u00a01111\u00a01111 закрыть"
	want := "Клиент просил\u00a0карту 4111\u00a011**\u00a0****\u00a01111 закрыть"
	for _, cs := range []Charset{CP1251, CP866, KOI8R, KOI8U, ISO88595, MacCyr, UTF16LE, UTF16BE} {
		raw := encodeAs(t, text, cs)
		n := len(raw)
		if MaskCardsIn(raw, cs) != 1 || len(raw) != n {
			t.Errorf("%s: not masked", cs)
			continue
		}
		if got, _ := Decode(nil, raw, cs); string(got) != want {
			t.Errorf("%s: masked wrongly", cs)
		}
	}
	e := []byte{0xC1, 0x40, 0xF4, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0xF1, 0x40}
	if MaskCardsIn(e, CP500) != 1 || e[8] != 0x5C || e[7] != 0xF1 || e[14] != 0xF1 {
		t.Error("EBCDIC card not masked in EBCDIC")
	}
}

// encodeAs is the tests' own encoder.
func encodeAs(t testing.TB, s string, cs Charset) []byte {
	t.Helper()
	var m *charmap.Charmap
	switch cs {
	case UTF16LE, UTF16BE:
		var out []byte
		for _, u := range utf16.Encode([]rune(s)) {
			if cs == UTF16LE {
				out = append(out, byte(u), byte(u>>8))
			} else {
				out = append(out, byte(u>>8), byte(u))
			}
		}
		return out
	case UTF8:
		return []byte(s)
	case CP1251:
		m = charmap.Windows1251
	case CP866:
		m = charmap.CodePage866
	case KOI8R:
		m = charmap.KOI8R
	case KOI8U:
		m = charmap.KOI8U
	case ISO88595:
		m = charmap.ISO8859_5
	case MacCyr:
		m = charmap.MacintoshCyrillic
	}
	out, err := m.NewEncoder().String(s)
	if err != nil {
		t.Skipf("%s cannot hold this text", cs)
	}
	return []byte(out)
}

func TestMaskPAN(t *testing.T) {
	for in, want := range map[string]string{
		"4111111111111112":    "411111******1112", // fails Luhn, masked all the same
		"4111-1111-1111-1112": "4111-11**-****-1112",
		"411111******1111":    "411111******1111",
		"411111…1111":         "411111…1111",
		"1234567890":          "******7890",
		"12345":               "*****",
		"":                    "",
		"нет":                 "нет",
	} {
		b := []byte(in)
		MaskPAN(b, UTF8)
		if string(b) != want {
			t.Errorf("%s → %s, want %s", in, b, want)
		}
	}
	if PANDigits([]byte("4111 1111 1111 1112")) != "4111111111111112" || PANDigits([]byte("411111******1111")) != "" {
		t.Error("digits for the token")
	}
}

func TestSafeCutNeverSplitsACard(t *testing.T) {
	text := strings.Repeat("слово 4111 1111 1111 1111 слово ", 50)
	for i := 40; i < len(text); i++ {
		n := SafeCut([]byte(text[:i]), UTF8)
		if len(Cards(text[:n]))+len(Cards(text[n:])) != 50 {
			t.Fatalf("cut at %d splits a card", n)
		}
	}
}

func FuzzMaskCards(f *testing.F) {
	f.Add("карта 4111 1111 1111 1111 до 05/26")
	f.Add("４１１１-1111 O111\n1111 1111|1111")
	f.Fuzz(func(t *testing.T, s string) {
		for _, cs := range []Charset{UTF8, CP1251, UTF16LE, CP500} {
			b := []byte(s)
			MaskCardsIn(b, cs)
			if len(b) != len(s) {
				t.Fatal("length changed")
			}
			if MaskCardsIn(b, cs) != 0 {
				t.Fatal("a masked text still holds a card")
			}
			MaskPAN(b, cs)
		}
	})
}

func BenchmarkMaskCardsPlainRow(b *testing.B) {
	row := []byte("100245;ИВАНОВ;ИВАН;ИВАНОВИЧ;12.03.1985;+7 916 123-45-67;ivanov@example.ru;г. Москва, ул. Ленина, д. 5, кв. 12;40817810099910004312;1500,00")
	b.SetBytes(int64(len(row)))
	for b.Loop() {
		MaskCards(row)
	}
}

func BenchmarkMaskCardsNoDigits(b *testing.B) {
	row := []byte(strings.Repeat("Клиент просил перезвонить завтра после обеда. ", 20))
	b.SetBytes(int64(len(row)))
	for b.Loop() {
		MaskCards(row)
	}
}

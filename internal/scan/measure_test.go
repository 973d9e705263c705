package scan

import (
	"math/rand"
	"testing"
)

// TestCardsMeasured plants card numbers of all families in notes, with every
// separator and with look-alike digits, and shows the detector account numbers
// in the spellings of payment orders. All cards must be found; an account may
// be taken for a card once in 10,000.
func TestCardsMeasured(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	num := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('0' + r.Intn(10))
		}
		return string(b)
	}
	heads := []string{"4", "51", "55", "2221", "2720", "2200", "2204", "34", "37", "62", "8600", "9860", "6761", "3528", "9804"}
	card := func() string {
		h := heads[r.Intn(len(heads))]
		n := 16
		switch {
		case h == "34" || h == "37":
			n = 15
		case h == "4" && r.Intn(8) == 0:
			n = 13
		case (h == "2200" || h == "62") && r.Intn(4) == 0:
			n = 19
		}
		d := h + num(n-len(h)-1)
		for c := range 10 {
			if s := d + string(byte('0'+c)); Luhn(s) {
				return s
			}
		}
		return ""
	}
	seps := []string{"", " ", "-", ".", "\u00a0", "  ", " - ", "\u202f", "\n", "\t", "_", "\u200b", "–"}
	pre := []string{"", "карта ", "№", "к/", "клиент просит перевыпустить ", "(", "тел. 8 926 123-45-67, карта ", "сч. 40817810099910004312 карта "}
	post := []string{"", ".", " руб", ", дом 5", ")", "; позвонить 12.05", " до 05/27"}
	looks := map[byte]string{'0': "О", '1': "l", '3': "З", '4': "Ч", '6': "б"}
	planted, found := 0, 0
	for range 6000 {
		d := card()
		text := d
		switch {
		case len(d) == 15 && r.Intn(2) == 0:
			sep := seps[1+r.Intn(len(seps)-1)]
			text = d[:4] + sep + d[4:10] + sep + d[10:]
		case len(d) >= 16:
			text = inFours(d, seps[r.Intn(len(seps))])
		}
		for range r.Intn(3) {
			i := r.Intn(len(text))
			if l := looks[text[i]]; l != "" && (i > 0 || len(d) == 16) {
				text = text[:i] + l + text[i+1:]
			}
		}
		line := pre[r.Intn(len(pre))] + text + post[r.Intn(len(post))]
		planted++
		hit := false
		for _, s := range Cards(line) {
			hit = hit || PANDigits([]byte(line[s.Lo:s.Hi])) == d
		}
		if hit {
			found++
		} else if planted-found < 8 {
			t.Errorf("not found: shape %q", shapeOf(line))
		}
	}
	accounts, alarms := 0, 0
	for range 15000 {
		a := []string{"40817", "42301", "40702", "40802", "45507", "30101", "47422", "20202"}[r.Intn(8)] + []string{"810", "840", "978", "643"}[r.Intn(4)] + num(12)
		for _, s := range []string{a, inFours(a, " "), a[:5] + " " + a[5:8] + " " + a[8:9] + " " + a[9:13] + " " + a[13:], a[:5] + "." + a[5:8] + "." + a[8:9] + "." + a[9:], "р/с " + a + " БИК 044525225", a + "/044525225",
			"UA" + num(2) + num(6) + "00000" + num(14), "UA" + inFours(num(27), " ")} {
			accounts++
			if got := Cards(s); len(got) > 0 {
				if alarms++; alarms < 8 {
					t.Logf("false alarm: shape %q, at %v", shapeOf(s), got)
				}
			}
		}
	}
	t.Logf("%d of %d planted cards found; %d false alarms in %d account numbers", found, planted, alarms, accounts)
	if found != planted || alarms*10000 > accounts {
		t.Errorf("%d of %d cards found; %d alarms in %d accounts", found, planted, alarms, accounts)
	}
}

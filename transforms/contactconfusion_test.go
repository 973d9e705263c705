package transforms

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"clientbase/schemas"
)

// TestContactConfusion types known phones and dates as people do and counts
// verdicts that are sure (ok, corrected) and wrong: at most one in 1,000, with a
// sure or assumed value for at least 97 of 100.
func TestContactConfusion(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 4))
	var phones, dates confusion
	for range 20000 {
		e164, region, text := dirtyPhone(rng)
		got := cleanOne("phone", region, text)
		phones.add(e164, got[0], len(got), text)
	}
	for range 200 { // columns of one order each, as exports have them
		var want, cells []string
		style := rng.IntN(7)
		for range 100 {
			y, m, d := 1930+rng.IntN(85), 1+rng.IntN(12), 1+rng.IntN(28)
			want = append(want, fmt.Sprintf("%04d-%02d-%02d", y, m, d))
			cells = append(cells, dirtyDate(rng, style, y, m, d))
		}
		c, _ := CleanKind("date", "RU")
		for _, s := range cells {
			c.Add(s, nil)
		}
		i := 0
		c.Close(func(rs []Result) { dates.add(want[i], rs[0], 1, cells[i]); i++ })
	}
	for name, c := range map[string]*confusion{"phones": &phones, "dates": &dates} {
		t.Logf("%s: %d cells, %d sure and wrong, coverage %.2f %%", name, c.all, c.wrong, 100*float64(c.covered)/float64(c.all))
		if c.wrong*1000 > c.all || c.covered*100 < c.all*97 {
			t.Errorf("%s: %d of %d sure and wrong, %d covered; for example %q", name, c.wrong, c.all, c.covered, c.example)
		}
	}
}

type confusion struct {
	all, wrong, covered int
	example             []string
}

func (c *confusion) add(want string, r Result, n int, text string) {
	c.all++
	if r.Status.Usable() {
		c.covered++
	}
	sure := r.Status == schemas.OK || r.Status == schemas.Corrected
	if sure && r.Out != want || n > 1 {
		c.wrong++
	}
	if (sure && r.Out != want || !r.Status.Usable()) && len(c.example) < 8 {
		c.example = append(c.example, text+" is not "+want) // made-up numbers only
	}
}

func dirtyPhone(rng *rand.Rand) (e164, region, text string) {
	sub := fmt.Sprintf("%d%06d", 2+rng.IntN(7), rng.IntN(1000000))
	pick := func(s ...string) string { return s[rng.IntN(len(s))] }
	code, trunk := pick("916", "903", "495", "843", "343"), pick("8", "+7", "7", "8-", "+7 ", "8 ")
	region, e164 = "RU", "+7"
	if rng.IntN(2) == 0 {
		code, region, e164 = pick("50", "67", "44", "93", "57"), "UA", "+380"
		trunk = pick("0", "+380", "380", "+38 0", "38(0)", "8 0", "8-0")
	}
	e164 += code + sub
	open, end := pick("", "(", " "), pick("", ")", " ", "-")
	if open != "(" && end == ")" || open == "(" && end != ")" {
		open, end = "(", ")"
	}
	if region == "UA" && trunk == "38(0)" {
		open, end = "", " "
	}
	a, b, c := sub[:3], sub[3:5], sub[5:]
	sep := pick("", "-", " ", ".", "–")
	body := a + sep + b + sep + c
	switch rng.IntN(12) {
	case 0: // a look-alike at a zero or a one
		for i := range len(body) {
			if body[i] == '0' {
				body = body[:i] + pick("О", "O", "о") + body[i+1:]
				break
			}
		}
	case 1:
		body += pick(" доб. 12", " вн.5", " #14", " дод. 7")
	case 2:
		body += pick(" (Иван)", " моб", " звонить вечером", " мама", " Viber")
	}
	return e164, region, pick("", "", "т. ", "тел: ", "моб ", "'") + trunk + open + code + end + body
}

func dirtyDate(rng *rand.Rand, style, y, m, d int) string {
	ru := [...]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}
	uk := [...]string{"січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня"}
	if style != 1 && rng.IntN(40) == 0 { // both orders in one column would be a conflict, by rule
		style = 6
	}
	switch style {
	case 0:
		return fmt.Sprintf("%02d.%02d.%d", d, m, y)
	case 1:
		return fmt.Sprintf("%02d/%02d/%d", m, d, y)
	case 2:
		return fmt.Sprintf("%d-%02d-%02d 00:00:00", y, m, d)
	case 3:
		return fmt.Sprintf("%d %s %d г.", d, ru[m-1], y)
	case 4:
		return fmt.Sprintf("«%d» %s %d року", d, uk[m-1], y)
	case 5:
		return fmt.Sprintf("%02d/%02d/%d", d, m, y)
	}
	return fmt.Sprintf("%d.%d.%d г.р.", d, m, y)
}

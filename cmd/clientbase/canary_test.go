package main

import (
	"fmt"
	"regexp"
	"sort"
	"strings"

	"clientbase/internal/scan"
)

// canary is a person who stands in every source of the leak test's bank, with
// contact points, documents and a card in the right columns, in wrong ones and
// in free text.
type canary struct{ name, phone, email, passport, inn, street, pan string }

var bird = canary{name: "Канарейкина Фёкла Збруевна", phone: "+7 (916) 555-71-93", email: "kanareika.f@zbrue-mail.example",
	passport: "4517 839264", inn: "770100001107", street: "Клеточная", pan: luhn("427638015590221")}

// luhn adds the check digit.
func luhn(head string) string {
	for d := '0'; d <= '9'; d++ {
		if scan.Luhn(head + string(d)) {
			return head + string(d)
		}
	}
	return head
}

// in fills a template: {n}ame, {p}hone, {e}mail, pass{d}ocument, {i}nn, {s}treet, {c}ard.
func (c canary) in(text string) string {
	return strings.NewReplacer("{n}", c.name, "{p}", c.phone, "{e}", c.email, "{d}", c.passport, "{i}", c.inn, "{s}", c.street, "{c}", c.pan,
		"{cu}", fmt.Sprintf(`\u%04x`, c.pan[0])+c.pan[1:], "{c4}", c.pan[:4]+" "+c.pan[4:8]+" "+c.pan[8:12]+" "+c.pan[12:], "{c-}", c.pan[:4]+"-"+c.pan[4:8]+"-"+c.pan[8:12]+"-"+c.pan[12:]).Replace(text)
}

var between = regexp.MustCompile(`[\s()\-.  ]`)

// secrets are what must never be seen, in the form left when separators are dropped.
func (c canary) secrets() map[string]string {
	return map[string]string{"phone": "9165557193", "e-mail": "kanareika", "passport": "4517839264", "passport number": "839264", "inn": c.inn,
		"street": strings.ToLower(c.street), "card": c.pan, "middle of the card": c.pan[6:]}
}

// seen lists what a text gives away.
func (c canary) seen(text string) []string {
	text = strings.ToLower(between.ReplaceAllString(text, ""))
	var out []string
	for what, s := range c.secrets() {
		if strings.Contains(text, s) {
			out = append(out, what)
		}
	}
	return out
}

// around shows the lines of a text that give something away.
func around(text string) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if len(bird.seen(line)) > 0 {
			out = append(out, line[:min(len(line), 600)])
		}
	}
	return strings.Join(out[:min(len(out), 4)], "\n")
}

// birdWords are what betrays the canary in a text without separators.
func birdWords() []string {
	return []string{"канарейкинафёкл", "фёклаканарейкин", "фёклезбруевн", "канарейкинойфёкл", "канарейкинуфёкл", "9165557193", "9167770001", "kanareika", "4517839264", "770100001107", "клеточная"}
}

// betrayals names the places in which the canary is found.
func betrayals(all map[string]string) []string {
	var out []string
	for where, text := range all {
		text = strings.ToLower(between.ReplaceAllString(text, ""))
		for _, w := range birdWords() {
			if strings.Contains(text, w) {
				out = append(out, where+": "+w)
			}
		}
	}
	sort.Strings(out)
	return out
}

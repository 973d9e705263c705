package transforms

import (
	"strings"
	"unicode"

	"clientbase/schemas"
)

// An opt-out is a request not to be contacted. Words decide: a refusal of a
// channel ("отказ от рассылки"), a ban, or a negation before a verb of
// contacting ("не звоните"). A denied one ("не против звонков", "не
// прекращайте звонить") is no opt-out, and one that somebody else made, that
// names somebody else, that holds only for a time, or that is only asked about
// is for a person to judge: Ambiguous, never silently dropped.

type noteWord struct {
	fold   string
	lo, hi int
	class  wordClass
	ends   bool // a sentence ends behind it
	asks   bool // with a question mark
	comma  bool // a comma stands behind it
}

// noteWords cuts a text into words with their byte spans and classes.
func noteWords(s string) []noteWord {
	out := make([]noteWord, 0, len(s)/8+1)
	start := -1
	flush := func(hi int) {
		if start >= 0 {
			f := cyrillicWord(foldName(s[start:hi]))
			out = append(out, noteWord{fold: f, lo: start, hi: hi, class: optoutClass(f)})
		}
		start = -1
	}
	for i, r := range s {
		switch {
		case isLetter(r) || r >= '0' && r <= '9' || start >= 0 && (isApostrophe(r) || r == '-'):
			if start < 0 {
				start = i
			}
			continue
		}
		flush(i)
		if len(out) > 0 {
			w := &out[len(out)-1]
			switch r {
			case '.', '!', ';', '\n', '\r':
				w.ends = true
			case '?':
				w.ends, w.asks = true, true
			case ',', ':', '-', '–', '—', '(', ')':
				w.comma = true
			}
		}
	}
	flush(len(s))
	for i := range out {
		latinNot(out, i)
	}
	return out
}

// cyrillicWord turns Latin look-alikes inside a Cyrillic word into Cyrillic.
func cyrillicWord(f string) string {
	latin, cyrillic := false, false
	for _, r := range f {
		latin = latin || r >= 'a' && r <= 'z'
		cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, r)
	}
	if !latin || !cyrillic {
		return f
	}
	out := make([]rune, 0, len(f))
	for _, r := range f {
		if r >= 'a' && r <= 'z' {
			i := strings.IndexRune("aceopxyikmthb", r)
			if i < 0 {
				return f // "sms-рассылка" is made of two scripts on purpose
			}
			r = [...]rune{'а', 'с', 'е', 'о', 'р', 'х', 'у', 'і', 'к', 'м', 'т', 'н', 'в'}[i]
		}
		out = append(out, r)
	}
	return string(out)
}

// latinNot reads "He" in Latin letters as "не" before a Cyrillic verb.
func latinNot(w []noteWord, i int) {
	if w[i].fold == "he" && i+1 < len(w) && w[i+1].class&(wImperative|wInfinitive) != 0 && w[i+1].fold[0] >= 0x80 {
		w[i].fold, w[i].class = "не", wNot
	}
}

// glued reports "незвоните": a negation written together with its verb.
func glued(f string) bool {
	rest, ok := strings.CutPrefix(f, "не")
	return ok && len(rest) > 4 && optoutClass(rest)&(wImperative|wInfinitive) != 0
}

// optouts appends the opt-outs of a text.
func optouts(s string, out []Finding) []Finding {
	w := noteWords(s)
	for i := 0; i < len(w); {
		a, b, verdict, channel := optoutAt(w, i)
		if b == 0 {
			i++
			continue
		}
		f := Finding{Kind: FindOptOut, Value: "objection", Channel: channel, Lo: w[a].lo, Hi: w[b-1].hi, Status: schemas.OK, Reason: schemas.OptOutPhrase, Rule: noteID}
		switch verdict {
		case denied:
			f.Value, f.Status, f.Reason = "", schemas.Invalid, schemas.Negated
		case unsure:
			f.Value, f.Status = "", schemas.Ambiguous
		}
		out = append(out, f)
		i = max(b, i+1)
	}
	return out
}

type optoutVerdict uint8

const (
	asked  optoutVerdict = iota // the client asks
	denied                      // the contrary is said
	unsure                      // reported, for somebody else, or for a time
)

// follow finds the first word of a class in w[i+1 : i+1+n] within the sentence;
// -1 without one.
func follow(w []noteWord, i, n int, class wordClass) int {
	for k := i + 1; k < len(w) && k <= i+n && !w[k-1].ends; k++ {
		if w[k].class&class != 0 {
			return k
		}
		if w[k].class&wNot != 0 || w[k].class&wBut != 0 && w[k-1].comma {
			return -1
		}
	}
	return -1
}

// optoutAt looks for an opt-out phrase that starts at word i; b is 0 without
// one. a may lie before i, where the words refused stand in front.
func optoutAt(w []noteWord, i int) (a, b int, v optoutVerdict, channel string) {
	c, f := w[i].class, w[i].fold
	const verb = wImperative | wInfinitive
	switch {
	case c&wNot != 0:
		return negated(w, i)
	case glued(f):
		return phrase(w, i, i+1)
	case c&wRefuse != 0:
		if from := followWord(w, i, 5, "от", "від", "from"); from > 0 {
			if k := refused(w, from, 5); k > 0 {
				return judge(w, i, k)
			}
			if k := follow(w, from, 2, wTalk); k > 0 {
				return i, k + 1, unsure, ""
			}
		}
		for j := i - 1; j >= 1 && j >= i-4 && !w[j].ends && !w[j].comma; j-- { // "от рассылки отказался"
			if f := w[j-1].fold; (f == "от" || f == "від") && w[j].class&wNoun != 0 {
				return judge(w, j-1, i)
			}
		}
		if i+1 < len(w) && w[i+1].class&wTalk != 0 && !w[i].ends {
			return i, i + 2, unsure, ""
		}
	case c&wAgainst != 0:
		if k := refused(w, i, 4); k > 0 {
			for j := k + 1; j+1 < len(w) && j <= k+3 && !w[j-1].ends; j++ { // "против рассылки ничего не имеет"
				if w[j].class&wNot != 0 && (strings.HasPrefix(w[j+1].fold, "име") || strings.HasPrefix(w[j+1].fold, "ма")) {
					return i, j + 2, denied, ""
				}
			}
			return judge(w, i, k)
		}
		if k := follow(w, i, 4, wPast); k > 0 && w[i+1].class&wNot == 0 { // "против, чтобы звонили"
			return judge(w, i, k)
		}
	case c&wRevoke != 0:
		if k := follow(w, i, 3, wConsent); k > 0 {
			return judge(w, i, k)
		}
		for j := i - 1; j >= 0 && j >= i-5 && !w[j].ends && !w[j].comma; j-- { // "согласие на обработку отозвано"
			if w[j].class&wConsent != 0 {
				if w[i-1].class&wNot != 0 {
					return j, i + 1, denied, ""
				}
				return judge(w, j, i)
			}
		}
	case c&wUnsub != 0:
		return judge(w, i, i)
	case f == "opt" && i+1 < len(w) && w[i+1].fold == "out":
		return judge(w, i, i+1)
	case c&wStop != 0:
		if k := refused(w, i, 4); k > 0 && strings.HasPrefix(w[k].fold, "дан") || k > 0 && strings.HasPrefix(w[k].fold, "персон") {
			return judge(w, i, k)
		}
		if k := follow(w, i, 4, wInfinitive|wNoun); k > 0 && f != "перестала" && f != "перестало" && f != "перестали" {
			return judge(w, i, k)
		}
		if len(w) == 1 { // "STOP": an answer to a message, or nothing
			return i, i + 1, unsure, ""
		}
	case c&wHalt != 0:
		if i+1 < len(w) && w[i+1].class&wNoun != 0 && !w[i].ends {
			return judge(w, i, i+1)
		}
		if i+1 < len(w) && strings.HasPrefix(w[i+1].fold, "лист") || len(w) == 1 {
			return i, min(i+2, len(w)), unsure, ""
		}
	case strings.HasPrefix(f, "стоп-лист") || strings.HasPrefix(f, "стоплист") || f == "dnc":
		return i, i + 1, unsure, ""
	case (strings.HasPrefix(f, "черн") || strings.HasPrefix(f, "чорн")) && i+1 < len(w) && strings.HasPrefix(w[i+1].fold, "спис"):
		return i, i + 2, unsure, ""
	case c&wForbid != 0:
		if k := follow(w, i, 6, verb|wNoun); k > 0 {
			return judge(w, i, k)
		}
		if i > 0 && !w[i-1].ends && w[i-1].class&(wInfinitive|wNoun) != 0 { // "звонить запрещено"
			return judge(w, i-1, i)
		}
	case f == "нельзя" || f == "заборонено":
		if i > 0 && !w[i-1].ends && w[i-1].class&wInfinitive != 0 {
			return judge(w, i-1, i)
		}
		if i+1 < len(w) && w[i+1].class&wInfinitive != 0 && !w[i].ends {
			return judge(w, i, i+1)
		}
	case c&wRemove != 0:
		if k := follow(w, i, 6, wBase); k > 0 {
			return judge(w, i, k)
		}
		if k := follow(w, i, 1, wMine); k > 0 && follow(w, k, 1, wNumber) > 0 && follow(w, k, 6, wRemove|wBut) < 0 {
			return i, k + 2, unsure, ""
		}
	case c&wOff != 0:
		if k := follow(w, i, 3, wNoun); k > 0 {
			for j := i + 1; j <= k+1 && j < len(w); j++ { // a paid service can be switched off too
				if strings.Contains(w[j].fold, "реклам") || w[j].class&wBase != 0 {
					return judge(w, i, max(j, k))
				}
			}
			return i, k + 1, unsure, ""
		}
	case c&wFedUp != 0:
		if k := follow(w, i, 4, wNoun|wInfinitive|wPast); k > 0 || strings.HasPrefix(f, "отстан") || strings.HasPrefix(f, "відчеп") {
			return i, max(k, i) + 1, unsure, ""
		}
	case f == "без":
		if k := i + 1; k < len(w) && w[k].class&wNoun != 0 && !w[i].ends && (k+1 == len(w) || w[k].ends || w[k].comma || w[k+1].fold == "и" || w[k+1].fold == "та") &&
			(i == 0 || w[i-1].ends || w[i-1].comma || w[i-1].class&wAsk != 0) {
			return judge(w, i, k)
		}
	case f == "no" && i+1 < len(w) && w[i+1].class&wNoun != 0 && (i == 0 || w[i-1].ends || w[i-1].comma):
		return judge(w, i, i+1)
	}
	return 0, 0, 0, ""
}

func followWord(w []noteWord, i, n int, words ...string) int {
	for k := i + 1; k < len(w) && k <= i+n && !w[k-1].ends; k++ {
		for _, f := range words {
			if w[k].fold == f {
				return k
			}
		}
	}
	return -1
}

// refused finds what is refused behind w[i]: a channel, advertising, or the
// processing of data. A single offer or call, or a paid message service, is
// none of them.
func refused(w []noteWord, i, n int) int {
	for k := i + 1; k < len(w) && k <= i+n && !w[k-1].ends; k++ {
		switch f := w[k].fold; {
		case w[k].class&wNoun != 0:
			return k
		case strings.HasPrefix(f, "обработк") || strings.HasPrefix(f, "обробк"):
			for j := k + 1; j < len(w) && j <= k+3 && !w[j-1].ends; j++ {
				if g := w[j].fold; strings.HasPrefix(g, "персональн") || strings.HasPrefix(g, "данн") || strings.HasPrefix(g, "дани") || g == "пдн" || g == "пд" {
					return j
				}
			}
		case w[k].class&wNot != 0:
			return -1
		}
	}
	return -1
}

// negated judges "не" and what follows it.
func negated(w []noteWord, i int) (int, int, optoutVerdict, string) {
	if i+1 < len(w) && !w[i].ends {
		next := w[i+1].class
		switch {
		case next&wWant != 0 || next&wAgree != 0:
			for k := i + 2; k < len(w) && k <= i+7 && !w[k-1].ends; k++ {
				if w[k].class&(wInfinitive|wNoun|wPast) != 0 {
					return phrase(w, i, k+1)
				}
				if w[k].class&wTalk != 0 {
					return i, k + 1, unsure, ""
				}
				if w[k].class&(wStop|wRefuse|wUnsub|wRevoke|wRemove|wOff|wForbid|wAgainst|wNot) != 0 {
					return 0, 0, 0, "" // a double negation, judged where it stands
				}
			}
			return refusedBefore(w, i, 2)
		case next&wGive != 0:
			if k := follow(w, i+1, 3, wConsent); k > 0 {
				if n := refused(w, k, 4); n > 0 {
					return phrase(w, i, n+1)
				}
			}
			for j := i - 1; j >= 0 && j >= i-4 && !w[j].ends && !w[j].comma; j-- { // "согласия на рекламу не давал"
				if w[j].class&wConsent != 0 {
					if _, b, v, ch := refusedBefore(w, i, 2); b > 0 {
						return j, b, v, ch
					}
					return j, i + 2, unsure, ""
				}
			}
			return 0, 0, 0, ""
		case next&wDo != 0:
			if k := follow(w, i+1, 3, wNoun); k > 0 {
				return phrase(w, i, k+1)
			}
			if i > 0 && w[i-1].class&wNoun != 0 && !w[i-1].ends {
				return phrase(w, i-1, i+2)
			}
			return 0, 0, 0, ""
		}
	}
	for j := i + 1; j < len(w) && j <= i+6 && !w[j-1].ends; j++ {
		c := w[j].class
		switch {
		case c&(wImperative|wInfinitive) != 0:
			if aboutThing(w, i, j) {
				return 0, 0, 0, ""
			}
			return phrase(w, i, j+1)
		case c&wNeed != 0 && j == i+1:
			if j+1 < len(w) && w[j+1].class&wNoun != 0 && !w[j].ends && w[j+1].class&wBetween == 0 { // "не нужны звонки"
				return phrase(w, i, j+2)
			}
			if i > 0 && !w[i-1].ends && (j+1 == len(w) || w[j].ends || w[j].comma || w[j+1].class == 0) { // "звонить не надо"
				if w[i-1].class&(wInfinitive|wNoun) != 0 {
					return phrase(w, i-1, j+1)
				}
				if w[i-1].class&wOne != 0 {
					return i - 1, j + 1, unsure, channelOf(w[i-1].fold)
				}
			}
			if c&wBetween == 0 {
				return 0, 0, 0, ""
			}
		case c&wBetween == 0 || w[j-1].comma && j > i+1:
			return 0, 0, 0, ""
		}
	}
	return 0, 0, 0, ""
}

// refusedBefore closes "на рассылку не согласен": what is refused stands up to
// two words in front of the "не" at i, and n words end the phrase.
func refusedBefore(w []noteWord, i, n int) (int, int, optoutVerdict, string) {
	for j := i - 1; j >= 0 && j >= i-2 && !w[j].ends && !w[j].comma; j-- {
		if w[j].class&(wNoun|wInfinitive) != 0 {
			return phrase(w, j, i+n)
		}
	}
	return 0, 0, 0, ""
}

// aboutThing reports that what is not to be sent or written is a thing of the
// bank's service: "карту не присылать, заберёт сам".
func aboutThing(w []noteWord, not, verb int) bool {
	if f := w[verb].fold; strings.HasPrefix(f, "предлаг") || strings.HasPrefix(f, "пропон") || channelOf(f) == "call" {
		return false
	}
	for j := not - 1; j >= 0 && j >= not-4 && !w[j].ends && !w[j].comma; j-- {
		if w[j].class&wThing != 0 {
			return true
		}
	}
	for j := verb + 1; j < len(w) && j <= verb+2 && !w[j-1].ends && !w[j-1].comma; j++ {
		if w[j].class&wThing != 0 {
			return true
		}
	}
	return false
}

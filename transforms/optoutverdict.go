package transforms

import "strings"

// judge closes a phrase w[a:last+1] that denies by its own words: a "не" before
// it turns it round.
func judge(w []noteWord, a, last int) (int, int, optoutVerdict, string) {
	for j := a - 1; j >= 0 && j >= a-4 && !w[j].ends && !w[j].comma; j-- {
		c := w[j].class
		if c&wNot != 0 {
			if j > 0 && w[j-1].class&wMust != 0 && !w[j-1].ends {
				return a, last + 1, unsure, ""
			}
			for k := j + 1; k < a; k++ {
				if w[k].class&wAsk != 0 && !strings.HasPrefix(w[k].fold, "больше") && !strings.HasPrefix(w[k].fold, "більше") { // "не просил прекратить"
					return j, last + 1, unsure, ""
				}
			}
			return j, last + 1, denied, ""
		}
		if c&(wImperative|wInfinitive|wStop|wUnsub|wRefuse) != 0 || w[j].fold == "и" || w[j].fold == "та" || w[j].fold == "й" || w[j].fold == "або" || w[j].fold == "или" {
			break
		}
	}
	return phrase(w, a, last+1)
}

// phrase closes an opt-out w[a:b]: it takes the channel from the words around
// and looks for what makes it doubtful.
func phrase(w []noteWord, a, b int) (int, int, optoutVerdict, string) {
	channel, channels := "", 0
	look := func(j int) {
		if c := channelOf(w[j].fold); c != "" && c != channel {
			channel = c
			channels++
		}
	}
	for j := a; j < b; j++ {
		look(j)
	}
	end := b
	for ; end < len(w) && end < b+4 && !w[end-1].ends; end++ {
		if w[end].class&(wBut|wNot|wStop|wRefuse|wImperative) != 0 {
			break
		}
		look(end)
	}
	if a > 0 && !w[a-1].ends && !w[a-1].comma && w[a-1].class&wNoun != 0 && w[a].class&wNot != 0 { // "смс не отправлять"
		look(a - 1)
		if w[a-1].class&wBase == 0 && a > 2 && (w[a-2].fold == "и" || w[a-2].fold == "та" || w[a-2].fold == "й") {
			look(a - 3)
		}
	}
	if channels > 1 {
		channel = ""
	}
	return a, b, doubts(w, a, b, end), channel
}

// doubts judges an opt-out by the words around it.
func doubts(w []noteWord, a, b, end int) optoutVerdict {
	for j := b; j < end; j++ {
		f := w[j].fold
		if w[j].class&(wTime|wOther) != 0 || f[0] >= '0' && f[0] <= '9' && w[j].hi-w[j].lo <= 2 {
			return unsure
		}
	}
	if b > 0 && w[b-1].asks || end > b && w[end-1].asks {
		return unsure
	}
	asks, before, near := false, false, true
	for j := a - 1; j >= 0 && j >= a-8 && !w[j].ends; j-- {
		c := w[j].class
		near = near && !w[j].comma
		switch {
		case c&wOther != 0:
			return unsure
		case c&wDoubt != 0 && j >= a-5 && (!asks || w[j].fold == "если" || w[j].fold == "якщо" || w[j].fold == "if"):
			return unsure
		case c&wMust != 0 && j >= a-2:
			return unsure
		case c&wNot != 0 && near && (j >= a-3 && asks || w[j+1].class&wAsk != 0 && j+1 < a): // "не просил не звонить"
			return unsure
		case c&wAsk != 0:
			asks = true
		}
		switch w[j].fold {
		case "раньше", "ранее", "прежде", "раніше", "колись":
			before = true
		}
	}
	for j := b; j < len(w) && j < b+10; j++ { // "… а теперь согласен"
		switch f := w[j].fold; {
		case strings.HasPrefix(f, "передума"):
			return unsure
		case before && (f == "теперь" || f == "сейчас" || f == "тепер" || f == "зараз" || f == "снова" || f == "знову"):
			return unsure
		case (f == "теперь" || f == "тепер" || f == "сейчас" || f == "зараз") && j+1 < len(w) && (w[j+1].class&wAgree != 0 || w[j+1].fold == "не" && j+2 < len(w) && w[j+2].class&wAgainst != 0):
			return unsure
		}
	}
	return asked
}

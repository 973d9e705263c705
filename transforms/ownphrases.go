package transforms

import "clientbase/schemas"

// ownPhrases are the phrases of rules/note.yaml. A project can make the program
// more careful by itself, and less careful only as far as asking a person:
// nothing in a file turns an objection into none.
type ownPhrases struct {
	first map[string][]ownPhrase // by first word
}

type ownPhrase struct {
	words []string
	asks  bool // an objection; else a person reads the note
}

func (p *ownPhrases) add(text string, asks bool) {
	var words []string
	for _, w := range noteWords(text) {
		words = append(words, w.fold)
	}
	if len(words) == 0 {
		return
	}
	if p.first == nil {
		p.first = map[string][]ownPhrase{}
	}
	p.first[words[0]] = append(p.first[words[0]], ownPhrase{words, asks})
}

// Note is Note under the project's phrases.
func (o *Own) Note(text, region string) []Finding {
	found := Note(text, region)
	if o == nil || len(o.asks.first) == 0 {
		return found
	}
	name := o.marked(noteID)
	w := noteWords(text)
	for i := range w {
		for _, p := range o.asks.first[w[i].fold] {
			if !p.at(w, i) {
				continue
			}
			lo, hi := w[i].lo, w[i+len(p.words)-1].hi
			found = p.judge(found, w[i:i+len(p.words)], lo, hi, name)
		}
	}
	return found
}

func (p *ownPhrase) at(w []noteWord, i int) bool {
	if i+len(p.words) > len(w) {
		return false
	}
	for k, word := range p.words {
		if w[i+k].fold != word {
			return false
		}
	}
	return true
}

// judge puts the verdict of one phrase beside what the rule found.
func (p *ownPhrase) judge(found []Finding, words []noteWord, lo, hi int, name string) []Finding {
	f := Finding{Kind: FindOptOut, Value: "objection", Lo: lo, Hi: hi, Status: schemas.OK, Reason: schemas.ProjectList, Rule: name}
	for _, w := range words {
		if c := channelOf(w.fold); c != "" && p.asks {
			f.Channel = c
		}
	}
	at := len(found)
	for k := range found {
		x := &found[k]
		if x.Kind != FindOptOut || x.Lo >= hi || x.Hi <= lo {
			if x.Lo > lo && at == len(found) {
				at = k
			}
			continue
		}
		if p.asks && x.Status.Usable() {
			return found // the rule heard it as well
		}
		if !p.asks {
			x.Value, x.Status, x.Reason, x.Rule = "", schemas.Ambiguous, schemas.ProjectList, name
			return found
		}
	}
	if !p.asks {
		return found
	}
	return append(found[:at], append([]Finding{f}, found[at:]...)...)
}

package transforms

import (
	"strconv"
	"strings"

	"clientbase/schemas"
)

// take puts one entry where the rule will look for it.
func (o *Own) take(r *ownRule, rule string, e schemas.RuleEntry, region string) {
	to := ""
	if len(e.To) > 0 {
		to = cleanText(e.To[0])
	}
	switch e.List {
	case "junk":
		r.junk[junkKeyOf(e.Key)] = true
		for _, k := range ruleKinds(rule) {
			for _, v := range cleansed(e.Key, k, region) {
				r.junkOut[v] = true
			}
			if k == schemas.KindSurname || k == schemas.KindText {
				break // words are compared as they stand
			}
		}
	case "keep":
		r.keep[junkKeyOf(e.Key)] = cleanText(e.Key)
	case "correct":
		r.correct[junkKeyOf(e.Key)] = to
	case "disposable":
		r.throw[strings.ToLower(e.Key)] = true
	case "known":
		r.known[strings.ToLower(e.Key)] = true
	case "typo":
		r.typo[strings.ToLower(e.Key)] = strings.ToLower(to)
	case "limits":
		if n, err := strconv.Atoi(to); err == nil {
			r.limits[e.Key] = n
		}
	case "short_forms":
		key := foldName(e.Key)
		for _, full := range e.To {
			givenLemmas(full, func(l string) { o.short[key] = append(o.short[key], l) })
		}
	case "opt_out":
		o.asks.add(e.Key, true)
	case "ask":
		o.asks.add(e.Key, false)
	}
}

// cleansed gives the usable values of one text under the rule of a kind.
func cleansed(text string, kind schemas.Kind, region string) []string {
	c, ok := CleanKind(string(kind), region)
	if !ok {
		return nil
	}
	var out []string
	emit := func(rs []Result) {
		for _, r := range rs {
			if r.Status.Usable() && r.Out != "" {
				out = append(out, r.Out)
			}
		}
	}
	c.Add(text, emit)
	c.Close(emit)
	return out
}

// checkOwn finds entries that their list cannot hold and removals of what is
// not there. Names of rules and lists are checked by who can suggest others.
func checkOwn(f *schemas.RuleFile) []OwnFault {
	var out []OwnFault
	there := map[[2]string]bool{}
	for i := range f.Versions {
		v := &f.Versions[i]
		for _, e := range v.Remove {
			if !there[[2]string{e.List, e.Key}] {
				out = append(out, OwnFault{f.File, e.Place, "no earlier version adds this entry to " + e.List, "entries of the program itself are not removed: see keep, known and ask"})
			}
			delete(there, [2]string{e.List, e.Key})
		}
		for _, e := range v.Add {
			if there[[2]string{e.List, e.Key}] && len(e.To) == 0 {
				out = append(out, OwnFault{f.File, e.Place, "an earlier version adds this entry too", "remove one of them"})
			}
			there[[2]string{e.List, e.Key}] = true
			if e.List == "limits" && len(e.To) == 1 {
				if msg, hint := badLimit(f.Rule, e.Key, cleanText(e.To[0])); msg != "" {
					out = append(out, OwnFault{f.File, e.Place, msg, hint})
				}
			}
			if msg, hint := badEntry(e); msg != "" {
				out = append(out, OwnFault{f.File, e.Place, msg, hint})
			}
		}
	}
	return out
}

// badEntry says what is wrong with one entry; "" = nothing.
func badEntry(e schemas.RuleEntry) (msg, hint string) {
	if len(e.Key) > maxOwnEntry || strings.TrimSpace(e.Key) == "" {
		return "an entry is a text of 1 to 200 bytes", ""
	}
	switch e.List {
	case "disposable", "known", "typo":
		for _, d := range append([]string{e.Key}, e.To...) {
			if !validDomain(strings.ToLower(d)) {
				return "this is no domain", "write it like mail.example, without @"
			}
		}
	case "short_forms":
		for _, w := range append([]string{e.Key}, e.To...) {
			if scriptOf(w)&(scriptCyrillic|scriptLatin) == 0 || strings.ContainsAny(w, "0123456789") {
				return "this is no name", "write it like Санёк: [Александр]"
			}
		}
	case "opt_out", "ask":
		if n := len(noteWords(e.Key)); n < 2 || n > maxPhrase {
			return "a phrase has 2 to 8 words", "one word says too little: «прошу больше не тревожить»"
		}
	}
	if e.List != "short_forms" && len(e.To) > 1 {
		return "this entry means one value", "write WHAT STANDS THERE: WHAT IS MEANT"
	}
	return "", ""
}

const (
	maxOwnEntry = 200
	maxPhrase   = 8
)

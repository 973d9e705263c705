package transforms

import (
	"slices"
	"strconv"
	"strings"

	"clientbase/schemas"
)

// Own is what a project's rules/ add to the rules of this package, in the
// versions in force. It stands around a rule: before the rule sees a cell, and
// after it has judged one, so that every rule can be extended alike. Immutable
// and safe for concurrent use; nil adds nothing.
type Own struct {
	rules map[string]*ownRule // by rule id
	short map[string][]string // fold of a short form → lemmas
	asks  *ownPhrases
	marks map[string]string // rule id → "+2", the mark in chains
}

// ownRule is what one rule file adds, compiled.
type ownRule struct {
	junk    map[string]bool   // junk key of a whole cell
	junkOut map[string]bool   // cleansed form of a junk value
	keep    map[string]string // junk key → the value as the list spells it
	correct map[string]string // junk key → what is meant
	throw   map[string]bool   // domain → disposable
	known   map[string]bool   // domain that is no typo
	typo    map[string]string // domain → the domain that was meant
	limits  map[string]int    // limit → its value here
}

// OwnList describes a list that rules/<rule>.yaml may hold.
type OwnList struct {
	Rule, Name string
	Map        bool   // word: meaning, instead of plain words
	Doc        string // one sentence for people
}

// ruleKinds are the kinds of attribute that each rule with lists judges.
func ruleKinds(rule string) []schemas.Kind {
	switch rule {
	case "text":
		return []schemas.Kind{schemas.KindText, schemas.KindCode, schemas.KindNumber, schemas.KindURL}
	case "name", "name_other":
		return []schemas.Kind{schemas.KindSurname, schemas.KindGiven, schemas.KindPatronymic, schemas.KindFullName}
	case "org":
		return []schemas.Kind{schemas.KindOrgName}
	case "address", "inn", "kpp", "ogrn", "snils", "bik", "account", "iban", "phone", "email", "date", "rnokpp", "unzr", "edrpou", "passport":
		return []schemas.Kind{schemas.Kind(rule)}
	}
	return nil
}

// RuleOf names the rule whose lists speak of a kind of attribute; "text" for
// kinds without a rule of their own.
func RuleOf(k schemas.Kind) string {
	for _, l := range OwnLists() {
		if slices.Contains(ruleKinds(l.Rule), k) {
			return l.Rule
		}
	}
	switch k {
	case schemas.KindGender, schemas.KindPAN, schemas.KindNote:
		return string(k)
	}
	return "text"
}

// OwnLists lists every list of every rule that a project may extend, by rule.
func OwnLists() []OwnList {
	var out []OwnList
	for _, rule := range []string{"account", "address", "bik", "cross", "date", "edrpou", "email", "iban", "inn", "kpp", "name", "note", "ogrn", "org", "passport", "phone", "rnokpp", "snils", "text", "unzr"} {
		if rule != "note" && rule != "cross" {
			out = append(out, OwnList{rule, "junk", false, "whole cells that are no value, in any spelling that the rule reads as this value"})
		}
		switch rule {
		case "text", "org", "name":
			out = append(out, OwnList{rule, "keep", false, "whole cells that look like junk and are values here"},
				OwnList{rule, "correct", true, "whole cells that mean another value: what stands there → what is meant"})
		}
		switch rule {
		case "cross", "date", "rnokpp":
			out = append(out, OwnList{rule, "limits", true, "numbers inside the rule:" + limitNames(rule)})
		case "email":
			out = append(out, OwnList{rule, "disposable", false, "domains whose addresses live for minutes"},
				OwnList{rule, "known", false, "domains that are right as they stand, however much they look like a typo"},
				OwnList{rule, "typo", true, "domains that are a typo of another: what stands there → what is meant"})
		case "name":
			out = append(out, OwnList{rule, "short_forms", true, "short forms of given names → the full names they may stand for, for matching"})
		case "note":
			out = append(out, OwnList{rule, "opt_out", false, "phrases that are an objection to being contacted"},
				OwnList{rule, "ask", false, "phrases that are no objection by themselves: a person reads the note"})
		}
	}
	return out
}

// OwnFault is an entry of a rule file that cannot be used.
type OwnFault struct {
	File      string
	Place     schemas.Place
	Msg, Hint string
}

// RuleVersions gives the version of each built-in rule by its id.
func RuleVersions(d *schemas.Dictionary) map[string]int {
	out := map[string]int{}
	for _, r := range list(d, nil) {
		out[r.ID] = r.Version
	}
	return out
}

// CompileOwn makes the lists of rule files usable. region is the default country
// of numbers in them. All faults are reported; a project with faults must not run.
func CompileOwn(files []schemas.RuleFile, region string) (*Own, []OwnFault) {
	o := &Own{rules: map[string]*ownRule{}, short: map[string][]string{}, asks: &ownPhrases{}, marks: map[string]string{}}
	var faults []OwnFault
	for i := range files {
		f := &files[i]
		faults = append(faults, checkOwn(f)...)
		n := f.InForce()
		if n == 0 {
			continue
		}
		r := newOwnRule()
		for _, e := range entriesInForce(f, n) {
			o.take(r, f.Rule, e, region)
		}
		o.rules[f.Rule], o.marks[f.Rule] = r, "+"+strconv.Itoa(n)
		if f.Rule == "cross" { // chains name the check
			for _, c := range birthChecks() {
				o.marks[c.ID] = o.marks["cross"]
			}
		}
		if f.Rule == "name" { // names in attributes that the project added
			o.rules["name_other"], o.marks["name_other"] = r, o.marks["name"]
		}
	}
	if len(o.rules) == 0 {
		return nil, faults
	}
	return o, faults
}

func newOwnRule() *ownRule {
	return &ownRule{junk: map[string]bool{}, junkOut: map[string]bool{}, keep: map[string]string{}, correct: map[string]string{},
		throw: map[string]bool{}, known: map[string]bool{}, typo: map[string]string{}, limits: map[string]int{}}
}

// entriesInForce gives the entries that are there after version n: what was
// added and not removed since.
func entriesInForce(f *schemas.RuleFile, n int) []schemas.RuleEntry {
	var out []schemas.RuleEntry
	for i := range n {
		v := &f.Versions[i]
		for _, gone := range v.Remove {
			out = slices.DeleteFunc(out, func(e schemas.RuleEntry) bool { return e.List == gone.List && e.Key == gone.Key })
		}
		for _, e := range v.Add {
			out = slices.DeleteFunc(out, func(x schemas.RuleEntry) bool { return x.List == e.List && x.Key == e.Key })
			out = append(out, e)
		}
	}
	return out
}

// junkKeyOf is the form under which whole cells meet entries.
func junkKeyOf(s string) string { return string(appendJunkKey(nil, s)) }

// marked adds the marks of project versions to a chain: "email@2" is
// "email@2+1" under version 1 of rules/email.yaml.
func (o *Own) marked(chain string) string {
	if o == nil || chain == "" {
		return chain
	}
	parts := strings.Split(chain, ">")
	for i, p := range parts {
		id, _, _ := strings.Cut(p, "@")
		if mark := o.marks[id]; mark != "" && !strings.Contains(p, "+") {
			parts[i] = p + mark
		}
	}
	return strings.Join(parts, ">")
}

// Keys is Keys for values of a kind under the project's lists.
func (o *Own) Keys(k schemas.Kind) []KeyFunc {
	funcs := Keys(k)
	if o == nil || len(o.short) == 0 || k != schemas.KindGiven {
		return funcs
	}
	for i := range funcs {
		if funcs[i].Name != "lemma" {
			continue
		}
		shipped := funcs[i].Of
		funcs[i].Of = func(v string, emit func(string)) {
			sent := map[string]bool{}
			once := func(key string) {
				if len(sent) < maxLemmas && !sent[key] {
					sent[key] = true
					emit(key)
				}
			}
			nameParts(v, func(part string) {
				for _, l := range o.short[foldName(part)] {
					once(l)
				}
			})
			shipped(v, once)
		}
	}
	return funcs
}

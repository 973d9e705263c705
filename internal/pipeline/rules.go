package pipeline

import (
	"fmt"
	"slices"
	"strconv"

	"clientbase/internal/suggest"
	"clientbase/schemas"
	"clientbase/transforms"
)

// own compiles what the project adds to the rules. Faults were told by
// CheckRules, without which no verb opens a project.
func (p *Project) own() *transforms.Own {
	own, _ := transforms.CompileOwn(p.Rules, p.Region)
	return own
}

// CheckRules finds what the rules of this program cannot take from the files of
// rules/: unknown rules and lists, entries that do not fit, and another version of
// a built-in rule than the file says it was made for.
func CheckRules(files []schemas.RuleFile, d *schemas.Dictionary, region string) []transforms.OwnFault {
	shipped := transforms.RuleVersions(d)
	lists := map[string][]string{}
	maps := map[[2]string]bool{}
	var rules []string
	for _, l := range transforms.OwnLists() {
		if lists[l.Rule] == nil {
			rules = append(rules, l.Rule)
		}
		lists[l.Rule] = append(lists[l.Rule], l.Name)
		maps[[2]string{l.Rule, l.Name}] = l.Map
	}
	var out []transforms.OwnFault
	var known []schemas.RuleFile
	for i := range files {
		f := &files[i]
		have, ok := shipped[f.Rule]
		if !ok {
			if f.Rule != "" {
				out = append(out, transforms.OwnFault{File: f.File, Place: f.At, Msg: "unknown rule " + f.Rule, Hint: suggest.Hint(f.Rule, rules)})
			}
			continue
		}
		if f.Shipped != 0 && f.Shipped != have {
			out = append(out, transforms.OwnFault{File: f.File, Place: f.At, Msg: fmt.Sprintf("the file is made for %s@%d, this program has %s@%d", f.Rule, f.Shipped, f.Rule, have),
				Hint: "run the program that has it, or look at the difference and write shipped: " + strconv.Itoa(have)})
		}
		bad := len(out)
		for k := range f.Versions {
			for _, e := range slices.Concat(f.Versions[k].Add, f.Versions[k].Remove) {
				isMap, there := maps[[2]string{f.Rule, e.List}]
				switch {
				case !there && len(lists[f.Rule]) == 0:
					out = append(out, transforms.OwnFault{File: f.File, Place: e.Place, Msg: "rule " + f.Rule + " has no lists of a project", Hint: "`clientbase rules` shows which rules have"})
				case !there:
					out = append(out, transforms.OwnFault{File: f.File, Place: e.Place, Msg: "rule " + f.Rule + " has no list " + e.List, Hint: suggest.Hint(e.List, lists[f.Rule])})
				case !isMap && e.To != nil:
					out = append(out, transforms.OwnFault{File: f.File, Place: e.Place, Msg: e.List + " is a list of words", Hint: "write " + e.List + ": [WORD, …]"})
				}
			}
			for _, e := range f.Versions[k].Add {
				if maps[[2]string{f.Rule, e.List}] && len(e.To) == 0 {
					out = append(out, transforms.OwnFault{File: f.File, Place: e.Place, Msg: e.List + " says what each word means", Hint: "write " + e.List + ": {WORD: MEANING}"})
				}
			}
		}
		if len(out) == bad {
			known = append(known, *f)
		}
	}
	_, more := transforms.CompileOwn(known, region)
	return append(out, more...)
}

// RuleUse names one rule or code list with the version that a run used.
type RuleUse struct {
	Name    string `json:"name"`             // "email@2+1", "account_status/core@2"
	Project int    `json:"project"`          // version of the project's file; 0 = built-in only
	Last    int    `json:"last,omitempty"`   // last version in the file
	Pinned  bool   `json:"pinned,omitempty"` // an earlier version than the last is in force
	File    string `json:"file,omitempty"`
	Reason  string `json:"reason,omitempty"` // why the version in force was made
}

// RulesInUse lists every rule that cleanses attributes of the project, in the
// order in which they run, and every code list.
func RulesInUse(p *Project) []RuleUse {
	var out []RuleUse
	for _, r := range transforms.NewSet(p.Dict).Rules() {
		u := RuleUse{Name: r.Name()}
		if i := slices.IndexFunc(p.Rules, func(f schemas.RuleFile) bool { return f.Rule == r.ID }); i >= 0 {
			f := &p.Rules[i]
			n := f.InForce()
			u.Project, u.Last, u.Pinned, u.File = n, len(f.Versions), n < len(f.Versions), f.File
			if n > 0 {
				u.Name += "+" + strconv.Itoa(n)
				u.Reason = f.Versions[n-1].Reason
			}
		}
		out = append(out, u)
	}
	for i := range p.Codes {
		d := &p.Codes[i]
		for j := range d.Lists {
			h := &d.Lists[j]
			n := h.InForce()
			out = append(out, RuleUse{Name: h.At(d.ID, n).ID(), Project: n, Last: len(h.Versions), Pinned: n < len(h.Versions), File: d.File, Reason: h.Versions[n-1].Reason})
		}
	}
	return out
}

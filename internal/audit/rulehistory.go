package audit

import (
	"fmt"
	"slices"
	"strings"

	"clientbase/internal/pipeline"
	"clientbase/schemas"
	"clientbase/transforms"
)

// History is what is known of one rule or code list: what it is made of, what a
// project may add, and what this one added.
type History struct {
	Name     string               `json:"name"` // in force: "email@2+1"
	Doc      string               `json:"doc,omitempty"`
	Data     []transforms.Table   `json:"tables,omitempty"` // dictionaries built into the program
	Lists    []transforms.OwnList `json:"lists,omitempty"`
	File     string               `json:"file,omitempty"`
	Versions []HistoryVersion     `json:"versions,omitempty"`
}

// HistoryVersion is one version of a rule file or code list.
type HistoryVersion struct {
	No      int    `json:"version"`
	InForce bool   `json:"in_force"`
	Date    string `json:"date,omitempty"`
	Reason  string `json:"reason"`
	Source  string `json:"source,omitempty"`
	Licence string `json:"licence,omitempty"`
	Added   int    `json:"added"`
	Removed int    `json:"removed"`
}

// RuleHistory tells one rule ("email") or code list ("account_status/core").
func RuleHistory(p *pipeline.Project, name string) (*History, bool) {
	if d, list, ok := strings.Cut(name, "/"); ok {
		return codeHistory(p, d, list)
	}
	for _, r := range transforms.NewSet(p.Dict).Rules() {
		if r.ID != name {
			continue
		}
		h := &History{Name: r.Name(), Doc: r.Doc}
		for _, t := range transforms.Tables() {
			if slices.Contains(t.Rules, name) {
				h.Data = append(h.Data, t)
			}
		}
		for _, l := range transforms.OwnLists() {
			if l.Rule == name {
				h.Lists = append(h.Lists, l)
			}
		}
		for i := range p.Rules {
			if f := &p.Rules[i]; f.Rule == name {
				h.ofFile(f)
			}
		}
		return h, true
	}
	return nil, false
}

func (h *History) ofFile(f *schemas.RuleFile) {
	n := f.InForce()
	if n > 0 {
		h.Name += fmt.Sprintf("+%d", n)
	}
	h.File = f.File
	for _, v := range f.Versions {
		h.Versions = append(h.Versions, HistoryVersion{No: v.No, InForce: v.No == n, Date: v.Date, Reason: v.Reason, Source: v.Source, Licence: v.Licence, Added: len(v.Add), Removed: len(v.Remove)})
	}
}

func codeHistory(p *pipeline.Project, dictionary, list string) (*History, bool) {
	for i := range p.Codes {
		d := &p.Codes[i]
		for k := range d.Lists {
			c := &d.Lists[k]
			if d.ID != dictionary || c.Name != list {
				continue
			}
			n := c.InForce()
			h := &History{Name: c.At(d.ID, n).ID(), File: d.File}
			for j, v := range c.Versions {
				h.Versions = append(h.Versions, HistoryVersion{No: j + 1, InForce: j+1 == n, Date: v.Date, Reason: v.Reason, Source: d.Source, Licence: d.Licence, Added: len(v.Add), Removed: len(v.Remove)})
			}
			return h, true
		}
	}
	return nil, false
}

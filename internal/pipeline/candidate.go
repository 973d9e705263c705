package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"clientbase/internal/store"
	"clientbase/schemas"
)

// With gives the project as it would be under other rule files and code
// dictionaries: one of the same rule or id replaces the project's, others are
// added. The project itself is not changed.
func (p *Project) With(rules []schemas.RuleFile, codes []schemas.CodeDictionary) *Project {
	c := *p
	c.Rules, c.Codes = slices.Clone(p.Rules), slices.Clone(p.Codes)
	for _, r := range rules {
		c.Rules = replaceOrAdd(c.Rules, r, func(x schemas.RuleFile) string { return x.Rule })
	}
	for _, d := range codes {
		c.Codes = replaceOrAdd(c.Codes, d, func(x schemas.CodeDictionary) string { return x.ID })
	}
	c.Streams = slices.Clone(p.Streams)
	for i := range c.Streams {
		s := &c.Streams[i]
		s.Columns = slices.Clone(s.Columns)
		for k := range s.Columns {
			if l := s.Columns[k].List; l != nil {
				if other := listOf(c.Codes, l.Dictionary, l.Name); other != nil {
					s.Columns[k].List = other
				}
			}
		}
	}
	return &c
}

func replaceOrAdd[T any](list []T, x T, name func(T) string) []T {
	if i := slices.IndexFunc(list, func(y T) bool { return name(y) == name(x) }); i >= 0 {
		list[i] = x
		return list
	}
	return append(list, x)
}

func listOf(codes []schemas.CodeDictionary, dictionary, name string) *schemas.CodeMap {
	for i := range codes {
		for k := range codes[i].Lists {
			if h := &codes[i].Lists[k]; codes[i].ID == dictionary && h.Name == name {
				return h.At(dictionary, h.InForce())
			}
		}
	}
	return nil
}

// usedVersion is what a snapshot remembers of a rule file or a code list: the
// version that was in force, and a sum of each version up to it.
type usedVersion struct {
	Version int      `json:"version"`
	Sums    []string `json:"sums"`
}

// usedVersions names the files by rule ("email") and list ("account_status/core").
func usedVersions(p *Project) map[string]usedVersion {
	out := map[string]usedVersion{}
	for i := range p.Rules {
		f := &p.Rules[i]
		u := usedVersion{Version: f.InForce()}
		for k := range u.Version {
			v := f.Versions[k]
			u.Sums = append(u.Sums, sumOf(plainEntries(v.Add), plainEntries(v.Remove)))
		}
		out[f.Rule] = u
	}
	for i := range p.Codes {
		for k := range p.Codes[i].Lists {
			h := &p.Codes[i].Lists[k]
			u := usedVersion{Version: h.InForce()}
			for n := range u.Version {
				u.Sums = append(u.Sums, sumOf(h.Versions[n].Add, h.Versions[n].Remove))
			}
			out[p.Codes[i].ID+"/"+h.Name] = u
		}
	}
	return out
}

// plainEntries leaves out where an entry stands.
func plainEntries(list []schemas.RuleEntry) []schemas.RuleEntry {
	out := slices.Clone(list)
	for i := range out {
		out[i].Place = schemas.Place{}
	}
	return out
}

func sumOf(parts ...any) string {
	text, _ := json.Marshal(parts) // maps are written in the order of their keys
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// rewritten names versions of files that are not what the snapshot was made with
// under the same number: whole are the versions that the files hold, pinned out
// or not.
func rewritten(before, whole map[string]usedVersion) []string {
	var out []string
	for name, was := range before {
		for k, sum := range was.Sums {
			if now := whole[name].Sums; k < len(now) && now[k] != sum {
				out = append(out, name+" "+strconv.Itoa(k+1))
			}
		}
	}
	slices.Sort(out)
	return out
}

// unpinned is the project with the last version of every file in force.
func unpinned(p *Project) *Project {
	c := *p
	c.Rules, c.Codes = slices.Clone(p.Rules), slices.Clone(p.Codes)
	for i := range c.Rules {
		c.Rules[i].Pin = 0
	}
	for i := range c.Codes {
		c.Codes[i].Lists = slices.Clone(c.Codes[i].Lists)
		for k := range c.Codes[i].Lists {
			c.Codes[i].Lists[k].Pin = 0
		}
	}
	return &c
}

// UsedInSnapshot gives the version of each rule file and code list that the
// snapshot in force was made with; nil when nothing is published.
func UsedInSnapshot(p *Project) (map[string]int, error) {
	if _, err := os.Stat(filepath.Join(p.Data, "keys", "project.key")); err != nil {
		return nil, nil
	}
	dirs, err := DirsOf(p.Data)
	if err != nil || !store.Published(dirs) {
		return nil, err
	}
	list, err := store.List(dirs)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if !s.Current {
			continue
		}
		head, err := headOf(dirs, s.ID)
		if err != nil {
			return nil, err
		}
		out := map[string]int{}
		for name, u := range head.Used {
			out[name] = u.Version
		}
		return out, nil
	}
	return nil, nil
}

// WithoutList gives the project without one code list ("account_status/core"):
// its columns are taken as they stand.
func WithoutList(p *Project, name string) *Project {
	c := p.With(nil, nil)
	for i := range c.Codes {
		d := &c.Codes[i]
		d.Lists = slices.DeleteFunc(slices.Clone(d.Lists), func(l schemas.CodeHistory) bool { return d.ID+"/"+l.Name == name })
	}
	for i := range c.Streams {
		for k := range c.Streams[i].Columns {
			if l := c.Streams[i].Columns[k].List; l != nil && l.Dictionary+"/"+l.Name == name {
				c.Streams[i].Columns[k].List = nil
			}
		}
	}
	return c
}

package config

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones mean the same on every machine, also where none are installed
)

const defaultMaxQuarantine = 0.05

// defaultKeepSnapshots is a month of nightly runs.
const defaultKeepSnapshots = 30

// decodeProject reads clientbase.yaml. What it names of other files (sources
// in trust) is checked by the function that it returns, once they are read.
func decodeProject(p *Project, f *file, out *faults) (late func(*Project)) {
	p.MaxQuarantine, p.Brake, p.KeepSnapshots = defaultMaxQuarantine, defaultBrake, defaultKeepSnapshots
	p.MinCell = defaultMinCell
	p.Data = filepath.Join(p.Dir, "data")
	late = func(*Project) {}
	if f.root == nil {
		return late
	}
	o := node{f.name, "", f.root, out}.object("version", "project", "data", "region", "zone", "roles", "min_cell",
		"memory", "threads", "keep_snapshots", "max_quarantine", "brake", "approvals", "holds", "retention", "trust", "purposes", "secrets", "vars", "keys")
	if v, ok := o.need("version", "write version: 1"); ok && v.text() != "1" {
		v.fault("write version: 1", "this program reads version 1")
	}
	if v, ok := o.need("project", "write project: {ru: …, en: …}"); ok {
		p.Name = v.words()
	}
	if v, ok := o.get("data"); ok {
		p.Data = under(p.Dir, v.text())
	}
	if v, ok := o.get("region"); ok {
		p.Region = v.region()
	}
	if v, ok := o.get("zone"); ok {
		p.Zone = v.zone()
	}
	if v, ok := o.get("memory"); ok {
		p.Memory = v.bytes()
	}
	if v, ok := o.get("threads"); ok {
		p.Threads = v.integer(0, 1024)
	}
	if v, ok := o.get("keep_snapshots"); ok {
		p.KeepSnapshots = v.integer(0, 100_000)
	}
	if v, ok := o.get("max_quarantine"); ok {
		p.MaxQuarantine = v.share()
	}
	if v, ok := o.get("brake"); ok {
		p.Brake = v.brake(p.Brake)
	}
	if v, ok := o.get("approvals"); ok {
		p.Approvals = v.approvals()
	}
	if v, ok := o.get("holds"); ok {
		p.Holds = v.holds()
	}
	if v, ok := o.get("roles"); ok {
		p.Roles = map[string]string{}
		for _, e := range v.entries() {
			p.Roles[e.name] = e.val.word("role", Roles()...)
		}
	}
	if v, ok := o.get("min_cell"); ok {
		p.MinCell = v.integer(1, 1000)
	}
	if v, ok := o.get("purposes"); ok {
		p.purposes = v.purposes()
	}
	if v, ok := o.get("vars"); ok {
		p.vars = decodeVars(v)
	}
	if v, ok := o.get("secrets"); ok {
		p.secrets = decodeSecrets(p.Dir, v)
	}
	if v, ok := o.get("keys"); ok {
		p.Master = decodeKeys(p.Dir, v)
	}
	trust, hasTrust := o.get("trust")
	retention, hasRetention := o.get("retention")
	late = func(p *Project) {
		if hasTrust {
			p.Trust = decodeTrust(p, trust)
		}
		if hasRetention {
			p.Retention = retention.retention(p)
		}
	}
	return late
}

// decodeTrust reads attribute → source or stream → 0–100.
func decodeTrust(p *Project, n node) map[string]map[string]int {
	trust := map[string]map[string]int{}
	for _, attr := range n.entries() {
		if _, ok := p.Dict.Attr(attr.name); !ok {
			attr.key.fault(suggest(attr.name, p.attrNames()), "unknown attribute %s", attr.name)
		}
		trust[attr.name] = map[string]int{}
		for _, s := range attr.val.entries() {
			if names := p.sourceNames(); !slices.Contains(names, s.name) {
				s.key.fault(suggest(s.name, names), "unknown source or stream %s", s.name)
			}
			trust[attr.name][s.name] = s.val.integer(0, 100)
		}
	}
	return trust
}

// attrNames lists the attributes the project knows.
func (p *Project) attrNames() []string {
	out := make([]string, len(p.Dict.Attrs))
	for i, a := range p.Dict.Attrs {
		out[i] = a.ID
	}
	return out
}

// under resolves a path of a file of the project.
func under(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, filepath.FromSlash(path))
}

// region reads a two-letter country code.
func (n node) region() string {
	t := n.text()
	if n.isText() && (len(t) != 2 || strings.Trim(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		n.fault("write a country such as RU, UA, BY, KZ or CZ", "a region is two capital letters")
		return ""
	}
	return t
}

// zone reads an IANA time zone.
func (n node) zone() string {
	t := n.text()
	if t == "" {
		return ""
	}
	if _, err := time.LoadLocation(t); err != nil || t == "Local" {
		n.fault(suggestZone(t), "unknown time zone %s", t)
		return ""
	}
	return t
}

// suggestZone knows the zones in which most banks of the readers live.
func suggestZone(word string) string {
	zones := []string{"Europe/Moscow", "Europe/Kaliningrad", "Europe/Samara", "Europe/Kyiv", "Europe/Minsk", "Europe/Prague",
		"Asia/Yekaterinburg", "Asia/Omsk", "Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk",
		"Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "Asia/Almaty", "Asia/Tashkent", "UTC"}
	if c, ok := nearest(word, zones); ok {
		return "did you mean " + c + "?"
	}
	return "write an IANA name such as Europe/Moscow or Europe/Kyiv"
}

// bytes reads a size such as 512MB or 4GB (powers of 1024).
func (n node) bytes() int64 {
	v, ok := ParseSize(n.text())
	if !ok && n.isText() {
		n.fault("write a size such as 512MB or 4GB", "a size is expected here")
	}
	return v
}

// ParseSize reads a number of bytes as people write it: 512MB, 4 GB; units are
// powers of 1024.
func ParseSize(text string) (int64, bool) {
	text = strings.ToUpper(text)
	num := strings.TrimRight(text, "KMGTIB ")
	shift, known := map[string]int{"B": 0, "KB": 10, "KIB": 10, "MB": 20, "MIB": 20, "GB": 30, "GIB": 30}[strings.TrimSpace(text[len(num):])]
	v, err := strconv.ParseInt(strings.TrimSpace(num), 10, 32)
	if !known || err != nil || v <= 0 {
		return 0, false
	}
	return v << shift, true
}

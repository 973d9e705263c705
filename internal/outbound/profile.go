package outbound

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"clientbase/internal/errs"
	"clientbase/internal/segment"
	"clientbase/internal/suggest"
	"clientbase/schemas"
)

// Profile says what a recipient gets: one recipients/<id>.yaml. It lies apart
// from the rest of the configuration because no snapshot depends on it.
type Profile struct {
	ID         string
	Recipient  segment.Words // who receives the list
	Human      bool          // opened by people: cells are text; false: read by a machine, as it stands
	Format     string        // csv | xlsx
	Encoding   string        // of a csv: see encodings
	Separator  rune          // of a csv
	Header     bool          // first row names the columns
	Phone      string        // e164 | digits | national
	Channels   []string      // what the recipient may be given lists for
	Columns    []Column
	Expires    int // days after which the list must be dropped
	MaxHolders int // clients that may hold a contact point
	File       string
}

// Column is one column of a list.
type Column struct {
	Title string // in the header row
	Field string // contact_id, contact, or a field of clients
}

// The two columns that are no attribute of a client.
const (
	ContactID = "contact_id" // opaque, of this list only
	Contact   = "contact"    // the phone or e-mail itself
)

const (
	defaultExpires = 30
	maxExpires     = 366
	maxProfile     = 1 << 20
)

var profileID = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// Fields lists what a column may hold: the opaque id, the contact point, and
// those attributes of a client that are neither contact points nor numbers of
// documents. Anything that tells one client from all others stays inside.
func Fields(dict *schemas.Dictionary) []string {
	out := []string{ContactID, Contact, "display_name", "party"}
	for _, a := range dict.Attrs {
		if !a.Multi && !a.PII.Protected() && a.PII != schemas.PIIText {
			out = append(out, a.ID)
		}
	}
	return out
}

// LoadProfiles reads recipients/*.yaml of a project folder, by name. Faults are
// collected; a profile with one is left out. No folder is no profiles.
func LoadProfiles(dir string, dict *schemas.Dictionary) ([]Profile, []segment.Fault, error) {
	names, err := filepath.Glob(filepath.Join(dir, "recipients", "*.yaml"))
	if err != nil {
		return nil, nil, errs.Wrap(errs.Config, "read", "recipients", err, "check the name of the project folder")
	}
	slices.Sort(names)
	var out []Profile
	var faults []segment.Fault
	for _, path := range names {
		name := "recipients/" + filepath.Base(path)
		info, err := os.Stat(path)
		if err == nil && info.Size() > maxProfile {
			err = errors.New("larger than 1 MB")
		}
		var text []byte
		if err == nil {
			text, err = os.ReadFile(path)
		}
		if err != nil {
			return nil, nil, errs.Wrap(errs.Config, "read", name, err, "check the rights of the file")
		}
		p, bad := parseProfile(name, text, Fields(dict))
		if len(bad) > 0 {
			faults = append(faults, bad...)
			continue
		}
		out = append(out, p)
	}
	return out, faults, nil
}

// FindProfile gives a profile by its id.
func FindProfile(list []Profile, id string) (Profile, error) {
	var ids []string
	for _, p := range list {
		if p.ID == id {
			return p, nil
		}
		ids = append(ids, p.ID)
	}
	hint := "write recipients/" + id + ".yaml; README.md shows one"
	if !profileID.MatchString(id) {
		hint = "the name of a file in recipients, without .yaml"
	}
	if len(ids) > 0 {
		hint = suggest.Hint(id, ids)
	}
	return Profile{}, errs.New(errs.Config, "read recipient", id, "there is no such profile", hint)
}

// reader reads one profile and collects what is wrong with it.
type reader struct {
	file   string
	faults []segment.Fault
}

func (r *reader) fault(n *yaml.Node, path, hint, format string, args ...any) {
	f := segment.Fault{File: r.file, Path: path, Msg: fmt.Sprintf(format, args...), Hint: hint}
	if n != nil {
		f.Line, f.Col = n.Line, n.Column
	}
	r.faults = append(r.faults, f)
}

func parseProfile(name string, text []byte, fields []string) (Profile, []segment.Fault) {
	r := &reader{file: name}
	p := Profile{ID: strings.TrimSuffix(filepath.Base(name), ".yaml"), File: name, Format: "csv", Encoding: "utf-8", Separator: ';', Header: true,
		Phone: "e164", Channels: Channels(), Expires: defaultExpires, MaxHolders: 1}
	if !profileID.MatchString(p.ID) {
		r.fault(nil, "", "name it in lower case, such as dialler.yaml", "the name of the file is not an id")
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		r.fault(nil, "", "indent with spaces; quote text that holds \": \"", "it is not YAML")
		return p, r.faults
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		r.fault(nil, "", "write recipient:, for: and columns:", "a map is expected")
		return p, r.faults
	}
	m := doc.Content[0]
	keys := []string{"recipient", "for", "format", "encoding", "separator", "header", "phone", "channels", "columns", "expires_in_days", "max_holders"}
	seen := map[string]bool{}
	for i := 0; i+1 < len(m.Content); i += 2 {
		k, v := m.Content[i], m.Content[i+1]
		if !slices.Contains(keys, k.Value) {
			r.fault(k, k.Value, suggest.Hint(k.Value, keys), "unknown key %s", k.Value)
			continue
		}
		if seen[k.Value] {
			r.fault(k, k.Value, "remove one of them", "key %s stands here twice", k.Value)
			continue
		}
		seen[k.Value] = true
		r.set(&p, k.Value, v, fields)
	}
	for _, need := range []string{"recipient", "for", "columns"} {
		if !seen[need] {
			r.fault(m, "", map[string]string{"recipient": "say who receives the lists", "for": "machine or human", "columns": "such as [contact_id, contact, given_name]"}[need], "key %s is missing", need)
		}
	}
	if p.Format == "xlsx" && (seen["encoding"] || seen["separator"]) {
		r.fault(m, "", "remove encoding and separator", "a workbook has neither encoding nor separator")
	}
	return p, r.faults
}

// set reads one key.
func (r *reader) set(p *Profile, key string, v *yaml.Node, fields []string) {
	switch key {
	case "recipient":
		p.Recipient = r.words(v, key)
	case "for":
		p.Human = r.word(v, key, "machine", "human") == "human"
	case "format":
		p.Format = r.word(v, key, "csv", "xlsx")
	case "encoding":
		p.Encoding = r.word(v, key, encodings()...)
	case "separator":
		s := []rune(r.text(v, key))
		if len(s) != 1 || !strings.ContainsRune(";,|\t", s[0]) {
			r.fault(v, key, `one of ";" "," "|" "\t"`, "the separator is one sign")
			return
		}
		p.Separator = s[0]
	case "header":
		p.Header = r.word(v, key, "true", "false") == "true"
	case "phone":
		p.Phone = r.word(v, key, "e164", "digits", "national")
	case "channels":
		p.Channels = nil
		for i, x := range r.list(v, key) {
			p.Channels = append(p.Channels, r.word(x, fmt.Sprintf("%s[%d]", key, i), Channels()...))
		}
	case "columns":
		r.columns(p, v, fields)
	case "expires_in_days":
		p.Expires = r.number(v, key, 1, maxExpires)
	case "max_holders":
		p.MaxHolders = r.number(v, key, 1, 10)
	}
}

// columns reads the list: a field, or {TITLE: field}.
func (r *reader) columns(p *Profile, v *yaml.Node, fields []string) {
	titles := map[string]bool{}
	for i, x := range r.list(v, "columns") {
		path := fmt.Sprintf("columns[%d]", i)
		c := Column{}
		if x.Kind == yaml.MappingNode && len(x.Content) == 2 {
			c.Title, x = x.Content[0].Value, x.Content[1]
		}
		c.Field = r.text(x, path)
		if c.Title == "" {
			c.Title = c.Field
		}
		switch {
		case c.Field == "":
		case c.Field == "client_id" || c.Field == "client_no":
			r.fault(x, path, "use contact_id: it leads back to the client here and nowhere else", "a client id never leaves")
		case !slices.Contains(fields, c.Field):
			r.fault(x, path, suggest.Hint(c.Field, fields), "%s cannot leave: it is protected or no attribute", c.Field)
		case titles[c.Title]:
			r.fault(x, path, "remove one of them", "two columns are called %s", c.Title)
		}
		titles[c.Title] = true
		p.Columns = append(p.Columns, c)
	}
	for _, must := range []string{ContactID, Contact} {
		if !slices.ContainsFunc(p.Columns, func(c Column) bool { return c.Field == must }) {
			r.fault(v, "columns", "add "+must, "the column %s is missing: without it a list can be neither used nor recalled", must)
		}
	}
}

func (r *reader) text(n *yaml.Node, path string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		r.fault(n, path, "", "a single value is expected here")
		return ""
	}
	return n.Value
}

func (r *reader) word(n *yaml.Node, path string, words ...string) string {
	t := r.text(n, path)
	if t != "" && !slices.Contains(words, t) {
		r.fault(n, path, suggest.Hint(t, words), "unknown word %s", t)
		return ""
	}
	return t
}

func (r *reader) number(n *yaml.Node, path string, lo, hi int) int {
	v, err := strconv.Atoi(r.text(n, path))
	if err != nil || v < lo || v > hi {
		r.fault(n, path, "", "a whole number from %d to %d is expected here", lo, hi)
		return lo
	}
	return v
}

func (r *reader) list(n *yaml.Node, path string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.fault(n, path, "such as [a, b]", "a list is expected here")
		return nil
	}
	return n.Content
}

// words reads {ru: …, en: …}, or one text for both.
func (r *reader) words(n *yaml.Node, path string) segment.Words {
	if n.Kind == yaml.MappingNode {
		var w segment.Words
		for i := 0; i+1 < len(n.Content); i += 2 {
			t := r.text(n.Content[i+1], path+"."+n.Content[i].Value)
			switch n.Content[i].Value {
			case "ru":
				w.Ru = t
			case "en":
				w.En = t
			default:
				r.fault(n.Content[i], path, "ru and en", "unknown key %s", n.Content[i].Value)
			}
		}
		if w.Ru == "" || w.En == "" {
			r.fault(n, path, "write {ru: …, en: …}", "both languages are needed")
		}
		return w
	}
	t := r.text(n, path)
	return segment.Words{Ru: t, En: t}
}

// exists tells whether something stands under a path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

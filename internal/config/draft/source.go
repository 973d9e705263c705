package draft

import (
	"fmt"
	"slices"
	"strings"
)

// Settings say what the drafted file is about.
type Settings struct {
	Source string // id of the source; made from its name by Identifier
	Kind   string // corebank, cards, callcentre, web, command
	Stream string // id of the stream; "" = the source's
	From   string // the from: node as YAML in flow style: {path: "in/clients.csv", format: delimited}
	Seen   string // what was looked at, for the first comment: "clients.csv, 200 rows"
	Zone   string // "" = the project's
	Region string // "" = the project's
	Title  string // for people; "" = the source's id
	Dated  bool   // the file's name tells its day
	Known  string // contract and mapping by the format, see Known; "" = by the guesses
	// Key is the primary key of a table, Database that it is one.
	Key      []string
	Database bool
	// Clients are the streams of the project whose rows are the clients: facts of
	// a table without clients refer to one of them by their client's key.
	Clients []Clients
}

// Clients is a stream whose rows are clients, "core/clients", with the column
// that identifies them.
type Clients struct{ Stream, Key string }

// Source writes a drafted sources/<name>.yaml for a table: its contract, what
// its columns were taken for and why, and the facts that its rows make. The
// text holds names of columns and no cell.
func Source(guesses []Guess, s Settings) string {
	if s.Stream == "" {
		s.Stream = s.Source
	}
	d := &drafter{s: s, guesses: guesses}
	d.line(0, "# Drafted from %s. Read every line before the first run:", s.Seen)
	if s.Known == "" {
		d.plan()
		d.line(0, "# a column was recognised by its heading and by the shape of its cells.")
	} else {
		d.line(0, "# the columns are those of the format; what they mean at your bank you know.")
	}
	d.line(0, "source: %s", s.Source)
	d.line(0, "kind: %s", s.Kind)
	if s.Title == "" {
		s.Title = s.Source
	}
	d.line(0, "title: {ru: %[1]s, en: %[1]s}", scalar(s.Title))
	if s.Kind == "web" {
		d.line(0, "# A web source must say for what and on what basis it collects data:")
		d.line(0, "# purpose: …")
		d.line(0, "# legal_basis: …")
	}
	if s.Zone != "" {
		d.line(0, "zone: %s", s.Zone)
	}
	if s.Region != "" {
		d.line(0, "region: %s", s.Region)
	}
	d.line(0, "streams:")
	d.line(1, "%s:", s.Stream)
	d.line(2, "from: %s", d.from())
	if name, ok := d.column(Modified); ok && s.Database {
		d.line(2, "# Only what has changed: add cursor: %s to from:, and write mode: delta.", scalar(name))
	}
	if s.Known != "" {
		d.b.WriteString(s.Known)
		return d.b.String()
	}
	d.stream()
	return d.b.String()
}

// drafter holds what the parts of the text need of each other.
type drafter struct {
	s       Settings
	guesses []Guess
	b       strings.Builder
	key     []string // columns
	mode    string
	kind    string // of party: person, organization, mixed or "" = no party
	fact    string // kind of fact or ""
}

// from is the from: node with the decimal sign that the cells show.
func (d *drafter) from() string {
	for _, g := range d.guesses {
		if g.Decimal == "," || g.Decimal == "." && strings.Contains(d.s.From, "format: delimited") {
			return strings.TrimSuffix(d.s.From, "}") + fmt.Sprintf(", decimal: %q}", g.Decimal)
		}
	}
	return d.s.From
}

// clients gives the stream that a table of facts refers to by its column: the
// one with a key of the same name, else the only one.
func (d *drafter) clients(column string) string {
	for _, c := range d.s.Clients {
		if normalise(c.Key) == normalise(column) {
			return c.Stream
		}
	}
	if len(d.s.Clients) == 1 {
		return d.s.Clients[0].Stream
	}
	return ""
}

func (d *drafter) line(indent int, format string, args ...any) {
	d.b.WriteString(strings.Repeat("  ", indent))
	fmt.Fprintf(&d.b, format, args...)
	d.b.WriteByte('\n')
}

// column gives the column of a role.
func (d *drafter) column(r Role) (string, bool) {
	for _, g := range d.guesses {
		if g.Role == r {
			return g.Column, true
		}
	}
	return "", false
}

func (d *drafter) has(roles ...Role) bool {
	for _, r := range roles {
		if _, ok := d.column(r); ok {
			return true
		}
	}
	return false
}

// plan decides what the rows are.
func (d *drafter) plan() {
	org := d.has("org_name", "kpp", "edrpou", "legal_form")
	person := d.has("full_name", "surname", "given_name", "patronymic", "birth_date", "snils", "unzr", "gender")
	contact := d.has("phone", "email", "inn", "passport", "rnokpp", "address", "note")
	switch {
	case org && person && d.has(PartyType):
		d.kind = "mixed"
	case org && (!person || d.has("kpp", "ogrn", "edrpou", "legal_form")):
		d.kind = "organization"
	case person || contact:
		d.kind = "person"
	}
	switch {
	case d.has(Amount) && d.has(At) && d.has(Account, Card):
		d.fact = "transaction"
	case d.has(Card):
		d.fact = "card"
	case d.has(Balance) && d.has(At) && d.has(Account):
		d.fact = "balance"
	case d.has(Account) && (d.has(Opened, Closed, Product, Currency) || d.kind != ""):
		d.fact = "account"
	}
	d.mode = "full"
	if d.fact == "transaction" || d.fact == "balance" {
		d.mode = "events"
	}
	d.key = d.chooseKey()
	if d.key == nil {
		d.mode = "events"
	}
}

// chooseKey prefers an identifier without repeats, then any column without
// repeats that does not change over a client's life.
func (d *drafter) chooseKey() []string {
	if len(d.s.Key) > 0 {
		return d.s.Key
	}
	if d.kind == "" && d.fact == "account" { // the client's number only seems to be without repeats
		for _, g := range d.guesses {
			if g.Role == Account && g.Unique {
				return []string{g.Column}
			}
		}
	}
	for _, g := range d.guesses {
		if g.Role == Key && g.Unique {
			return []string{g.Column}
		}
	}
	for _, r := range []Role{Account, "inn", "snils", "rnokpp", "edrpou"} {
		for _, g := range d.guesses {
			if g.Role == r && g.Unique {
				return []string{g.Column}
			}
		}
	}
	for _, g := range d.guesses {
		if g.Unique && g.Role == "" && (g.Type == "int" || g.Type == "text") {
			return []string{g.Column}
		}
	}
	return nil
}

func (d *drafter) stream() {
	switch {
	case d.key == nil:
		d.line(2, "# No column is free of repeats and gaps: each line counts as an event of its own.")
		d.line(2, "# Name a key and write mode: full or delta when the rows are clients.")
		d.line(2, "mode: events")
		d.line(2, "key: [\"@line\"]")
	default:
		d.line(2, "mode: %-12s # full = the whole table each time, delta = only changes, events = never changed", d.mode)
		names, why := make([]string, len(d.key)), "no gap and no repeat in the sample"
		for i, k := range d.key {
			names[i] = scalar(k)
		}
		if len(d.s.Key) > 0 {
			why = "the table's primary key"
		}
		d.line(2, "key: [%s]%s# %s", strings.Join(names, ", "), strings.Repeat(" ", max(1, 12-len(d.key[0]))), why)
	}
	switch name, ok := d.column(Modified); {
	case ok && d.s.Dated:
		d.line(2, "order: {column: %s, as_of: name}   # the latest version of a record has the latest of these; the file's day stands in its name", scalar(name))
	case ok:
		d.line(2, "order: {column: %s}   # the latest version of a record has the latest of these", scalar(name))
	case d.s.Dated:
		d.line(2, "order: {as_of: name}   # the file's day stands in its name")
	}
	d.line(2, "columns:")
	width := 0
	entries := make([]string, len(d.guesses))
	for i, g := range d.guesses {
		entries[i] = scalar(g.Column) + ": " + d.contract(g)
		width = max(width, min(len([]rune(entries[i])), 48))
	}
	for i, g := range d.guesses {
		pad := strings.Repeat(" ", max(0, width-len([]rune(entries[i]))))
		d.line(3, "%s%s  # %s", entries[i], pad, comment(g))
	}
	if d.kind != "" {
		d.party()
	}
	d.facts()
	d.consent()
	if d.kind == "" && d.fact == "" {
		d.line(2, "# No client and no fact was recognised: map columns to attributes here.")
		d.line(2, "# party:")
		d.line(2, "#   kind: person")
		d.line(2, "#   map: {full_name: COLUMN}")
	}
}

// comment is a guess's reason with what is uncertain about it.
func comment(g Guess) string {
	why := g.Why
	if g.Type == "date" || g.Type == "timestamp" {
		if g.Format == "" && !g.Empty {
			why += "; the sample does not show the order of day and month: the whole column will"
		}
	}
	return why
}

// contract gives the type of a column.
func (d *drafter) contract(g Guess) string {
	var parts []string
	typ := g.Type
	if g.Role == "birth_date" && typ != "date" && typ != "timestamp" || typ == "" {
		typ = "text"
	}
	if (typ == "int" || typ == "decimal") && g.Role != "" && g.Role != Amount && g.Role != Balance {
		typ = "text" // identifiers keep their leading zeros
	}
	if slices.Contains(d.key, g.Column) {
		parts = append(parts, "type: "+typ, "required: true")
	}
	if g.Role == Card {
		parts = append(parts, "pan: true")
	}
	if g.Format != "" && (typ == "date" || typ == "timestamp") {
		if len(parts) == 0 {
			parts = append(parts, "type: "+typ)
		}
		parts = append(parts, "format: "+g.Format)
	}
	if g.Role == "gender" && g.Type == "int" {
		parts = append(parts, `codes: {"1": m, "2": f}`)
	}
	if g.Role == PartyType {
		return "text"
	}
	if len(parts) == 0 {
		return typ
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// addressParts in the order in which an address is written.
func addressParts() []Role {
	return []Role{"postcode", Region, District, "city", Street, House, Building, Flat}
}

func (d *drafter) party() {
	d.line(2, "party:")
	switch d.kind {
	case "mixed":
		name, _ := d.column(PartyType)
		d.line(3, "# Complete the codes: which words of %s mean a person, which an organisation.", name)
		d.line(3, "kind: {column: %s, codes: {F: person, J: organization}, default: person}", scalar(name))
	default:
		d.line(3, "kind: %s", d.kind)
	}
	if d.fact == "transaction" || d.fact == "card" {
		if names := d.partyColumns(); len(names) > 0 {
			d.line(3, "when: [%s]", strings.Join(names, ", "))
		}
	}
	d.line(3, "map:")
	for _, m := range d.mapping() {
		d.line(4, "%s", m)
	}
	for _, g := range d.guesses {
		if g.Role.Attribute() && !d.fits(g.Role) {
			d.line(4, "# not mapped: %s (%s is no attribute of this kind of party)", g.Column, g.Role)
		}
	}
}

// partyColumns lists the columns of which one at least must be filled.
func (d *drafter) partyColumns() []string {
	var out []string
	for _, g := range d.guesses {
		switch g.Role {
		case "full_name", "surname", "org_name", "phone", "email":
			out = append(out, scalar(g.Column))
		}
	}
	return out
}

// mapping lists attribute: column lines in the order of the columns.
func (d *drafter) mapping() []string {
	var out []string
	byAttr := map[Role][]string{}
	var order []Role
	for _, g := range d.guesses {
		if !g.Role.Attribute() || !d.fits(g.Role) {
			continue
		}
		if byAttr[g.Role] == nil {
			order = append(order, g.Role)
		}
		byAttr[g.Role] = append(byAttr[g.Role], scalar(g.Column))
	}
	for _, r := range order {
		if names := byAttr[r]; len(names) == 1 {
			out = append(out, string(r)+": "+names[0])
		} else {
			out = append(out, string(r)+": ["+strings.Join(names, ", ")+"]")
		}
	}
	series, hasSeries := d.column(DocSeries)
	number, hasNumber := d.column(DocNumber)
	if hasSeries && hasNumber && d.kind != "organization" && byAttr["passport"] == nil {
		out = append(out, fmt.Sprintf(`passport: {join: " ", columns: [%s, %s]}`, scalar(series), scalar(number)))
	}
	var parts []string
	for _, r := range addressParts() {
		if name, ok := d.column(r); ok {
			parts = append(parts, scalar(name))
		}
	}
	if byAttr["address"] == nil && len(parts) > 1 && d.has(Street, "city") {
		out = append(out, `address: {join: ", ", columns: [`+strings.Join(parts, ", ")+`]}`)
	}
	return out
}

// fits reports whether the drafted party may have the attribute.
func (d *drafter) fits(r Role) bool {
	person := slices.Contains([]Role{"full_name", "surname", "given_name", "patronymic", "former_surname", "gender", "birth_date", "snils", "rnokpp", "unzr", "passport", "job_title", "employer"}, r)
	org := slices.Contains([]Role{"org_name", "legal_form", "kpp", "edrpou"}, r)
	return !(person && d.kind == "organization") && !(org && d.kind == "person")
}

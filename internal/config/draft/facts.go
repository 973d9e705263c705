package draft

import "fmt"

// consent writes what a consent would look like, as a comment: no draft grants
// anything before a person has read it.
func (d *drafter) consent() {
	name, ok := d.column(Consent)
	if !ok || d.kind == "" || len(d.key) != 1 {
		return
	}
	d.line(2, "# %s looks like a consent to advertising. When it is one, give the column its", name)
	d.line(2, "# codes and move the fact under facts:")
	d.line(2, "#   %s: {codes: {да: grant, нет: objection}}", scalar(name))
	d.line(2, "#   - {fact: consent, when: [%s], fields: {party: {ref: record, column: %s}, state: %s, purpose: {const: marketing}}}",
		scalar(name), scalar(d.key[0]), scalar(name))
}

// facts writes the fact that a row makes, when its way to a client is known.
func (d *drafter) facts() {
	if d.fact == "" {
		return
	}
	fields := d.fields()
	if fields == nil {
		return
	}
	d.line(2, "facts:")
	d.line(3, "- fact: %s", d.fact)
	d.line(4, "fields:")
	for _, f := range fields {
		d.line(5, "%s", f)
	}
}

// fields lists field: column lines, nil when nothing leads to a client.
func (d *drafter) fields() []string {
	var out []string
	plain := func(field string, r Role) {
		if name, ok := d.column(r); ok {
			out = append(out, field+": "+scalar(name))
		}
	}
	ref := func(field, kind string, r Role) bool {
		name, ok := d.column(r)
		if ok {
			out = append(out, fmt.Sprintf("%s: {ref: %s, column: %s}", field, kind, scalar(name)))
		}
		return ok
	}
	holder := func() bool {
		switch id, ok := d.column(Key); {
		case d.kind != "" && len(d.key) == 1:
			out = append(out, fmt.Sprintf("holder: {ref: record, column: %s}", scalar(d.key[0])))
		case ok && d.clients(id) != "":
			out = append(out, fmt.Sprintf("holder: {ref: record, of: %s, column: %s}", d.clients(id), scalar(id)))
		default:
			return false
		}
		return true
	}
	leads := false
	switch d.fact {
	case "account":
		ref("account", "account", Account)
		plain("number", Account)
		leads = holder()
		plain("opened", Opened)
		plain("closed", Closed)
	case "card":
		ref("card", "card", Card)
		plain("number", Card)
		leads = ref("account", "account", Account)
		leads = holder() || leads
		plain("issued", Issued)
		plain("expires", Expires)
	case "balance":
		leads = ref("account", "account", Account)
		plain("day", At)
		plain("amount", Balance)
	case "transaction":
		plain("at", At)
		leads = ref("account", "account", Account)
		leads = ref("card", "card", Card) || leads
		plain("amount", Amount)
		plain("type", OpType)
		plain("mcc", MCC)
		plain("merchant", Merchant)
	}
	if d.fact == "account" || d.fact == "card" {
		plain("product", Product)
		plain("status", Status)
	}
	if d.fact != "card" {
		plain("currency", Currency)
	}
	if !leads {
		d.line(2, "# The rows look like facts of kind %s, but no column leads to a client. Say", d.fact)
		d.line(2, "# whose they are: facts: [{fact: %s, fields: {…, holder: {ref: record, of: source/stream, column: …}}}]", d.fact)
		return nil
	}
	return out
}

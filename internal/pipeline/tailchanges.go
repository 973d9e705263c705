package pipeline

import (
	"errors"

	"clientbase/internal/store"
	"clientbase/schemas"
)

// changes says how the tables of the snapshot look with the tail, and which
// search terms come with it.
func (v *tailValues) changes(tok *tokenizer) (out []store.Change, terms []store.Term, err error) {
	names := map[int32]map[string]string{} // client → name attributes that changed
	var order []int32
	for i := range v.pairs {
		q := &v.pairs[i]
		if len(q.values) == 0 && !q.anew && !q.follows {
			continue // the act says nothing of this part
		}
		out = append(out, v.history(q, tok)...)
		if q.attr.PII == schemas.PIIContact {
			list, err := v.contacts(q, tok)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, list...)
		}
		for _, x := range q.values {
			for _, t := range valueTerms(q.attr, x.text, tok) {
				terms = append(terms, store.Term{Kind: t.kind, Text: t.term, ClientNo: q.no})
			}
		}
		if q.attr.Multi {
			continue
		}
		show, text := any(nil), ""
		if len(q.values) > 0 {
			text = q.values[0].text
			s, _ := shownForm(q.attr, text, tok)
			show = textOrNull(s)
		}
		out = append(out, store.Change{Table: "clients", Key: q.no, Set: map[string]any{q.attr.ID: show}})
		if names[q.no] == nil {
			names[q.no] = map[string]string{}
			order = append(order, q.no)
		}
		names[q.no][q.attr.ID] = text
	}
	for _, no := range order {
		c, err := v.displayName(no, names[no])
		if err != nil {
			return nil, nil, err
		}
		out = append(out, c)
	}
	return out, terms, nil
}

// history puts the values in force into attribute_history.
func (v *tailValues) history(q *tailPair, tok *tokenizer) []store.Change {
	var out []store.Change
	if q.anew || !q.attr.Multi {
		out = append(out, store.Change{Table: "attribute_history", Key: q.no, Match: map[string]any{"attr": q.attr.ID, "winner": true}})
	}
	for i, x := range q.values {
		if i > 0 && !q.attr.Multi {
			break
		}
		show, t := shownForm(q.attr, x.text, tok)
		if !q.anew && q.attr.Multi {
			same := map[string]any{"attr": q.attr.ID, "winner": true, "value": textOrNull(show), "token": tokenText(t)}
			out = append(out, store.Change{Table: "attribute_history", Key: q.no, Match: same})
		}
		set := map[string]any{"client_id": q.client, "attr": q.attr.ID, "value": textOrNull(show), "token": tokenText(t), "status": x.status.String(),
			"reason": textOrNull(x.reason.String()), "stream": x.stream, "record_no": nil, "valid_from": dayText(x.day), "winner": true, "known_from": nil}
		if x.act == nil {
			set["record_no"] = x.recordNo
		}
		if !x.known.IsZero() {
			set["known_from"] = x.known.UTC().Format("2006-01-02 15:04:05.000000")
		}
		out = append(out, store.Change{Table: "attribute_history", Key: q.no, Add: true, Set: set})
	}
	return out
}

// contacts ranks the contact points of a pair anew.
func (v *tailValues) contacts(q *tailPair, tok *tokenizer) ([]store.Change, error) {
	out := []store.Change{{Table: "contact_points", Key: q.no, Match: map[string]any{"attr": q.attr.ID}}}
	rank, seen := 0, map[any]bool{}
	put := func(masked, token, status, holders, from, source any) {
		if (rank > 0 && !q.attr.Multi) || seen[token] {
			return
		}
		seen[token] = true
		rank++
		out = append(out, store.Change{Table: "contact_points", Key: q.no, Add: true, Set: map[string]any{"client_id": q.client, "attr": q.attr.ID, "masked": masked,
			"token": token, "status": status, "holders": holders, "rank": rank, "valid_from": from, "source": source}})
	}
	for _, x := range q.values {
		show, t := shownForm(q.attr, x.text, tok)
		holders, err := v.holders(q, t.String())
		if err != nil {
			return nil, err
		}
		put(textOrNull(show), tokenText(t), x.status.String(), holders, dayText(x.day), x.stream)
	}
	if q.anew || !q.attr.Multi {
		return out, nil
	}
	rows, err := v.t.r.Query(v.t.ctx, `SELECT masked, token::VARCHAR, status, holders, strftime(valid_from, '%Y-%m-%d'), source
		FROM client.main.contact_points WHERE client_no = ? AND attr = ? ORDER BY rank`, q.no, q.attr.ID)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var masked, token, status, holders, from, source any
		if err := rows.Scan(&masked, &token, &status, &holders, &from, &source); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		if text, ok := token.(string); ok {
			token = tokenText(parseToken(text))
		}
		put(masked, token, status, holders, from, source)
	}
	return out, rows.Close()
}

// holders counts the clients that hold a contact point, this one included.
func (v *tailValues) holders(q *tailPair, token string) (any, error) {
	if q.attr.Kind != schemas.KindPhone && q.attr.Kind != schemas.KindEmail {
		return nil, nil // only what facts refer to is counted
	}
	var n int64
	err := v.t.one("SELECT count(DISTINCT client_no) FROM client.main.contact_points WHERE token = ? AND client_no <> ?", []any{token, q.no}, &n)
	return n + 1, err
}

// displayName gives the name to show after some of its parts changed.
func (v *tailValues) displayName(no int32, changed map[string]string) (store.Change, error) {
	var word, surname, given, patronymic, full, org string
	err := v.t.one(`SELECT party, coalesce(surname, ''), coalesce(given_name, ''), coalesce(patronymic, ''), coalesce(full_name, ''), coalesce(org_name, '')
		FROM client.main.clients WHERE client_no = ?`, []any{no}, &word, &surname, &given, &patronymic, &full, &org)
	values := map[string]string{"surname": surname, "given_name": given, "patronymic": patronymic, "full_name": full, "org_name": org}
	for a, text := range changed {
		values[a] = text
	}
	party := schemas.Person
	if word == schemas.Org.String() {
		party = schemas.Org
	}
	return store.Change{Table: "clients", Key: no, Set: map[string]any{"display_name": textOrNull(displayName(party, func(attr string) string { return values[attr] }))}}, err
}

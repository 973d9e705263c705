package pipeline

import (
	"context"
	"slices"
	"strings"
	"time"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// ForgetRequest asks to erase a person.
type ForgetRequest struct {
	Subject Subject
	Reason  string
	Ground  string // consent_withdrawn, purpose_reached, unlawful, request, court, …
	Ref     string // the letter that asked, as the office numbers it
	Recalls []journal.Recall
	Actor   journal.Actor
	Now     time.Time
}

// Grounds are those on which a person is erased.
func Grounds() []string {
	return []string{"request", "consent_withdrawn", "purpose_reached", "unlawful", "court"}
}

// Forgetting is what an erasure would do, or was asked to do.
type Forgetting struct {
	Request    int64            `json:"request,omitempty"` // 0 = nothing was recorded
	Client     string           `json:"client"`
	Records    []string         `json:"records"` // SOURCE/STREAM:KEY
	Versions   int              `json:"versions"`
	Facts      map[string]int64 `json:"facts"` // facts that find the person, by kind
	Overrides  int              `json:"values_set_by_hand"`
	Recalls    []journal.Recall `json:"recalls"`
	Categories []string         `json:"categories"`
	Shared     int              `json:"shared_numbers"`  // numbers that others hold too: they stay with the others
	Common     bool             `json:"common_name"`     // others bear the same name
	Others     []Lookalike      `json:"may_be_the_same"` // clients that are not erased and may be the same person
	Holds      []Hold           `json:"holds"`
	Snapshots  int              `json:"snapshots"` // older snapshots that would be removed
	act        journal.SubjectAct
}

// Held reports that a duty to keep stands against the erasure.
func (f *Forgetting) Held() bool { return len(f.Holds) > 0 }

// PlanForget says what erasing a client would do. It changes nothing.
func PlanForget(ctx context.Context, p *Project, q ForgetRequest) (*Forgetting, error) {
	const op = "forget"
	if err := checkReason(op, q.Reason); err != nil {
		return nil, err
	}
	if err := checkRef(op, q.Ref); err != nil {
		return nil, err
	}
	if q.Ground == "" {
		return nil, errs.New(errs.Config, op, "--ground", "missing", "one of "+strings.Join(Grounds(), ", "))
	}
	if !slices.Contains(Grounds(), q.Ground) {
		return nil, errs.New(errs.Config, op, "--ground", "not a ground", "one of "+strings.Join(Grounds(), ", "))
	}
	if (q.Subject.Client == "") == (q.Subject.Record == "") {
		return nil, errs.New(errs.Config, op, "", "name one client", "a client id, or --record SOURCE/STREAM:KEY; `clientbase find TEXT` gives ids")
	}
	s, err := Published(p) // without the acts since: who is restricted must be found, too
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	who, no, err := pinSubject(ctx, p, s, op, q.Subject)
	if err != nil {
		return nil, err
	}
	if who.party == schemas.Org.String() {
		return nil, errs.New(errs.Input, op, who.client[:12], "the client is an organisation", "the rights of a person are about people; name the person")
	}
	reach, err := OpenReach(ctx, p, s)
	if err != nil {
		return nil, err
	}
	m := newMarker(reach, p.Dict, no)
	out := &Forgetting{Client: who.client, Versions: len(m.mine), Recalls: q.Recalls, Facts: map[string]int64{}}
	marks, points := m.marks()
	out.Shared, out.Common, out.Others = m.shared, marks.Common, m.lookalikes()
	records := m.records()
	for _, r := range records {
		out.Records = append(out.Records, r.Stream+":"+r.Key)
	}
	if err := factMarks(ctx, s, records, reach, marks); err != nil {
		return nil, err
	}
	if out.Facts, err = countFacts(ctx, s, who.client); err != nil {
		return nil, err
	}
	acts, err := actsOn(p, records)
	if err != nil {
		return nil, err
	}
	out.Overrides = len(acts)
	out.Categories = m.categories(out.Facts)
	if out.Holds, err = holdsOn(ctx, p, s, who.client, records, q.Now); err != nil {
		return nil, err
	}
	kept, err := Snapshots(p)
	if err != nil {
		return nil, err
	}
	out.Snapshots = len(kept)
	out.act = journal.SubjectAct{Verb: journal.SubjectForget, Ground: q.Ground, Ref: q.Ref, Client: who.client, Since: q.Now.UTC().Format(time.DateOnly),
		Records: records, Points: points, Marks: marks, Recalls: q.Recalls, Versions: len(m.mine), Overrides: acts, Categories: out.Categories}
	return out, nil
}

// RequestForget records that a client is to be erased. From now on the person is
// used for nothing, in no segment and on no list; the next run erases. While a
// duty to keep stands against it, the person is restricted instead, until the
// duty ends.
func RequestForget(ctx context.Context, p *Project, q ForgetRequest) (*Forgetting, error) {
	out, err := PlanForget(ctx, p, q)
	if err != nil {
		return nil, err
	}
	act := out.act
	if out.Held() {
		act = journal.SubjectAct{Verb: journal.SubjectRestrict, Ground: q.Ground, Ref: q.Ref, Client: out.Client, Since: act.Since, Until: lastDay(out.Holds),
			Records: act.Records, Points: act.Points}
	}
	e, err := journal.Entry{At: q.Now, Actor: q.Actor, Kind: journal.KindSubject, Subject: out.Client, Reason: q.Reason}.WithPayload(act)
	if err != nil {
		return nil, err
	}
	j, err := Journal(p)
	if err != nil {
		return nil, err
	}
	if e, err = j.Append(ctx, e); err != nil {
		return nil, err
	}
	out.Request = e.Seq
	return out, nil
}

// checkRef refuses a reference that holds a number of a person.
func checkRef(op, ref string) error {
	if guarded(ref) != ref {
		return errs.New(errs.Config, op, "--ref", "it seems to hold a phone number, an e-mail or a document number", "give the number of the letter only")
	}
	return nil
}

// subjectOf is a client with what an act is pinned to.
type subjectOf struct {
	pinned
	party string
}

// pinSubject resolves a subject against a snapshot as it was built.
func pinSubject(ctx context.Context, p *Project, s *store.Snapshot, op string, subject Subject) (subjectOf, int32, error) {
	var out subjectOf
	j, key, err := openJournal(p)
	if err != nil {
		return out, 0, err
	}
	acts, err := j.Read(0)
	if err != nil {
		return out, 0, err
	}
	tok := newTokenizer(key)
	q := &pinner{p: p, tok: &tok, acts: acts, op: op}
	if q.t, err = newTracer(ctx, p, s); err != nil {
		return out, 0, err
	}
	q.t.op = op
	no, _, err := q.client(subject)
	if err != nil {
		return out, 0, err
	}
	if out.pinned, err = q.holder(no); err != nil {
		return out, 0, goneOr(p, subject, err)
	}
	return out, no, q.t.one("SELECT party FROM client.main.clients WHERE client_no = ?", []any{no}, &out.party)
}

// factMarks adds the accounts, cards and visitors that are the person's alone:
// facts on them are the person's. An account that a link ties to somebody else
// is not.
func factMarks(ctx context.Context, s *store.Snapshot, records []journal.Record, reach *Reach, marks *journal.Marks) error {
	r, err := s.Reader(ctx)
	if err != nil {
		return err
	}
	mine := map[opaque.Token]bool{}
	for _, rec := range records {
		mine[reach.tok.record(rec.Stream, rec.Key)] = true
	}
	pairs := func(query string) ([][3]opaque.Token, error) {
		rows, err := r.Query(ctx, query)
		if err != nil {
			return nil, err
		}
		defer func() { _ = rows.Close() }()
		var out [][3]opaque.Token
		for rows.Next() {
			var a, b, c string
			if err := rows.Scan(&a, &b, &c); err != nil {
				return nil, err
			}
			out = append(out, [3]opaque.Token{parseToken(a), parseToken(b), parseToken(c)})
		}
		return out, rows.Err()
	}
	links, err := pairs(`SELECT coalesce("from"::VARCHAR, ''), coalesce("to"::VARCHAR, ''), coalesce(account::VARCHAR, '') FROM client.main.link WHERE account IS NOT NULL`)
	if err != nil {
		return err
	}
	tied := map[opaque.Token]bool{}
	for _, l := range links {
		tied[l[2]] = tied[l[2]] || !l[0].IsZero() && !mine[l[0]] || !l[1].IsZero() && !mine[l[1]]
	}
	accounts, err := pairs("SELECT account::VARCHAR, holder::VARCHAR, '' FROM client.main.account WHERE account IS NOT NULL AND holder IS NOT NULL")
	if err != nil {
		return err
	}
	held := map[opaque.Token]bool{}
	for _, a := range accounts {
		if mine[a[1]] && !tied[a[0]] {
			held[a[0]] = true
		}
	}
	cards, err := pairs("SELECT card::VARCHAR, coalesce(holder::VARCHAR, ''), coalesce(account::VARCHAR, '') FROM client.main.card WHERE card IS NOT NULL")
	if err != nil {
		return err
	}
	for _, c := range cards {
		if mine[c[1]] || c[1].IsZero() && held[c[2]] {
			held[c[0]] = true
		}
	}
	for t := range held {
		marks.Sure = append(marks.Sure, t)
	}
	slices.SortFunc(marks.Sure, func(a, b opaque.Token) int { return slices.Compare(a[:], b[:]) })
	marks.Sure = slices.Compact(marks.Sure)
	return nil
}

// countFacts counts the facts that find a client, by kind.
func countFacts(ctx context.Context, s *store.Snapshot, client string) (map[string]int64, error) {
	r, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, k := range schemas.FactKinds() {
		var n int64
		if err := oneRow(ctx, r, "SELECT count(*) FROM "+store.ViewName(k)+" WHERE client_id = ?", []any{client}, &n); err != nil {
			return nil, err
		}
		if n > 0 {
			out[k.Name] = n
		}
	}
	return out, nil
}

// actsOn gives the entries that set a value of one of the records by hand.
func actsOn(p *Project, records []journal.Record) ([]int64, error) {
	list, err := entries(p)
	if err != nil {
		return nil, err
	}
	var out []int64
	for i := range list {
		e := &list[i]
		if e.Kind != journal.KindOverride || e.UndoOf != 0 {
			continue
		}
		var o journal.Override // one that waits for a second person's yes, too
		if err := e.Decode(&o); err != nil {
			return nil, err
		}
		if slices.Contains(records, o.Anchor) {
			out = append(out, e.Seq)
		}
	}
	return out, nil
}

// categories names the kinds of data that are kept of the client.
func (m *marker) categories(facts map[string]int64) []string {
	var out []string
	for _, a := range m.dict.Attrs {
		col := m.r.base.Attrs[a.ID]
		if col == nil {
			continue
		}
		if slices.ContainsFunc(m.mine, func(row uint32) bool { lo, hi := col.Range(row); return hi > lo }) {
			out = append(out, a.ID)
		}
	}
	for _, k := range schemas.FactKinds() {
		if facts[k.Name] > 0 {
			out = append(out, k.Name)
		}
	}
	return out
}

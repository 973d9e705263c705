package pipeline

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"clientbase/internal/errs"
	"clientbase/internal/lookup"
	"clientbase/internal/store"
	"clientbase/schemas"
	"clientbase/transforms"
)

// Question says whom a search means. Text is what a person would type; the
// other fields say what their content is. All that is given counts.
type Question struct {
	Text  string
	Name  string
	Phone string // whole, or its last 4, 7 or 10 digits
	Born  string // a day
	Doc   string // document or personal number
	Today string // ISO day on which it is asked: who is restricted then is marked so
}

// Found is one client that fits a search, with the reasons.
type Found struct {
	ClientID   string   `json:"client_id"`
	Name       string   `json:"name"`
	Party      string   `json:"party"`
	Born       string   `json:"born,omitempty"`
	City       string   `json:"city,omitempty"`
	Restricted bool     `json:"restricted,omitempty"` // the person's data are kept and used for nothing
	Score      float64  `json:"score"`
	Why        []string `json:"why"`
	no         uint32
	fits       int // how many parts of the question fit: words, the digits together, the day of birth
}

// Find is Lookup.Find for one question.
func Find(ctx context.Context, p *Project, s *store.Snapshot, ask Question, limit int) ([]Found, error) {
	l, err := NewLookup(ctx, p, s)
	if err != nil {
		return nil, err
	}
	return l.Find(ctx, ask, limit)
}

// Lookup answers questions about one open snapshot. It keeps what questions
// have in common; one serves one question at a time.
type Lookup struct {
	s     *store.Snapshot
	f     *store.Finder
	tok   tokenizer
	forms map[string][]string // of words
	held  restrictions

	// room that every question uses again
	nos       []uint32
	sum, part []uint16
	fitted    []uint32
	touched   []uint32
	card      []byte
}

// NewLookup makes a lookup over a snapshot, which stays open as long as it is used.
func NewLookup(_ context.Context, p *Project, s *store.Snapshot) (*Lookup, error) {
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	f, err := s.Finder()
	if err != nil {
		return nil, err
	}
	return &Lookup{s: s, f: f, tok: newTokenizer(dirs.Key), forms: map[string][]string{}}, nil
}

// knownForms is how many words a lookup keeps the forms of.
const knownForms = 1 << 16

// Find ranks the clients that a question may mean: parts of a name in any
// script and with typos, a day of birth, a phone or its tail, the tail of an
// account or card, a document number, an e-mail address, the key of a record in
// its source, or a client id or its beginning. Equal scores are ordered by how
// near the name that is shown comes to the question, then by how many records
// tell of the client, then by id. It fails with errs.Config when a field of the
// question cannot be read.
func (l *Lookup) Find(ctx context.Context, ask Question, limit int) ([]Found, error) {
	if len(l.forms) > knownForms {
		clear(l.forms)
	}
	l.nos = l.nos[:0]
	q := &search{ctx: ctx, l: l, meant: map[string][]*lookup.Pattern{}, apart: map[[2]string]int{}}
	if err := q.run(ask); err != nil {
		return nil, err
	}
	found, err := q.ranked(limit)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found, q.markRestricted(found, ask.Today)
}

// asked is the text of a question taken apart.
type asked struct {
	words  []string
	digits string // of all words that are mostly digits
	born   string // ISO day
}

// parts counts what an answer has to fit: the words, one for all digits, one
// for the day of birth.
func (a asked) parts() int {
	n := len(a.words)
	if a.digits != "" {
		n++
	}
	if a.born != "" {
		n++
	}
	return n
}

// dayForm is how people write a day of birth: 1985-03-12, 12.03.1985, 12/03/1985.
var dayForm = regexp.MustCompile(`^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4}))$`)

// dayAsked reads a day of birth; "" when the text is none.
func dayAsked(w string) string {
	m := dayForm.FindStringSubmatch(w)
	if m == nil {
		return ""
	}
	y, mo, d := m[1], m[2], m[3]
	if y == "" {
		y, mo, d = m[6], m[5], m[4]
	}
	t, err := time.Parse("2006-1-2", y+"-"+mo+"-"+d)
	if err != nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

func takeApart(text string) (a asked) {
	for _, w := range strings.Fields(text) {
		if day := dayAsked(strings.Trim(w, ",;")); day != "" && a.born == "" {
			a.born = day
			continue
		}
		d := onlyDigits(w)
		if len(d) > 0 && len(d)*2 >= utf8.RuneCountInString(strings.Trim(w, "+()-.•*…")) {
			a.digits += d
			continue
		}
		if strings.Trim(w, ",;.-") != "" {
			a.words = append(a.words, w)
		}
	}
	return a
}

// run asks the index for every part of the question.
func (q *search) run(ask Question) error {
	if text := strings.TrimSpace(ask.Text); text != "" {
		a := takeApart(text)
		if err := q.exact(text); err != nil {
			return err
		}
		if len(a.digits) >= 4 {
			if err := q.number(a.digits, compact(text)); err != nil {
				return err
			}
		}
		q.words = append(q.words, a.words...)
		if a.born != "" {
			if err := q.look("born", 8, "born that day", termBorn, a.born); err != nil {
				return err
			}
		}
	}
	q.words = append(q.words, strings.Fields(ask.Name)...)
	for _, w := range q.words {
		if err := q.word(w); err != nil {
			return err
		}
	}
	if ask.Phone != "" {
		d := onlyDigits(ask.Phone)
		if len(d) < 4 {
			return errs.New(errs.Config, "find", "--phone", "fewer than four digits", "give the number, or its last 4, 7 or 10 digits")
		}
		if _, err := q.phone(d); err != nil {
			return err
		}
	}
	if ask.Born != "" {
		day := dayAsked(strings.TrimSpace(ask.Born))
		if day == "" {
			return errs.New(errs.Config, "find", "--born", "not a day", "write it like 1985-03-12 or 12.03.1985")
		}
		if err := q.look("born", 8, "born that day", termBorn, day); err != nil {
			return err
		}
	}
	if ask.Doc != "" {
		return q.document(compact(ask.Doc))
	}
	return nil
}

// exact looks the whole text up as a client id, as what the screen shows of
// one, as the key of a record, and as an e-mail address.
func (q *search) exact(text string) error {
	if id := strings.ToLower(text); len(id) >= 8 && len(id) <= 32 && strings.Trim(id, "0123456789abcdef") == "" {
		err := q.selected("id", "client id", `SELECT c.client_no, 100 FROM clients c WHERE starts_with(c.client_id, ?)
			UNION ALL SELECT c.client_no, 99 FROM retired_ids r JOIN clients c ON c.client_id = r.client_id WHERE starts_with(r.retired_id, ?) LIMIT 500`, id, id)
		if err != nil {
			return err
		}
	}
	key := text
	if i := strings.LastIndexByte(text, ':'); i > 0 && strings.Contains(text[:i], "/") {
		key = text[i+1:] // core/clients:100234, as trace writes it
	}
	if err := q.look("key", 20, "key of a record", termKey, key); err != nil {
		return err
	}
	if !strings.Contains(text, "@") {
		return nil
	}
	for _, r := range transforms.Email(text) {
		for _, t := range mailTerms(r.Out, &q.l.tok) {
			if err := q.look("mail", 12, "e-mail", termMail, t.term); err != nil {
				return err
			}
		}
	}
	return nil
}

// number looks a run of digits up as a phone, a document and an account tail.
func (q *search) number(digits, whole string) error {
	if _, err := q.phone(digits); err != nil {
		return err
	}
	for _, doc := range []string{digits, whole} {
		if err := q.document(doc); err != nil {
			return err
		}
	}
	if len(digits) > 6 {
		return nil
	}
	last4 := digits[len(digits)-4:]
	return q.selected("account", "account or card ending", `WITH h AS (SELECT holder FROM client.main.account WHERE right(number, 4) = ? UNION SELECT holder FROM client.main.card WHERE right(number, 4) = ?)
		SELECT client_no, 5 FROM client.main.refs WHERE token IN (SELECT holder FROM h) AND holders = 1 LIMIT 500`, last4, last4)
}

// phone looks digits up as a phone number or the tail of one, the longest tail
// that anybody has, and says whether anybody has one.
func (q *search) phone(digits string) (bool, error) {
	for _, n := range []int{len(digits), 10, 7, 4} {
		if len(digits) < n || n == 4 && len(digits) > 6 {
			continue // who gave a whole number does not mean the last four digits of another
		}
		score := 12
		switch n {
		case 4:
			score = 4
		case 7:
			score = 9
		}
		was := len(q.lists)
		term := q.l.tok.token(termPhone, digits[len(digits)-n:]).String()
		if err := q.look("number", score, "phone, last "+strconv.Itoa(n)+" digits", termPhone, term); err != nil {
			return false, err
		}
		if len(q.lists) > was {
			return true, nil
		}
	}
	return false, nil
}

func (q *search) document(text string) error {
	return q.look("number", 15, "document or personal number", termDoc, q.l.tok.token(termDoc, text).String())
}

// word looks one word up as a name part or a word of an organisation: equal
// skeletons first, then skeletons one or two edits away.
func (q *search) word(w string) error {
	for _, k := range nameForms(w) {
		if err := q.near("word "+w, "name", termName, k, 6); err != nil {
			return err
		}
	}
	for _, t := range orgTerms(w) {
		if err := q.near("word "+w, "organisation name", termOrg, t.term, 5); err != nil {
			return err
		}
	}
	return nil
}

// nameForms gives the skeletons of a word as any part of a name, sorted.
func nameForms(w string) []string {
	var out []string
	for _, kind := range []schemas.Kind{schemas.KindSurname, schemas.KindGiven, schemas.KindPatronymic} {
		for _, t := range keyTerms(termName, kind, "skeleton", w) {
			out = append(out, t.term)
		}
	}
	return sortedUnique(out)
}

// near looks up the words that may be meant by k; each edit costs two points.
func (q *search) near(part, why, kind, k string, score int) error {
	list, err := q.l.f.Near(kind, k, typos(k))
	if err != nil {
		return err
	}
	for _, w := range list {
		if err := q.look(part, score-2*w.Far, why, kind, w.Text); err != nil {
			return err
		}
	}
	return nil
}

// typos is how many edits a word of this length may be away.
func typos(k string) int {
	switch n := utf8.RuneCountInString(k); {
	case n < 4:
		return 0
	case n < 7:
		return 1
	}
	return 2
}

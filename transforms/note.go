package transforms

import (
	"sort"
	"strings"
	"unicode/utf8"

	"clientbase/internal/scan"
	"clientbase/schemas"
)

const noteID = "note@3"

// FindingKind is what was found in a text.
type FindingKind string

// Kinds of finding.
const (
	FindPhone  FindingKind = "phone"
	FindEmail  FindingKind = "email"
	FindOptOut FindingKind = "optout"
	FindCard   FindingKind = "card"   // a card number; Value is empty
	FindNumber FindingKind = "number" // digits of a document or an account, or digits that nothing explains; Value is empty
)

// Finding is one thing found in a text. Only a finding with a usable status
// may be acted on: a denied opt-out is Invalid with reason Negated, one that
// somebody else made or that holds for a time is Ambiguous, and so is a contact
// point that the text gives to another person. Channel of an
// opt-out is call, sms, email or "" for all.
type Finding struct {
	Kind    FindingKind
	Value   string
	Channel string
	Lo, Hi  int // byte span in the text
	Status  schemas.Status
	Reason  schemas.Reason
	Rule    string
}

// Note finds phones, e-mail addresses, card and document numbers and opt-outs
// in a text, in the order of their spans. region is the default country of
// phones.
func Note(text, region string) []Finding {
	if text == "" {
		return nil
	}
	var out []Finding
	for _, c := range scan.Cards(text) {
		out = append(out, Finding{Kind: FindCard, Lo: c.Lo, Hi: c.Hi, Status: schemas.Corrected, Reason: schemas.CardMasked, Rule: noteID})
	}
	out = noteEmails(text, out)
	out = noteNumbers(text, region, out)
	owners(text, out)
	out = optouts(text, out)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Lo < out[j].Lo })
	return out
}

func overlaps(found []Finding, lo, hi int) bool {
	for _, f := range found {
		if f.Kind != FindOptOut && lo < f.Hi && f.Lo < hi {
			return true
		}
	}
	return false
}

func mailByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-' || c == '+' || c == '%'
}

// noteEmails finds what stands around an @.
func noteEmails(s string, out []Finding) []Finding {
	for i := 0; i < len(s); i++ {
		if s[i] != '@' {
			continue
		}
		lo, hi := i, i+1
		for lo > 0 && (mailByte(s[lo-1]) || s[lo-1] >= 0x80) {
			lo--
		}
		for hi < len(s) && (mailByte(s[hi]) || s[hi] >= 0x80) {
			hi++
		}
		for lo < i && !utf8.RuneStart(s[lo]) {
			lo++
		}
		for hi > i+1 && (s[hi-1] == '.' || s[hi-1] == '-') {
			hi--
		}
		if lo == i || hi == i+1 || !strings.Contains(s[i+1:hi], ".") || overlaps(out, lo, hi) {
			continue
		}
		for _, r := range Email(s[lo:hi]) {
			out = append(out, Finding{Kind: FindEmail, Value: r.Out, Lo: lo, Hi: hi, Status: r.Status, Reason: r.Reason, Rule: r.Rule})
			break
		}
		i = hi
	}
	return out
}

// labeller follows the words of a text from number to number, so that each
// word is looked at once however many numbers there are.
type labeller struct {
	s    string
	at   int       // s[:at] has been read
	open int       // 1 + start of the word that reaches at; 0 = none
	last [3][2]int // spans of the last finished words, newest first
	n    int       // of them
}

// maxLabel bounds the bytes of a word that can be a label.
const maxLabel = 256

func (l *labeller) finish(hi int) {
	if l.open > 0 {
		l.last[2], l.last[1], l.last[0] = l.last[1], l.last[0], [2]int{l.open - 1, hi}
		l.n = min(l.n+1, len(l.last))
	}
	l.open = 0
}

// labelled reports that a word in front of the number at lo says it is no
// phone. It is asked with growing lo; words are those of noteWords(s[:lo]).
func (l *labeller) labelled(lo int) bool {
	for i, r := range l.s[l.at:lo] {
		if isLetter(r) || r >= '0' && r <= '9' || l.open > 0 && (isApostrophe(r) || r == '-') {
			if l.open == 0 {
				l.open = l.at + i + 1
			}
			continue
		}
		l.finish(l.at + i)
	}
	l.at = lo
	here := *l
	here.finish(lo) // the number cuts an open word
	var buf [2 * maxLabel]byte
	for _, w := range here.last[:here.n] {
		f := bytesView(appendFold(buf[:0], l.s[w[0]:min(w[1], w[0]+maxLabel)]))
		for _, stem := range [...]string{"инн", "снилс", "паспорт", "счет", "счёт", "рахун", "рахунок", "огрн", "кпп", "бик", "окпо", "єдрпоу", "едрпоу", "рнокпп", "іпн", "унзр", "договор", "договір", "iban", "заявк", "полис", "поліс", "карт", "руб", "грн", "сумм", "сума", "серия", "серії", "р/с"} {
			if strings.HasPrefix(f, stem) {
				return true
			}
		}
		switch f {
		case "тел", "телефон", "телефону", "моб", "номер", "звонить", "звоните", "дзвонити", "phone", "whatsapp", "viber":
			return false
		}
	}
	return false
}

// noteNumbers finds runs of digits with what people put between them and asks
// the phone rule; longer runs that are no phone are reported as numbers so
// that they can be masked.
func noteNumbers(s, region string, out []Finding) []Finding {
	words := labeller{s: s}
	for i := 0; i < len(s); {
		c := s[i]
		if !isDigit(c) && !(c == '+' && i+1 < len(s) && (isDigit(s[i+1]) || s[i+1] == '(')) {
			i++
			continue
		}
		lo, hi, digits := numberRun(s, i)
		next := max(hi, i+1)
		if lo > 0 && s[lo-1] == '(' {
			lo--
		}
		if digits < 5 || overlaps(out, lo, hi) {
			i = next
			continue
		}
		isNumber := true
		if digits >= 7 && digits <= 15 && !words.labelled(lo) {
			if rs := Phone(s[lo:hi], region); len(rs) == 1 && rs[0].Status.Usable() && !dateLike(s[lo:hi]) {
				out = append(out, Finding{Kind: FindPhone, Value: rs[0].Value(), Lo: lo, Hi: hi, Status: rs[0].Status, Reason: rs[0].Reason, Rule: rs[0].Rule})
				isNumber = false
			} else if len(rs) == 1 && rs[0].Status == schemas.Ambiguous && rs[0].Reason == schemas.NoAreaCode && strings.Contains(s[lo:hi], "-") {
				out = append(out, Finding{Kind: FindPhone, Lo: lo, Hi: hi, Status: schemas.Ambiguous, Reason: rs[0].Reason, Rule: rs[0].Rule})
				isNumber = false
			}
		}
		if isNumber && (digits >= 8 || digits >= 6 && afterDocument(s[:lo])) && !dateLike(s[lo:hi]) {
			out = append(out, Finding{Kind: FindNumber, Lo: lo, Hi: hi, Status: schemas.Ambiguous, Reason: schemas.NotChecked, Rule: noteID})
		}
		i = next
	}
	return out
}

// afterDocument reports that the text ends shortly after a word for an
// identity document: "паспорт серия 4509 номер 123456".
func afterDocument(s string) bool {
	if len(s) > 32 {
		s = s[len(s)-32:]
	}
	s = strings.ToLower(s)
	return strings.Contains(s, "паспорт") || strings.Contains(s, "серия") || strings.Contains(s, "серія") || strings.Contains(s, "серії") || strings.Contains(s, "passport")
}

// numberRun runs over digits and single separators between them.
func numberRun(s string, lo int) (from, to, digits int) {
	hi := lo
	for j := lo; j < len(s); {
		switch c := s[j]; {
		case isDigit(c):
			digits++
			j++
			hi = j
			continue
		case c == '+' && j == lo:
			j++
			continue
		case c == ' ' || c == '-' || c == '(' || c == ')' || c == '.':
			if j-hi < 2 || j-hi < 3 && (c == '(' || c == ' ') {
				j++
				continue
			}
		case strings.HasPrefix(s[j:], "\u00a0") && j == hi:
			j += 2
			continue
		case strings.HasPrefix(s[j:], "–") && j-hi < 2:
			j += len("–")
			continue
		}
		break
	}
	return lo, hi, digits
}

// dateLike reports 12.03.2024 and 2024-03-12, also with a time behind.
func dateLike(s string) bool {
	if len(s) < 10 {
		return false
	}
	sep := func(i int) bool { return s[i] == '.' || s[i] == '-' }
	d := func(i, n int) bool { return allDigits(s[i : i+n]) }
	return d(0, 2) && sep(2) && d(3, 2) && sep(5) && d(6, 4) && (len(s) == 10 || !isDigit(s[10])) ||
		d(0, 4) && sep(4) && d(5, 2) && sep(7) && d(8, 2) && (len(s) == 10 || !isDigit(s[10]))
}

// Mask replaces contact points and numbers of a text by marks at the spans of
// its findings: the last two digits of a phone stay, nothing of the others.
// Opt-outs stay readable. The findings must be those of the same text.
func Mask(text string, found []Finding) string {
	var b strings.Builder
	at := 0
	for _, f := range found {
		if f.Kind == FindOptOut || f.Lo < at || f.Hi > len(text) || f.Hi <= f.Lo {
			continue
		}
		b.WriteString(text[at:f.Lo])
		switch f.Kind {
		case FindPhone:
			b.WriteString("[phone …" + lastDigits(text[f.Lo:f.Hi], 2) + "]")
		default:
			b.WriteString("[" + string(f.Kind) + "]")
		}
		at = f.Hi
	}
	if at == 0 {
		return text
	}
	b.WriteString(text[at:])
	return b.String()
}

func lastDigits(s string, n int) string {
	var b []byte
	for i := len(s) - 1; i >= 0 && len(b) < n; i-- {
		if isDigit(s[i]) {
			b = append([]byte{s[i]}, b...)
		}
	}
	return string(b)
}

// noteRule gives a record the phones found in its notes when it has no other
// contact. Such a phone is assumed: the note need not say whose it is. One that
// the note gives to another person stays without a value, with that reason.
func noteRule(d *schemas.Dictionary) Rule {
	r := Rule{ID: "note", Version: 3, Doc: "takes phones from notes for records without any other contact"}
	notes := attrsOf(d, schemas.KindNote)
	if _, ok := d.Attr("phone"); !ok || len(notes) == 0 {
		return r
	}
	r.Reads, r.Writes = []string{"phone", "email"}, []string{"phone"}
	for _, a := range notes {
		r.Reads = append(r.Reads, a.ID)
	}
	r.Apply = func(b *schemas.Batch, _ *Model) error {
		var out *schemas.Cells
		old := b.Out["phone"]
		chain := b.Chain(noteID)
		for i := range b.Rows {
			var cells []schemas.Cell
			if old != nil {
				cells = old.Row(i)
			}
			var found []schemas.Cell
			if !anyUsable(cells) && usable(b.Out["email"], i).Value == "" {
				found = notePhones(b, notes, i, chain)
			}
			if len(found) > 0 && out == nil {
				out = &schemas.Cells{}
				for j := range i {
					if old != nil {
						for _, v := range old.Row(j) {
							out.Append(v)
						}
					}
					out.EndRow()
				}
			}
			if out == nil {
				continue
			}
			for _, v := range cells {
				out.Append(v)
			}
			for _, v := range found {
				out.Append(v)
			}
			out.EndRow()
		}
		if out != nil {
			b.Out["phone"] = out
		}
		return nil
	}
	return r
}

func notePhones(b *schemas.Batch, notes []schemas.Attr, row int, chain uint16) []schemas.Cell {
	var out []schemas.Cell
	for _, a := range notes {
		in := b.In[a.ID]
		if in == nil {
			continue
		}
		for _, raw := range in.Row(row) {
			if raw.Status != schemas.Raw || !strings.ContainsAny(raw.Value, "0123456789") {
				continue
			}
			for _, f := range Note(raw.Value, b.Region) {
				if f.Kind == FindPhone && f.Reason == schemas.OfAnother {
					out = append(out, schemas.Cell{Status: f.Status, Reason: f.Reason, Chain: chain, Field: raw.Field, Lo: raw.Lo + int32(f.Lo), Hi: raw.Lo + int32(f.Hi)})
				} else if f.Kind == FindPhone && f.Status.Usable() {
					out = append(out, schemas.Cell{Value: f.Value, Status: schemas.Assumed, Reason: schemas.FoundInText, Chain: chain,
						Field: raw.Field, Lo: raw.Lo + int32(f.Lo), Hi: raw.Lo + int32(f.Hi)})
				}
			}
		}
	}
	return out
}

package transforms

import (
	"sort"
	"strings"
	"sync"

	"clientbase/schemas"
)

// kinds maps the words of `clean --as` to the cells that judge them.
var kinds = sync.OnceValue(func() map[string]cellFunc {
	return map[string]cellFunc{
		"date":       dateCell,
		"account":    accountCells,
		"bik":        bikCells,
		"email":      emailCell,
		"edrpou":     edrpouCells,
		"iban":       ibanCells,
		"inn":        innCells,
		"kpp":        kppCells,
		"ogrn":       ogrnCells,
		"pan":        panCells,
		"phone":      phoneCell,
		"passport":   passportCells,
		"rnokpp":     rnokppCells,
		"snils":      snilsCells,
		"gender":     genderCell,
		"name":       nameCell,
		"names":      namesCell,
		"address":    addressCells(nil),
		"org":        orgCell,
		"surname":    surnameCell,
		"given":      givenCell,
		"patronymic": patronymicCell,
		"text":       textCell,
		"unp":        unpCells,
		"unzr":       unzrCells,
	}
})

// KindWords lists the words of `clean --as`, sorted.
func KindWords() []string {
	var out []string
	for w := range kinds() {
		out = append(out, w)
	}
	sort.Strings(out)
	return out
}

// tablesAsOf is the business date that CleanKind assumes when none is given:
// the day on which the dated tables of this package were last reviewed.
const tablesAsOf = 20758 // 2026-11-01

// Cleaner cleanses one cell after another, with the memory that its kind
// needs. Not safe for concurrent use.
type Cleaner struct {
	// AsOf is the date of "today" in days since 1970. Set it before the first Add.
	AsOf  int32
	c     cell
	f     cellFunc
	buf   []Result
	dates bool
	held  []string // dates wait for the end of their column
	votes DateVotes
	days  dayCounts
}

// KnownRegion reports a country, by its ISO 3166 code in either case, whose
// phone numbers are known here.
func KnownRegion(code string) bool { return libraryKnows(strings.ToUpper(code)) }

// CleanKind gives the cleaner for a word of `clean --as` ("phone", "inn", …)
// and a default region ("RU", "UA", …; "" = RU); false for an unknown word.
func CleanKind(kind, region string) (*Cleaner, bool) {
	f, ok := kinds()[kind]
	if !ok {
		return nil, false
	}
	if region == "" {
		region = "RU"
	}
	c := cell{region: strings.ToUpper(region), attr: schemas.Attr{Kind: schemas.Kind(kind)}, detail: true}
	return &Cleaner{AsOf: tablesAsOf, f: f, c: c, dates: kind == "date"}, true
}

// Add takes the next cell. emit is called once per cell, in the order of Add,
// with one result or more (an empty cell gives one with status empty): at once,
// or at Close for kinds that are decided per column. emit's slice is only
// valid during the call.
func (c *Cleaner) Add(text string, emit func([]Result)) {
	if c.dates {
		c.votes.count(text)
		if c.days == nil {
			c.days = dayCounts{}
		}
		c.days.count(text)
		c.held = append(c.held, text)
		return
	}
	c.judge(text, emit)
}

// Close ends the column and emits what waited for its end. The cleaner can
// then be used for another column.
func (c *Cleaner) Close(emit func([]Result)) {
	c.c.votes, c.c.peaks = c.votes, c.days.peaks()
	for _, text := range c.held {
		c.judge(text, emit)
	}
	c.held, c.votes, c.days = nil, DateVotes{}, nil
}

func (c *Cleaner) judge(text string, emit func([]Result)) {
	c.c.text, c.c.asOf = text, c.AsOf
	c.buf = c.f(&c.c, c.buf[:0])
	if len(c.buf) == 0 {
		c.buf = append(c.buf, Result{Status: schemas.Empty})
	}
	emit(c.buf)
}

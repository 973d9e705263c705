package schemas

import "strconv"

// CodeMap maps the codes of one source to values of a dictionary: a list in
// codes/<dictionary>.yaml, in the version in force.
type CodeMap struct {
	Dictionary, Name string // "account_status", "core"
	Version          int
	Codes            map[string][]CodeSpan
}

// CodeSpan says what a code means in a time. A code that is used again for
// something else has several spans, which do not overlap.
type CodeSpan struct {
	Value       string
	From, Until int32 // days since 1970, both included; the ends are open at FirstDay and LastDay
}

// Ends of spans without an end.
const (
	FirstDay int32 = -1 << 31
	LastDay  int32 = 1<<31 - 1
)

// ID names the list with its version, as chains and reports do:
// "account_status/core@2".
func (l *CodeMap) ID() string { return l.Dictionary + "/" + l.Name + "@" + strconv.Itoa(l.Version) }

// Meaning gives the value that a code stands for on a day; false when the list
// does not know the code, or not for this day.
func (l *CodeMap) Meaning(code string, day int32) (string, bool) {
	for _, s := range l.Codes[code] {
		if s.From <= day && day <= s.Until {
			return s.Value, true
		}
	}
	return "", false
}

// CodeDictionary is values that codes are brought to: codes/<id>.yaml.
type CodeDictionary struct {
	ID              string
	File            string
	Source, Licence string
	Values          []CodeValue // in file order
	Lists           []CodeHistory
}

// CodeValue is one value of a dictionary with its meaning.
type CodeValue struct {
	Value, Ru, En string
	From, Until   int32 // days since 1970 on which the value may be given; open ends as in CodeSpan
}

// CodeHistory is all versions of one code list.
type CodeHistory struct {
	Name     string
	Pin      int
	Versions []CodeVersion // by number, from 1 without a gap
}

// CodeVersion is one change of a code list.
type CodeVersion struct {
	Date, Reason string
	Add          map[string][]CodeSpan
	Remove       []string
}

// InForce gives the number of the version that counts.
func (h *CodeHistory) InForce() int {
	if h.Pin > 0 && h.Pin <= len(h.Versions) {
		return h.Pin
	}
	return len(h.Versions)
}

// At gives the list as version n leaves it.
func (h *CodeHistory) At(dictionary string, n int) *CodeMap {
	l := &CodeMap{Dictionary: dictionary, Name: h.Name, Version: min(n, len(h.Versions)), Codes: map[string][]CodeSpan{}}
	for i := range l.Version {
		v := &h.Versions[i]
		for _, code := range v.Remove {
			delete(l.Codes, code)
		}
		for code, spans := range v.Add {
			l.Codes[code] = spans
		}
	}
	return l
}

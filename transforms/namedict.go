package transforms

import (
	_ "embed" // the dictionaries
	"slices"
	"strings"
	"sync"
)

//go:embed data/names/given.tsv
var givenTSV string

//go:embed data/names/diminutives.tsv
var diminutivesTSV string

//go:embed data/names/equivalents.tsv
var equivalentsTSV string

//go:embed data/names/latin.tsv
var latinTSV string

// sexes is a set of sexes: a name that men and women bear has both.
type sexes uint8

const (
	male   sexes = 1
	female sexes = 2
)

func sexesOf(s string) (out sexes) {
	if strings.Contains(s, "m") {
		out |= male
	}
	if strings.Contains(s, "f") {
		out |= female
	}
	return out
}

// givenName is what the dictionaries know about one spelling of a given name.
type givenName struct {
	sex    sexes
	short  bool // a diminutive and not a name of its own
	nick   bool // a diminutive, whether or not it is also a name of its own
	rare   bool // only in the long Ukrainian list, where many entries are also surnames
	lemmas []string
}

// nameDict is the whole of the embedded dictionaries, built once and then read only.
type nameDict struct {
	given      map[string]givenName  // by fold of a Cyrillic spelling
	latin      map[string]givenName  // by lower-case Latin spelling, every document scheme and translations
	skeleton   map[string][]string   // skeleton → lemmas, for Latin spellings of no known scheme
	patronymic map[string]patronymic // by fold
	patLatin   map[string]patronymic // by skeleton
}

var dict = sync.OnceValue(buildNameDict)

func tsvRows(text string, columns int, f func(row []string)) {
	head := true
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if head {
			head = false
			continue
		}
		if row := strings.Split(line, "\t"); len(row) == columns {
			f(row)
		}
	}
}

// givenNames lists the dictionary's given names in one language ("ru", "uk").
func givenNames(lang string) []string {
	var out []string
	tsvRows(givenTSV, 3, func(r []string) {
		if slices.Contains(strings.Split(r[2], ","), lang) {
			out = append(out, r[0])
		}
	})
	return out
}

func buildNameDict() *nameDict {
	d := &nameDict{given: map[string]givenName{}, latin: map[string]givenName{}, skeleton: map[string][]string{},
		patronymic: map[string]patronymic{}, patLatin: map[string]patronymic{}}
	type row struct{ name, sex, lang string }
	var rows []row
	russian, russianLetters := map[string]bool{}, map[string]bool{}
	tsvRows(givenTSV, 3, func(r []string) {
		rows = append(rows, row{r[0], r[1], r[2]})
		if strings.Contains(r[2], "ru") {
			russian[r[0]], russianLetters[lettersKey(r[0])] = true, true
		}
	})
	same := map[string][]string{} // equivalents in documents
	tsvRows(equivalentsTSV, 4, func(r []string) {
		if r[3] == "d" {
			same[r[0]] = append(same[r[0]], r[1])
		}
	})
	lemmas := func(name string) []string {
		var out []string
		add := func(n string) {
			if k := lettersKey(n); !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
		if russian[name] || len(same[name]) == 0 {
			add(name)
		}
		for _, e := range same[name] {
			add(e)
		}
		return out
	}
	common := func(name, lang string) bool {
		return strings.Contains(lang, "ru") || len(same[name]) > 0 || russianLetters[lettersKey(name)] // Ніна is Нина
	}
	for _, r := range rows {
		d.addGiven(r.name, givenName{sex: sexesOf(r.sex), rare: !common(r.name, r.lang), lemmas: lemmas(r.name)})
	}
	tsvRows(diminutivesTSV, 5, func(r []string) {
		d.addGiven(r[0], givenName{sex: sexesOf(r[2]), short: true, nick: true, lemmas: lemmas(r[1])})
	})
	tsvRows(latinTSV, 3, func(r []string) {
		g := givenName{sex: sexesOf(r[2])}
		if r[1] != "" {
			g.lemmas = lemmas(r[1])
		} else {
			g.lemmas = []string{string(appendSkeleton(nil, r[0], readPlain, false))}
		}
		d.addLatin(foldName(r[0]), g)
	})
	ru, uk := DocumentSchemes()
	spell := func(name, langs string, g givenName) {
		ids := uk
		if strings.Contains(langs, "ru") {
			ids = append(slices.Clone(ru), uk...)
		}
		for _, id := range ids {
			if s, _ := Latin(name, id); scriptOf(s) == scriptLatin {
				d.addLatin(foldName(s), g)
			}
		}
		d.addSkeleton(name, g)
	}
	for _, r := range rows {
		spell(r.name, r.lang, d.given[foldName(r.name)])
	}
	tsvRows(diminutivesTSV, 5, func(r []string) {
		if g := d.given[foldName(r[0])]; g.short {
			spell(r[0], r[3], g)
		}
	})
	for _, r := range rows {
		if sexesOf(r.sex)&male != 0 {
			d.addPatronymics(r.name, r.lang, lemmas(r.name))
		}
	}
	d.addColloquial()
	return d
}

// addGiven merges what another row says about the same spelling: the sexes of
// all readings count, a full name outranks a short form.
func (d *nameDict) addGiven(name string, g givenName) {
	key := foldName(name)
	d.given[key] = mergeGiven(d.given[key], g)
}

func (d *nameDict) addLatin(key string, g givenName) {
	d.latin[key] = mergeGiven(d.latin[key], g)
}

func mergeGiven(old, g givenName) givenName {
	if old.sex == 0 {
		g.lemmas = slices.Clip(g.lemmas)
		return g
	}
	return givenName{sex: old.sex | g.sex, short: old.short && g.short, nick: old.nick || g.nick, rare: old.rare && g.rare, lemmas: joinLemmas(old.lemmas, g.lemmas)}
}

func (d *nameDict) addSkeleton(name string, g givenName) {
	key := string(appendSkeleton(nil, name, readPlain, false))
	if len(key) < 3 {
		return
	}
	d.skeleton[key] = joinLemmas(d.skeleton[key], g.lemmas)
}

// findGiven looks a single word (no hyphen) up; fold is its dictionary key.
func (d *nameDict) findGiven(fold []byte, cyrillic bool) (givenName, bool) {
	if cyrillic {
		g, ok := d.given[string(fold)]
		return g, ok
	}
	g, ok := d.latin[string(fold)]
	return g, ok
}

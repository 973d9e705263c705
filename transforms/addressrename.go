package transforms

import (
	_ "embed" // the table of renamings
	"strings"
	"sync"
)

//go:embed data/contacts/renames.tsv
var renamesTSV string

// renamed is where a name in the table leads.
type renamed struct {
	key    string
	before bool // the name is no longer the place's
}

// renames holds the table: cities by citySkeleton, streets by the key of their
// city, a bar, and placeKey.
type renames struct {
	city, street map[string]renamed
	written      map[string]cityNote // by the name of a city as it is written
}

// cityNote is what the table says of a city's name at a glance.
type cityNote struct{ before, streets bool }

var renameTable = sync.OnceValue(func() *renames {
	t := &renames{map[string]renamed{}, map[string]renamed{}, map[string]cityNote{}}
	withStreets := map[string]bool{}
	for line := range strings.Lines(renamesTSV) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 5 || f[0] != "city" && f[0] != "street" {
			continue
		}
		now := strings.Split(f[2], "|")
		into, key := t.city, func(n string) string { return citySkeleton(n) }
		if f[0] == "street" {
			city := t.cityKey(f[1])
			withStreets[city] = true
			into, key = t.street, func(n string) string { return city + "|" + placeKey(n) }
		}
		to := key(now[0])
		for _, n := range now {
			into[key(n)] = renamed{to, false}
			if f[0] == "city" {
				t.written[n] = cityNote{}
			}
		}
		if f[3] == "-" {
			continue
		}
		for _, n := range strings.Split(f[3], "|") {
			if _, taken := into[key(n)]; !taken {
				into[key(n)] = renamed{to, true}
			}
			if f[0] == "city" {
				t.written[n] = cityNote{before: true}
			}
		}
	}
	for n, note := range t.written {
		note.streets = withStreets[t.cityKey(n)]
		t.written[n] = note
	}
	return t
})

func (t *renames) cityKey(name string) string {
	k := citySkeleton(name)
	if to, ok := t.city[k]; ok {
		return to.key
	}
	return k
}

// streetKey gives the city and the street of an address as one key, by the
// present names of both.
func (t *renames) streetKey(cityKey, street string) string {
	k := cityKey + "|" + placeKey(street)
	if to, ok := t.street[k]; ok {
		return to.key
	}
	return k
}

// usesOldName reports an address that calls its city or street by a former name.
func (a *Address) usesOldName() bool {
	if a.City == "" {
		return false
	}
	t := renameTable()
	switch note, ok := t.written[a.City]; {
	case !ok:
		return false
	case note.before:
		return true
	case !note.streets:
		return false
	}
	_, name, _ := strings.Cut(a.Street, " ")
	return name != "" && t.street[t.cityKey(a.City)+"|"+placeKey(name)].before
}

// citySkeleton is the skeletons of the parts of a city's name, joined.
func citySkeleton(name string) string {
	var b []byte
	var buf [96]byte
	nameParts(name, func(p string) { b = append(b, appendSkeleton(buf[:0], p, readPlain, false)...) })
	return string(b)
}

// cityAlias brings all names of one city to the skeleton of its present name.
func cityAlias(name string) string { return renameTable().cityKey(name) }

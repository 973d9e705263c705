package transforms

import (
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clientbase/schemas"
)

// The figures that the issue asks for, on the reference lists and on made-up
// people. Each test prints what it measured.

// Ukrainian given names get their sex or none, never the other.
func TestUkrainianGivenGenders(t *testing.T) {
	data, err := os.ReadFile(sharedData(t, "names", "uk_given_names_genders.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list map[string]string
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	wrong, undecided := 0, 0
	for name, sex := range list {
		_, g, _ := partSexes("", name, "")
		switch r := decideGender(0, g, 0); {
		case r.Out == "":
			undecided++
		case r.Out != map[string]string{"masculine": "m", "feminine": "f"}[sex] && r.Out != sex[:1]:
			wrong++
			t.Logf("%s: list %s, rule %s", name, sex, r.Out)
		}
	}
	t.Logf("%d Ukrainian names: %d wrong, %d undecided (borne by both sexes)", len(list), wrong, undecided)
	if wrong > 0 || undecided*100 > 3*len(list) {
		t.Errorf("%d wrong, %d undecided of %d", wrong, undecided, len(list))
	}
}

// drawn draws names as often as the reference list says.
type drawn struct {
	names []string
	upTo  []int
}

func weightedNames(t *testing.T, file string, most int) drawn {
	var w drawn
	total := 0
	for _, line := range sharedLines(t, "names", "ru_frequencies", file) {
		name, count, ok := strings.Cut(line, ": ")
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if !ok || err != nil || len(w.names) == most {
			continue
		}
		total += max(n, 1)
		w.names, w.upTo = append(w.names, name), append(w.upTo, total)
	}
	return w
}

func (w drawn) draw(r *rand.Rand) string {
	at, _ := slices.BinarySearch(w.upTo, r.IntN(w.upTo[len(w.upTo)-1])+1)
	return w.names[at]
}

// ukrainianSurname writes a Russian surname as a Ukrainian office would.
func ukrainianSurname(s string) string {
	low := strings.ToLower(s)
	tail := ""
	for _, p := range [...][2]string{{"ский", "ський"}, {"цкий", "цький"}, {"ская", "ська"}, {"цкая", "цька"}, {"ий", "ий"}, {"ый", "ий"}, {"ая", "а"}} {
		if cut, ok := strings.CutSuffix(low, p[0]); ok {
			low, tail = cut, p[1]
			break
		}
	}
	var b []rune
	prev := rune(0)
	for _, r := range low {
		vowel := strings.ContainsRune("аеёиоуыэюя", prev) || prev == 0
		switch r {
		case 'и':
			r = 'і'
		case 'ы':
			r = 'и'
		case 'э':
			r = 'е'
		case 'е':
			if vowel || prev == 'ь' || prev == 'ъ' {
				r = 'є'
			}
		case 'ё':
			switch {
			case vowel:
				b = append(b, 'й')
			case prev == 'ь':
				b[len(b)-1] = 'й'
			default:
				b = append(b, 'ь')
			}
			prev, r = 'ё', 'о'
			b = append(b, r)
			continue
		}
		if (prev == 'ь' || prev == 'ъ') && strings.ContainsRune("єюяії", r) && len(b) > 1 && strings.ContainsRune("бпвмфгкхжчшщр", b[len(b)-2]) {
			b[len(b)-1] = apostropheUk
		}
		b = append(b, r)
		prev = r
	}
	return string(titleWord(nil, strings.ReplaceAll(string(b), "ъ", "ʼ")+tail))
}

// One person under the spellings of two languages and of every document era:
// the keys meet, and blocks hold few strangers more than exact names would.
func TestKeyFamilyRecall(t *testing.T) {
	surnames := weightedNames(t, "russian_male_last_names_and_popularity.yaml", 30000)
	given := weightedNames(t, "russian_male_first_names_and_popularity.yaml", 150)
	toUk := map[string]string{}
	tsvRows(equivalentsTSV, 4, func(r []string) {
		if r[3] == "d" && toUk[r[1]] == "" {
			toUk[r[1]] = r[0]
		}
	})
	r := rand.New(rand.NewPCG(5, 23))
	ru, uk := DocumentSchemes()
	var lemmaKey, skeletonKey KeyFunc
	for _, k := range Keys(schemas.KindFullName) {
		switch k.Name {
		case "lemma":
			lemmaKey = k
		case "skeleton":
			skeletonKey = k
		}
	}
	const people = 8000
	hit, all, most := map[string]int{}, map[string]int{}, 0
	missed := map[string][]string{}
	exact, blocks := map[string]int{}, map[string]int{}
	for range people {
		s, g := surnames.draw(r), given.draw(r)
		keys := func(name string) (out []string) {
			lemmaKey.Of(name, func(k string) { out = append(out, "l "+k) })
			n := len(out)
			skeletonKey.Of(name, func(k string) { out = append(out, "s "+k) })
			most = max(most, n, len(out)-n)
			return out
		}
		own := keys(s + " " + g)
		exact[surnameLemma(s)+" "+lettersKey(g)]++
		lemmaKey.Of(s+" "+g, func(k string) { blocks[k]++ })
		try := func(what, name string) {
			all[what]++
			if meet(own, keys(name)) {
				hit[what]++
			} else if len(missed[what]) < 6 {
				missed[what] = append(missed[what], s+" "+g+" = "+name)
			}
		}
		for _, id := range ru {
			a, _ := Latin(s, id)
			b, _ := Latin(g, id)
			try(id, strings.ToUpper(b+" "+a))
		}
		ug, ok := toUk[g]
		if !ok {
			continue
		}
		us := ukrainianSurname(s)
		try("uk", us+" "+ug)
		for _, id := range uk {
			a, _ := Latin(us, id)
			b, _ := Latin(ug, id)
			try(id, strings.ToUpper(a+" "+b))
		}
	}
	hits, total := 0, 0
	for _, what := range append(append(slices.Clone(ru), "uk"), uk...) {
		t.Logf("%-26s %.4f of %d  %v", what, float64(hit[what])/float64(all[what]), all[what], missed[what])
		hits, total = hits+hit[what], total+all[what]
	}
	pairs := func(m map[string]int) (n float64) {
		for _, k := range m {
			n += float64(k) * float64(k-1) / 2
		}
		return n
	}
	growth := pairs(blocks) / pairs(exact)
	t.Logf("recall %.4f over all spellings, at most %d keys a value, block growth %.3f (pairs under the key / pairs of one exact name)", float64(hits)/float64(total), most, growth)
	if hits*100 < total*99 || growth > 1.5 || most > maxNameKeys {
		t.Errorf("recall %.4f, growth %.3f, %d keys", float64(hits)/float64(total), growth, most)
	}
}

// The public name pairs: what the keys say by tier. Keys propose candidates,
// so recall counts; the share of meeting strangers is what scoring must settle.
func TestNameBench(t *testing.T) {
	f, err := os.Open(sharedData(t, "er", "nomenklatura", "name_bench_cases.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type tier struct{ same, met, strangers, metStrangers int }
	tiers := map[string]*tier{}
	for _, row := range rows[1:] {
		if row[1] != "Person" && row[1] != "Company" && row[1] != "Organization" {
			continue
		}
		kind, names := schemas.KindFullName, []string{"skeleton", "lemma", "initial"}
		if row[1] != "Person" {
			kind, names = schemas.KindOrgName, []string{"core"}
		}
		met := false
		for _, k := range names {
			met = met || meet(keysOf(kind, k, row[2]), keysOf(kind, k, row[3]))
		}
		key := row[1] + " " + row[5]
		if tiers[key] == nil {
			tiers[key] = &tier{}
		}
		if row[4] == "true" {
			tiers[key].same++
			if met {
				tiers[key].met++
			}
		} else {
			tiers[key].strangers++
			if met {
				tiers[key].metStrangers++
			}
		}
	}
	for _, k := range []string{"Person STRONG", "Person MEDIUM", "Person WEAK", "Company STRONG", "Company MEDIUM", "Company WEAK", "Organization MEDIUM"} {
		if x := tiers[k]; x != nil {
			t.Logf("%-20s %3d of %3d same names meet, %3d of %3d others meet", k, x.met, x.same, x.metStrangers, x.strangers)
		}
	}
	for _, k := range []string{"Company MEDIUM", "Company STRONG"} {
		if x := tiers[k]; x == nil || x.met*3 < x.same || x.metStrangers > 0 {
			t.Errorf("%s: %+v", k, x)
		}
	}
}

package realinput

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// mixedHead are the columns of a file that three systems wrote into.
var mixedHead = []string{"id", "surname", "given_name", "patronymic", "full_name", "gender", "birth_date", "inn", "snils", "passport", "address", "phone", "phone2", "email", "person"}

// mixedFile makes one file of a small demo bank, as somebody exports it who has
// three systems: core rows with all attributes, card rows with a Latin name
// only, leads with a name and a phone. Column person is the truth.
func mixedFile(t *testing.T, records string) string {
	t.Helper()
	s := shell{t: t, dir: t.TempDir()}
	s.want(0, "demo", "bank", "--records", records, "--generate-only")
	truth := map[string]string{}
	for _, r := range tableIn(t, s, "truth/records.csv", ',', unicode.UTF8) {
		truth[r["source"]+"/"+r["stream"]+":"+r["key"]] = r["person_id"]
	}
	var rows [][]string
	add := func(id string, cells map[string]string) {
		if cells["person"] = truth[id]; cells["person"] == "" {
			return
		}
		cells["id"] = id
		row := make([]string, len(mixedHead))
		for i, h := range mixedHead {
			row[i] = cells[h]
		}
		rows = append(rows, row)
	}
	core := tableIn(t, s, "in/core/clients_2026-09-30.csv", ';', charmap.Windows1251)
	cards := tableIn(t, s, "in/cards/cardholders_20260930.csv", ',', unicode.UTF8)
	var leads []map[string]string
	for _, line := range strings.Split(slurp(t, filepath.Join(s.dir, "bank/in/web/leads_2026-09-30.ndjson")), "\n") {
		lead := map[string]string{}
		if json.Unmarshal([]byte(line), &lead) == nil {
			leads = append(leads, lead)
		}
	}
	for i := range max(len(core), len(cards), len(leads)) { // taken in turns: no system stands alone at the head
		if i < len(core) {
			r := core[i]
			day := strings.Split(r["BIRTH_DATE"], ".")
			if len(day) == 3 {
				r["BIRTH_DATE"] = day[2] + "-" + day[1] + "-" + day[0]
			}
			add("core/clients:"+r["CLIENT_ID"], map[string]string{"surname": r["LAST_NAME"], "given_name": r["FIRST_NAME"], "patronymic": r["MIDDLE_NAME"],
				"gender": map[string]string{"1": "m", "2": "f"}[r["SEX"]], "birth_date": r["BIRTH_DATE"], "inn": r["INN"], "snils": r["SNILS"], "passport": r["PASSPORT"],
				"address": r["ADDRESS"], "phone": r["PHONE_MOB"], "phone2": r["PHONE_HOME"], "email": r["EMAIL"]})
		}
		if i < len(cards) {
			r := cards[i]
			add("cards/cardholders:"+r["CARD_ID"], map[string]string{"full_name": r["NAME_ON_CARD"], "birth_date": r["BIRTH_DATE"], "phone": r["PHONE"]})
		}
		if i < len(leads) {
			r := leads[i]
			add("web/leads:"+r["id"], map[string]string{"full_name": r["name"], "phone": r["phone"], "email": r["email"]})
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{mixedHead}, rows...)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mixed.csv")
	write(t, path, b.String())
	return path
}

// tableIn reads a file of the bank; lines of another width are left out.
func tableIn(t *testing.T, s shell, name string, comma rune, charset encoding.Encoding) []map[string]string {
	t.Helper()
	text, err := charset.NewDecoder().String(slurp(t, filepath.Join(s.dir, "bank", filepath.FromSlash(name))))
	if err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = comma, -1, true
	all, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range all[1:] {
		if len(r) != len(all[0]) {
			continue
		}
		row := map[string]string{}
		for i, h := range all[0] {
			row[h] = r[i]
		}
		out = append(out, row)
	}
	return out
}

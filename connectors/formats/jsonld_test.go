package formats

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// sharedData finds a folder of the reference samples beside the project root;
// the test skips when they are not there.
func sharedData(t testing.TB, elem ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
	path := filepath.Join(append([]string{dir, "..", "shared", "data"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("reference samples are absent: ../shared/data/%s", filepath.Join(elem...))
	}
	return path
}

func TestLDSamples(t *testing.T) {
	dir := sharedData(t, "formats", "jsonld")
	expected, err := filepath.Glob(filepath.Join(dir, "*", "*.jsonld"))
	if err != nil || len(expected) != 5 {
		t.Fatalf("%d expectations, %v", len(expected), err)
	}
	repaired := map[string]string{"custom.invalid/AllocateAction.001": "comment", "custom.invalid/JSONLD_with_control_characters": "control_character",
		"custom.invalid/JoinAction.001": "html_comment", "schema.org.invalid/AllocateAction.001": "comment"}
	for _, path := range expected {
		name := strings.TrimSuffix(strings.TrimPrefix(path, dir+"/"), ".jsonld")
		page, err := os.ReadFile(strings.TrimSuffix(path, ".jsonld") + ".html")
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		var want []any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		got := []any{}
		repairs := ""
		for _, s := range LDScripts(page, "text/html") {
			if s.Err != "" {
				t.Errorf("%s: byte %d: %s", name, s.ErrAt, s.Err)
			}
			repairs += strings.Join(s.Repairs, " ")
			for i := range s.values {
				got = append(got, s.values[i].plain())
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", name, got, want)
		}
		if repairs != repaired[name] {
			t.Errorf("%s: repairs %q, want %q", name, repairs, repaired[name])
		}
	}
	pages, _ := filepath.Glob(filepath.Join(dir, "*", "*.html"))
	if len(pages) != 10 {
		t.Errorf("%d pages", len(pages))
	}
	for _, path := range pages { // pages with microdata only have no script and are no error
		page, _ := os.ReadFile(path)
		for _, s := range LDScripts(page, "") {
			if s.Err != "" {
				t.Errorf("%s: %s", filepath.Base(path), s.Err)
			}
		}
	}
}

// party gives the columns of p that are set.
func party(p LDParty) map[string]string {
	m := map[string]string{}
	for i, c := range LDColumns() {
		if p.Values[i] != "" {
			m[c] = p.Values[i]
		}
	}
	return m
}

const ldPage = `<!doctype html><html><head><title>t</title>
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
 {"@type":["Person","Patient"],"@id":"#ivan","givenName":"Иван","familyName":"Петренко","telephone":["+7 900 000-00-01","+7 900 000-00-02"],
  "email":"mailto:ivan@example.org","worksFor":{"@id":"#acme"},"jobTitle":"Инженер",
  "address":{"@type":"PostalAddress","streetAddress":"ул. Мира, 1","addressLocality":"Омск","postalCode":644000,"addressCountry":{"@type":"Country","name":"RU"}}},
 {"@type":"schema:LocalBusiness","@id":"#acme","name":{"@value":"ООО Ромашка","@language":"ru"},"legalName":"ООО «Ромашка»","taxID":"7707083893","vatID":"RU1",
  "contactPoint":[{"@type":"ContactPoint","telephone":"8-800-100-00-00"}],"address":"Омск, ул. Мира, 2",
  "founder":{"@type":"http://schema.org/Person","name":"Анна Коваль"}},
 {"@type":"WebPage","name":"not a party"},
 {"@type":"Person"}
]}</script>
<script type="text/javascript">var x = {"@type":"Person","name":"no"};</script>
<SCRIPT TYPE='application/ld+json; charset=utf-8'>[{"@type":"BankAccount","name":"Вклад","provider":{"@type":"BankOrCreditUnion","name":"Банк"}},]</SCRIPT>
<script type="application/ld+json"></script>
<script type="application/ld+json">{"@type":"Person","name":</script>
</head></html>`

func TestLDParties(t *testing.T) {
	const page = "https://example.org/people/1"
	scripts := LDScripts([]byte(ldPage), "text/html; charset=utf-8")
	if len(scripts) != 3 || scripts[2].Err == "" || scripts[0].Err+scripts[1].Err != "" {
		t.Fatalf("%d scripts", len(scripts))
	}
	got := LDParties(scripts, page, "2026-01-31T10:00:00Z")
	common := map[string]string{"page": page, "fetched_at": "2026-01-31T10:00:00Z"}
	want := []map[string]string{
		{"type": "Person", "subtype": "Person", "id": page + "#ivan", "given_name": "Иван", "family_name": "Петренко", "telephone": "+7 900 000-00-01; +7 900 000-00-02",
			"email": "ivan@example.org", "works_for": "ООО Ромашка", "job_title": "Инженер", "street": "ул. Мира, 1", "locality": "Омск", "postcode": "644000", "country": "RU"},
		{"type": "Organization", "subtype": "LocalBusiness", "id": page + "#acme", "name": "ООО Ромашка", "legal_name": "ООО «Ромашка»", "tax_id": "7707083893",
			"vat_id": "RU1", "telephone": "8-800-100-00-00", "address": "Омск, ул. Мира, 2"},
		{"type": "Person", "subtype": "Person", "id": page + "#party-3", "name": "Анна Коваль"},
		{"type": "BankAccount", "subtype": "BankAccount", "id": page + "#party-4", "name": "Вклад", "works_for": "Банк", "repairs": "trailing_comma"},
		{"type": "Organization", "subtype": "BankOrCreditUnion", "id": page + "#party-5", "name": "Банк", "repairs": "trailing_comma"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d parties", len(got))
	}
	for i, w := range want {
		for k, v := range common {
			w[k] = v
		}
		if g := party(got[i]); !reflect.DeepEqual(g, w) {
			t.Errorf("party %d:\n got %v\nwant %v", i+1, g, w)
		}
	}
	if span := ldPage[got[2].Lo:got[2].Hi]; span != `{"@type":"http://schema.org/Person","name":"Анна Коваль"}` {
		t.Errorf("span holds %s", span)
	}
}

func TestLDReadsDeclaredCharset(t *testing.T) {
	b, err := charmap.Windows1251.NewEncoder().Bytes([]byte(`<meta charset="windows-1251"><script type="application/ld+json">{"@type":"Person","name":"Ольга"}</script>`))
	if err != nil {
		t.Fatal(err)
	}
	for _, contentType := range []string{"text/html", "text/html; charset=windows-1251"} {
		got := LDParties(LDScripts(b, contentType), "http://e/", "")
		if len(got) != 1 || party(got[0])["name"] != "Ольга" {
			t.Errorf("%s: %v", contentType, got)
		}
	}
}

func TestLDColumnsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range LDColumns() {
		if seen[c] {
			t.Error(c)
		}
		seen[c] = true
	}
}

func BenchmarkLDPage(b *testing.B) {
	b.SetBytes(int64(len(ldPage)))
	for b.Loop() {
		if n := len(LDParties(LDScripts([]byte(ldPage), ""), "https://example.org/", "")); n != 5 {
			b.Fatal(fmt.Sprint(n))
		}
	}
}

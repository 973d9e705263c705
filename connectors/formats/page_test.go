package formats

import (
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	const ld = `{"@context": "https://schema.org", "@type": "Person", "@id": "https://a.example/#me", "name": "Анна Пробная", "telephone": "+7 916 000-11-22"}`
	html := "<!DOCTYPE html>\n<title>x</title><script type=\"application/ld+json\">" + ld + "</script>\n<p>card 4012 8888 8888 1881</p>"
	for name, text := range map[string]string{"p.html": html, "p.jsonld": ld, "p.json": "\xEF\xBB\xBF[" + ld + "]\n"} {
		f, ok := Guess(List(), name, []byte(text))
		if !ok || f.Name != "page" {
			t.Errorf("%s was taken for %q", name, f.Name)
			continue
		}
		rows, bad, err := table(t, f.Open, []byte(text))
		if err != nil || bad != 0 || len(rows) != 1 || !strings.Contains(rows[0], "type=Person") || !strings.Contains(rows[0], "name=Анна Пробная") || !strings.Contains(rows[0], "telephone=+7 916 000-11-22") {
			t.Errorf("%s: %q, %d bad, %v", name, rows, bad, err)
		}
	}
	_, bad, err := table(t, OpenPage, []byte(strings.Replace(html, `"name"`, `"name`, 1)))
	if err != nil || bad != 1 {
		t.Errorf("a broken script: %d bad, %v", bad, err)
	}
	if f, ok := Guess(List(), "leads.ndjson", []byte("{\"id\": 1, \"name\": \"x\"}\n{\"id\": 2}\n")); !ok || f.Name != "ndjson" {
		t.Errorf("JSON lines were taken for %q", f.Name)
	}
}

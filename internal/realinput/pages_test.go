package realinput

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const pagesSource = `source: web
kind: web
title: {ru: "Сайты", en: "Sites"}
trust: 30
purpose: "find companies and masters that publish their contacts"
legal_basis: "published by the subjects themselves"
streams:
  pages:
    from: {path: "in/*.warc*", format: warc}
    mode: delta
    key: [id]
    columns: {type: {required: true}, id: {required: true}, name: text, telephone: text, email: text, birth_date: {type: date, format: ymd}, page: text, fetched_at: {type: timestamp}}
    order: {column: fetched_at}
    filter:
      - {column: type, equals: [BankAccount], reason: no_party}
    party:
      kind: {column: type, codes: {Person: person, Organization: organization}}
      map:
        full_name: name
        org_name: name
        phone: telephone
        email: email
        birth_date: birth_date
`

const ldPage = `<!doctype html><html><head><script type="application/ld+json">
[{"@context": "https://schema.org", "@type": "Person", "@id": "#p", "name": "Пробнев Егор Тестович", "telephone": "+7 916 000-11-22", "birthDate": "1980-05-17",
  "worksFor": {"@type": "Organization", "@id": "#o", "name": "ООО «Проба»", "telephone": "+7 495 000-33-44", "email": "mailto:info@proba-bank.ru"}}, /* an account is no party */
 {"@type": "BankAccount", "@id": "#a", "name": "current account"}]
</script></head><body></body></html>`

// Archives of pages: people and firms out of JSON-LD become clients, and a value
// is traced back to the record and bytes of the archive. Archives without JSON-LD
// give nothing and harm nothing; a damaged one stops the run.
func TestRiverOverPages(t *testing.T) {
	s := project(t, map[string]string{"clientbase.yaml": plainProject, "sources/web.yaml": pagesSource})
	page := func(name string) string { return slurp(t, sample(t, "formats", "jsonld", filepath.FromSlash(name))) }
	write(t, filepath.Join(s.dir, "in", "own.warc"), warcOf(ldPage, page("schema.org.invalid/AllocateAction.001.html"), page("custom.invalid/JoinAction.001.html"),
		page("schema.org/CreativeWork.001.html"), page("custom.invalid/JSONLD_with_control_characters.html")))
	for _, name := range []string{"example.warc", "example.warc.gz", "example-iana.org-chunked.warc", "post-test.warc.gz", "example-resource.warc.gz", "example-trunc.warc"} {
		write(t, filepath.Join(s.dir, "in", name), slurp(t, sample(t, "formats", "warc", name)))
	}
	rep := s.river()
	if got := rep.read("web/pages"); got != "5 4 0 0 1" {
		t.Errorf("read loaded merged quarantined filtered: %s", got)
	}
	s.expect("clients", "SELECT party, coalesce(surname, ''), coalesce(given_name, ''), coalesce(org_name, ''), birth_date FROM clients ORDER BY ALL",
		"organization|||ООО «Проба»|\nperson||John||\nperson||John||\nperson|Пробнев|Егор||1980-05-17")
	s.expect("contacts are masked", "SELECT attr, masked FROM contact_points ORDER BY ALL", "email|i•••@proba-bank.ru\nphone|+749•••44\nphone|+791•••22")
	r := s.want(0, "trace", "--record", "web/pages:https://site.example/0#p", "--attr", "surname")
	if !strings.Contains(r.out, "own.warc record 2, bytes ") || !strings.Contains(r.out, "Пробнев") {
		t.Errorf("trace does not lead to the archive:\n%s", r.out)
	}

	write(t, filepath.Join(s.dir, "in", "zz-bad.warc.gz"), slurp(t, sample(t, "formats", "warc", "example-wrong-chunks.warc.gz")))
	r = s.want(3, "run")
	if !strings.Contains(r.err, "zz-bad.warc.gz") || !strings.Contains(r.err, "whole-file gzip") {
		t.Errorf("the error does not name the archive and its fault:\n%s", r.err)
	}
	s.expect("clients after the refusal", "SELECT count(*) FROM clients", "4")
	if err := os.Remove(filepath.Join(s.dir, "in", "zz-bad.warc.gz")); err != nil {
		t.Fatal(err)
	}
	s.river()

	// The same page a day later with another telephone: a new version, not a new client.
	later := strings.ReplaceAll(warcOf(strings.ReplaceAll(ldPage, "000-11-22", "000-11-99")), "2026-09-01T", "2026-09-02T")
	write(t, filepath.Join(s.dir, "in", "own2.warc"), later)
	if got := s.river().read("web/pages"); got != "3 1 1 0 1" {
		t.Errorf("the later page: %s", got)
	}
	s.expect("clients after the later page", "SELECT count(*) FROM clients", "4")
	s.expect("the telephone in force", "SELECT masked FROM contact_points JOIN clients USING (client_id) WHERE surname = 'Пробнев' AND attr = 'phone'", "+791•••99")
}

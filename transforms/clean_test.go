package transforms

import (
	"slices"
	"testing"
)

func TestCleanKind(t *testing.T) {
	want := []string{"name", "org", "phone", "email", "date", "inn", "kpp", "ogrn", "snils", "bik", "account", "passport", "rnokpp", "unzr", "edrpou", "iban", "pan", "address", "unp"}
	for _, w := range want {
		if !slices.Contains(KindWords(), w) {
			t.Errorf("no cleaner for %s", w)
		}
	}
	if _, ok := CleanKind("colour", ""); ok {
		t.Error("a cleaner for a kind that does not exist")
	}
	c, _ := CleanKind("date", "")
	var out []string
	emit := func(rs []Result) { out = append(out, rs[0].Out) }
	for _, text := range []string{"03/04/1980", "", "25/12/1981"} {
		c.Add(text, emit)
	}
	if len(out) != 0 {
		t.Error("dates came before their column ended")
	}
	c.Close(emit)
	if !slices.Equal(out, []string{"1980-04-03", "", "1981-12-25"}) {
		t.Errorf("dates %q", out)
	}
	p, _ := CleanKind("phone", "ua")
	p.Add("050 123 45 76", emit)
	if out[len(out)-1] != "+380501234576" {
		t.Errorf("region in small letters: %q", out)
	}
}

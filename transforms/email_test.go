package transforms

import (
	"testing"

	"clientbase/schemas"
)

func TestEmail(t *testing.T) {
	for _, c := range []struct{ in, out, status, class string }{
		{"ivan@mail.ru", "ivan@mail.ru", "ok", "personal"},
		{"Ivan.Petrov@Mail.RU", "Ivan.Petrov@mail.ru", "ok", "personal"},
		{"mailto:a.b@gmail.com", "a.b@gmail.com", "ok", "personal"},
		{"Иван <ivan@yandex.ru>", "ivan@yandex.ru", "ok", "personal"},
		{"ivan@mail.ru.,", "ivan@mail.ru", "ok", "personal"},
		{"ivan @ mail.ru", "ivan@mail.ru", "ok", "personal"},
		{"ivan@mail,ru", "ivan@mail.ru", "corrected", "personal"},
		{"ivan@mail..ru", "ivan@mail.ru", "corrected", "personal"},
		{"ivan собака mail точка ru", "ivan@mail.ru", "corrected", "personal"},
		{"ivan(at)mail.ru", "ivan@mail.ru", "corrected", "personal"},
		{"сор@mail.ru", "cop@mail.ru", "corrected", "personal"},
		{"иван@mail.ru", "", "invalid", ""},
		{"ivan@maіl.ru", "ivan@mail.ru", "corrected", "personal"},
		{"ivan@пример.рф", "ivan@xn--e1afmkfd.xn--p1ai", "ok", "corporate"},
		{"ivan@mail.ry", "ivan@mail.ru", "corrected", "personal"},
		{"ivan@mail.гu", "ivan@mail.ru", "corrected", "personal"},
		{"ivan@mail.ком", "ivan@mail.com", "corrected", "personal"},
		{"ivan@gmail.con", "ivan@gmail.com", "corrected", "personal"},
		{"ivan@gmial.com", "ivan@gmail.com", "corrected", "personal"},
		{"ivan@yandx.ru", "ivan@yandex.ru", "corrected", "personal"},
		{"ivan@mailru", "ivan@mail.ru", "corrected", "personal"},
		{"ivan@hotmial.com", "ivan@hotmail.com", "corrected", "personal"},
		// known domains and short names are left alone
		{"ivan@mail.com", "ivan@mail.com", "ok", "personal"},
		{"ivan@mail.ua", "ivan@mail.ua", "ok", "personal"},
		{"ivan@ymail.com", "ivan@ymail.com", "ok", "personal"},
		{"ivan@gmx.de", "ivan@gmx.de", "ok", "personal"},
		{"ivan@uk.net", "ivan@uk.net", "ok", "corporate"},
		{"ivan@yya.ru", "ivan@yya.ru", "ok", "corporate"},
		{"ivan@mail.rs", "ivan@mail.rs", "ok", "corporate"},
		{"info@firma.ru", "info@firma.ru", "ok", "role"},
		{"vasya77@mailinator.com", "vasya77@mailinator.com", "ok", "disposable"},
		{"net@net.ru", "", "junk", ""},
		{"no@mail.ru", "", "junk", ""},
		{"test@test.ru", "", "junk", ""},
		{"1@1.ru", "", "junk", ""},
		{"noemail@bank.ru", "", "junk", ""},
		{"нет", "", "junk", ""},
		{"ivan..p@mail.ru", "", "invalid", ""},
		{"@mail.ru", "", "invalid", ""},
		{"ivan@", "", "invalid", ""},
		{"ivanmail.ru", "", "invalid", ""},
		{"", "", "empty", ""},
	} {
		rs := Email(c.in)
		if len(rs) != 1 || rs[0].Out != c.out || rs[0].Status.String() != c.status || rs[0].Class != c.class {
			t.Errorf("%q: %+v, want %s %s %s", c.in, rs, c.out, c.status, c.class)
		}
	}
	if rs := Email("a1@mail.ru; b2@ya.ru, c3@bk.ru"); len(rs) != 3 || rs[2].Out != "c3@bk.ru" || rs[1].Lo != 12 {
		t.Errorf("three in a cell: %+v", rs)
	}
}

func TestEmailKey(t *testing.T) {
	for _, c := range [][2]string{
		{"Ivan.Petrov+bank@gmail.com", "ivanpetrov@gmail.com"},
		{"ivanpetrov@googlemail.com", "ivanpetrov@gmail.com"},
		{"ivan.petrov@ya.ru", "ivan-petrov@yandex.ru"},
		{"ivan-petrov+x@yandex.ua", "ivan-petrov@yandex.ru"},
		{"Ivan.Petrov+x@firma.ru", "ivan.petrov@firma.ru"},
		{"", ""},
	} {
		if got := EmailKey(c[0]); got != c[1] {
			t.Errorf("key of %s: %s, want %s", c[0], got, c[1])
		}
	}
}

// TestFrequentDomains: a domain that the base knows is no typo, and may be the
// target of one.
func TestFrequentDomains(t *testing.T) {
	var cells []string
	for range 60 {
		cells = append(cells, "a.b@maill.ru", "c.d@zavod-ural.ru")
	}
	p := NewProfile(schemas.Builtin())
	p.Add(batchOf("email", cells...))
	m := p.Model()
	b := batchOf("email", "e.f@maill.ru", "e.f@zavod-urla.ru", "e.f@inboxx.ru")
	if err := Apply(b, m); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"e.f@maill.ru", "e.f@zavod-ural.ru", "e.f@inbox.ru"} {
		if got := b.Out["email"].Row(i)[0].Value; got != want {
			t.Errorf("row %d: %s, want %s", i, got, want)
		}
	}
}

package transforms

import (
	"testing"

	"clientbase/schemas"
)

// TestTheBanksOwnContacts: an employee who types the bank's own phone or his
// own mailbox gives no contact of the client.
func TestTheBanksOwnContacts(t *testing.T) {
	for _, c := range []struct {
		f                     cellFunc
		own, in, out, verdict string
	}{
		{phoneCell, "+74957654321", "8 (495) 765-43-21", "", "junk/bank_own"},
		{phoneCell, "+74957654321", "8 (495) 765-43-21 доб. 12", "", "junk/bank_own"},
		{phoneCell, "+74957654321", "8 (495) 765-43-22", "+74957654322", "ok/normalised"},
		{emailCell, "bank.example", "Petrova@Bank.Example", "Petrova@bank.example", "ok/bank_own"},
		{emailCell, "bank.example", "petrova@bank2.example", "petrova@bank2.example", "ok/unchanged"},
	} {
		cl := cell{text: c.in, region: "RU", asOf: tablesAsOf, attr: schemas.Attr{Own: []string{c.own}}}
		r := c.f(&cl, nil)[0]
		if got := r.Status.String() + "/" + r.Reason.String(); got != c.verdict || r.Out != c.out {
			t.Errorf("%s: %s %q, want %s %q", c.in, got, r.Out, c.verdict, c.out)
		}
	}
}

func TestEmailBesideOtherThings(t *testing.T) {
	for _, c := range [][3]string{
		{"ivan@mail.ru,89161234567", "ivan@mail.ru", "ok"},
		{"ivan@mail.ru; 8 916 123-45-67", "ivan@mail.ru", "ok"},
		{`ivan"mail.ru`, "ivan@mail.ru", "corrected"},
		{"123@123.ru", "", "junk"},
		{"aaa@aaa.aa", "", "junk"},
		{"xxx@xxx.xx", "", "junk"},
		{".ivan@mail.ru", "", "invalid"},
	} {
		if r := Email(c[0])[0]; r.Out != c[1] || r.Status.String() != c[2] {
			t.Errorf("%s: %s %q, want %s %q", c[0], r.Status, r.Out, c[2], c[1])
		}
	}
}

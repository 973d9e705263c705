package outbound

import (
	"strings"
	"testing"

	"clientbase/internal/opaque"
)

func TestFactsBecomeRows(t *testing.T) {
	rows := Gather([]Fact{
		{State: "grant", Purpose: "marketing", Channel: "sms", Since: 20000, Until: 20400, Record: recTok(1), Phone: phoneTok(1), Email: emailTok(1), Stream: "web/leads", Origin: "form"},
		{State: "objection", Since: 20100, Record: recTok(1), Stream: "journal/consents", Seq: 7, Origin: "call"},
		{State: "", Record: recTok(2), Stream: "web/leads"},
		{State: "objection", Since: 20100, Phone: phoneTok(1), Stream: "journal/consents", Seq: 7, Origin: "call"},
		{State: "grant", Purpose: "service", Since: 20100, Record: recTok(3), Phone: phoneTok(3), Stream: "journal/consents", Seq: 8},
		{State: "grant", Purpose: "service", Since: 20100, Record: recTok(4), Phone: phoneTok(4), Stream: "journal/consents", Seq: 8},
		{State: "refused", Phone: phoneTok(5), Stream: "web/leads"},
		{State: "refused", Phone: phoneTok(6), Stream: "web/leads"},
	}, []string{"marketing", "service"})
	if len(rows) != 6 {
		t.Fatalf("%+v", rows)
	}
	if r := rows[0]; r.Objection || r.Since != "2024-10-04" || r.Until != "2025-11-08" || len(r.Points) != 2 || r.Origin != "web/leads, form, since 2024-10-04" {
		t.Errorf("%+v", r)
	}
	if r := rows[1]; !r.Objection || len(r.Records) != 1 || len(r.Points) != 1 || r.Origin != "journal entry 7, call, since 2025-01-12" {
		t.Errorf("the acts of one entry are not one row: %+v", r)
	}
	if len(rows[2].Records) != 1 || len(rows[3].Records) != 1 {
		t.Errorf("a grant opens each point on its own record only: %+v", rows[2:4])
	}
	if !rows[4].Objection || !rows[5].Objection || rows[4].Until != "" || len(rows[5].Points) != 1 {
		t.Errorf("what is not yes is no: %+v", rows[4:])
	}
}

// A shared number of a person who objected by the journal is blocked; the
// others who share it keep their own.
func TestAnObjectionBindsItsNumberNotThoseWhoShareIt(t *testing.T) {
	w := bank([]int32{0, 1, 1}, []Point{phone(0)}, []Point{phone(0)}, []Point{phone(1)})
	rows := append(Gather([]Fact{{State: "objection", Since: 20100, Record: recTok(0), Stream: "j", Seq: 1}, {State: "objection", Since: 20100, Phone: phoneTok(0), Stream: "j", Seq: 1}}, nil), agreed(1, 2))
	q := Question{Purpose: "marketing", Channel: Phone, AsOf: "2026-10-15", Today: "2026-10-15", MaxHolders: 9}
	j := NewJudge(w, rows, q)
	if v := j.Client(1); v.Gate != "" || v.Point.Token != phoneTok(1) {
		t.Errorf("%+v", v)
	}
	if v := j.Point(1, phoneTok(0)); v.Gate != PointObjection {
		t.Errorf("%+v", v)
	}
	if v := j.Client(0); v.Gate != Objection {
		t.Errorf("%+v", v)
	}
	var none opaque.Token
	if v := j.Point(1, none); v.Gate != "" {
		t.Errorf("no point named is any point: %+v", v)
	}
}

// An objection to a word that no list has is one to the next wider purpose that
// is known, else to everything; a grant for it stays what it is, and opens nothing.
func TestUnknownPurposes(t *testing.T) {
	known := []string{"marketing", "marketing.deposits", "service"}
	for _, c := range [][3]string{ // purpose, of an objection, of a grant
		{"marketing", "marketing", "marketing"},
		{" Marketing.Deposits ", "marketing.deposits", " Marketing.Deposits "},
		{"marketing.loans", "marketing", "marketing.loans"},
		{"marketing.deposits.autumn", "marketing.deposits", "marketing.deposits.autumn"},
		{"market", "", "market"},
		{"реклама", "", "реклама"},
		{"17", "", "17"},
		{"", "", ""},
	} {
		rows := Gather([]Fact{{State: "objection", Purpose: c[0], Record: recTok(1)}, {State: "grant", Purpose: c[0], Record: recTok(2)}}, known)
		if rows[0].Purpose != c[1] || rows[1].Purpose != c[2] {
			t.Errorf("%q: objection to %q, grant for %q; want %q and %q", c[0], rows[0].Purpose, rows[1].Purpose, c[1], c[2])
		}
		if strings.Contains(rows[0].Origin, "not known") != (c[1] != normal(c[0])) {
			t.Errorf("%q: origin %q", c[0], rows[0].Origin)
		}
	}
	q := Question{Purpose: "marketing.deposits", Channel: Phone, AsOf: "2026-10-15", Today: "2026-10-15", MaxHolders: 9}
	for purpose, want := range map[string]bool{"реклама": true, "marketing.loans": true, "service": false, "marketing.deposits": true} {
		r := Gather([]Fact{{State: "no", Purpose: purpose, Record: recTok(1)}}, known)[0]
		if r.restricts(q) != want {
			t.Errorf("an objection to %s restricts: %v", purpose, !want)
		}
		g := Gather([]Fact{{State: "grant", Purpose: purpose, Since: 20000, Record: recTok(1)}}, known)[0]
		if g.permits(q) != (purpose == "marketing.deposits") {
			t.Errorf("a grant for %s permits: %v", purpose, g.permits(q))
		}
	}
}

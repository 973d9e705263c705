package transforms

import "clientbase/schemas"

// orgChecks compare the numbers of registers with each other, with the legal
// form, the dates and the kind of party.
func orgChecks() []CrossCheck {
	return []CrossCheck{
		{ID: "inn_party", Version: 1, A: "inn", B: PartyKind, find: refusedKind("inn"), Doc: "the length of the INN belongs to the other kind of party"},
		{ID: "rnokpp_party", Version: 1, A: "rnokpp", B: PartyKind, find: refusedKind("rnokpp"), Doc: "an RNOKPP, which only people have, on an organisation"},
		{ID: "kpp_party", Version: 1, A: "kpp", B: PartyKind, find: refusedKind("kpp"), Doc: "a KPP, which only organisations have, on a person"},
		{ID: "edrpou_party", Version: 1, A: "edrpou", B: PartyKind, find: findEDRPOUParty, Doc: "an EDRPOU, which only organisations have, on a person"},
		{ID: "ogrn_party", Version: 1, A: "ogrn", B: PartyKind, find: findOGRNParty, Doc: "the length of the OGRN belongs to the other kind of party"},
		{ID: "account_party", Version: 1, A: "account", B: PartyKind, find: findAccountParty, Doc: "the first digits of the account belong to the other kind of owner"},
		{ID: "inn_ogrn", Version: 1, A: "inn", B: "ogrn", find: findINNOGRN, Doc: "the INN is an organisation's and the OGRN a sole trader's, or the reverse"},
		{ID: "inn_form", Version: 1, A: "inn", B: "legal_form", find: findINNForm, Doc: "the length of the INN does not belong to the legal form"},
		{ID: "inn_kpp", Version: 1, A: "inn", B: "kpp", Weak: true, find: findINNKPP, Doc: "INN and KPP come from tax offices of different regions"},
		{ID: "ogrn_registered", Version: 1, A: "ogrn", B: "registered_on", find: findOGRNRegistered, Doc: "the year inside the OGRN is not that of the registration"},
		{ID: "ogrn_opened", Version: 1, A: "ogrn", B: "opened_on", Weak: true, find: findOGRNOpened, Doc: "a client of the bank before the registration under this number"},
	}
}

// refusedKind finds the verdict of a rule that knows the kind of party itself.
func refusedKind(attr string) func(*crossRow) (schemas.Cell, schemas.Cell, schemas.Reason) {
	return func(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
		for _, c := range r.values(attr) {
			if c.Status == schemas.Conflict && c.Reason == schemas.WrongPartyKind {
				return c, b, schemas.WrongPartyKind
			}
		}
		return a, b, 0
	}
}

func findEDRPOUParty(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	if a = r.value("edrpou"); a.Value != "" && r.party == schemas.Person {
		return a, b, schemas.WrongPartyKind
	}
	return a, b, 0
}

// trader reports that the record's name or form allows a sole trader, who is
// kept among organisations in many systems.
func (r *crossRow) trader() bool {
	c := cell{batch: r.b, row: r.row}
	return soleTrader(&c)
}

func findOGRNParty(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a = r.value("ogrn")
	switch {
	case a.Value == "":
	case r.party == schemas.Person && len(a.Value) == 13, r.party == schemas.Org && len(a.Value) == 15 && !r.trader():
		return a, b, schemas.WrongPartyKind
	}
	return a, b, 0
}

// findAccountParty reads the balance account, the first five digits. Only those
// that never serve the other kind are judged.
func findAccountParty(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	for _, c := range r.values("account") {
		if !c.Status.Usable() || len(c.Value) != 20 {
			continue
		}
		person, org := accountOwner(c.Value[:5])
		if person && r.party == schemas.Org && !r.trader() || org && r.party == schemas.Person {
			return c, b, schemas.WrongPartyKind
		}
	}
	return a, b, 0
}

// accountOwner: 40817, 40820 and 423, 426 are people's; 405–407 and 417–422 are
// organisations'. 40802 is a sole trader's, who may be either here.
func accountOwner(balance string) (person, org bool) {
	switch balance[:3] {
	case "405", "406", "407", "417", "418", "419", "420", "421", "422":
		return false, true
	case "423", "426":
		return true, false
	}
	return balance == "40817" || balance == "40820", false
}

func findINNOGRN(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	if ok && (len(a.Value) == 10) != (len(b.Value) == 13) {
		return a, b, schemas.WrongPartyKind
	}
	return a, b, 0
}

// findINNForm: only forms of organisations and of sole traders are judged.
func findINNForm(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	if !ok {
		return a, b, 0
	}
	words := orgWords(b.Value)
	f := formAt(words, true)
	if f == nil || len(f.words) != len(words) {
		return a, b, 0
	}
	switch {
	case f.class == "SP" && len(a.Value) == 10, (f.class == "LLC" || f.class == "JSC") && len(a.Value) == 12:
		return a, b, schemas.WrongPartyKind
	}
	return a, b, 0
}

// findINNKPP compares the region of the tax offices. The largest taxpayers (99)
// and foreign organisations (9909) stand outside.
func findINNKPP(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	if !ok || len(a.Value) != 10 || len(b.Value) != 9 {
		return a, b, 0
	}
	x, y := a.Value[:2], b.Value[:2]
	if x != y && x != "99" && y != "99" {
		return a, b, schemas.RegionDiffers
	}
	return a, b, 0
}

// The unified register began on 2002-07-01; companies that stood before came
// into it with a number of 2002 or later. Sole traders followed on 2004-01-01.
const (
	registerOfOrgs    = "2002-07-01"
	registerOfTraders = "2004-01-01"
)

func findOGRNRegistered(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	if !ok || a.Reason == schemas.YearInFuture {
		return a, b, 0
	}
	begins := registerOfOrgs
	if len(a.Value) == 15 {
		begins = registerOfTraders
	}
	year, told := ogrnYear(a.Value), atoi(b.Value[:4])
	if b.Value >= begins && year != told || b.Value < begins && year < told {
		return a, b, schemas.YearDiffers
	}
	return a, b, 0
}

// findOGRNOpened judges numbers given after the register had taken up the
// companies and traders of before.
func findOGRNOpened(r *crossRow) (a, b schemas.Cell, why schemas.Reason) {
	a, b, ok := r.both()
	const settled = 2006
	if ok && len(a.Value) == 13 && ogrnYear(a.Value) >= settled && atoi(b.Value[:4]) < ogrnYear(a.Value) {
		return a, b, schemas.TooEarly
	}
	return a, b, 0
}

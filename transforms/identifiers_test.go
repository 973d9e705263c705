package transforms

import (
	"math/rand/v2"
	"strings"
	"testing"

	"clientbase/internal/scan"
	"clientbase/schemas"
)

// TestIdentifierVectors holds every rule to the shared vectors.
func TestIdentifierVectors(t *testing.T) {
	why := map[string][]schemas.Reason{
		"length":         {schemas.BadLength},
		"repeated_digit": {schemas.RepeatedDigit},
		"first_digit":    {schemas.BadFirstDigit, schemas.BadRegion},
		"format":         {schemas.BadCharacter, schemas.BadFormat, schemas.SpreadsheetDamage},
		"checksum":       {schemas.BadChecksum},
		"account_key":    {schemas.BadChecksum},
	}
	for i, row := range sharedTSV(t, "identifiers/vectors.tsv") {
		kind := row["kind"]
		if kind == "luhn" {
			if got, want := scan.Luhn(row["value"]), row["valid"] == "yes"; got != want {
				t.Errorf("row %d: luhn %v, want %v", i+2, got, want)
			}
			continue
		}
		switch kind {
		case "ogrnip":
			kind = "ogrn"
		case "bik_account":
			kind = "account"
		}
		cl, ok := CleanKind(kind, "")
		if !ok {
			t.Fatalf("row %d: no cleaner for %s", i+2, kind)
		}
		var got Result
		cl.Add(row["value"], func(rs []Result) { got = rs[0] })
		if got.Status.Usable() != (row["valid"] == "yes") {
			t.Errorf("row %d %s: %s/%s, want valid=%s (%s)", i+2, kind, got.Status, got.Reason, row["valid"], row["reason"])
			continue
		}
		word, _, _ := strings.Cut(row["reason"], ":")
		if want := why[word]; row["valid"] == "no" && want != nil {
			hit := false
			for _, w := range want {
				hit = hit || got.Reason == w
			}
			if !hit {
				t.Errorf("row %d %s: reason %s, want %s", i+2, kind, got.Reason, row["reason"])
			}
		}
	}
}

// TestIdentifierCases: one case per verdict that the shared vectors leave out.
func TestIdentifierCases(t *testing.T) {
	for _, c := range []struct{ kind, region, in, out, status, reason string }{
		{"inn", "RU", "7707083893", "7707083893", "ok", "unchanged"},
		{"inn", "RU", "ИНН: 7707 083 893", "7707083893", "ok", "normalised"},
		{"inn", "RU", "273074555", "0273074555", "corrected", "leading_zero_restored"},
		{"inn", "RU", "05826107187", "005826107187", "corrected", "leading_zero_restored"},
		{"inn", "RU", "77О7083893", "7707083893", "corrected", "look_alike_digit"},
		{"inn", "RU", "７７０７０８３８９３", "7707083893", "corrected", "width_folded"},
		{"inn", "RU", "7707083893.0", "", "invalid", "spreadsheet_damage"},
		{"inn", "RU", "7707083893,00", "", "invalid", "spreadsheet_damage"},
		{"inn", "RU", "7.60307E+11", "", "invalid", "spreadsheet_damage"},
		{"inn", "RU", "7707083893/773601001", "7707083893", "ok", "normalised"},
		{"inn", "RU", "1111111111", "", "junk", "repeated_digit"},
		{"inn", "RU", "нет", "", "junk", "junk_word"},
		{"inn", "RU", "-", "", "junk", "placeholder"},
		{"inn", "RU", "", "", "empty", ""},
		{"kpp", "RU", "773601001", "773601001", "ok", "unchanged"},
		{"kpp", "RU", "7736АВ001", "7736AB001", "corrected", "look_alike_letter"},
		{"kpp", "RU", "7707083893/773601001", "773601001", "ok", "normalised"},
		{"kpp", "RU", "77360100", "", "invalid", "bad_length"},
		{"kpp", "RU", "77A601001", "", "invalid", "bad_character"},
		{"kpp", "RU", "773600001", "", "invalid", "bad_format"},
		{"ogrn", "RU", "1.0278E+12", "", "invalid", "spreadsheet_damage"},
		{"ogrn", "RU", "385768585948949", "385768585948949", "ok", "year_in_future"},
		{"ogrn", "RU", "1997812400868", "", "invalid", "year_in_future"},
		{"snils", "RU", "112-233-445 95", "11223344595", "ok", "normalised"},
		{"snils", "RU", "111-111-111 45", "", "junk", "repeated_digit"},
		{"snils", "RU", "001-001-998 00", "00100199800", "ok", "not_checked"},
		{"bik", "RU", "044525225", "044525225", "ok", "unchanged"},
		{"bik", "RU", "44525225", "", "invalid", "bad_length"},
		{"bik", "RU", "144525225", "", "invalid", "bad_first_digit"},
		{"bik", "RU", "044525010", "", "invalid", "out_of_range"},
		{"account", "RU", "30101810200000000827", "30101810200000000827", "ok", "not_checked"},
		{"account", "RU", "БИК 044030827 р/с 30101810200000000827", "30101810200000000827", "ok", "normalised"},
		{"account", "RU", "30101810200000000827 044030827", "30101810200000000827", "ok", "normalised"},
		{"account", "RU", "44030827/30101810200000000827", "30101810200000000827", "ok", "normalised"},
		{"account", "RU", "044030827/30101810300000000827", "", "invalid", "bad_checksum"},
		{"account", "RU", "024501901/40102810200000000001", "40102810200000000001", "ok", "not_checked"},
		{"account", "UA", "UA213223130000026007233566001", "UA213223130000026007233566001", "ok", "unchanged"},
		{"account", "RU", "4081781000000000", "", "invalid", "bad_length"},
		{"passport", "RU", "45 03 № 123456", "4503 123456", "ok", "normalised"},
		{"passport", "RU", "серия 4503 номер 123456", "4503 123456", "ok", "normalised"},
		{"passport", "RU", "4503 123456", "4503 123456", "ok", "unchanged"},
		{"passport", "RU", "4555 123456", "", "invalid", "year_in_future"},
		{"passport", "RU", "4503 000050", "", "invalid", "out_of_range"},
		{"passport", "RU", "71 1234567", "71 1234567", "ok", "unchanged"},
		{"passport", "RU", "103123456", "", "ambiguous", "bad_length"},
		{"passport", "RU", "XIV-АК № 123456", "XIV-АК 123456", "ok", "normalised"},
		{"passport", "RU", "ХІV-AK 123456", "XIV-АК 123456", "corrected", "look_alike_letter"},
		{"passport", "UA", "AH 123456", "АН123456", "corrected", "look_alike_letter"},
		{"passport", "UA", "АН123456", "АН123456", "ok", "unchanged"},
		{"passport", "UA", "ЄІ 123456", "ЄІ123456", "ok", "normalised"},
		{"passport", "UA", "FB123456", "FB123456", "ok", "unchanged"},
		{"passport", "UA", "001234567", "001234567", "ok", "unchanged"},
		{"passport", "BY", "МР1234567", "MP1234567", "corrected", "look_alike_letter"},
		{"passport", "RU", "0000 000000", "", "junk", "repeated_digit"},
		{"rnokpp", "UA", "1759013776", "1759013776", "ok", "unchanged"},
		{"rnokpp", "UA", "9999913776", "", "junk", "year_in_future"},
		{"rnokpp", "UA", "0000113776", "", "junk", "out_of_range"},
		{"unzr", "UA", "19480228-13773", "19480228-13773", "assumed", "bad_checksum"},
		{"unzr", "UA", "1948022813774", "19480228-13774", "ok", "normalised"},
		{"unzr", "UA", "19480230-13776", "", "invalid", "impossible_date"},
		{"unzr", "UA", "20480228-13776", "", "invalid", "year_in_future"},
		{"edrpou", "UA", "32945", "", "invalid", "bad_length"},
		{"edrpou", "UA", "1056273", "01056273", "corrected", "leading_zero_restored"},
		{"iban", "UA", "UА21 3223 1300 0002 6007 2335 6600 1", "UA213223130000026007233566001", "corrected", "look_alike_letter"},
		{"pan", "", "4111 1111 1111 1111", "411111…1111", "ok", "card_masked"},
		{"pan", "", "411111******1111", "411111…1111", "ok", "card_masked"},
		{"pan", "", "4111 1111 1111 1112", "", "invalid", "bad_checksum"},
		{"unp", "BY", "УНП 591705582", "591705582", "ok", "normalised"},
	} {
		r := cleanOne(c.kind, c.region, c.in)[0]
		if r.Out != c.out || r.Status.String() != c.status || r.Reason.String() != c.reason {
			t.Errorf("%s %s %q: %q %s/%s, want %q %s/%s", c.kind, c.region, c.in, r.Out, r.Status, r.Reason, c.out, c.status, c.reason)
		}
	}
}

// TestPartyKind: a number of the other kind of party is a conflict, and a sole
// trader is none.
func TestPartyKind(t *testing.T) {
	b := batchOf("inn", "7707083893", "760307073214", "760307073214", "7707083893")
	b.Party = []schemas.Party{schemas.Person, schemas.Org, schemas.Org, schemas.Org}
	names := &schemas.Cells{}
	for _, v := range []string{"", "ООО Ромашка", "ИП Иванов И.И.", "ООО Ромашка"} {
		if v != "" {
			names.Append(schemas.Cell{Value: v, Status: schemas.Raw})
		}
		names.EndRow()
	}
	b.In["org_name"] = names
	if err := Apply(b, nil); err != nil {
		t.Fatal(err)
	}
	for i, want := range []schemas.Status{schemas.Conflict, schemas.Conflict, schemas.OK, schemas.OK} {
		if c := b.Out["inn"].Row(i)[0]; c.Status != want || (c.Value == "") != (want == schemas.Conflict) {
			t.Errorf("row %d: %s, want %s", i, c.Status, want)
		}
	}
}

// TestDamageCaught: valid numbers with one wrong digit or one swap of unequal
// neighbours are caught as often as the arithmetic promises (in tenths of a
// percent, from 20,000 numbers each, with room for chance).
func TestDamageCaught(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct {
		name        string
		length      int
		holds       func(d []byte) bool
		wrong, swap int
	}{
		{"inn10", 10, innHolds, 984, 982},
		{"inn12", 12, innHolds, 1000, 1000},
		{"snils", 11, snilsHolds, 1000, 999},
		{"ogrn", 13, ogrnHolds, 983, 982},
		{"rnokpp", 10, rnokppHolds, 984, 982},
		{"edrpou", 8, edrpouHolds, 979, 976},
		{"account", 20, func(d []byte) bool { return accountHolds("044525225", d) }, 1000, 889},
	} {
		var wrong, caughtWrong, swap, caughtSwap int
		d := make([]byte, c.length)
		for wrong < 20000 {
			for i := range d {
				d[i] = byte('0' + rng.IntN(10))
			}
			if !c.holds(d) {
				continue
			}
			i := rng.IntN(len(d))
			old := d[i]
			d[i] = '0' + (old-'0'+byte(1+rng.IntN(9)))%10
			wrong++
			if !c.holds(d) {
				caughtWrong++
			}
			d[i] = old
			if i = rng.IntN(len(d) - 1); d[i] != d[i+1] {
				d[i], d[i+1] = d[i+1], d[i]
				swap++
				if !c.holds(d) {
					caughtSwap++
				}
			}
		}
		if got := caughtWrong * 1000 / wrong; got < c.wrong-6 || got > c.wrong+6 {
			t.Errorf("%s: %d of 1000 wrong digits caught, want %d", c.name, got, c.wrong)
		}
		if got := caughtSwap * 1000 / swap; got < c.swap-12 || got > c.swap+12 {
			t.Errorf("%s: %d of 1000 swaps caught, want %d", c.name, got, c.swap)
		}
	}
}

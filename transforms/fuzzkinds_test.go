package transforms

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"clientbase/schemas"
)

// A fuzz test for each kind of `clean` whose parser is more than a number's, so
// that each can be searched for itself. checkCell says what must hold: a verdict, a span inside the cell, bounded growth, and a value
// that cleanses to itself.

func fuzzKind(f *testing.F, kind string, seeds ...string) {
	for _, s := range seeds {
		f.Add(uint8(0), s)
		f.Add(uint8(1), s)
	}
	f.Fuzz(func(t *testing.T, region uint8, text string) {
		if len(text) > 1024 {
			return
		}
		if err := checkCell(kind, anyRegion[int(region)%len(anyRegion)], text); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzPhone(f *testing.F) {
	fuzzKind(f, "phone", "8 (495) 765-43-21 доб 12, 8916 123 45 67/68", "+7 916 I23-45-6О", "79161234567,00", "внутренний номер 12")
}

func FuzzEmail(f *testing.F) {
	fuzzKind(f, "email", "Ivan@Gmial.com; petr@mail,ru", "ШМФТ@ЬФШД.КГ", "ivan (собака) почта.рф")
}

func FuzzDate(f *testing.F) {
	fuzzKind(f, "date", "1 апреля 1980 г.", "03/04/80", "931107 00:00:00", "29312.5", "01.IV.1980")
}

func FuzzPassport(f *testing.F) {
	fuzzKind(f, "passport", "XIV-АК № 123456", "серия 45 09 номер 123456", "АH 123456", "ID 001234567")
}

func FuzzAccount(f *testing.F) {
	fuzzKind(f, "account", "044030827/30101810200000000827", "UA213223130000026007233566001", "40702А10000000000001")
}

func FuzzPAN(f *testing.F) {
	fuzzKind(f, "pan", "карта 4111 1111-1111.111l до 12/26", "411111******1111")
}

func FuzzNumber(f *testing.F) {
	kinds := [...]string{"inn", "kpp", "ogrn", "snils", "bik", "rnokpp", "edrpou", "unp", "unzr", "iban"}
	for i, s := range []string{"ИНН/КПП 7707083893/770701001", "7707АВ001", "1O27812400868", "112-233-445 95", "44525225", "17590I3776", "0131954", "MA1953684", "19850314-01235", "ua21 3223 1300 0002 6007 2335 6600 1"} {
		f.Add(uint8(i), uint8(i), s)
	}
	f.Fuzz(func(t *testing.T, kind, region uint8, text string) {
		if len(text) > 1024 {
			return
		}
		if err := checkCell(kinds[int(kind)%len(kinds)], anyRegion[int(region)%len(anyRegion)], text); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzAddress holds an address to checkAddress.
func FuzzAddress(f *testing.F) {
	for i, s := range []string{"г. Москва, ул. Ленина, д. 5, кв. 10", "Vjcrdf ek Ktybyf 5", "прож. м. Київ, вул. Шевченка 5; проп. м. Львів, вул. Франка 3", "вн.тер.г. муниципальный округ Арбат 19 д 10 кв", "Ìîñêâà, óë. Ëåíèíà, 5", "пом. III к 3-5 гурт. 2"} {
		f.Add(uint8(i), s)
	}
	f.Fuzz(func(t *testing.T, region uint8, text string) {
		if len(text) > 1024 {
			return
		}
		if err := checkAddress(anyRegion[int(region)%2], text); err != nil {
			t.Fatal(err)
		}
	})
}

// checkAddress holds for any text: a verdict, bounded growth, and a line that
// stays usable and does not grow when it is read again. That it is read as
// itself, TestHardAddressesAgain holds for what people write.
func checkAddress(region, text string) error {
	for _, r := range cleanOne("address", region, text) {
		if r.Status.Usable() != (r.Out != "") {
			return fmt.Errorf("%s/%s, value %q of %q", r.Status, r.Reason, r.Out, text)
		}
		if len(r.Out) > len(text)*6+64 {
			return fmt.Errorf("%d bytes grew to %d", len(text), len(r.Out))
		}
		if r.Status == schemas.OK || r.Status == schemas.Corrected {
			again := cleanOne("address", region, r.Out)
			if len(again) != 1 || !again[0].Status.Usable() || len(again[0].Out) > len(r.Out)+64 {
				return fmt.Errorf("%q gave %q, which gave %+v", text, r.Out, again)
			}
		}
	}
	return nil
}

// TestHardAddressesAgain: the line of an address that was understood is read as
// itself.
func TestHardAddressesAgain(t *testing.T) {
	data, err := os.ReadFile("testdata/hard.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) < 3 || f[0] != "address" {
			continue
		}
		for _, r := range cleanOne("address", f[1], f[2]) {
			if r.Status != schemas.OK && r.Status != schemas.Corrected {
				continue
			}
			n++
			if again := cleanOne("address", f[1], r.Out); len(again) != 1 || again[0].Out != r.Out {
				t.Errorf("%s: %q gave %+v", f[2], r.Out, again)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d addresses", n)
	}
}

package transforms

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clientbase/schemas"
)

// columnKinds are the kinds whose cell is judged alone by a rule of this file's
// subject: identifiers, contacts, dates, texts.
var columnKinds = []string{"account", "bik", "date", "edrpou", "email", "iban", "inn", "kpp", "ogrn", "pan", "passport", "phone", "rnokpp", "snils", "text", "unp", "unzr"}

var anyRegion = []string{"RU", "UA", "BY", "KZ", "US", ""}

// cleanOne runs one cell through a cleaner.
func cleanOne(kind, region, text string) []Result {
	c, ok := CleanKind(kind, region)
	if !ok {
		panic("no kind " + kind)
	}
	var out []Result
	emit := func(rs []Result) { out = append(out, rs...) }
	c.Add(text, emit)
	c.Close(emit)
	return out
}

// checkCell is what must hold for any text: a verdict, no value behind an
// unusable status, a span inside the cell, bounded length, and a usable value
// that cleanses to itself.
func checkCell(kind, region, text string) error {
	rs := cleanOne(kind, region, text)
	if len(rs) == 0 {
		return fmt.Errorf("%s: no verdict", kind)
	}
	for _, r := range rs {
		switch {
		case r.Status == schemas.Raw || r.Status == schemas.Ambiguous && r.Out != "":
			return fmt.Errorf("%s: status %s with a value", kind, r.Status)
		case r.Status.Usable() != (r.Out != ""):
			return fmt.Errorf("%s: %s/%s, value %q of %q", kind, r.Status, r.Reason, r.Out, text)
		case r.Lo < 0 || r.Hi < r.Lo || r.Hi > len(text):
			return fmt.Errorf("%s: span %d–%d of %d bytes", kind, r.Lo, r.Hi, len(text))
		case len(r.Out) > len(text)*4+32:
			return fmt.Errorf("%s: %d bytes grew to %d", kind, len(text), len(r.Out))
		}
		if !r.Status.Usable() {
			continue
		}
		again := cleanOne(kind, region, r.Value())
		if len(again) != 1 || again[0].Value() != r.Value() || !again[0].Status.Usable() {
			return fmt.Errorf("%s %s: %q gave %q, which gave %+v", kind, region, text, r.Value(), again)
		}
	}
	return nil
}

// piece draws texts in which rules find something to do.
func piece() *rapid.Generator[string] {
	signs := []string{" ", "-", ".", ",", "/", ";", "(", ")", "+", "@", "№", "О", "о", "l", "I", "З", "x", "доб.", "тел", " и ", "\n", "\u00a0", "７", "E+11", ".0", "UA", "АН", "XIV", "ivan", "mail.ru", "mail,ru",
		"апреля", "квітня", "г.", "8", "7", "380", "0", "00", "810", "2026", "1980", "12", "31", "*", "…", "нет", "ИНН", "\xff", "'", "серия", "T", ":", "=", "|", "#", "e", "ext="}
	return rapid.OneOf(rapid.SampledFrom(signs), rapid.StringMatching(`[0-9]{1,12}`), rapid.StringMatching(`[A-Za-zА-Яа-яЇїІі]{1,8}`), rapid.StringN(0, 4, 16))
}

func TestCellProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(columnKinds).Draw(t, "kind")
		region := rapid.SampledFrom(anyRegion).Draw(t, "region")
		text := strings.Join(rapid.SliceOfN(piece(), 0, 10).Draw(t, "text"), "")
		if err := checkCell(kind, region, text); err != nil {
			t.Fatal(err)
		}
	})
}

// TestVectorsAgain: every shared vector cleanses to a fixed point.
func TestVectorsAgain(t *testing.T) {
	for _, row := range sharedTSV(t, "identifiers/vectors.tsv") {
		for _, kind := range columnKinds {
			if err := checkCell(kind, "RU", row["value"]); err != nil {
				t.Error(err)
			}
		}
	}
	for _, row := range sharedTSV(t, "contacts/phone_probes.tsv") {
		if err := checkCell("phone", row["default_region"], row["input"]); err != nil {
			t.Error(err)
		}
	}
}

func FuzzCell(f *testing.F) {
	for i, s := range []string{"8 (495) 765-43-21 доб 12, 8916 123 45 67/68", "ivan@mail,ru", "1 апреля 1980 г.", "044030827/30101810200000000827", "XIV-АК № 123456", "7.60307E+11", "UA213223130000026007233566001"} {
		f.Add(uint8(i), uint8(i), s)
	}
	f.Fuzz(func(t *testing.T, kind, region uint8, text string) {
		if len(text) > 4096 {
			return
		}
		if err := checkCell(columnKinds[int(kind)%len(columnKinds)], anyRegion[int(region)%len(anyRegion)], text); err != nil {
			t.Fatal(err)
		}
	})
}

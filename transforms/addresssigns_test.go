package transforms

import (
	"testing"

	"pgregory.net/rapid"
)

// One look tells what separate looks at letters and words tell.
func TestAddressSignsSeeLettersAndWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := cleanText(mixedText().Draw(t, "text"))
		got, want := addressSigns(s), addrSigns{scriptOf(s)&scriptCyrillic != 0, ukrainianLetters(s) || ukrainianWords(s)}
		if got != want {
			t.Fatalf("%q: %+v, want %+v", s, got, want)
		}
	})
}

func TestUkrainianAddressesAreKnownByTheirWords(t *testing.T) {
	for s, want := range map[string]bool{
		"Москва, ул. Ленина, д. 5":   false,
		"Львов, вул. Франка, буд. 5": true,
		"Харьков, ПРОСП. Науки, 12":  true,
		"м. Киев":                         true,
		"г. Пермь, пр. Ленина, 5":         false,
		"смт Буча":                        true,
		"г. Орел, ул. Добробуд. пер., 7":  false,
		"Екатеринбург, ул. Вулканная, 12": false,
		"Чернівці":                        true,
		"Бровары, 5":                      false,
	} {
		if got := addressSigns(s).ukrainian; got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

package opaque

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestAValuePrintsAsNothing(t *testing.T) {
	const canary = "Канарейкин"
	v := Of(canary)
	text, err := json.Marshal(map[string]any{"v": v, "p": &v, "k": NewKey([]byte(canary + canary))})
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{string(text), fmt.Sprint(v), fmt.Sprintf("%v %+v %#v %s %q %x", v, v, v, v, v, v), fmt.Sprint(struct{ V Value }{v}), fmt.Sprintf("%v", NewKey([]byte(canary)))} {
		if strings.Contains(shown, canary) || strings.Contains(shown, fmt.Sprintf("%x", canary)) {
			t.Errorf("shown: %s", shown)
		}
	}
	if v.Reveal() != canary {
		t.Error("the value is lost")
	}
}

func TestTokensAreKeyedAndPartsDoNotRunTogether(t *testing.T) {
	a, b := NewKey([]byte(strings.Repeat("a", 32))), NewKey([]byte(strings.Repeat("b", 32)))
	first, again := a.Token("phone", "+7916"), NewKey([]byte(strings.Repeat("a", 32))).Token("phone", "+7916")
	if first != again {
		t.Error("a token is not stable")
	}
	for what, other := range map[string]Token{"another key": b.Token("phone", "+7916"), "another domain": a.Token("email", "+7916"),
		"other cuts of the same text": a.Token("phone+", "7916"), "a derived key": a.Derive("x").Token("phone", "+7916")} {
		if other == a.Token("phone", "+7916") {
			t.Errorf("%s gives the same token", what)
		}
	}
}

func TestAMinterMakesTheTokensOfItsKey(t *testing.T) {
	k := NewKey([]byte(strings.Repeat("k", 32)))
	m := k.Minter()
	for _, parts := range [][]string{{"phone", "+7916"}, {"phone", ""}, {}, {"record", "core/clients", "17"}, {"phone", "+7916"}} {
		if m.Token(parts...) != k.Token(parts...) {
			t.Errorf("%d parts: another token", len(parts))
		}
	}
	// HMAC-SHA-256 of 00000001 61 under 32 times "k", from another implementation
	if got := k.Token("a").String(); got != "aab0129bbcb311c0def1477410c85d39" {
		t.Errorf("got %s", got)
	}
}

func TestAShapeShowsFormAndNoLetter(t *testing.T) {
	for in, want := range map[string]string{"+7 916 1234567": "+9 9{3} 9{7}", "Иванов И.": "Л{6} Л.", "IVANOV": "L{6}", "": ""} {
		if got := Shape(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSealedBytesOpenOnlyWhole(t *testing.T) {
	k := NewKey([]byte(strings.Repeat("k", 32)))
	sealed, err := k.Seal([]byte("Канарейкин"), []byte("1"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := k.Unseal(sealed, []byte("1")); err != nil || string(plain) != "Канарейкин" {
		t.Fatal(err)
	}
	if _, err := k.Unseal(sealed, []byte("2")); err == nil {
		t.Error("opened in another place")
	}
	for i := range sealed {
		b := append([]byte{}, sealed...)
		b[i] ^= 1
		if _, err := k.Unseal(b, []byte("1")); err == nil {
			t.Errorf("opened with a flipped bit at %d", i)
		}
	}
}

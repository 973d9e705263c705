package transforms

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// TestPhoneProbes holds the rule to the shared probe inputs.
func TestPhoneProbes(t *testing.T) {
	for _, row := range sharedTSV(t, "contacts/phone_probes.tsv") {
		rs := Phone(row["input"], row["default_region"])
		var status, e164 []string
		ext := ""
		for _, r := range rs {
			status = append(status, r.Status.String())
			if r.Out != "" {
				e164 = append(e164, r.Out)
			}
			ext += r.Ext
		}
		if got, want := strings.Join(status, ";"), row["status"]; got != want {
			t.Errorf("probe %s: status %s, want %s (%s)", row["id"], got, want, rs[0].Reason)
		}
		if got, want := strings.Join(e164, ";"), row["e164"]; got != want {
			t.Errorf("probe %s: %s, want %s", row["id"], got, want)
		}
		if ext != row["extension"] {
			t.Errorf("probe %s: extension %q, want %q", row["id"], ext, row["extension"])
		}
		if word, _, _ := strings.Cut(row["remark"], " "); strings.Contains(word, "_") && word != "split;" {
			word = strings.TrimSuffix(word, ":")
			if last := rs[len(rs)-1]; last.Reason.String() != word {
				t.Errorf("probe %s: reason %s, want %s", row["id"], last.Reason, word)
			}
		}
	}
}

// TestPhonePlan: what the table calls a type, the library calls valid and the same.
func TestPhonePlan(t *testing.T) {
	check := func(country string, code, width, rest int, class string) {
		if class == "" {
			return
		}
		for _, tail := range []int{1234567, 2030405, 5550139, 8800246} {
			s := "+" + country
			c := pad(code, width)
			s += c + pad(tail, 7)
			_ = rest
			if got := classByLibrary(s); got != class {
				t.Errorf("code %s of %s: library says %q, table %q", c, country, got, class)
				return
			}
		}
	}
	for code, class := range plan7 {
		check("7", code, 3, 7, class)
	}
	for code, class := range plan380 {
		check("380", code, 2, 7, class)
	}
	for code, class := range plan375 {
		check("375", code, 2, 7, class)
	}
	if phonenumbers.GetCountryCodeForRegion("KZ") != 7 {
		t.Error("country code of KZ")
	}
}

func pad(n, width int) string {
	b := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b)
}

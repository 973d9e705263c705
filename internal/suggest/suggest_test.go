package suggest

import (
	"strings"
	"testing"
)

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"phone", "phone", 0}, {"phnoe", "phone", 1}, {"fone", "phone", 2}, {"дата", "дато", 1}, {"kitten", "sitting", 3}} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := editDistance(c.b, c.a); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestHint(t *testing.T) {
	for _, c := range []struct {
		word       string
		candidates []string
		want       string
	}{
		{"charst", []string{"charset", "path"}, "did you mean charset?"},
		{"CHARSET", []string{"charset", "path"}, "did you mean charset?"},
		{"CLIENT", []string{"CLIENT_ID", "NAME"}, "did you mean CLIENT_ID?"},
		{"CLIENT", []string{"CLIENT_ID", "CLIENT_NO"}, "one of: CLIENT_ID, CLIENT_NO"},
		{"x", []string{"charset", "path"}, "one of: charset, path"},
		{"bat", []string{"cat", "hat"}, "did you mean cat?"},
		{"x", strings.Split(strings.Repeat("name ", 49)+"name", " "), "one of: name, name, name, name, name, name, name, name, name, name and 40 more"},
		{"x", nil, ""},
	} {
		if got := Hint(c.word, c.candidates); got != c.want {
			t.Errorf("%s: %q, want %q", c.word, got, c.want)
		}
	}
}

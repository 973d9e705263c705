package state

import (
	"bytes"
	"slices"
	"strconv"
	"testing"
)

func TestJunkComesBack(t *testing.T) {
	var j Junk
	j.Add(3, "phone", "9{10}")
	j.Add(3, "email", "нет")
	j.Add(9, "phone", "нет")
	var file bytes.Buffer
	if err := j.Write(&file); err != nil {
		t.Fatal(err)
	}
	back, err := ReadJunk(&file, "junk.age")
	if err != nil {
		t.Fatal(err)
	}
	back.Add(12, "phone", "9{10}")
	if want := []string{"phone", "9{10}", "email", "нет"}; !slices.Equal(back.Texts, want) {
		t.Errorf("texts %q, want %q", back.Texts, want)
	}
	for i, want := range []string{"3 phone 9{10}", "3 email нет", "9 phone нет", "12 phone 9{10}"} {
		if got := strconv.Itoa(int(back.Row[i])) + " " + back.Texts[back.Attr[i]] + " " + back.Texts[back.Shape[i]]; got != want {
			t.Errorf("cell %d is %q, want %q", i, got, want)
		}
	}
}

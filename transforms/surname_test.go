package transforms

import "testing"

func TestSurnamesAreJudgedByTheirLongestEnding(t *testing.T) {
	for name, want := range map[string]surnameEnding{
		"петровская": {female, true}, "шевченко": {0, true}, "цой": {}, "иванова": {female, true}, "толстой": {male, true},
		"сидоров": {male, true}, "ковальчук": {0, true}, "смит": {}, "петров-водкин": {0, true}, "ильина": {0, true},
	} {
		if got := surnameByEnding([]byte(name), true); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	for name, want := range map[string]surnameEnding{"petrovskaya": {female, true}, "shevchenko": {0, true}, "ivanov": {male, true}, "smith": {}, "romanoff": {0, true}} {
		if got := surnameByEnding([]byte(name), false); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

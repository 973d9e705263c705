package transforms

import "testing"

func TestLabelsInsideAddresses(t *testing.T) {
	for s, want := range map[string]string{
		"г. Пермь, ул. Мира, 5 факт. г. Уфа, 7": "факт. г. Уфа, 7",
		"Пермь, Мира 5, ПРОЖИВАЕТ Уфа, Мира 7":  "ПРОЖИВАЕТ Уфа, Мира 7",
		"Львів, Миру 5; мешкає Київ, 7":         "мешкає Київ, 7",
		"620014, г. Екатеринбург, ул. Мира, 5":  "",
		"Пермь, ул. Прописная, 5":               "",
		"5": "",
		"":  "",
	} {
		got := ""
		if i := labelAt(s, 1); i >= 0 {
			got = s[i:]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

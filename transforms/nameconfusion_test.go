package transforms

import (
	"strings"
	"testing"

	"clientbase/schemas"
)

// Synthetic people made of the reference lists, in the orders and scripts of
// real files. Wrong and sure of it is the worst outcome; unsure is allowed.
func TestNameSplitConfusion(t *testing.T) {
	surnames := yamlNames(t, "names", "ru_frequencies", "russian_male_last_names_and_popularity.yaml")[:6000]
	given := yamlNames(t, "names", "ru_frequencies", "russian_male_first_names_and_popularity.yaml")[:120]
	var people [][3]string
	for i, s := range surnames {
		g := given[i%len(given)]
		men, _ := patronymicForms(given[(i*7+3)%len(given)], true, false)
		people = append(people, [3]string{s, g, string(titleWord(nil, men[0]))})
	}
	for _, order := range []string{"SGP", "GPS", "SG", "GS"} {
		for _, id := range []string{"", "icao_doc_9303", "mvd_782_2000"} {
			wrong, sure, genderWrong, all := 0, 0, 0, 0
			var sample []string
			for _, p := range people {
				want := p
				if id != "" {
					for k := range want {
						want[k], _ = Latin(want[k], id)
						want[k] = strings.ReplaceAll(want[k], "ʼ", "'")
					}
				}
				var words []string
				for _, c := range order {
					words = append(words, want[strings.IndexRune("SGP", c)])
				}
				n := ParseName(strings.Join(words, " "))
				all++
				if len(order) == 2 {
					want[2] = ""
				}
				ok := n.Surname.Text == want[0] && n.Given.Text == want[1] && n.Patronymic.Text == want[2]
				if n.Status == schemas.OK || n.Status == schemas.Corrected {
					sure++
					if !ok {
						wrong++
						if len(sample) < 8 {
							sample = append(sample, strings.Join(words, " "))
						}
					}
				}
				if n.Gender().Out == "f" {
					genderWrong++
				}
			}
			t.Logf("%-4s %-14s sure %.3f, sure and wrong %.4f, other sex %.4f %v", order, id, float64(sure)/float64(all), float64(wrong)/float64(all), float64(genderWrong)/float64(all), sample)
			if wrong*1000 > all || genderWrong*1000 > all {
				t.Errorf("%s %s: %d of %d split wrongly and surely, %d of the other sex", order, id, wrong, all, genderWrong)
			}
		}
	}
}

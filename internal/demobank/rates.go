package demobank

import "strconv"

// writeRates writes truth/README.md: what the truth files hold and how often
// each mistake was made.
func writeRates(dir string, o Options) error {
	f, err := createFile(dir, "truth/README.md")
	if err != nil {
		return err
	}
	f.text(`# The truth about this bank

Nobody in these files exists. ` + "`--seed " + strconv.FormatUint(o.Seed, 10) + "`" + ` makes them again, byte for byte.

| file | columns | means |
|---|---|---|
| people.csv | person_id, kind, household | everybody with at least one record; people of one household share it |
| records.csv | source, stream, key, person_id | whom a source record is about; the key of a second party of a row ends in #role |
| facts.csv | stream, key, person_id | whom a fact is about; empty = nobody whom the bank can know |
| intents.csv | stream, key, person_id, intent | what a note says about being called: objection, objection_calls, no_objection (a denied objection) |
| contradictions.csv | stream, key, contradiction | which values of a record cannot both be right (gender_name: the declared sex and the name; surname_form: the form of the surname and the rest of the name; the others name both sides), in the first delivery |
| cards_planted.csv | stream, key, last4 | notes with a card number in the text; it must never be stored |

## Dirt

Rates are per place where the mistake can be made; this bank was made with a factor of ` + strconv.FormatFloat(o.Dirt, 'g', -1, 64) + `.

| mistake | rate | where |
|---|---|---|`)
	for _, r := range Rates() {
		f.text("| " + r.Name + " | " + strconv.FormatFloat(r.Share*100, 'g', 4, 64) + " % | " + r.Doc + " |")
	}
	return f.close()
}

package transforms

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// patronymic is what the dictionary knows about one form of a patronymic.
type patronymic struct {
	sex    sexes
	father []string // lemmas of the father's name
	full   string   // the written form of a spoken one (Иваныч → Иванович); "" when it is written already
}

// patronymicEvidence grades how surely a word is a patronymic.
type patronymicEvidence uint8

const (
	notPatronymic    patronymicEvidence = iota
	maybePatronymic                     // -ович: men's surnames end so too
	surelyPatronymic                    // -овна, -івна, оглы, or formed from a known name
)

// patronymicForms gives the written patronymics of a father's name: Russian
// and Ukrainian, masculine and feminine, all accepted spellings.
func patronymicForms(father string, russian, ukrainian bool) (men, women []string) {
	n := strings.ToLower(father)
	if russian {
		m, w := russianPatronymics(n)
		men, women = append(men, m...), append(women, w...)
	}
	if ukrainian {
		m, w := ukrainianPatronymics(n)
		men, women = append(men, m...), append(women, w...)
	}
	return men, women
}

func pair(stem, m, w string) (men, women []string) { return []string{stem + m}, []string{stem + w} }

func lastRunes(s string) (last, before rune) {
	r, n := utf8.DecodeLastRuneInString(s)
	b, _ := utf8.DecodeLastRuneInString(s[:len(s)-n])
	return r, b
}

func russianPatronymics(n string) (men, women []string) {
	switch n {
	case "павел":
		return pair("павл", "ович", "овна")
	case "лев":
		return pair("льв", "ович", "овна")
	case "пётр", "петр":
		return pair("петр", "ович", "овна")
	case "михаил":
		return pair("михайл", "ович", "овна")
	case "даниил":
		return []string{"даниилович", "данилович"}, []string{"данииловна", "даниловна"}
	case "гавриил":
		return []string{"гаврилович", "гавриилович"}, []string{"гавриловна", "гаврииловна"}
	case "яков":
		return pair("яковл", "евич", "евна")
	case "илья":
		return []string{"ильич"}, []string{"ильинична", "ильична"}
	case "лука", "фома", "кузьма", "никита", "савва", "фока", "сила", "сава":
		s := strings.TrimSuffix(n, "а")
		return []string{s + "ич", s + "ович"}, []string{s + "ична", s + "инична", s + "овна"}
	}
	last, before := lastRunes(n)
	stem := n[:len(n)-utf8.RuneLen(last)]
	switch {
	case last == 'й' && before == 'и': // Василий: Васильевич; Георгий: Георгиевич
		s := strings.TrimSuffix(stem, "и")
		return []string{s + "ьевич", s + "иевич"}, []string{s + "ьевна", s + "иевна"}
	case last == 'ь' && before == 'л': // Шамиль: Шамильевич, Шамилевич
		return []string{stem + "евич", n + "евич"}, []string{stem + "евна", n + "евна"}
	case last == 'й', last == 'ь':
		return pair(stem, "евич", "евна")
	case last == 'а' || last == 'я':
		return []string{stem + "ович", stem + "ич", stem + "евич"}, []string{stem + "овна", stem + "ична", stem + "евна"}
	case last == 'о':
		return pair(stem, "ович", "овна")
	case last == 'е' || last == 'и' || last == 'у' || last == 'ю' || last == 'э':
		return pair(n, "евич", "евна")
	case strings.ContainsRune("жшчщц", last):
		return []string{n + "евич", n + "ович"}, []string{n + "евна", n + "овна"}
	}
	return pair(n, "ович", "овна")
}

func ukrainianPatronymics(n string) (men, women []string) {
	switch n {
	case "лев":
		return []string{"львович", "левович"}, []string{"львівна", "левівна"}
	case "яків":
		return []string{"якович"}, []string{"яківна"}
	case "ілля":
		return []string{"ілліч"}, []string{"іллівна"}
	case "микола":
		return []string{"миколайович", "миколович"}, []string{"миколаївна", "миколівна"}
	case "лука", "хома", "кузьма", "сава", "микита":
		s := strings.TrimSuffix(n, "а")
		return []string{s + "ич", s + "ович"}, []string{s + "івна", s + "ична"}
	case "федір":
		return pair("федор", "ович", "івна")
	case "антін":
		return pair("антон", "ович", "івна")
	case "прокіп":
		return pair("прокоп", "ович", "івна")
	case "кіндрат":
		return pair("кіндрат", "ович", "івна")
	case "григорій":
		return []string{"григорович", "григорійович"}, []string{"григорівна", "григоріївна"}
	}
	last, _ := lastRunes(n)
	stem := n[:len(n)-utf8.RuneLen(last)]
	switch last {
	case 'й':
		return pair(stem, "йович", "ївна")
	case 'ь':
		return pair(stem, "ьович", "івна")
	case 'о', 'а':
		return pair(stem, "ович", "івна")
	case 'я':
		return []string{stem + "йович", stem + "ьович"}, []string{stem + "ївна", stem + "івна"}
	case 'р':
		return []string{n + "ович", n + "ьович"}, []string{n + "івна"}
	}
	return pair(n, "ович", "івна")
}

func (d *nameDict) addPatronymics(father, langs string, lemmas []string) {
	men, women := patronymicForms(father, strings.Contains(langs, "ru"), strings.Contains(langs, "uk"))
	for _, f := range men {
		d.addPatronymic(f, patronymic{sex: male, father: lemmas})
	}
	for _, f := range women {
		d.addPatronymic(f, patronymic{sex: female, father: lemmas})
	}
}

func (d *nameDict) addPatronymic(form string, p patronymic) {
	key := foldName(form)
	old, had := d.patronymic[key]
	if had {
		if p.full != "" || old.sex != p.sex {
			return
		}
		p.father = joinLemmas(old.father, p.father)
	}
	d.patronymic[key] = p
	sk := string(appendSkeleton(nil, form, readPlain, false))
	q := d.patLatin[sk]
	d.patLatin[sk] = patronymic{sex: q.sex | p.sex, father: joinLemmas(q.father, p.father)}
}

func joinLemmas(a, b []string) []string {
	out := slices.Clone(a)
	for _, l := range b {
		if !slices.Contains(out, l) && len(out) < maxLemmas {
			out = append(out, l)
		}
	}
	return out
}

// addColloquial adds spoken forms (Иваныч, Сергеич, Сергевна) of what is there.
func (d *nameDict) addColloquial() {
	type form struct {
		spoken string
		p      patronymic
	}
	var add []form
	for key, p := range d.patronymic {
		say := func(ending, spoken string) {
			if s, ok := strings.CutSuffix(key, ending); ok && len(s) > 4 {
				add = append(add, form{s + spoken, patronymic{sex: p.sex, father: p.father, full: key}})
			}
		}
		say("еевич", "еич")
		say("аевич", "аич")
		say("ьевич", "ьич")
		say("ович", "ыч")
		say("ьевич", "ич")
		say("риевич", "рич")
		say("инична", "инишна")
		say("итична", "итишна")
		say("еевна", "евна")
		say("аевна", "авна")
	}
	add = append(add, form{"палыч", patronymic{male, []string{"павел"}, "павлович"}}, form{"саныч", patronymic{male, []string{"александр"}, "александрович"}},
		form{"михалыч", patronymic{male, []string{"михаил"}, "михайлович"}}, form{"михална", patronymic{female, []string{"михаил"}, "михайловна"}},
		form{"пална", patronymic{female, []string{"павел"}, "павловна"}}, form{"санна", patronymic{female, []string{"александр"}, "александровна"}},
		form{"григорич", patronymic{male, []string{"григории"}, "григорьевич"}})
	slices.SortFunc(add, func(a, b form) int {
		return strings.Compare(a.spoken+a.p.full, b.spoken+b.p.full)
	})
	for _, f := range add {
		d.addPatronymic(f.spoken, f.p)
	}
}

// findPatronymic grades one word; fold is its dictionary key.
func (d *nameDict) findPatronymic(fold []byte, cyrillic bool) (patronymic, patronymicEvidence) {
	if cyrillic {
		if !patronymicTail(fold) {
			return patronymic{}, notPatronymic
		}
		if p, ok := d.patronymic[string(fold)]; ok {
			return p, surelyPatronymic
		}
		return patronymicByEnding(fold)
	}
	if !latinPatronymicTail(fold) {
		return patronymic{}, notPatronymic
	}
	var buf [96]byte
	sk := foldSounds(latinSoundsBytes(buf[:0], fold), false)
	if p, ok := d.patLatin[string(sk)]; ok {
		return p, surelyPatronymic
	}
	switch {
	case bytes.HasSuffix(sk, []byte("oviq")), bytes.HasSuffix(sk, []byte("eviq")):
		return patronymic{sex: male}, maybePatronymic
	case len(sk) > 6 && (bytes.HasSuffix(sk, []byte("ovna")) || bytes.HasSuffix(sk, []byte("evna")) || bytes.HasSuffix(sk, []byte("ivna"))):
		return patronymic{sex: female}, surelyPatronymic
	}
	return patronymic{}, notPatronymic
}

// patronymicTail is the cheap test before the dictionary: -ич, -ыч, -на.
func patronymicTail(fold []byte) bool {
	n := len(fold)
	if n < 8 {
		return false
	}
	tail := string(fold[n-4:])
	return tail == "ич" || tail == "ыч" || tail == "іч" || tail == "на"
}

func latinPatronymicTail(fold []byte) bool {
	return len(fold) > 4 && (bytes.HasSuffix(fold, []byte("ch")) || bytes.HasSuffix(fold, []byte("na")) || bytes.HasSuffix(fold, []byte("c")))
}

func patronymicByEnding(fold []byte) (patronymic, patronymicEvidence) {
	has := func(s string) bool { return bytes.HasSuffix(fold, []byte(s)) }
	switch {
	case len(fold) < 12:
	case has("ович"), has("евич"), has("йович"):
		return patronymic{sex: male}, maybePatronymic
	case has("овна"), has("евна"), has("івна"), has("ївна"), has("инична"):
		return patronymic{sex: female}, surelyPatronymic
	}
	return patronymic{}, notPatronymic
}

// turkicSuffix reports the separate words that end a Turkic patronymic.
func turkicSuffix(fold string) sexes {
	switch fold {
	case "оглы", "оглу", "огли", "угли", "ўгли", "ўғли", "улы", "уулу", "ұлы", "ogly", "oglu", "oglı", "oğlu", "ogli", "ugli", "ogʻli", "uly", "uulu":
		return male
	case "кызы", "гызы", "қызы", "кизи", "қизи", "кзы", "kyzy", "gyzy", "kizi", "qizi", "qızı", "kızı":
		return female
	}
	return 0
}

// patronymicLemmas emits the lemmas of the father's name, under which the
// Russian, Ukrainian and Latin patronymics of one father meet.
func patronymicLemmas(value string, emit func(key string)) {
	d := dict()
	var buf [96]byte
	word, rest, _ := strings.Cut(value, " ")
	fold := appendFold(buf[:0], word)
	cyrillic := scriptOf(word)&scriptCyrillic != 0
	if p, ok := d.findPatronymic(fold, cyrillic); ok != notPatronymic && len(p.father) > 0 {
		for _, l := range p.father {
			emit(l)
		}
		return
	}
	if turkicSuffix(foldName(rest)) != 0 {
		if g, ok := d.findGiven(fold, cyrillic); ok {
			for _, l := range g.lemmas {
				emit(l)
			}
			return
		}
	}
	if isInitial(word) {
		return
	}
	emit(string(appendSkeleton(nil, word, readPlain, false)))
}

package transforms

import "clientbase/schemas"

// A number or an address in a note is the client's only when nothing beside it
// says that it is somebody else's: «телефон жены», "8916… (мама)", «чужой
// номер». The nearest word that names an owner decides, within the sentence and
// between the numbers around; where two stand equally near, the other person
// wins, because a number that is not taken harms nobody.

// ownerWord says whom a word makes the owner of the number beside it.
type ownerWord uint8

const (
	ownsNothing ownerWord = iota
	ownsClient            // свой, клиента, сам
	ownsOther             // жены, мамин, чужой, соседка
)

var ownerStems = buildStems([]classWords{
	{ownClient, "свой свои своего своему своем сво* мой мои моего мій мої мого мого мобильный* личный личного личн* особист* власн* сам сама клиент клиента клиенту клиентки клиентке клиентка клиентом клієнт клієнта клієнту клієнтки клієнтка клієнтці абонента my own client customer"},
	{ownOther, "мам мама мамы маме маму мамой мамою мамин* мамі мамо мать матери матерью мати матір матері папа папы папе папу папой папин* отец отца отцу отцом отца батько батька батьку батькові батьків батькова тато тата тату татові татів татова"},
	{ownOther, "родители родителей родителям родителями родительск* батьки батькам батьками муж мужа мужу мужем мужнин* жена жены жене жену женой женою женин* супруг супруга супругу супругом супруги супруге супругой чоловік чоловіка чоловіку чоловікові чоловіком чоловіків чоловікова дружина дружини дружині дружину дружиною дружинин*"},
	{ownOther, "сын сына сыну сыном сыновей сынок сынка син сина сину синові сином синів сынов* дочь дочери дочерью дочка дочки дочке дочку дочкой доча дочкин* донька доньки доньці доньку донькою доньчин* дочці дочкою ребенок ребенка ребенку дитина дитини дитині дети детей детям діти дітей дітям"},
	{ownOther, "брат брата брату братом братом братові братів братова братья братьев сестра сестры сестре сестру сестрой сестри сестрі сестрою сестрин* бабушк* бабушкин* бабул* бабус* бабця дедушк* дед деда деду дідус* дід діда дідові внук внука внуку внуком внучк* онук онука онуку онукові онучк* внучат*"},
	{ownOther, "теща тещи теще тещу тещей тещин* тесть тестя тестю свекров* свекрух* свекор свекра свекру зять зятя зятю зятем невестк* невістк* тетя тети тете тетю тетка тетки тетке тітк* дядя дяди дяде дядю дядько дядька дядьку племянни* племінни* кум кума куму кумы куме кума жених* невест* нареченн* наречен*"},
	{ownOther, "сосед соседа соседу соседом соседи соседей соседк* сусід сусіда сусіду сусіди сусідк* сусідці подруг* подруз* друг друга другу другом друзей друзья друзі коллег* колег* знаком* знайом* приятел* родственни* родич* родн* рідн* близк*"},
	{ownOther, "представител* представни* довіреної доверенного опекун* опікун* поручител* созаемщик* созаёмщик* співпозичальник* наследни* спадкоєм* адвокат* юрист* бухгалтер* секретар* начальни* директор* работодател* роботодав* риелтор* рієлтор* арендатор* орендар* квартирант* водител* водія водій"},
	{ownOther, "чуж* посторонн* сторонн* третьего третьей третьих третього третіх ошибочн* ошибся ошиблись помилков* помилився помилилися бывш* колишн*"},
	{ownOther, "wife husband mother father mom mum dad son daughter brother sister grandmother grandfather friend neighbour neighbor colleague wifes husbands mothers fathers moms sons daughters parents child children spouse accountant lawyer somebody someone"},
})

// Classes of ownerStems.
const (
	ownClient wordClass = 1 << iota
	ownOther
)

// denials turn an owner round when they stand right before it, or before the
// noun that it belongs to: "не мой", "не телефон жены".
func denial(fold string) bool {
	return fold == "не" || fold == "ни" || fold == "not" || fold == "isnt"
}

// owns says whom the word at i names. "его" and "её" are left out: they may be
// the client or anybody.
func owns(w []noteWord, i int) ownerWord {
	c := ownerStems.class(w[i].fold)
	if c == 0 {
		return ownsNothing
	}
	other := c&ownOther != 0
	j := i - 1
	for j >= 0 && j >= i-2 && !w[j].ends && labelNoun(w[j].fold) {
		j--
	}
	if j >= 0 && !w[j].ends && denial(w[j].fold) {
		other = !other
	}
	if other {
		return ownsOther
	}
	return ownsClient
}

// labelNoun reports the words for a contact point itself.
func labelNoun(fold string) bool {
	switch fold {
	case "тел", "телефон", "телефона", "телефоном", "телефону", "номер", "номера", "номером", "номеру", "моб", "мобильный", "мобильник", "контакт", "контакта", "phone", "number", "email", "почта", "пошта", "скринька", "это", "це", "is", "a", "the":
		return true
	}
	return false
}

// nearWords bounds how far an owner may stand from the number.
const nearWords = 6

// strange reports that the contact point s[lo:hi] is somebody else's. w are the
// words of the text, taken the spans of all contact points and numbers in it.
func strange(w []noteWord, taken [][2]int, lo, hi int) bool {
	first, last := len(w), -1 // the words of the contact point itself
	for i := range w {
		if w[i].lo < hi && lo < w[i].hi {
			first, last = min(first, i), i
		}
	}
	if last < 0 {
		return false
	}
	inOther := func(i int) bool {
		for _, t := range taken {
			if w[i].lo < t[1] && t[0] < w[i].hi {
				return true
			}
		}
		return false
	}
	best, who := nearWords+1, ownsNothing
	see := func(i, distance int, apart bool) {
		if apart { // by a comma, a dash, a bracket
			distance++
		}
		if o := owns(w, i); o != ownsNothing && (distance < best || distance == best && o == ownsOther) {
			best, who = distance, o
		}
	}
	apart := false
	for i := first - 1; i >= 0 && first-i <= nearWords && !w[i].ends && !inOther(i); i-- {
		apart = apart || w[i].comma
		see(i, first-i, apart)
	}
	if apart = w[last].comma; !w[last].ends {
		for i := last + 1; i < len(w) && i-last <= nearWords && !inOther(i); i++ {
			see(i, i-last, apart)
			apart = apart || w[i].comma
			if w[i].ends {
				break
			}
		}
	}
	return who == ownsOther
}

// owners marks the contact points of a text that are somebody else's: they
// stay visible and are not assumed to be the client's.
func owners(s string, found []Finding) {
	var w []noteWord
	var taken [][2]int
	for i := range found {
		f := &found[i]
		if f.Kind == FindOptOut {
			continue
		}
		if w == nil {
			w = noteWords(s)
		}
		taken = append(taken, [2]int{f.Lo, f.Hi})
	}
	for i := range found {
		f := &found[i]
		if (f.Kind == FindPhone || f.Kind == FindEmail) && f.Status.Usable() && strange(w, taken, f.Lo, f.Hi) {
			f.Value, f.Status, f.Reason = "", schemas.Ambiguous, schemas.OfAnother
		}
	}
}

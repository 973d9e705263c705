package transforms

import "strings"

// wordClass says what a word can mean in a sentence about contacting a client.
// A word may be of several classes.
type wordClass uint64

const (
	wNot        wordClass = 1 << iota // не, not
	wImperative                       // звоните
	wInfinitive                       // звонить
	wPast                             // чтобы звонили
	wNoun                             // звонки, рассылка: what one refuses
	wOne                              // звонок, a single contact: refusing it says little
	wService                          // смс-информирование, a paid service
	wStop                             // прекратить, хватит
	wHalt                             // стоп
	wRefuse                           // отказ от
	wAgainst                          // против
	wRevoke                           // отзываю
	wConsent                          // согласие
	wUnsub                            // отписать
	wRemove                           // удалить, снять
	wOff                              // отключить
	wForbid                           // запретил
	wNeed                             // надо, нужны
	wMust                             // нельзя
	wWant                             // хочет
	wAgree                            // согласен
	wGive                             // дал
	wDo                               // совершать
	wAsk                              // просит
	wOther                            // somebody who is not the client
	wTime                             // сегодня, до
	wDoubt                            // если, как, спрашивал: reported or only thought of
	wBetween                          // may stand between "не" and its verb
	wBut                              // а, но, только: another thought begins
	wBase                             // базы, списка
	wMine                             // мой, его
	wNumber                           // номер, телефон
	wTalk                             // общаться
	wFedUp                            // надоели, жалуется на
	wThing                            // карту, выписку: what a bank sends on business
)

// stems lists beginnings of words, exact whole words, with their class. Words
// are folded: lower case, ё as е, without apostrophes.
var optoutStems = buildStems([]classWords{
	{wStop, "прекрат* прекращ* перестан* перестав* припин* хватит досить stop quit"},
	{wHalt, "стоп stop"},
	{wRefuse, "отказ* відмов*"},
	{wAgainst, "против проти against"},
	{wRevoke, "отзыва* отозва* отзыв отзову відклика* відклик*"},
	{wConsent, "согласи* згод* consent"},
	{wUnsub, "отпиш* отписа* отписыв* відпиш* відписа* відписув* unsubscribe opt-out optout"},
	{wRemove, "исключ* удал* убер* убра* убира* снять сними* снимать видал* виключ* прибер* прибр* зняти зніміть remove delete"},
	{wOff, "отмен* скасу* відмін* отключ* відключ* вимкн*"},
	{wForbid, "запрет* запрещ* заборон*"},
	{wNeed, "надо нужен нужн* стоит следует треба потріб* варто"},
	{wMust, "нельзя могу может могут можу може можна"},
	{wWant, "хочет хочу хотят хотим хотел* желает желаю желал* хоче хочуть хотів хотіла бажає бажаю бажав* want wants"},
	{wAgree, "согласен согласна згоден згодна"},
	{wGive, "дал дала дали дает даю дава* давать дав надав* дає надає"},
	{wDo, "совершать осуществлять делать производить здійснювати робити make"},
	{wAsk, "прош* просьб* просит просил* попросил* просят треб* категорич* больше впредь никогда пожел* прохан* просить просив* просять попроси* вимаг* більше надалі ніколи please"},
	{wImperative, "звоните звони набирайте перезванивайте названивайте телефонуйте дзвоніть дзвони передзвонюйте беспокойте беспокой тревожьте пишите присылайте отправляйте шлите высылайте связывайтесь предлагайте направляйте контактируйте донимайте турбуйте пишіть надсилайте присилайте шліть звертайтесь пропонуйте відправляйте"},
	{wInfinitive, "звонить названивать перезванивать набирать телефонувати дзвонити передзвонювати call беспокоить тревожить писать присылать отправлять слать высылать связываться предлагать направлять контактировать рассылать донимать навязывать навязувати обзванивать спамить турбувати писати надсилати присилати слати пропонувати відправляти контактувати спамити contact contacted called disturb email text texting calling"},
	{wPast, "звонили беспокоили писали присылали отправляли слали набирали перезванивали названивали тревожили предлагали дзвонили телефонували турбували надсилали пропонували набридали called"},
	{wNoun, "звонки звонков звонкам звонками дзвінки дзвінків рассылк* рассылок розсилк* розсилок смс* sms* реклам* уведомлен* сообщен* коммуникац* обзвон* контакт* информирован* повідомлен* інформуван* комунікац* calls marketing spam спам* письма листи"},
	{wOne, "звонок звонка звонку дзвінок дзвінка предложени* пропозиц*"},
	{wNoun, "предложений пропозицій"},
	{wBase, "базы базу базе бази обзвон* рассылк* рассылок розсилк* розсилок списк* список list lists"},
	{wMine, "мой мои мій мої свой свои свій свої его ее її його my"},
	{wNumber, "номер телефон контакты контакти данные дані number phone"},
	{wTalk, "общат* общени* разговарив* разговор* спілку* розмовля*"},
	{wFedUp, "надоел* достали задолбал* жалу* отстаньте отстань набрид* дістали скарж* відчеп*"},
	{wThing, "карт* документ* выписк* справк* договор* деньг* деньги перевод* заявлен* копи* скан* оригинал* код* пин* счет* чек* квитанц* жалоб* отзыв запрос* платеж* виписк* довідк* договір* гроші переказ* заяв* рахун* скарг* запит*"},
	{wOther, "маму жену дочь сестру бабушку дружину матір доньку дитину детей ребенка родителей дітей батьків мужу жене маме матери отцу папе сыну дочери дочке бабушке дедушке сестре брату соседке соседу родителям родители супругу супруге тещи теще свекрови чоловіку чоловікові дружині мамі матері батькові тату синові сину доньці дочці бабусі сестрі братові батькам батьки чужой чужая чужий ошибл* ошибочн* помили* помилков* другому другой другая іншому інша інший третьи* третіх"},
	{wTime, "сегодня завтра до после раньше позже утр* вечер* ночь* ноча* днем выходн* праздник* работу работе рабоч* обед* пока временно недел* месяц* часов времени время отпуск* понедельник* вторник* сред* четверг* пятниц* суббот* воскресен* сьогодні післязавтра після раніше пізніше зранку вранці увечері ввечері вночі вдень вихідні* роботу роботі поки тимчасово тиждень місяць годин* відпустк* today tomorrow until before after"},
	{wDoubt, "если якщо почему чому зачем навіщо if why how как як можно чи можливо узнать узнавал* дізнат* спросил* спрашив* спита* питав* питала питає интересов* интересуется цікави* вопрос питання"},
	{wBetween, "надо нужно стоит следует больше более мне ему ей нам нас меня его ее туда сюда сюди ни на этот номер по этому номеру по-поводу впредь никогда никаких смс sms рекламу рассылку письма и треба потрібно варто більше мені йому їй мене його її цей цьому надалі ніколи листи та me us him her please реклами рекламные to be"},
	{wBut, "а но але only только лучше краще лише but"},
})

type classWords struct {
	class wordClass
	words string // separated by blanks; a star at the end: any ending
}

// stemTable finds classes by the first letters of a word.
type stemTable struct {
	whole map[string]wordClass
	stem  map[string][]classWords // by the first two letters; words holds one stem
}

func buildStems(list []classWords) *stemTable {
	t := &stemTable{whole: map[string]wordClass{}, stem: map[string][]classWords{}}
	for _, c := range list {
		for _, w := range strings.Fields(c.words) {
			if s, ok := strings.CutSuffix(w, "*"); ok {
				k := firstLetters(s)
				t.stem[k] = append(t.stem[k], classWords{c.class, s})
			} else {
				t.whole[w] |= c.class
			}
		}
	}
	return t
}

// firstLetters gives the first two letters of a word.
func firstLetters(s string) string {
	n := 0
	for i := range s {
		if n == 2 {
			return s[:i]
		}
		n++
	}
	return s
}

func (t *stemTable) class(f string) wordClass {
	c := t.whole[f]
	for _, s := range t.stem[firstLetters(f)] {
		if strings.HasPrefix(f, s.words) {
			c |= s.class
		}
	}
	return c
}

// optoutClass classes one folded word.
func optoutClass(f string) wordClass {
	switch f {
	case "не", "dont", "not", "doesnt":
		return wNot
	}
	c := optoutStems.class(f)
	if kinship(f) {
		c |= wOther
	}
	if c&wNoun != 0 && (strings.Contains(f, "информир") || strings.Contains(f, "інформув")) {
		c = c&^wNoun | wService
	}
	return c
}

// channelOf tells the channel that a word names; "" for none.
func channelOf(f string) string {
	f = strings.TrimPrefix(f, "не")
	for _, c := range [...]struct{ stem, channel string }{
		{"смс", "sms"}, {"sms", "sms"}, {"сообщен", "sms"}, {"повідомлен", "sms"}, {"text", "sms"},
		{"email", "email"}, {"e-mail", "email"}, {"имейл", "email"}, {"емейл", "email"}, {"мейл", "email"}, {"почт", "email"}, {"пошт", "email"}, {"письм", "email"}, {"листи", "email"}, {"mail", "email"},
		{"звон", "call"}, {"обзвон", "call"}, {"обзван", "call"}, {"дзв", "call"}, {"телефону", "call"}, {"call", "call"},
		{"названив", "call"}, {"перезван", "call"}, {"передзвон", "call"}, {"набира", "call"},
	} {
		if strings.HasPrefix(f, c.stem) {
			return c.channel
		}
	}
	return ""
}

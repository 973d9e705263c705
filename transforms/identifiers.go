package transforms

// The cells of identifiers: one number, several, or one among words.
var (
	accountCells  = within(severally(accountCell), false, "счет", "счёт", "рс", "рахунок", "account")
	bikCells      = within(severally(bikCell), false, "бик", "bik")
	edrpouCells   = within(severally(edrpouCell), true, "єдрпоу", "егрпоу", "едрпоу", "edrpou", "код")
	ibanCells     = within(severally(ibanCell), true, "iban", "ибан", "ібан")
	innCells      = within(severally(innCell), true, "инн", "inn", "іпн")
	kppCells      = within(severally(kppCell), false, "кпп", "kpp")
	ogrnCells     = within(severally(ogrnCell), true, "огрн", "огрнип", "ogrn", "ogrnip")
	passportCells = within(severally(passportCell), false, "паспорт", "пасп", "серия", "серія", "passport")
	rnokppCells   = within(severally(rnokppCell), true, "рнокпп", "іпн", "инн", "інн", "ипн", "rnokpp")
	snilsCells    = within(severally(snilsCell), true, "снилс", "snils")
	unpCells      = within(severally(unpCell), true, "унп", "unp")
	unzrCells     = within(severally(unzrCell), false, "унзр", "unzr", "запис")
)

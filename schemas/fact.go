package schemas

// Reference kinds: what a fact can point at. A reference is stored as a keyed
// token (16 bytes), never as the number itself.
const (
	RefRecord  = "record"  // a record of another stream, by its key
	RefAccount = "account" // an account number or id
	RefCard    = "card"    // a card token
	RefPhone   = "phone"   // E.164
	RefEmail   = "email"   // e-mail key
	RefVisitor = "visitor" // a web visitor id
)

// FieldType is the type of a fact column.
type FieldType string

// Types of fact columns and their DuckDB types.
const (
	FText   FieldType = "text"    // VARCHAR
	FCode   FieldType = "code"    // VARCHAR, few distinct values
	FDay    FieldType = "day"     // DATE
	FTime   FieldType = "time"    // TIMESTAMP, UTC
	FAmount FieldType = "amount"  // DECIMAL(18,2); parsed as decimal, never through a float
	FInt    FieldType = "integer" // BIGINT
	FRef    FieldType = "ref"     // UUID token
	FMasked FieldType = "masked"  // VARCHAR, already masked (account tail, truncated card)
)

// FactField is one column of a fact kind.
type FactField struct {
	Name string
	Type FieldType
	Ru   string
	En   string
}

// FactKind is a kind of fact. Dated kinds with Monthly are stored in one file
// per stream and month and never rewritten; the others are small and keyed, a
// later version of a key replaces the earlier.
type FactKind struct {
	Name    string
	Monthly bool
	Time    string   // the column that dates the fact
	Refs    []string // columns that may lead to a party, in the order in which they are tried
	Fields  []FactField
}

// FactKinds lists every kind of fact. Each table also has fact_id (UUID),
// stream, record position (batch_no, row_no) and, where Monthly, month.
func FactKinds() []FactKind {
	return []FactKind{
		{"account", false, "opened", []string{"holder"}, []FactField{
			{"account", FRef, "счёт", "reference of the account"},
			{"number", FMasked, "номер, последние цифры", "number, last digits"},
			{"holder", FRef, "владелец", "record of the holder"},
			{"product", FCode, "продукт", "product code"},
			{"currency", FCode, "валюта", "currency"},
			{"opened", FDay, "открыт", "opened"},
			{"closed", FDay, "закрыт", "closed"},
			{"status", FCode, "состояние", "status"},
		}},
		{"card", false, "issued", []string{"holder", "account"}, []FactField{
			{"card", FRef, "карта", "reference of the card"},
			{"number", FMasked, "номер, first6…last4", "number, first6…last4"},
			{"account", FRef, "счёт", "account of the card"},
			{"holder", FRef, "держатель", "record of the holder"},
			{"product", FCode, "продукт", "product code"},
			{"issued", FDay, "выпущена", "issued"},
			{"expires", FDay, "действует до", "expires"},
			{"status", FCode, "состояние", "status"},
		}},
		{"balance", true, "day", []string{"account"}, []FactField{
			{"account", FRef, "счёт", "account"},
			{"day", FDay, "на дату", "day"},
			{"amount", FAmount, "остаток", "balance"},
			{"currency", FCode, "валюта", "currency"},
		}},
		{"product", false, "since", []string{"holder", "account"}, []FactField{
			{"holder", FRef, "владелец", "record of the holder"},
			{"account", FRef, "счёт", "account"},
			{"product", FCode, "продукт", "product held (deposit, loan, insurance, …)"},
			{"since", FDay, "с", "held from"},
			{"until", FDay, "по", "held until; null = still held"},
			{"amount", FAmount, "сумма", "amount"},
			{"currency", FCode, "валюта", "currency"},
			{"status", FCode, "состояние", "status"},
		}},
		{"transaction", true, "at", []string{"account", "card"}, []FactField{
			{"at", FTime, "время", "time"},
			{"account", FRef, "счёт", "account"},
			{"card", FRef, "карта", "card"},
			{"amount", FAmount, "сумма", "amount, signed: money out is negative"},
			{"currency", FCode, "валюта", "currency"},
			{"type", FCode, "вид", "type of operation"},
			{"mcc", FCode, "MCC", "merchant category"},
			{"merchant", FText, "торговая точка", "merchant"},
			{"city", FText, "город", "merchant city"},
			{"country", FCode, "страна", "merchant country"},
		}},
		{"interaction", true, "at", []string{"party", "phone", "email", "visitor"}, []FactField{
			{"at", FTime, "время", "time"},
			{"kind", FCode, "вид", "call | note | visit | offer | answer"},
			{"channel", FCode, "канал", "channel"},
			{"direction", FCode, "направление", "in | out"},
			{"party", FRef, "запись", "record of the party, where the source names it"},
			{"phone", FRef, "телефон", "phone"},
			{"email", FRef, "эл. почта", "e-mail"},
			{"visitor", FRef, "посетитель", "visitor id"},
			{"outcome", FCode, "итог", "outcome"},
			{"seconds", FInt, "секунд", "duration in seconds"},
			{"topic", FText, "тема", "topic or page; contact points in it are masked"},
		}},
		{"link", false, "since", []string{"from"}, []FactField{
			{"from", FRef, "кто", "record of one party"},
			{"to", FRef, "с кем", "record of the other party"},
			{"account", FRef, "счёт", "account that joins them: its holder is the other party when to is empty"},
			{"kind", FCode, "связь", "second_owner | spouse | employer | guarantor | …"},
			{"since", FDay, "с", "from"},
			{"until", FDay, "по", "until"},
		}},
		{"consent", false, "since", []string{"party", "phone", "email"}, []FactField{
			{"party", FRef, "запись", "record that gave it"},
			{"phone", FRef, "телефон", "phone it covers"},
			{"email", FRef, "эл. почта", "e-mail it covers"},
			{"state", FCode, "решение", "grant | objection"},
			{"purpose", FCode, "цель", "purpose"},
			{"channel", FCode, "канал", "channel; empty = all"},
			{"since", FDay, "с", "from"},
			{"until", FDay, "по", "until"},
			{"text_version", FCode, "редакция", "version of the text agreed to"},
			{"origin", FCode, "как получено", "how it was given: form, call, note"},
		}},
	}
}

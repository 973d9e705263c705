package schemas

import "fmt"

// Status is the verdict on one value. The list is closed and the numbers are
// written to disk: never reuse one.
type Status uint8

// Statuses, from "nothing there" to "certainly wrong".
const (
	Empty     Status = 0 // the cell held nothing
	Junk      Status = 1 // a placeholder or keyboard noise, not a value
	OK        Status = 2 // taken as it stands, apart from spelling form
	Corrected Status = 3 // repaired by a rule that can be only right
	Assumed   Status = 4 // the likeliest reading, not the only one
	Ambiguous Status = 5 // several readings, none chosen; Value is empty
	Conflict  Status = 6 // contradicts other evidence
	Invalid   Status = 7 // has the wrong form or a failed check; Value is empty
	Raw       Status = 8 // not cleansed yet: input of the transforms only
)

var statusNames = [...]string{"empty", "junk", "ok", "corrected", "assumed", "ambiguous", "conflict", "invalid", "raw"}

// String gives the lower-case name that stands in files and on screens.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("status(%d)", uint8(s))
}

// Usable reports whether a value with this status may be published and
// compared: it has a Value, and the rule stands behind it.
func (s Status) Usable() bool { return s == OK || s == Corrected || s == Assumed }

// Reason says why a value got its status. The list is closed; its number is
// written to disk, so entries are only ever appended.
type Reason uint16

// Reasons. The text form is the identifier in snake_case (see reasonNames).
const (
	NoReason Reason = iota
	Unchanged
	Normalised // spelling form only: spaces, case, separators
	LeadingZeroRestored
	RepeatedDigit
	BadChecksum
	BadLength
	BadCharacter
	BadFormat
	BadRegion
	BadFirstDigit
	YearInFuture
	NotChecked
	SpreadsheetDamage
	Placeholder
	KeyboardNoise
	JunkWord
	UnbalancedBracket
	TrunkAfterPlus
	OldTrunk8
	NoAreaCode
	LookAlikeDigit
	LookAlikeLetter
	Split
	SplitTail
	UnknownCountry
	NotInPlan // phone number that no numbering plan contains
	DomainTypo
	BadDomain
	BadLocalPart
	RoleAddress
	DisposableAddress
	OrderByColumn // day and month told apart by evidence of the column
	OrderUnknown
	TwoDigitYear
	ImpossibleDate
	MonthName
	SpreadsheetSerial
	OutOfRange
	MixedScripts
	WrongLayout
	Mojibake
	OrderSwapped // name parts stood in another order
	FromFullName
	FromPatronymic
	FromGivenName
	FromSurname
	Diminutive
	UnknownName
	Abbreviation
	Initials
	LegalFormFound
	NoLegalForm
	Unparsed
	PartlyParsed
	RenamedObject
	Negated // an opt-out phrase that is denied ("не против звонков")
	OptOutPhrase
	UnknownCode
	CodeList
	FromDocument // derived from a checked number, e.g. birth date from RNOKPP
	WidthFolded
	WrongPartyKind
	TollFree
	FoundInText
	CardMasked
	OldAreaCode // a dated re-coding of phone numbers was applied
	ZonedTime   // a moment in another time zone: the day before or after may be meant
	OfAnother   // the text says that the contact point is another person's
	BankOwn     // the bank's own phone or mail domain: it stands for a client's that is not known
	Declined    // a name in an oblique case, brought to the nominative
	SeveralPeople
	DateDiffers // two values of a record tell different days
	SexDiffers  // two values of a record tell different sexes
	YearDiffers // two values of a record tell years that do not go together
	RegionDiffers
	NameDiffers // two values of a record name different people
	TooEarly    // something happened before it could
	ProjectList // a list of the project's rules/ decided
	reasonEnd
)

var reasonNames = [...]string{"", "unchanged", "normalised", "leading_zero_restored", "repeated_digit", "bad_checksum",
	"bad_length", "bad_character", "bad_format", "bad_region", "bad_first_digit", "year_in_future", "not_checked",
	"spreadsheet_damage", "placeholder", "keyboard_noise", "junk_word", "unbalanced_bracket", "trunk_after_plus",
	"old_trunk_8", "no_area_code", "look_alike_digit", "look_alike_letter", "split", "split_tail", "unknown_country",
	"not_in_plan", "domain_typo", "bad_domain", "bad_local_part", "role_address", "disposable_address",
	"order_by_column", "order_unknown", "two_digit_year", "impossible_date", "month_name", "spreadsheet_serial",
	"out_of_range", "mixed_scripts", "wrong_layout", "mojibake", "order_swapped", "from_full_name", "from_patronymic",
	"from_given_name", "from_surname", "diminutive", "unknown_name", "abbreviation", "initials", "legal_form",
	"no_legal_form", "unparsed", "partly_parsed", "renamed_object", "negated", "opt_out_phrase", "unknown_code",
	"code_list", "from_document", "width_folded", "wrong_party_kind", "toll_free", "found_in_text", "card_masked",
	"old_area_code", "zoned_time", "of_another_person", "bank_own", "declined", "several_people",
	"date_differs", "sex_differs", "year_differs", "region_differs", "name_differs", "too_early", "project_list"}

// String gives the snake_case name that stands in files and on screens.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return fmt.Sprintf("reason(%d)", uint16(r))
}

// Reasons lists the whole closed list, for documentation and tests.
func Reasons() []Reason {
	out := make([]Reason, 0, int(reasonEnd))
	for r := NoReason; r < reasonEnd; r++ {
		out = append(out, r)
	}
	return out
}

// Package transforms cleanses: raw cells of a batch become values with a
// status, a reason and the rule that judged them. It takes schemas.Batch.In and
// fills schemas.Batch.Out; it never reads a clock, a file or the network, and
// never changes a raw cell.
//
// # How it is built
//
// One rule = one file = one test. A rule has two levels:
//
//   - the cell: a function such as Phone(cell, region) []Result, which judges
//     one text alone. `clean --as` (CleanKind) and the facts use it.
//   - the column: a constructor such as phoneRule(d) Rule, which finds the
//     attributes of its kind in the dictionary and runs the cell over them.
//     For a rule that needs nothing but the cell this is one call of columnRule.
//
// To add a rule: write a cellFunc and a constructor, add the constructor to
// list in rule.go, its word to kinds in clean.go and its keys to Keys in
// keys.go. Nothing registers itself.
//
// NewSet(d) makes the rules for a project's dictionary; Rules and Apply are the
// same for the built-in one. The order of the rules follows from Reads and
// Writes. A rule that derives (a birth date from a tax number) reads and writes
// its target, so it runs after the rule that made the column, and uses fill,
// which touches only records without a usable value.
//
// # Evidence across fields
//
// After all rules the checks of CrossChecks compare the values of a record with
// each other (the birth date with the one inside the RNOKPP, the patronymic with
// the given name, the OGRN with the date of registration, …). They change nothing:
// a contradiction is two cells of the column schemas.Conflicts, one for each side.
//
// # Model
//
// What one value cannot tell (is 03/04/1980 a day in March or April?) comes from
// the Model: a Profile counts the raw cells of a first pass, in any order, and
// freezes into a Model that holds no client's value.
//
// # What a project adds
//
// Own holds the lists of a project's rules/ in the versions in force. They stand
// around a rule (Set.apply): before it a list may settle a whole cell, after it a
// list may overrule a verdict; the reason is then project_list and the chain names
// both versions, "email@2+1". Dictionaries of the program are files under data/
// with a version, a source and a licence (Tables).
//
// # Words
//
// OK with Unchanged: the text was canonical. OK with Normalised: only its
// spelling form changed (spaces, separators, case). Corrected: a letter or digit
// of the value changed, and it could only be so. An empty cell gives no value.
package transforms

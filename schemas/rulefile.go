package schemas

// RuleFile is what a project adds to one cleansing rule: rules/<rule>.yaml. Its
// versions are a history that only grows: version 3 is what 1, 2 and 3 add and
// take away, in this order.
type RuleFile struct {
	Rule    string // id of the rule, "email"
	File    string // "rules/email.yaml"
	At      Place  // of the rule's name
	Shipped int    // version that the built-in rule must have; 0 = any
	Pin     int    // version in force; 0 = the last
	// Versions by number, from 1 without a gap.
	Versions []RuleVersion
}

// RuleVersion is one change of a rule file.
type RuleVersion struct {
	No      int
	Date    string // day of the decision, YYYY-MM-DD; "" = not said
	Reason  string // why, for the auditor
	Source  string // where the entries come from
	Licence string // under which they may be used: "own", "MIT", …
	Add     []RuleEntry
	Remove  []RuleEntry
}

// RuleEntry is one entry of a list of a rule: a word, or a word and what it
// stands for.
type RuleEntry struct {
	List  string   // name of the list: "junk"
	Key   string   // the word
	To    []string // what it stands for; nil in lists of plain words
	Place Place
}

// Place is where something stands in a file of the project.
type Place struct {
	Line, Col int
	Path      string // "versions.2.add.junk[0]"
}

// InForce gives the number of the version that counts; 0 when there is none.
func (f *RuleFile) InForce() int {
	if f.Pin > 0 && f.Pin <= len(f.Versions) {
		return f.Pin
	}
	return len(f.Versions)
}

// Cut gives the file with version n in force: 0 = without any version.
func (f RuleFile) Cut(n int) RuleFile {
	f.Versions, f.Pin = f.Versions[:min(n, len(f.Versions))], 0
	return f
}

// Package audit answers who did what, when, why and with whose consent, from the
// journal, the reports of runs and the ledger: Trail for rules, values, exports,
// reads and runs, RuleHistory for the versions of a rule. It changes nothing.
package audit

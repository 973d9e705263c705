// Package demobank makes a small synthetic bank: a complete project folder
// with source definitions, data files in the real formats of banking systems,
// and, beside them, the truth about who is who.
//
// It takes a number of records, a seed and a degree of dirt; it gives files.
// Everything is a pure function of (seed, household number): a household is
// made anew whenever a stream needs it, so ten million records need no more
// memory than ten. Nobody here exists: names are drawn from frequency tables,
// numbers are made to satisfy their check digits, and all else is chance.
//
//	world      households → people: names, birth dates, documents, contacts   (household.go person.go)
//	footprint  what each person left behind: core records, cards, leads, …     (footprint.go)
//	streams    one file per stream writes rows of it in its own dialect        (core_*.go cards.go ipm.go calls.go notes.go web.go)
//	dirt       the mistakes of clerks and systems, with their rates            (dirt.go)
//	truth      who each record and fact is about                               (truth.go)
//	project    clientbase.yaml, dictionary.yaml, sources/*.yaml                (project.go)
//
// The encoders (code pages, IPM, CDR, WARC) are written apart from the readers
// that they test, and the package shares no code with transforms or dedupe.
package demobank

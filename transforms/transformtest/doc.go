// Package transformtest tells what the cleansing rules do by cases that read as
// prose, and measures how often they are right.
//
// A file under testdata/cases holds the cases of one rule. A case is a heading
// (the kind of `clean --as` and the region of the stream), a cell, and what
// becomes of it:
//
//	phone RU
//	  8 (916) 111-22-33 доб. 4
//	    +79161112233;ext=4 · ok, normalised
//
// A heading "record person RU" starts records instead: lines "attribute: cell",
// an empty line between two records, and for each record what it gives and what
// in it contradicts what. `go test ./transforms/transformtest -rewrite` writes
// the outcomes anew; read the difference before you commit it.
package transformtest

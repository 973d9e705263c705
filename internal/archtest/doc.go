// Package archtest holds the walls between the packages as data and checks
// them in an ordinary test: who may import whom and why, which library belongs
// to which package, which calls a pure stage must not make, and a few habits of
// the house (no init, no changed globals, no long files). A message says what
// to do instead. Each rule has a reason; to move a wall, change the row and its
// reason in the same commit, and write a note in internal/decisions when a
// promise is touched.
package archtest

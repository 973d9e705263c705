// Package invented makes files of people who do not exist, each of a shape that
// is hard to match, with the truth beside them: families of one address and one
// phone, people with nine records full of errors, files in which nearly
// everybody stands once, thin records with exchanged names.
//
// It takes a seed and a size and gives rows; equal seeds give equal rows. It
// shares no code with dedupe, which is measured by it.
package invented

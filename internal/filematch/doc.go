// Package filematch resolves the records of one file, or links those of two,
// without a project: it recognises the columns by name and by what stands in
// them, cleanses them with the rules of the river, matches, and judges the result
// by a column of true parties where there is one. It keeps nothing.
package filematch

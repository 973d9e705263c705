// Package decisions holds notes on choices that a reader would otherwise have
// to guess; README.md lists them. A test keeps the list complete.
package decisions

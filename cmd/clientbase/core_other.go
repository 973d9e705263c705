//go:build !unix

package main

// withoutCore does nothing where there are no core files.
func withoutCore() {}

//go:build !plain

package store

// uncompressed leaves compression off, for the search of raw bytes (rawbytes_test.go of
// cmd/clientbase); no option of a user's does.
const uncompressed = false

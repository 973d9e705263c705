//go:build !plain

package landing

// plain leaves encryption and compression off, for the search of raw bytes
// (rawbytes_test.go of cmd/clientbase); no option of a user's does.
const plain = false

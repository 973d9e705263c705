//go:build plain

package store

const uncompressed = true

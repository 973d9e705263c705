//go:build plain

package landing

const plain = true

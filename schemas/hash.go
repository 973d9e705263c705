package schemas

import "unsafe"

// viewString shares b's memory as a string; b must never be changed again.
func viewString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Hash64 is a fixed, seedless 64-bit hash (FNV-1a with a final avalanche). It
// is part of the contract of everything that samples or orders by hash: the
// same string gives the same number on every machine and in every version.
func Hash64(s string) uint64 { return hash64(s) }

func hash64(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	return h
}

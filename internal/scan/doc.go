// Package scan looks into bytes for what must be known before anything is
// stored: which charset they are in, and whether they hold card numbers. It
// is a leaf: pure functions over bytes, no state, nothing of the project.
package scan

// Package schemas holds the words that every stage of the river shares: what
// an attribute is, what a cleansed value carries, how a stream is described,
// which facts exist, and the column names of what is written to disk.
//
// It is data and small containers only. It imports nothing of the project, so
// connectors, transforms, dedupe and the store can agree here without knowing
// each other. README.md in this folder describes the on-disk formats.
package schemas

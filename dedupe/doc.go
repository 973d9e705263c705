// Package dedupe decides which records are one party.
//
// It takes a Table (records whose attributes are dictionary-encoded, with the
// keys that others computed per distinct value) and gives candidate pairs with
// a weight in bits, a partition into clusters, and the reasons for both:
//
//	Train    what the whole base teaches → Model (Fellegi–Sunter m and u, blocking plan, frequencies)
//	Score    blocks → comparison levels → weights: the edges, each pair once
//	Cluster  edges → clusters, a pure function of each connected component
//	Assign   clusters → persistent ids with events
//	Explain  one pair in words and bits;  Evaluate  a partition against the truth
//
// The package knows no language: it sees values, keys and roles. A pair is a
// candidate because of a predicate on the two records under the model, never
// because of what else arrived; so the same records under the same model give
// the same edges in any order, cut, or number of workers.
//
// Bounds and shortcuts change no edge, its bits or its rule: a bound never lies
// below the weight, and equal hashes in full are equal values. What was measured
// when pairs were made cheaper stands in internal/decisions, note 0013.
//
// Sources: I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage",
// JASA 64 (1969); W. E. Winkler on term frequencies and EM without labels.
package dedupe

// Package backup copies a data folder aside and brings it back.
//
// A backup is a folder:
//
//	data/…         as in the data folder, but keys, tmp, staging, locks, a held snapshot
//	project/…      the configuration: every YAML file of the project folder
//	backup.json    the manifest: what was in force, and size and SHA-256 of every file,
//	               sealed with a token under the project key; written last
//
// Or it is one file, a tar in a stream of Zstandard, with the same in the order in
// which it is copied: the manifest stands last, files that share their bytes are
// there once, and the same data folder gives the same bytes.
//
// It never contains keys: they go to a file of their own (Options.KeysTo), so
// that destroying a person's keys reaches what was sealed in backups, too.
//
// A run may be at work meanwhile. The order makes the copy a state that a power
// cut could have left: snapshots are kept by their leases, pointer and ledger
// are read under the ledger's lock, then the journal under its own, then what
// has landed. So whatever the pointer and the ledger speak of is in the copy.
// What never changes under its name is hard-linked where that is possible.
//
// A restore checks every hash before anything is in force: the manifest's seal,
// every file, the pointer's signature, every snapshot's manifest, the chain of
// the journal, the ledger, and that each sealed file has its key. CURRENT is
// written last, then a leaf says that the folder came back. A restore never
// brings an erased person back: with a journal newer than the backup that tells
// of erasures, or with keys that were destroyed since, it refuses.
package backup

// Package journal keeps what people do between runs: consents and objections,
// values set by hand, decisions, quarantine resolutions, deliveries of lists,
// releases and rollbacks. It is append-only, encrypted, and synced before an
// act counts; it has a short lock of its own, so that acting never waits for a
// load. State is always snapshot + journal tail: a run folds the journal up to
// a position that its manifest names, and every read adds the acts after it.
//
// On disk, data/journal/journal.cbj is the line "CBJ1\n" and then frames:
//
//	length  uint32, big-endian: bytes of the sealed entry
//	seq     uint64, big-endian: 1, 2, 3, …
//	sealed  AES-256-GCM of the entry's JSON; nonce first; bound to seq and to
//	        the last 16 bytes of the frame before, so that no frame can be
//	        taken out, exchanged or put elsewhere unnoticed
//
// A frame that is cut short at the end of the file was never acknowledged: it
// is left out when reading and overwritten by the next append. Entries missing
// at the end are noticed because the manifest of a snapshot names a position
// that the journal must have reached.
package journal

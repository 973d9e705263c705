// Package access keeps who read what: each read of personal data with the
// person, role, purpose, question, tables, rows and snapshot. It is not the
// journal: reads are many and change nothing. A read is entered before it
// begins and once more when it has ended, so that one that was cut is seen.
//
// On disk, data/access/<yyyy-mm>.cba is the line "CBA1\n" and then frames:
//
//	length  uint32, big-endian: bytes of the sealed entry
//	seq     uint64, big-endian: 1, 2, 3, … through all files
//	sealed  AES-256-GCM of the entry's JSON; nonce first; bound to seq and to
//	        the last 16 bytes of the frame before, also across files
//	length  once more, so that the last frame is found from the end
//
// A question (SQL, a name, a phone) may be personal data itself: all of an
// entry is sealed. A frame that is cut short at the end is left out and
// overwritten. An append takes a short lock of its own and is not synced: the
// process syncs once, at its end, so that reading stays fast; a power cut may
// lose the last reads, a killed process none. Runs put the entries since the
// last run into the ledger, as one leaf with the hash of their frames; what was
// entered since is bound by the chain only.
package access

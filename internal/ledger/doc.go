// Package ledger is the tamper-evident log of what happened: runs,
// publications, acts of people, exports, destroyed keys. It is a Merkle log of
// RFC 6962 in the C2SP layout (tlog-tiles, tlog-checkpoint, signed-note), so
// that anybody's tools can check it. Proofs and signatures are those of
// golang.org/x/mod/sumdb; nothing here is cryptography of our own.
//
// A leaf holds ids, counts and keyed or content hashes, never a client's value
// and never a plain hash of one: eleven digits of a phone are guessed within
// minutes.
//
// On disk, under data/ledger:
//
//	checkpoint           the signed tree head: origin, size, root; ed25519
//	checkpoints.txt      every checkpoint that ever was in force, oldest first,
//	                     an empty line after each
//	verifier.txt         the public key, to be given to the auditor
//	tile/<L>/<N>         256 hashes of level L; unfinished ones as <N>.p/<W>
//	tile/entries/<N>     256 leaves, each after its length as uint16, big-endian
//	files/<name>.sha256  names and hashes of files that a leaf stands for
//	lock                 held while leaves are appended
//
// The private key stands in data/keys/ledger.key, sealed under the project key.
//
// An append writes and syncs bundles and tiles, swaps the checkpoint (this is
// the commit), then notes it in checkpoints.txt. What stands beyond the
// checkpoint after a cut is not part of the log; the next append overwrites it.
package ledger

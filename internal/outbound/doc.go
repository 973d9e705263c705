// Package outbound is the only door through which clear phones and e-mails
// leave. It takes the clients that a segment matched, every consent fact of the
// sources and of people, and the contact points of one snapshot; it gives the
// rows that may go to one recipient for one purpose and channel, and counts at
// which gate each of the others fell.
//
// The rule is one (gates.go, without SQL or files): restrictions spread,
// permissions do not. An objection on any record blocks the client of that
// record, every client that may be the same person, and their number wherever
// else it stands. A grant opens the contact point of the record that gave it,
// for its purpose and channel, while it lasts. Nothing said means no.
//
// A list leaves in this order, so that a list that nobody recorded is
// impossible and a cut at any step is harmless:
//
//  1. the rows are judged and written to data/tmp (0700) and synced;
//  2. who stands on the list is sealed beside the journal, by token, without
//     any contact point;
//  3. the journal takes the act, with the hash of the file;
//  4. the file gets its name. A cut before this leaves an act without a file.
//
// The package knows no pipeline: what it needs of a snapshot, of consents and
// of keys are the small interfaces Base, Vault and Journal. It leaves matching
// to internal/segment and acting on consents to internal/journal.
package outbound

// Package lookup is the index behind a search for clients: from a term (a
// skeleton of a name, a keyed token of a phone, a day of birth) to the numbers
// of the clients that bear it.
//
// It takes terms with client numbers, writes them as layers, and answers from
// the layers of one snapshot: which clients bear a term (Postings), and which
// words lie within some typing errors of another (Near). A layer is one file
// that never changes. The first layer of a base holds everybody; a run that
// touches some clients adds a layer with their terms as they are now and voids
// what older layers say of them, so that a day's change costs a day's work.
// Merge makes one layer of several with the same answers.
//
// Terms are kept as 64-bit hashes; the text of words (names) is kept too,
// because words are searched by likeness. Who builds an index decides what may
// be a word: a contact point or a document must come as a keyed token.
//
// A layer is read in place, a few hundred bytes for a term, so opening costs
// nothing and memory stays small. What lies behind a term is up to the caller:
// the package knows neither names, nor scores, nor the store.
package lookup

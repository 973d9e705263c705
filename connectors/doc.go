// Package connectors is where bytes of the outside world become batches of
// rows with positions. It holds the contracts; families (corebank, cards,
// callcentre, web, command) implement them, formats and places help them, and
// registry lists them.
//
// # How to add a connector
//
// Without Go: write any program that prints one JSON object per line and
// declare it as kind: command. With Go:
//
//  1. A new format: one file in formats with a Reader (Columns, Next, Info) that
//     says where each field's bytes are, an entry in formats.List, a test beside it.
//     The Builder does batches, positions and card numbers; a reader knows none of it.
//  2. A new place: one file in places that lists and opens.
//  3. A new family: a package with a Config whose yaml tags are the words of its
//     `from:` node, and a function Family() that gives Kind, Doc, Check and Open.
//     Check calls Decode and adds what Decode cannot know; Open gives a Source.
//     Add Family() to registry and the package to the import table of archtest.
//  4. Run connectortest.Run over it. What the suite asks is the contract: all
//     rows in order, the bytes of a file joined again, positions that find them, io.EOF
//     that stays, cancellation, errors that quote nothing, a cursor after which nothing
//     is read twice, no goroutine left, no card number anywhere.
//
// # The life of a row
//
//  1. Plan lists slices after the committed cursor and reads no rows.
//  2. A slice is pulled batch by batch. Card numbers leave here only as first six
//     and last four digits, at equal length, with a keyed token beside declared ones.
//  3. A row that cannot be read is a BadRow with its bytes and position; the slice
//     goes on. A file that contradicts itself (trailer, sums) is refused whole.
//  4. The last batch carries the cursor after the slice; it is committed with the
//     data. A power cut before that leaves the old cursor, and the slice is read again.
package connectors

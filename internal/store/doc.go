// Package store keeps the published client base: DuckDB and Parquet files in
// immutable snapshot folders, and one pointer that says which of them is
// current. It is the only importer of the DuckDB driver.
//
// A run calls Begin, which makes staging/<run> from the previous snapshot
// (client.duckdb is copied, month files and lineage files are hard-linked),
// hands over Arrow record batches with Insert, Upsert, AppendFacts and
// lineage files, asks Checks, and calls Publish. Readers call Open and then
// Query (an analyst's SELECT, in a sandbox) or Reader (the program's own
// parameterised queries). Readers never block a run and a run never blocks
// readers: nothing is edited in place.
//
// The life of a publication, and what a power cut leaves at each step:
//
//	build        rows in staging/<run>                       staging is removed by Recover
//	checks       the caller's and the store's own            same
//	close        CHECKPOINT, detach, no .wal left            same
//	verify       reopen read-only, count, row root           same
//	sync         SHA-256 and fsync of each file and folder   same
//	manifest     manifest.json written and fsynced           same
//	rename       staging/<run> → snapshots/<id>, fsync       a complete snapshot nobody points to; Recover removes it
//	leaf         put on record with the Notary, if any       Recover verifies it and swaps the pointer, or records that it was aborted
//	pointer      a new CURRENT over the old one, fsync       this is the commit
//
// A run may also Hold: HELD is written in place of CURRENT, and a person
// releases or discards the snapshot later (held.go). Rollback publishes the
// content of an older snapshot again (rollback.go).
//
// An fsync error ends the run: the same file is never tried again.
//
// Values of protected classes must be masked before they come here; the store
// cannot know. Driver errors quote data and are hidden at this border.
package store

// Package proof holds a data folder against what was recorded of it: Verify reads
// what the ledger covers and names what is not as it was written (no key is
// needed), Fsck derives counts, references, lineage and balances again from the
// bytes. It changes nothing and knows nothing that an auditor with the folder, an
// old checkpoint and a public key could not know. What a leaf of the ledger means
// is told by internal/pipeline, which writes them.
package proof

package ledger

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
)

// leafHashes reads a bundle as the tool's own program does.
func leafHashes(bundle []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	out := make([][]byte, len(b.Entries))
	for i, e := range b.Entries {
		out[i] = rfc6962.DefaultHasher.HashLeaf(e)
	}
	return out, nil
}

// Somebody else's checker of C2SP logs, unmodified, reads the folder and agrees;
// with a byte changed it does not.
func TestAnotherProgramVerifiesTheLog(t *testing.T) {
	check := func(l *Log) error {
		v, err := l.Verifier()
		if err != nil {
			t.Fatal(err)
		}
		return fsck.New(v.Name(), v, client.FileFetcher{Root: l.Dir()}, leafHashes, fsck.Opts{N: 1}).Check(context.Background())
	}
	for _, sizes := range [][]int{{1}, {255}, {256}, {257, 1}, {100, 600, 3}} {
		l := newLog(t)
		n := appendAll(t, l, sizes...)
		if err := check(l); err != nil {
			t.Errorf("%v: %v", sizes, err)
		}
		path := filepath.Join(l.Dir(), filepath.FromSlash(tilePath(-1, int64(n-1)/width, (n-1)%width+1)))
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)-5] ^= 1
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if check(l) == nil {
			t.Errorf("%v: it agrees with a changed leaf, too", sizes)
		}
	}
}

// Proofs are checked with another implementation of RFC 6962.
func TestAnotherProgramVerifiesProofs(t *testing.T) {
	l := newLog(t)
	n := appendAll(t, l, 3, 250, 200, 5)
	for i := 0; i < n; i += 13 {
		p, err := l.Prove(int64(i))
		if err != nil {
			t.Fatal(err)
		}
		hashes := make([][]byte, len(p.Hashes))
		for k := range p.Hashes {
			hashes[k] = p.Hashes[k][:]
		}
		leaf := rfc6962.DefaultHasher.HashLeaf(p.Leaf)
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(i), uint64(n), leaf, hashes, p.Checkpoint.Root[:]); err != nil {
			t.Errorf("leaf %d: %v", i, err)
		}
	}
}

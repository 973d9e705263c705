package store

import (
	"context"
	"testing"
)

// What a person waits for beyond the query itself: a process, an engine, the
// files attached, the settings locked.
func BenchmarkSandboxStart(b *testing.B) {
	_, sn := published(b)
	for b.Loop() {
		r, err := sn.Query(context.Background(), "SELECT 1", QueryOptions{})
		must(b, err)
		for r.Next() {
		}
		must(b, r.Err())
		must(b, r.Close())
	}
}

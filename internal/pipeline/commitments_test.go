package pipeline

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"clientbase/internal/landing"
)

func TestCommitmentIsHMAC(t *testing.T) {
	for range 100 {
		var key recordKey
		var d digest
		_, _ = rand.Read(key[:])
		_, _ = rand.Read(d[:])
		mac := hmac.New(sha256.New, key[:])
		_, _ = mac.Write(d[:])
		if got := commitment(key, d); !hmac.Equal(got[:], mac.Sum(nil)[:len(got)]) {
			t.Fatal("not HMAC-SHA-256")
		}
	}
}

func TestDestroyedRecordKeyIsGone(t *testing.T) {
	data := t.TempDir()
	keys, err := landing.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	made, err := makeRecordKeys(keys, data, "run1", 10, 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := makeRecordKeys(keys, data, "run2", 15, 3); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(recordKeysPath(data, "run1"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := destroyRecordKeys(keys, data, []string{"run1", "run2"}, []int64{12, 14, 99})
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if n, err = destroyRecordKeys(keys, data, []string{"run1", "run2"}, []int64{12, 14, 99}); err != nil || n != 0 {
		t.Fatal("again:", n, err)
	}
	f := &sealed{keys: keys, head: stateHead{RecordKeys: []string{"run1", "run2"}}}
	for row := int64(10); row < 18; row++ {
		keys, err := f.allRecordKeys(data)
		key, ok := keyAmong(keys, row)
		if err != nil || ok == (row == 12 || row == 14) {
			t.Errorf("key of %d: %t %v", row, ok, err)
		}
		if row < 15 && ok && key != made.at(int(row)-10) {
			t.Errorf("key of %d is another one", row)
		}
	}
	// The file as it was, from a backup, opens no more.
	if err := os.WriteFile(recordKeysPath(data, "run1"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readRecordKeys(keys, data, "run1"); err == nil {
		t.Error("a copy of the old key file can be read")
	}
}

// BenchmarkCommitments is what a first load of a million records pays at the end.
func BenchmarkCommitments(b *testing.B) {
	const n = 1_000_000
	data := b.TempDir()
	keys, err := landing.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		b.Fatal(err)
	}
	said := make([]digest, n)
	for b.Loop() {
		start := time.Now()
		made, err := makeRecordKeys(keys, data, "run", 0, n)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "keys-ms")
		for i := range said {
			_ = commitment(made.at(i), said[i])
		}
	}
}

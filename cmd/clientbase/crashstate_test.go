package main

import (
	"os"
	"testing"
)

// Two folders are in one state when a run finds the same in them, whatever it
// would remove unread; half a line more in any file is another state.
func TestStateOfAFolder(t *testing.T) {
	b := newBank(t)
	b.shareKey([]byte(testKey))
	b.does(0, "run")
	state := func(b bank) string {
		t.Helper()
		a, err := lookAt(b)
		if err != nil {
			t.Fatal(err)
		}
		s, err := stateOf(b, a)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := state(b)
	for _, c := range []struct {
		file string
		same bool
	}{
		{"data/staging/run/client.duckdb", true},
		{"data/tmp/run/spool.parquet", true},
		{"data/ledger/checkpoints.txt", false},
		{"data/ledger/tile/entries/000.p/.tmp-17", false},
		{"data/keys/files/.tmp-17", false},
		{"data/runs/.tmp-17", false},
		{"subject-1/act.json", false},
	} {
		at := b.copied(t)
		if c.same { // once there is something, more of it does not count
			at.write("data/staging/old/x", "x")
		}
		before := state(at)
		text, _ := os.ReadFile(at.path(c.file))
		at.write(c.file, string(text)+"half a l")
		if now := state(at); (now == before) != c.same {
			t.Errorf("%s: the same state: %v, want %v", c.file, now == before, c.same)
		}
		if !c.same && before != first {
			t.Error("a copy is in another state")
		}
	}
}

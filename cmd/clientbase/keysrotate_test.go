package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
)

// A rotation that was cut before the ledger was told is noted by the same
// command, or by the next run; once it is noted there is nothing to do.
func TestRotationThatWasCutIsNoted(t *testing.T) {
	places := t.TempDir()
	key := func(digit string) string {
		path := filepath.Join(places, digit+".key")
		if err := os.WriteFile(path, []byte(strings.Repeat(digit, 64)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	b := newBank(t)
	plain := b.read("clientbase.yaml")
	name := func(path string) { b.write("clientbase.yaml", plain+"\nkeys: {master: {file: "+path+"}}\n") }
	name(key("a"))
	b.does(0, "run")
	noted := func() (n int) {
		err := ledger.Open(b.path("data"), opaque.Key{}).Leaves(0, func(_ int64, l ledger.Leaf) error {
			if l.Kind == ledger.Rotated {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	cut := func(path string) {
		if _, changed, err := landing.Rotate(b.path("data/keys"), landing.Master{File: path}); err != nil || !changed {
			t.Fatal(changed, err)
		}
	}
	b.fails(1, []string{"it is the master key in use"}, "keys", "rotate", "--new-master", key("a"))
	cut(key("b"))
	b.does(0, "keys", "rotate", "--new-master", key("b"))
	b.fails(1, []string{"it is the master key in use"}, "keys", "rotate", "--new-master", key("b"))
	if n := noted(); n != 1 {
		t.Fatalf("the ledger notes %d rotations of one", n)
	}
	name(key("b"))
	b.does(0, "run")
	cut(key("c"))
	name(key("c"))
	b.does(0, "run")
	b.does(0, "run")
	if n := noted(); n != 2 {
		t.Errorf("the ledger notes %d rotations of two", n)
	}
	b.does(0, "verify")
}

package state

import "testing"

func TestVersionsAreWhatWasPut(t *testing.T) {
	b := NewBase()
	stream := b.StreamNo("core/clients")
	for i, content := range []uint64{7, 8, 7, 9} { // 9 is older than what is there
		b.Put(Seen{Stream: stream, Key: "1", Content: content, AsOf: []int64{100, 200, 300, 50}[i]})
	}
	set := b.Versions()
	for content, want := range map[uint64]bool{7: true, 8: true, 9: true, 10: false} {
		if set[b.VersionOf(stream, "1", content)] != want {
			t.Errorf("content %d known: %v", content, !want)
		}
	}
	if set[b.VersionOf(stream, "2", 7)] {
		t.Error("a record never seen has a version")
	}
}

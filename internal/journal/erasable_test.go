package journal

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"clientbase/internal/opaque"
)

func TestValueSetByHandCanBeDestroyed(t *testing.T) {
	data := t.TempDir()
	j := Open(data, opaque.NewKey(bytes.Repeat([]byte{5}, 32)))
	for _, v := range []string{"Канарейкина", "Зимин"} {
		e, err := Entry{At: time.Unix(0, 0), Kind: KindOverride, Subject: "c"}.WithPayload(Override{Anchor: Record{"s/t", "1"}, Attr: "surname", Value: opaque.Of(v), Awaits: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := j.Append(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
	read := func() (out []Override) {
		t.Helper()
		list, err := j.Read(0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range list {
			var o Override
			if err := list[i].Decode(&o); err != nil {
				t.Fatal(err)
			}
			out = append(out, o)
		}
		return out
	}
	if got := read(); got[0].Value.Reveal() != "Канарейкина" || got[1].Value.Reveal() != "Зимин" || got[0].Gone || !got[0].Awaits {
		t.Fatal("a value does not come back")
	}
	before, err := os.ReadFile(filepath.Join(data, "journal", "journal.cbj"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := j.DestroyValues(1, 99); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(); got[0].Value.Reveal() != "" || !got[0].Gone || got[1].Value.Reveal() != "Зимин" || got[0].Attr != "surname" {
		t.Error("a destroyed value comes back, or another is gone")
	}
	if after, _ := os.ReadFile(filepath.Join(data, "journal", "journal.cbj")); !bytes.Equal(before, after) {
		t.Error("the journal changed")
	}
}

package landing

import (
	"bytes"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Tight or quick, small or of many chunks: what was sealed is read back, in pieces of
// any size, and a file that was cut or changed is refused, wherever it was.
func TestSealedFilesReadBackAndShowEveryCut(t *testing.T) {
	keys, err := OpenKeys(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir, some := t.TempDir(), rand.New(rand.NewSource(3))
	noise := make([]byte, 3<<20+17)
	some.Read(noise)
	seals := map[string]func(path, id string, fill func(io.Writer) error) error{"tight": keys.Seal, "quick": keys.SealStaged}
	for how, seal := range seals {
		for name, content := range map[string][]byte{"empty": nil, "short": []byte(canary), "plain": []byte(strings.Repeat(canary+"\n", 1<<17)), "noise": noise} {
			path := filepath.Join(dir, how+"-"+name)
			if err := seal(path, "some", func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
				t.Fatal(how, name, err)
			}
			for range 2 { // the second time with what was used before
				in, err := keys.Unseal(path, "some")
				if err != nil {
					t.Fatal(how, name, err)
				}
				var got bytes.Buffer
				if _, err := io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{in}, make([]byte, 70_001)); err != nil || !bytes.Equal(got.Bytes(), content) {
					t.Fatalf("%s %s: %d bytes came back of %d: %v", how, name, got.Len(), len(content), err)
				}
				if err := in.Close(); err != nil {
					t.Fatal(err)
				}
				if n, err := in.Read(make([]byte, 1)); n != 0 || err == nil {
					t.Errorf("%s %s: read after it was closed", how, name)
				}
			}
			sealed, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(sealed, []byte(canary)) {
				t.Errorf("%s %s: stands in clear", how, name)
			}
			for _, spoil := range []func([]byte) []byte{
				func(b []byte) []byte { return b[:len(b)-1] },
				func(b []byte) []byte { return append(b, 0) },
				func(b []byte) []byte { return b[:len(b)/2] },
				func(b []byte) []byte { b[len(b)-20] ^= 1; return b },
				func(b []byte) []byte { b[len(b)*9/10] ^= 1; return b },
			} {
				if err := os.WriteFile(path, spoil(bytes.Clone(sealed)), 0o600); err != nil {
					t.Fatal(err)
				}
				in, err := keys.Unseal(path, "some")
				if err == nil {
					_, err = io.Copy(io.Discard, in)
					_ = in.Close()
				}
				if err == nil {
					t.Errorf("%s %s: a spoiled file was read to its end", how, name)
				}
			}
		}
	}
}

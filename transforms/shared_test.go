package transforms

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedTSV reads a table of the reference pack beside the project; the test
// is skipped where the pack is absent.
func sharedTSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.Open(filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(path)))
	if err != nil {
		t.Skip("the reference pack ../shared/data is not there: " + path)
	}
	defer f.Close()
	var head []string
	var out []map[string]string
	for sc := bufio.NewScanner(f); sc.Scan(); {
		cols := strings.Split(sc.Text(), "\t")
		if head == nil {
			head = cols
			continue
		}
		row := map[string]string{}
		for i, h := range head {
			if i < len(cols) {
				row[h] = cols[i]
			}
		}
		out = append(out, row)
	}
	return out
}

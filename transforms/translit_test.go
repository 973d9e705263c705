package transforms

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedData finds the reference samples beside the project root.
func sharedData(t testing.TB, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("no go.mod above the test: reference samples cannot be found")
		}
		dir = up
	}
	path := filepath.Join(append([]string{dir, "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("reference samples are absent (../shared/data/%s): skipped", strings.Join(parts, "/"))
	}
	return path
}

func sharedLines(t testing.TB, parts ...string) []string {
	t.Helper()
	b, err := os.ReadFile(sharedData(t, parts...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimRight(string(b), "\n"), "\n")
}

func TestLatinVectors(t *testing.T) {
	n := 0
	for _, line := range sharedLines(t, "translit", "vectors.tsv")[1:] {
		f := strings.Split(line, "\t")
		got, ok := Latin(f[1], f[0])
		if !ok {
			t.Fatalf("scheme %s is unknown", f[0])
		}
		if got != f[2] {
			t.Errorf("%s: %s gives %s, want %s", f[0], f[1], got, f[2])
		}
		n++
	}
	t.Logf("%d worked pairs", n)
}

func TestLatinCase(t *testing.T) {
	for _, c := range [][3]string{
		{"icao_doc_9303", "ЩУКИНА", "SHCHUKINA"},
		{"icao_doc_9303", "Ю. Щукин", "Iu. Shchukin"},
		{"icao_doc_9303", "Ю. ЩУКИН", "IU. SHCHUKIN"},
		{"uk_kmu55_2010", "Згурська", "Zghurska"},
		{"uk_kmu55_2010", "ЗГУРЕНКО", "ZGHURENKO"},
		{"uk_kmu55_2010", "Марʼяна", "Mariana"},
		{"uk_kmu55_2010", "Їжакевич-Яценко", "Yizhakevych-Yatsenko"},
		{"mvd_310_1997_fr", "Ксения", "Xeniia"},
		{"mvd_310_1997_fr", "Пушкин", "Pouchkine"},
	} {
		if got, _ := Latin(c[1], c[0]); got != c[2] {
			t.Errorf("%s: %s gives %s, want %s", c[0], c[1], got, c[2])
		}
	}
	if _, ok := Latin("Иван", "no such scheme"); ok {
		t.Error("an unknown scheme must be refused")
	}
}

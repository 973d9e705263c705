package realinput

import (
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// quality is what `dedupe --truth --json` reports on standard error.
type quality struct {
	Records int
	Clients int
	Pairs   int64
	Columns []string
	Truth   figures
	Sure    figures `json:"truth_confident"`

	Judgement struct {
		Calibration struct {
			Error float64
			Bands []struct{ From, Mean, Share float64 }
		}
		Blocking    struct{ True, Estimate float64 }
		FalseMerges []struct {
			Expected float64 `json:"expected_per_100000"`
			True     float64 `json:"true_per_100000"`
		} `json:"false_merges"`
	}
}

type figures struct {
	Precision, Recall, F1 float64
	B3F1                  float64 `json:"b3_f1"`
	Clusters              int
	TrueClusters          int `json:"true_clusters"`
	Largest               int
}

// dedupe resolves files with the defaults and gives the report.
func dedupe(t *testing.T, args ...string) quality {
	t.Helper()
	r := shell{t: t, dir: t.TempDir()}.want(0, append([]string{"dedupe", "--json"}, args...)...)
	var q quality
	if err := json.Unmarshal([]byte(r.err), &q); err != nil {
		t.Fatalf("%v\n%s", err, tail(r.err))
	}
	if rows := strings.Count(r.out, "\n") - 1; rows != q.Records {
		t.Errorf("%d rows in the result, %d records in the file", rows, q.Records)
	}
	t.Logf("%d records, %d pairs; likely: precision %.4f recall %.4f F1 %.4f B-cubed F1 %.4f, %d clusters of %d, largest %d; sure: precision %.4f recall %.4f F1 %.4f",
		q.Records, q.Pairs, q.Truth.Precision, q.Truth.Recall, q.Truth.F1, q.Truth.B3F1, q.Truth.Clusters, q.Truth.TrueClusters, q.Truth.Largest,
		q.Sure.Precision, q.Sure.Recall, q.Sure.F1)
	return q
}

// withTruth copies a FEBRL file with a further column entity: the number inside
// rec_id.
func withTruth(t *testing.T, name string) string {
	t.Helper()
	lines := strings.Split(strings.TrimRight(slurp(t, sample(t, "er", "febrl", name)), "\r\n"), "\n")
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		entity := "entity"
		if i > 0 {
			part := strings.SplitN(line, "-", 3)
			if len(part) < 3 || part[0] != "rec" {
				t.Fatalf("%s line %d names no record", name, i+1)
			}
			entity = part[1]
		}
		lines[i] = line + ", " + entity
	}
	path := filepath.Join(t.TempDir(), name)
	write(t, path, strings.Join(lines, "\n")+"\n")
	return path
}

// The linkage benchmarks with one default for all: no tuning per file. The floors
// stand a little below what is measured.
func TestDedupeAgainstTheTruth(t *testing.T) {
	febrl := func(t *testing.T, name string) []string {
		return []string{withTruth(t, name), "--id", "rec_id", "--truth", "entity"}
	}
	link := func(t *testing.T, more ...string) []string {
		return append([]string{withTruth(t, "dataset4a.csv"), "--link", withTruth(t, "dataset4b.csv"), "--id", "rec_id", "--truth", "entity"}, more...)
	}
	for _, c := range []struct {
		name              string
		args              func(t *testing.T) []string
		records, entities int
		precision, recall float64
		largest           int
	}{
		{"febrl1", func(t *testing.T) []string { return febrl(t, "dataset1.csv") }, 1000, 500, 0.998, 0.99, 2},
		{"febrl2", func(t *testing.T) []string { return febrl(t, "dataset2.csv") }, 5000, 4000, 1, 1, 6},
		{"febrl4", func(t *testing.T) []string { return link(t) }, 10000, 5000, 0.999, 0.998, 2},
		{"febrl4 without soc_sec_id", func(t *testing.T) []string { return link(t, "--map", "soc_sec_id=ignore") }, 10000, 5000, 0.999, 0.995, 2},
		{"fake_1000", func(t *testing.T) []string {
			return []string{sample(t, "er", "splink", "fake_1000.csv"), "--id", "unique_id", "--truth", "cluster"}
		}, 1000, 251, 0.99, 0.90, 7},
		{"census", func(t *testing.T) []string { // three years of a town: households, moves, columns about relatives
			return []string{sample(t, "er", "pseudopeople", "decennial_census.parquet"), "--truth", "simulant_id"}
		}, 33330, 18920, 0.98, 0.98, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := dedupe(t, c.args(t)...)
			if q.Records != c.records || q.Truth.TrueClusters != c.entities {
				t.Errorf("%d records and %d entities, want %d and %d", q.Records, q.Truth.TrueClusters, c.records, c.entities)
			}
			if q.Truth.Precision < c.precision || q.Truth.Recall < c.recall {
				t.Errorf("precision %.4f and recall %.4f, want at least %.3f and %.3f", q.Truth.Precision, q.Truth.Recall, c.precision, c.recall)
			}
			if q.Sure.Precision < c.precision || q.Sure.Recall > q.Truth.Recall {
				t.Errorf("sure merges: precision %.4f recall %.4f: they must be fewer and no less right", q.Sure.Precision, q.Sure.Recall)
			}
			q.holds(t)
			if q.Truth.Largest > c.largest {
				t.Errorf("the largest client has %d records, the largest entity %d", q.Truth.Largest, c.largest)
			}
		})
	}
}

// The truth column is never a feature: its values, changed beyond recognition,
// change no row of the result.
func TestTruthIsNoFeature(t *testing.T) {
	path := withTruth(t, "dataset1.csv")
	lines := strings.Split(strings.TrimSpace(slurp(t, path)), "\n")
	for i := range lines[1:] {
		at := strings.LastIndex(lines[i+1], ",")
		lines[i+1] = lines[i+1][:at] + ", same"
	}
	blind := filepath.Join(t.TempDir(), "dataset1.csv")
	write(t, blind, strings.Join(lines, "\n")+"\n")
	s := shell{t: t, dir: t.TempDir()}
	a := s.want(0, "dedupe", path, "--id", "rec_id", "--truth", "entity")
	b := s.want(0, "dedupe", blind, "--id", "rec_id", "--truth", "entity")
	if a.out != b.out {
		t.Error("the result depends on the truth")
	}
	if c := s.want(0, "dedupe", path, "--id", "rec_id", "--truth", "entity", "--threads", "1"); c.out != a.out {
		t.Error("the result depends on the number of workers")
	}
	rows, err := csv.NewReader(strings.NewReader(a.out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(rows[0], ",") != "record_id,client_id" || len(rows) != 1001 || !strings.HasPrefix(rows[1][0], "rec-223-org") {
		t.Errorf("heading %v, %d lines: the result keeps the order of the file", rows[0], len(rows))
	}
}

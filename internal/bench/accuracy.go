package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// accuracy resolves every file at hand whose truth is known, as a person would,
// and prints how right the answers are: `clientbase dedupe FILE` without a
// setting. Files whose name does not hold only are left out; up to rows rows.
func accuracy(c config, only string, rows int) error {
	fmt.Println("| file | rows | pairs P | R | F1 | B³ F1 | known pairs | F1 on them | sure P | sure R on them | calibration | blocking recall, estimated | largest, true | s |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	dir, err := os.MkdirTemp(c.work, "accuracy-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, f := range truthFiles() {
		if !strings.Contains(f.name, only) || f.rows > rows {
			continue
		}
		if err := resolveFile(c.bin, dir, f); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

// judgement is what the table needs of the report of dedupe.
type judgement struct {
	Records int `json:"records"`
	Likely  struct {
		Precision   float64 `json:"precision"`
		Recall      float64 `json:"recall"`
		F1          float64 `json:"f1"`
		B3F1        float64 `json:"b3_f1"`
		Largest     int     `json:"largest"`
		TrueLargest int     `json:"true_largest"`
	} `json:"most_probable"`
	Sure struct {
		Precision float64 `json:"precision"`
		Recall    float64 `json:"recall"`
	} `json:"confident"`
	Calibration struct {
		Error float64 `json:"error"`
	} `json:"calibration"`
	Blocking struct {
		True     float64 `json:"true"`
		Estimate float64 `json:"estimate"`
	} `json:"blocking"`
}

func resolveFile(bin, dir string, f truthFile) error {
	in, err := f.make(dir)
	if in == nil || err != nil {
		return err // no sample data on this machine, or an error
	}
	report, likely := filepath.Join(dir, "report.json"), filepath.Join(dir, "clients.csv")
	start := time.Now()
	if err := dedupe(bin, append(slices.Clone(in.args), "--report", report, "--out", likely)...); err != nil {
		return err
	}
	took := time.Since(start)
	text, err := os.ReadFile(report)
	if err != nil {
		return err
	}
	var j judgement
	if err := json.Unmarshal(text, &j); err != nil {
		return err
	}
	share, f1, sureP, sureR := "", "", j.Sure.Precision, j.Sure.Recall
	if in.evidence != nil {
		sure := filepath.Join(dir, "sure.csv")
		if err := dedupe(bin, append(slices.Clone(in.args), "--confident", "--out", sure)...); err != nil {
			return err
		}
		k, err := in.knownPairs(likely, sure)
		if err != nil {
			return err
		}
		sureR = part(k.sure, k.known)
		recall := part(k.likely, k.known)
		share = fmt.Sprintf("%.3f", part(k.known, k.all))
		f1 = fmt.Sprintf("%.4f", 2*j.Likely.Precision*recall/(j.Likely.Precision+recall))
	}
	q := j.Likely
	fmt.Printf("| %s | %d | %.4f | %.4f | %.4f | %.4f | %s | %s | %.4f | %.4f | %.3f | %.4f, %.4f | %d, %d | %.1f |\n",
		f.name, j.Records, q.Precision, q.Recall, q.F1, q.B3F1, share, f1, sureP, sureR, j.Calibration.Error,
		j.Blocking.True, j.Blocking.Estimate, q.Largest, q.TrueLargest, took.Seconds())
	return nil
}

func dedupe(bin string, args ...string) error {
	cmd := exec.Command(bin, append([]string{"dedupe", "--quiet"}, args...)...)
	var told bytes.Buffer
	cmd.Stderr = &told
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: %s", err, told.String())
	}
	return nil
}

// known counts pairs of one person.
type known struct {
	all    int // pairs
	known  int // that have evidence in common
	likely int // of those, found in the most probable partition
	sure   int // and by confident merges
}

// knownPairs counts the pairs of one person that share evidence, and how many of
// them two partitions hold.
func (in *truthInput) knownPairs(likelyFile, sureFile string) (k known, err error) {
	likely, err := clientsOf(likelyFile)
	if err != nil {
		return k, err
	}
	sure, err := clientsOf(sureFile)
	if err != nil {
		return k, err
	}
	if len(likely) != len(in.person) || len(sure) != len(in.person) {
		return k, fmt.Errorf("%d and %d clients for %d rows", len(likely), len(sure), len(in.person))
	}
	rows := map[string][]int{}
	for i, p := range in.person {
		rows[p] = append(rows[p], i)
	}
	for _, of := range rows {
		for n, i := range of {
			for _, j := range of[:n] {
				k.all++
				if !slices.ContainsFunc(in.evidence[i], func(e string) bool { return slices.Contains(in.evidence[j], e) }) {
					continue
				}
				k.known++
				if likely[i] == likely[j] {
					k.likely++
				}
				if sure[i] == sure[j] {
					k.sure++
				}
			}
		}
	}
	return k, nil
}

// clientsOf reads what dedupe wrote: the client of each row, in the order of the file.
func clientsOf(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(lines))
	for _, l := range lines[1:] {
		out = append(out, l[1])
	}
	return out, nil
}

func part(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"clientbase/internal/demobank"
	"clientbase/internal/invented"
)

// truthFile is a file whose truth is known.
type truthFile struct {
	name string
	rows int // about
	make func(dir string) (*truthInput, error)
}

// truthInput is what dedupe is given, and what it is judged by.
type truthInput struct {
	args     []string
	person   []string   // per row; nil where only dedupe judges
	evidence [][]string // per row: what another record of the person could be known by
}

// truthFiles are the shared samples, the invented files and the mixed exports of
// the demo bank. Seeds are not those of the tests.
func truthFiles() []truthFile {
	list := []truthFile{
		febrlFile("FEBRL 1", 1000, nil, "dataset1.csv"),
		febrlFile("FEBRL 2", 5000, nil, "dataset2.csv"),
		febrlFile("FEBRL 4 link", 10000, nil, "dataset4a.csv", "dataset4b.csv"),
		febrlFile("FEBRL 4 link, no id", 10000, []string{"soc_sec_id"}, "dataset4a.csv", "dataset4b.csv"),
		{"fake_1000", 1000, func(string) (*truthInput, error) {
			return sampleFile("--id", "unique_id", "--truth", "cluster", filepath.Join("er", "splink", "fake_1000.csv")), nil
		}},
		{"census", 33330, func(string) (*truthInput, error) {
			return sampleFile("--truth", "simulant_id", filepath.Join("er", "pseudopeople", "decennial_census.parquet")), nil
		}},
		inventedFile("nine records", 4500, func() *invented.File { return invented.Many(31, 500, 1) }),
		inventedFile("nine records, heavy errors", 4500, func() *invented.File { return invented.Many(32, 500, 1.6) }),
		inventedFile("nine records, 20 k", 20000, func() *invented.File { return invented.Many(33, 2200, 1.3) }),
		inventedFile("mostly single", 10000, func() *invented.File { return invented.Single(34, 10000) }),
		inventedFile("thin, exchanged", 20000, func() *invented.File { return invented.Thin(35, 20000) }),
		inventedFile("families, 17 k", 17000, func() *invented.File { return invented.Families(36, 3000, 0.08) }),
		inventedFile("families, 50 k", 50000, func() *invented.File { return invented.Families(37, 9000, 0.08) }),
		inventedFile("families, 110 k", 110000, func() *invented.File { return invented.Families(38, 20000, 0.08) }),
		inventedFile("families, 266 k", 266000, func() *invented.File { return invented.Families(39, 48000, 0.08) }),
	}
	for _, records := range []int{20_000, 86_000, 200_000, 400_000} {
		list = append(list, truthFile{fmt.Sprintf("mixed bank, %d k", records/1000), records,
			func(dir string) (*truthInput, error) { return mixedFile(dir, records) }})
	}
	return list
}

// sampleFile gives arguments whose last is a file of the shared samples.
func sampleFile(args ...string) *truthInput {
	last := len(args) - 1
	args[last] = filepath.Join(samples, args[last])
	if _, err := os.Stat(args[last]); err != nil {
		return nil
	}
	return &truthInput{args: args}
}

// samples are the shared samples, beside the project.
var samples = filepath.Join("..", "shared", "data")

// febrlFile gives the person, which is part of the record's name, a column.
func febrlFile(name string, rows int, without []string, files ...string) truthFile {
	return truthFile{name, rows, func(dir string) (*truthInput, error) {
		in := &truthInput{args: []string{"--id", "rec_id", "--truth", "person"}}
		for n, file := range files {
			f, err := os.Open(filepath.Join(samples, "er", "febrl", file))
			if err != nil {
				return nil, nil // no samples here
			}
			r := csv.NewReader(f)
			r.TrimLeadingSpace = true
			lines, err := r.ReadAll()
			_ = f.Close()
			if err != nil {
				return nil, err
			}
			keep := func(c int) bool {
				for _, w := range without {
					if strings.TrimSpace(lines[0][c]) == w {
						return false
					}
				}
				return true
			}
			var out [][]string
			for i, l := range lines {
				who := "person"
				if i > 0 {
					who = strings.Split(l[0], "-")[1]
				}
				row := []string{who}
				for c := range l {
					if keep(c) {
						row = append(row, l[c])
					}
				}
				out = append(out, row)
			}
			path := filepath.Join(dir, file)
			if err := writeCSV(path, out); err != nil {
				return nil, err
			}
			if n > 0 {
				in.args = append(in.args, "--link")
			}
			in.args = append(in.args, path)
		}
		return in, nil
	}}
}

func inventedFile(name string, rows int, generate func() *invented.File) truthFile {
	return truthFile{name, rows, func(dir string) (*truthInput, error) {
		f := generate()
		in := &truthInput{evidence: f.Evidence()}
		out := [][]string{append([]string{"record", "person"}, f.Head...)}
		for i, row := range f.Rows {
			in.person = append(in.person, fmt.Sprint(f.Person[i]))
			out = append(out, append([]string{f.Record[i], in.person[i]}, row...))
		}
		return in, in.save(dir, out)
	}}
}

func mixedFile(dir string, records int) (*truthInput, error) {
	in := &truthInput{}
	out := [][]string{append([]string{"record", "person"}, demobank.MixedColumns()...)}
	err := demobank.Mixed(demobank.Options{Records: records, Seed: 41}, func(m demobank.MixedRow) {
		in.person, in.evidence = append(in.person, m.Person), append(in.evidence, m.Evidence)
		out = append(out, append([]string{m.Key, m.Person}, m.Cells...))
	})
	if err != nil {
		return nil, err
	}
	return in, in.save(dir, out)
}

// save writes the file and says how dedupe is to read it.
func (in *truthInput) save(dir string, lines [][]string) error {
	path := filepath.Join(dir, "people.csv")
	in.args = []string{"--id", "record", "--truth", "person", path}
	return writeCSV(path, lines)
}

func writeCSV(path string, lines [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	err = w.WriteAll(lines)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

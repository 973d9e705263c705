package demobank

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"clientbase/internal/errs"
)

// job writes one or a few streams and keeps their part of the truth in files
// of its own, so that jobs may run side by side and the truth still stands in
// a fixed order.
type job struct {
	b       *bank
	dir     string
	name    string
	run     func(j *job) error
	records *file
	facts   *file
	planted *file // card numbers hidden in texts
	intents *file // what people said about being called
	against *file // what contradicts what inside a record
	rows    map[string]int
	at      float64 // share of the households that people has visited
	nRec    int
	nFact   int
	bytes   int64
	step    func(done, total int) error // progress and cancellation
}

// record notes that the record is about the person or organisation.
func (j *job) record(source, stream, key, person string) {
	j.records.row(source, stream, key, person)
	j.nRec++
}

// fact notes whom the fact is about; "" = nobody whom the bank could know.
func (j *job) fact(stream, key, person string) {
	j.facts.row(stream, key, person)
	j.nFact++
}

// contradict notes what contradicts what inside the record.
func (j *job) contradict(stream, key string, m *meant) {
	for _, what := range m.contradictions() {
		j.against.row(stream, key, what)
	}
}

// create opens a data file of the job.
func (j *job) create(name string) (*file, error) { return createFile(j.dir, name) }

// done closes a data file and counts its rows for the stream.
func (j *job) done(f *file, stream string) error {
	j.rows[stream] += f.rows
	j.bytes += f.bytes
	return f.close()
}

func (j *job) open(part int) (err error) {
	p := strconv.Itoa(part)
	if j.records, err = createFile(j.dir, "truth/.records-"+p); err != nil {
		return err
	}
	if j.facts, err = createFile(j.dir, "truth/.facts-"+p); err != nil {
		return err
	}
	if j.planted, err = createFile(j.dir, "truth/.planted-"+p); err != nil {
		return err
	}
	if j.intents, err = createFile(j.dir, "truth/.intents-"+p); err != nil {
		return err
	}
	j.against, err = createFile(j.dir, "truth/.against-"+p)
	return err
}

func (j *job) close() error {
	err := j.records.close()
	for _, f := range []*file{j.facts, j.planted, j.intents, j.against} {
		if e := f.close(); err == nil {
			err = e
		}
	}
	return err
}

// join makes one truth file of the jobs' parts, in job order, and removes them.
func join(dir, name, part, header string, jobs int) error {
	out, err := createFile(dir, "truth/"+name)
	if err != nil {
		return err
	}
	out.text(header)
	for i := range jobs {
		path := filepath.Join(dir, "truth", "."+part+"-"+strconv.Itoa(i))
		in, err := os.Open(path)
		if err != nil {
			return errs.Wrap(errs.Input, "generate", "truth", err, "generate again into an empty folder")
		}
		_, err = io.Copy(out.w, bufio.NewReaderSize(in, 1<<18))
		if e := in.Close(); err == nil {
			err = e
		}
		if err != nil {
			return errs.Wrap(errs.Retry, "generate", "truth", err, "free some disk space and generate again")
		}
		if err := os.Remove(path); err != nil {
			return errs.Wrap(errs.Input, "generate", "truth", err, "")
		}
	}
	return out.close()
}

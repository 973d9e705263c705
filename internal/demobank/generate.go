package demobank

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"clientbase/internal/errs"
)

// people visits every person of every household, households in an order of
// the stream's own; r is for what the stream adds of itself. j.at tells how much
// of the way is done, from which streams in order of time take their clock.
func (j *job) people(order uint64, visit func(f *footprint, r *rng)) error {
	b := j.b
	for i := range b.households {
		j.at = float64(i) / float64(b.households)
		h := permute(b.seed, order<<8, i, b.households)
		r := draw(b.seed, order<<8, h)
		for _, f := range b.footprints(b.household(h)) {
			visit(f, &r)
		}
		if err := j.step(int(i), int(b.households)); err != nil {
			return err
		}
	}
	return nil
}

// Generate writes a complete project folder into dir: configuration, source
// definitions, data files under in/ and the truth under truth/. dir is made
// when absent and must hold no project yet. Equal options give equal bytes.
// Memory does not grow with the number of records. An error leaves the folder
// unfinished: remove it before generating again.
func Generate(ctx context.Context, dir string, opt Options) (Summary, error) {
	opt, err := opt.filled()
	if err != nil {
		return Summary{}, err
	}
	if _, err := os.Stat(filepath.Join(dir, "clientbase.yaml")); err == nil {
		return Summary{}, errs.New(errs.Config, "generate", dir, "the folder holds a project already", "choose an empty folder")
	}
	b := newBank(opt)
	jobs := []*job{
		{name: "core/clients", run: writeClients},
		{name: "core/clients_uk", run: writeClientsUA},
		{name: "core/orgs", run: writeOrgs},
		{name: "core/accounts", run: writeAccounts},
		{name: "core/transactions", run: writeTransactions},
		{name: "cards/cardholders", run: writeCardholders},
		{name: "cards/clearing", run: writeClearing},
		{name: "callcentre/calls", run: writeCalls},
		{name: "callcentre/notes", run: writeNotes},
		{name: "web/leads", run: writeLeads},
		{name: "web/pages", run: writePages},
		{name: "truth", run: writePeople},
	}
	if err := runJobs(ctx, b, dir, jobs, opt.Progress); err != nil {
		return Summary{}, err
	}
	s := Summary{Households: int(b.households), Orgs: int(b.orgs), Streams: map[string]int{}}
	for _, j := range jobs {
		for k, v := range j.rows {
			if k == peopleCount {
				s.People = v
				continue
			}
			s.Streams[k] += v
		}
		s.Records += j.nRec
		s.Facts += j.nFact
		s.Bytes += j.bytes
	}
	if err := joinTruth(dir, len(jobs)); err != nil {
		return Summary{}, err
	}
	if err := writeRates(dir, opt); err != nil {
		return Summary{}, err
	}
	return s, writeProject(dir)
}

func joinTruth(dir string, jobs int) error {
	if err := join(dir, "records.csv", "records", "source,stream,key,person_id", jobs); err != nil {
		return err
	}
	if err := join(dir, "facts.csv", "facts", "stream,key,person_id", jobs); err != nil {
		return err
	}
	if err := join(dir, "intents.csv", "intents", "stream,key,person_id,intent", jobs); err != nil {
		return err
	}
	if err := join(dir, "contradictions.csv", "against", "stream,key,contradiction", jobs); err != nil {
		return err
	}
	return join(dir, "cards_planted.csv", "planted", "stream,key,last4", jobs)
}

// workers is how many streams are written side by side; it changes only the speed.
const workers = 2

func runJobs(ctx context.Context, b *bank, dir string, jobs []*job, progress func(string, int, int)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var first error
	queue := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range queue {
				j := jobs[i]
				j.b, j.dir, j.rows = b, dir, map[string]int{}
				j.step = func(done, total int) error {
					if done&0x3ff != 0 {
						return nil
					}
					if progress != nil {
						mu.Lock()
						progress(j.name, done, total)
						mu.Unlock()
					}
					return ctx.Err()
				}
				err := j.open(i)
				if err == nil {
					err = j.run(j)
					if e := j.close(); err == nil {
						err = e
					}
				}
				if err != nil {
					mu.Lock()
					if first == nil {
						first = err
					}
					mu.Unlock()
					cancel()
				}
			}
		})
	}
	for _, i := range longestFirst(jobs) {
		if ctx.Err() != nil {
			break
		}
		queue <- i
	}
	close(queue)
	wg.Wait()
	if first != nil {
		if _, ok := errs.Of(first); !ok {
			return errs.Wrap(errs.Interrupted, "generate", "demo bank", first, "")
		}
		return first
	}
	if err := ctx.Err(); err != nil {
		return errs.Wrap(errs.Interrupted, "generate", "demo bank", err, "")
	}
	return nil
}

// longestFirst orders the jobs so that no long one is left for the end.
func longestFirst(jobs []*job) []int {
	order := make([]int, 0, len(jobs))
	for _, long := range []bool{true, false} {
		for i, j := range jobs {
			if long == (j.name == "core/transactions" || j.name == "cards/clearing") {
				order = append(order, i)
			}
		}
	}
	return order
}

const peopleCount = "truth/people"

// writePeople writes truth/people.csv: everybody who has at least one record.
func writePeople(j *job) error {
	f, err := j.create("truth/people.csv")
	if err != nil {
		return err
	}
	f.text("person_id,kind,household")
	for h := range j.b.households {
		hh := j.b.household(h)
		for _, fp := range j.b.footprints(hh) {
			if fp.seen() {
				f.row(fp.p.id(), "person", "H"+string(digits(h, 8)))
			}
		}
		if err := j.step(int(h), int(j.b.households)); err != nil {
			return err
		}
	}
	j.rows[peopleCount] = f.rows
	for i := range j.b.orgs {
		if o := j.b.org(i); !o.trader {
			f.row(o.id(), "organization", "")
		}
	}
	return f.close()
}

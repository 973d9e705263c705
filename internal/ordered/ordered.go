// Package ordered shares work among workers and takes the results up in the order of
// the work: how many workers there are changes nothing but the speed.
package ordered

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Do runs work(worker, i) for i = 0 … n-1 on several workers and calls
// commit(i, result) one after another in the order of i, whatever order the
// workers finish in: the worker count changes nothing but the speed. At most
// two results per worker wait for their turn.
func Do[T any](ctx context.Context, workers, n int, work func(worker, i int) (T, error), commit func(i int, result T) error) error {
	type job struct {
		i    int
		done chan struct{}
		out  T
		err  error
	}
	jobs, turns := make(chan *job, workers), make(chan *job, workers)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(jobs)
		defer close(turns)
		for i := 0; i < n; i++ {
			j := &job{i: i, done: make(chan struct{})}
			for _, ch := range []chan *job{jobs, turns} {
				select {
				case ch <- j:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		return nil
	})
	for w := 0; w < workers; w++ {
		g.Go(func() error {
			for j := range jobs {
				j.out, j.err = work(w, j.i)
				close(j.done)
				if j.err != nil {
					return j.err
				}
			}
			return nil
		})
	}
	g.Go(func() error {
		for j := range turns {
			select {
			case <-j.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if j.err != nil {
				return j.err
			}
			if err := commit(j.i, j.out); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

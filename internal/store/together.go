package store

import (
	"context"
	"database/sql"
	"errors"

	"golang.org/x/sync/errgroup"
)

// onTwo does a list of things in the engine on two connections, the staging's own
// and another: each thing by whoever is free, in the order of the list. Parts of a
// statement are work for one core, and most statements of a delta are short.
func onTwo[T any](ctx context.Context, db *sql.DB, conn *sql.Conn, list []T, do func(c *sql.Conn, x T) error) (err error) {
	other, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, other.Close()) }()
	things := make(chan T, len(list))
	for _, x := range list {
		things <- x
	}
	close(things)
	var g errgroup.Group
	for _, c := range []*sql.Conn{conn, other} {
		g.Go(func() error {
			for x := range things {
				if err := do(c, x); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// together runs lists of statements beside each other; those of a list one after
// another.
func (s *Staging) together(ctx context.Context, lists ...[]string) error {
	return onTwo(ctx, s.db, s.conn, lists, func(c *sql.Conn, list []string) error {
		for _, q := range list {
			if _, err := c.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

package store

import (
	"context"
	"database/sql"
	"sync"
)

// Ahead is an engine for a reader that is started before it is known what will be
// read: a process that answers one question starts it while it reads its
// configuration. It serves one snapshot; others start their own.
type Ahead struct {
	mu    sync.Mutex // until the engine is there
	db    *sql.DB
	err   error
	taken bool
}

// StartAhead begins to start an engine and returns at once. threads: of a single
// question, 0 = all cores; who asks for a few rows gets them sooner from one.
func StartAhead(threads int) *Ahead {
	a := &Ahead{}
	a.mu.Lock()
	go func() {
		defer a.mu.Unlock()
		a.db, a.err = openEngine(context.Background(), Settings{Threads: threads}, "")
	}()
	return a
}

// take gives the engine to the first who asks; nil to others.
func (a *Ahead) take() (*sql.DB, error) {
	if a == nil {
		return nil, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.taken {
		return nil, nil
	}
	a.taken = true
	return a.db, a.err
}

// Drop takes the engine down if nobody took it. It does not wait.
func (a *Ahead) Drop() {
	if a == nil {
		return
	}
	go func() {
		if db, err := a.take(); err == nil && db != nil {
			_ = db.Close() // it wrote nothing
		}
	}()
}

// readerEngine gives the engine that was started ahead, else a fresh one.
func (d Dirs) readerEngine(ctx context.Context) (*sql.DB, error) {
	if db, err := d.Ahead.take(); db != nil || err != nil {
		return db, err
	}
	return openEngine(ctx, Settings{}, "")
}

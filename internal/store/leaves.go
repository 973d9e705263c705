package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"
	"golang.org/x/sync/errgroup"

	"clientbase/internal/errs"
)

// leaves takes the canonical rows of tables out of the engine to be hashed and
// sorted here, where hashing is done by the processor: half of the time of a
// first publication went into doing it by SQL. The engine's threads call a
// function with each row; in which order does not matter, the hashes are sorted.
type leaves struct {
	mu    sync.Mutex // one table at a time
	conn  *sql.Conn
	known bool // the engine knows the function

	gather sync.Mutex
	shards [leafShards][]leaf
	rows   int64
}

// leaf is the hash of one canonical row, after the name of its bucket.
type leaf [maxBucket + sha256.Size]byte

const (
	maxBucket  = 16 // bytes of a bucket's name: four letters
	leafShards = 64 // parts that are sorted one by one; those of a bucket lie in one
)

// bucketSum is the hash over the sorted leaves of a bucket.
type bucketSum struct{ name, sum string }

const leafFunction = "cb_leaf"

// of gives the sums of the buckets of a table, by name. bucket is an expression
// over its columns, cols are those that count.
func (l *leaves) of(ctx context.Context, bucket string, cols []string, from string) ([]bucketSum, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.known {
		if err := duckdb.RegisterScalarUDF(l.conn, leafFunction, &leafSink{l}); err != nil {
			return nil, err
		}
		l.known = true
	}
	l.shards, l.rows = [leafShards][]leaf{}, 0
	defer func() { l.shards = [leafShards][]leaf{} }()
	var n int64
	err := one(ctx, l.conn, "SELECT count(*) FROM "+from+" WHERE "+leafFunction+"("+bucket+", "+canonical(cols)+")", &n)
	if err != nil {
		return nil, err
	}
	if n != l.rows {
		return nil, errs.New(errs.Bug, "row root", from, fmt.Sprintf("%d rows were hashed of %d", l.rows, n), "report it")
	}
	var sums [leafShards][]bucketSum
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range l.shards {
		g.Go(func() error {
			sums[i] = bucketSums(l.shards[i])
			return nil
		})
	}
	_ = g.Wait() // none fails
	out := slices.Concat(sums[:]...)
	slices.SortFunc(out, func(a, b bucketSum) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// bucketSums sorts leaves and sums each bucket.
func bucketSums(list []leaf) (out []bucketSum) {
	slices.SortFunc(list, func(a, b leaf) int { return bytes.Compare(a[:], b[:]) })
	var text []byte
	for lo, hi := 0, 0; lo < len(list); lo = hi {
		name := list[lo][:maxBucket]
		text = text[:0]
		for hi < len(list) && bytes.Equal(list[hi][:maxBucket], name) {
			text = hex.AppendEncode(text, list[hi][maxBucket:])
			hi++
		}
		sum := sha256.Sum256(text)
		out = append(out, bucketSum{string(bytes.TrimRight(name, "\x00")), hex.EncodeToString(sum[:])})
	}
	return out
}

// leafSink is the function of the engine: bucket and canonical text of a row; it
// says true of every row.
type leafSink struct{ *leaves }

// Config says that it must be called for each row.
func (s *leafSink) Config() duckdb.ScalarFuncConfig {
	text, err1 := duckdb.NewTypeInfo(duckdb.TYPE_VARCHAR)
	yes, err2 := duckdb.NewTypeInfo(duckdb.TYPE_BOOLEAN)
	if err1 != nil || err2 != nil {
		return duckdb.ScalarFuncConfig{}
	}
	return duckdb.ScalarFuncConfig{InputTypeInfos: []duckdb.TypeInfo{text, text}, ResultTypeInfo: yes, Volatile: true}
}

// Executor hashes the rows of a chunk.
func (s *leafSink) Executor() duckdb.ScalarFuncExecutor {
	return duckdb.ScalarFuncExecutor{ChunkContextExecutor: func(_ context.Context, chunk *duckdb.ChunkIteratorState) error {
		list := make([]leaf, 0, duckdb.GetDataChunkCapacity())
		for row, err := range chunk.Rows() {
			if err != nil {
				return err
			}
			bucket, ok1 := (*row.GetValuePtr(0)).(string)
			text, ok2 := (*row.GetValuePtr(1)).(string)
			if !ok1 || !ok2 || len(bucket) > maxBucket {
				return errs.New(errs.Bug, "row root", "", "a row without a key", "report it")
			}
			var l leaf
			copy(l[:], bucket)
			hash := sha256.Sum256([]byte(text))
			copy(l[maxBucket:], hash[:])
			list = append(list, l)
			if err := row.SetResult(true); err != nil {
				return err
			}
		}
		s.gather.Lock()
		defer s.gather.Unlock()
		for i := range list {
			at := shardOf(list[i][:maxBucket])
			s.shards[at] = append(s.shards[at], list[i])
		}
		s.rows += int64(len(list))
		return nil
	}}
}

// shardOf spreads buckets over the shards.
func shardOf(bucket []byte) uint32 {
	h := uint32(0)
	for _, b := range bucket {
		h = h*31 + uint32(b)
	}
	return h % leafShards
}

package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"

	"clientbase/dedupe"
	"clientbase/internal/errs"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
	"clientbase/schemas"
)

// Judged compares a snapshot with the truth that the generator wrote.
type Judged struct {
	Records int            `json:"records"`
	Clients dedupe.Quality `json:"clients"`
	Facts   []JudgedFacts  `json:"facts"`
}

// JudgedFacts says what became of the facts of one stream.
type JudgedFacts struct {
	Stream     string `json:"stream"`
	Facts      int    `json:"facts"`
	Right      int    `json:"attached_right"`
	Wrong      int    `json:"attached_wrong"`
	Ambiguous  int    `json:"ambiguous"`
	Unresolved int    `json:"unresolved"`
	Nobody     int    `json:"belongs_to_nobody"` // facts of people whom no record knows, rightly left alone
}

// Judge reads truth/records.csv and truth/facts.csv.
func Judge(ctx context.Context, p *Project, s *store.Snapshot, records, facts string) (*Judged, error) {
	r, err := s.Reader(ctx)
	if err != nil {
		return nil, err
	}
	dirs, err := DirsOf(p.Data)
	if err != nil {
		return nil, err
	}
	clientOf, err := recordClients(ctx, r)
	if err != nil {
		return nil, err
	}
	var found, truth []uint32
	numbers := map[string]uint32{}
	votes := map[string]map[string]int{}
	err = eachLine(records, 4, func(f []string) {
		c, ok := clientOf[f[0]+"/"+f[1]+"\x00"+f[2]]
		if !ok {
			return
		}
		found = append(found, number(numbers, "c"+c))
		truth = append(truth, number(numbers, "p"+f[3]))
		if votes[f[3]] == nil {
			votes[f[3]] = map[string]int{}
		}
		votes[f[3]][c]++
	})
	if err != nil {
		return nil, err
	}
	out := &Judged{Records: len(found), Clients: dedupe.Evaluate(found, truth)}
	out.Facts, err = judgeFacts(ctx, r, dirs.Key.Derive("token").Minter(), facts, votes)
	return out, err
}

func number(m map[string]uint32, s string) uint32 {
	n, ok := m[s]
	if !ok {
		n = uint32(len(m))
		m[s] = n
	}
	return n
}

func recordClients(ctx context.Context, r *store.Reader) (map[string]string, error) {
	rows, err := r.Query(ctx, "SELECT stream, key, client_id FROM client.main.identities")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	out := map[string]string{}
	for rows.Next() {
		var stream, key, client string
		if err := rows.Scan(&stream, &key, &client); err != nil {
			return nil, err
		}
		out[stream+"\x00"+key] = client
	}
	return out, rows.Err()
}

type resolved struct{ client, how string }

// judgeFacts counts, per stream, what the facts of the truth file were
// attached to. A fact is right when its client holds a record of the true person.
func judgeFacts(ctx context.Context, r *store.Reader, key *opaque.Minter, path string, votes map[string]map[string]int) ([]JudgedFacts, error) {
	at := map[opaque.Token]resolved{}
	kindOf := map[string][]string{}
	for _, k := range schemas.FactKinds() {
		if !k.Monthly || k.Name == "balance" {
			continue
		}
		rows, err := r.Query(ctx, fmt.Sprintf("SELECT fact_id::VARCHAR, coalesce(client_id, ''), resolution, stream FROM %ss", k.Name))
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var id, stream string
			var x resolved
			if err := rows.Scan(&id, &x.client, &x.how, &stream); err != nil {
				return nil, err
			}
			at[tokenOf(id)] = x
			if list := kindOf[stream]; len(list) == 0 || list[len(list)-1] != k.Name {
				kindOf[stream] = append(list, k.Name)
			}
		}
		if err := rows.Close(); err != nil {
			return nil, err
		}
	}
	lines := map[string]*JudgedFacts{}
	err := eachLine(path, 3, func(f []string) {
		for _, kind := range kindOf[f[0]] {
			x, ok := at[factID(key, f[0], kind, f[1])]
			if !ok {
				continue
			}
			l := lines[f[0]]
			if l == nil {
				l = &JudgedFacts{Stream: f[0]}
				lines[f[0]] = l
			}
			l.Facts++
			switch {
			case x.how == "ambiguous":
				l.Ambiguous++
			case x.how == "unresolved" && len(votes[f[2]]) == 0:
				l.Nobody++
			case x.how == "unresolved":
				l.Unresolved++
			case votes[f[2]][x.client] > 0:
				l.Right++
			default:
				l.Wrong++
			}
			return
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]JudgedFacts, 0, len(lines))
	for _, l := range lines {
		out = append(out, *l)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Stream < out[j].Stream })
	return out, nil
}

// tokenOf reads a UUID's text.
func tokenOf(text string) opaque.Token {
	var t opaque.Token
	n := 0
	for i := 0; i < len(text) && n < 32; i++ {
		c := text[i]
		var v byte
		switch {
		case c >= '0' && c <= '9':
			v = c - '0'
		case c >= 'a' && c <= 'f':
			v = c - 'a' + 10
		default:
			continue
		}
		t[n/2] = t[n/2]<<4 | v
		n++
	}
	return t
}

// eachLine reads a CSV file with a header.
func eachLine(path string, fields int, do func([]string)) error {
	f, err := os.Open(path)
	if err != nil {
		return errs.Wrap(errs.Input, "read truth", path, err, "generate the demo again")
	}
	defer func() { _ = f.Close() }()
	in := csv.NewReader(f)
	in.FieldsPerRecord, in.ReuseRecord = fields, true
	for n := 0; ; n++ {
		line, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errs.Hidden(errs.Input, "read truth", path, "not the expected CSV", err, "generate the demo again")
		}
		if n > 0 {
			do(line)
		}
	}
}

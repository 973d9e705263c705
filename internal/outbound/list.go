package outbound

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"

	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/opaque"
)

// Vault seals files under an identity of their own: who destroys the identity
// makes the file unreadable. landing.Keys is one.
type Vault interface {
	Seal(path, id string, fill func(io.Writer) error) error
	Unseal(path, id string) (io.ReadCloser, error)
}

// listHead is the first line of a sealed list.
type listHead struct {
	Format     int    `json:"format"`
	List       string `json:"list"`
	Snapshot   string `json:"snapshot"`
	Position   int64  `json:"position"`
	Purpose    string `json:"purpose"`
	Channel    string `json:"channel"`
	Expires    string `json:"expires"`
	MaxHolders int    `json:"max_holders"`
	Rows       int64  `json:"rows"`
	Erased     int64  `json:"erased,omitempty"` // rows of persons who were erased since
}

const listFormat = 1

// listRow says whom a row of a list stands for: who the client was, and the
// record and contact point by which it is found again after merges and splits.
// No contact point stands here in clear.
type listRow struct {
	Contact string       `json:"contact"`
	Client  string       `json:"client"`
	Record  opaque.Token `json:"record"`
	Point   opaque.Token `json:"point"`
	Erased  bool         `json:"erased,omitempty"` // the person was erased: only Contact is kept
}

// lists keeps the rows of lists beside the journal: data/journal/lists/<id>.age,
// JSON lines, a head first.
type lists struct {
	dir   string
	vault Vault
}

func (l lists) path(id string) string { return filepath.Join(l.dir, "lists", id+".age") }

// save seals the rows of a list; it is on disk when save returns.
func (l lists) save(h listHead, rows []listRow) error {
	h.Format, h.Rows = listFormat, int64(len(rows))
	return l.vault.Seal(l.path(h.List), h.List, l.text(h, rows))
}

// text gives the clear content of a list.
func (l lists) text(h listHead, rows []listRow) func(io.Writer) error {
	return func(w io.Writer) error {
		b := bufio.NewWriter(w)
		enc := json.NewEncoder(b)
		if err := enc.Encode(h); err != nil {
			return err
		}
		for i := range rows {
			if err := enc.Encode(&rows[i]); err != nil {
				return err
			}
		}
		return b.Flush()
	}
}

// load reads a list back.
func (l lists) load(id string) (listHead, []listRow, error) {
	var h listHead
	damaged := func(err error) error {
		return errs.Hidden(errs.Integrity, "read list", id, "its rows are damaged or not of this format", err, "restore data/journal/lists and data/keys from a backup")
	}
	in, err := l.vault.Unseal(l.path(id), id)
	if err != nil {
		return h, nil, errs.Hidden(errs.Integrity, "read list", id, "its rows are gone or their key was destroyed", err, "restore data/journal/lists and data/keys from a backup; after an erasure they stay gone")
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(in)
	if err != nil {
		return h, nil, damaged(err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&h); err != nil || h.Format != listFormat || h.List != id {
		return h, nil, damaged(err)
	}
	var rows []listRow
	for {
		var r listRow
		if err := dec.Decode(&r); err == io.EOF {
			break
		} else if err != nil {
			return h, nil, damaged(err)
		}
		rows = append(rows, r)
	}
	if int64(len(rows)) != h.Rows {
		return h, nil, damaged(nil)
	}
	return h, rows, nil
}

// Exported is one list that left, as the journal has it.
type Exported struct {
	Seq   int64         `json:"seq"`
	At    string        `json:"at"` // RFC 3339, UTC
	Actor journal.Actor `json:"actor"`
	journal.Export
}

// Exports gives all lists that the journal recorded, oldest first.
func Exports(j *journal.Journal) ([]Exported, error) {
	all, err := j.Read(0)
	if err != nil {
		return nil, err
	}
	var out []Exported
	for _, e := range journal.Effective(all) {
		if e.Kind != journal.KindExport {
			continue
		}
		x := Exported{Seq: e.Seq, At: e.At.Format("2006-01-02T15:04:05Z"), Actor: e.Actor}
		if err := e.Decode(&x.Export); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// moved tells whether rows of a list stand elsewhere than in the delivered file:
// erasures used to take rows away.
func moved(h listHead, rows []listRow) bool {
	kept := int64(0)
	for _, r := range rows {
		if r.Erased {
			kept++
		}
	}
	return h.Erased > kept
}

// findExport gives a list by its id or the beginning of it.
func findExport(j *journal.Journal, id string) (Exported, error) {
	all, err := Exports(j)
	if err != nil {
		return Exported{}, err
	}
	want := strings.ToLower(strings.TrimSpace(id))
	var hit []Exported
	for _, x := range all {
		if x.List == want || len(want) >= 4 && (strings.HasPrefix(x.List, want) || strings.HasPrefix(x.List, "list-"+want)) {
			hit = append(hit, x)
		}
	}
	switch {
	case len(hit) == 1:
		return hit[0], nil
	case len(hit) > 1:
		return Exported{}, errs.New(errs.Input, "read list", "", "several lists begin like this", "give more of the id")
	}
	return Exported{}, errs.New(errs.Input, "read list", "", "no list has this id", "`clientbase segment lists` shows all")
}

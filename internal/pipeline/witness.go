package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"clientbase/internal/access"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/ledger"
	"clientbase/internal/opaque"
	"clientbase/internal/store"
)

// Ledger opens the ledger of a project to read it; it makes nothing.
func Ledger(p *Project) *ledger.Log { return ledger.Open(p.Data, opaque.Key{}) }

// witnessed opens the journal so that the ledger is told of every act.
func witnessed(data string, key opaque.Key) *journal.Journal {
	return journal.Open(data, key).Witnessed(actWitness{ledger.Open(data, key)})
}

// actWitness puts entries of the journal into the ledger: their number and the
// hash of their ciphertext, nothing else.
type actWitness struct{ log *ledger.Log }

const actPrefix = "journal "

// Seen is the last entry that has a leaf.
func (w actWitness) Seen() (int64, error) {
	_, leaf, ok, err := w.log.Last(func(l ledger.Leaf) bool { return l.Kind == ledger.Acted })
	if err != nil || !ok {
		return 0, err
	}
	return EntryOf(leaf), nil
}

// EntryOf gives the journal entry of an acted leaf.
func EntryOf(leaf ledger.Leaf) int64 { return EntryNo(leaf.Subject) }

// EntryNo gives the number of a journal entry as leaves name it; 0 = it names none.
func EntryNo(name string) int64 {
	n, _ := strconv.ParseInt(strings.TrimPrefix(name, actPrefix), 10, 64)
	return n
}

// See appends a leaf per entry.
func (w actWitness) See(ctx context.Context, list []journal.Frame) error {
	leaves := make([]ledger.Leaf, len(list))
	for i, f := range list {
		leaves[i] = ledger.Leaf{Kind: ledger.Acted, Subject: actPrefix + strconv.FormatInt(f.Seq, 10), Sums: []ledger.Sum{{Name: "frame", Hash: f.Hash}}}
	}
	_, err := w.log.Append(ctx, leaves...)
	return err
}

// notary puts publications into the ledger for the store.
type notary struct {
	log *ledger.Log
	run string
	by  journal.Actor
}

// notarized gives the store's folders with the ledger as their notary.
func notarized(data string, key opaque.Key, run string, by journal.Actor) store.Dirs {
	return store.Dirs{Data: data, Key: key, Notary: notary{ledger.Open(data, key), run, by}}
}

// Notarize is for store.Notary.
func (n notary) Notarize(ctx context.Context, what, snapshot, manifest string) (int64, error) {
	leaf := ledger.Leaf{Kind: ledger.Kind(what), Actor: n.by.User, Role: n.by.Role, Run: n.run, Subject: snapshot}
	if manifest != "" {
		leaf.Sums = []ledger.Sum{{Name: "manifest", Hash: manifest}}
	}
	return n.log.Append(ctx, leaf)
}

// Recorded is for store.Notary.
func (n notary) Recorded() (published, held store.Notarized, err error) {
	aborted := map[string]bool{}
	err = n.log.Back(func(index int64, leaf ledger.Leaf) error {
		switch {
		case leaf.Kind == ledger.Aborted:
			aborted[leaf.Subject] = true
		case aborted[leaf.Subject]:
		case leaf.Kind == ledger.Published:
			published = store.Notarized{ID: leaf.Subject, Leaf: index}
			return fs.SkipAll
		case leaf.Kind == ledger.Held && held.ID == "":
			held = store.Notarized{ID: leaf.Subject, Leaf: index}
		}
		return nil
	})
	return published, held, err
}

// attest is the run's first word in the ledger: what the journal holds and the
// ledger was not told, that the run began, and with which configuration.
func (r *river) attest(ctx context.Context) error {
	key := r.land.Keys.Project()
	log := ledger.Open(r.p.Data, key)
	if err := witnessed(r.p.Data, key).CatchUp(ctx); err != nil {
		return err
	}
	leaf := ledger.Leaf{Kind: ledger.RunBegun, Actor: r.o.Actor.User, Role: r.o.Actor.Role, Run: r.run,
		Sums: []ledger.Sum{{Name: "program", Hash: r.p.Version}, {Name: "configuration", Hash: r.p.Config}}}
	list := []ledger.Leaf{leaf}
	changed, err := r.configured(log)
	if changed != nil && err == nil {
		list = append(list, *changed)
	}
	read, aerr := reads(log, r.p.Data, key)
	if aerr != nil {
		return aerr
	}
	if read != nil {
		list = append(list, *read)
	}
	if _, aerr := log.Append(ctx, list...); aerr != nil {
		return aerr
	}
	r.log, r.ahead = log, &strikes{log: log, leaf: ledger.Leaf{Kind: ledger.Replacing, Actor: leaf.Actor, Role: leaf.Role, Run: r.run}}
	r.land.Ahead = r.ahead.of
	return err
}

// reads is the leaf of the reads since the last one, nil when nobody read.
func reads(log *ledger.Log, data string, key opaque.Key) (*ledger.Leaf, error) {
	_, last, ok, err := log.Last(func(l ledger.Leaf) bool { return l.Kind == ledger.Accessed })
	if err != nil {
		return nil, err
	}
	after := int64(0)
	if ok {
		after = ReadsOf(last).To
	}
	b, err := access.Open(data, key).Since(after)
	if err != nil || b.To < b.From {
		return nil, err
	}
	return &ledger.Leaf{Kind: ledger.Accessed, Subject: fmt.Sprintf("reads %d-%d", b.From, b.To), Sums: []ledger.Sum{{Name: "frames", Hash: b.Hash}}}, nil
}

// ReadsOf gives the reads that a leaf stands for.
func ReadsOf(l ledger.Leaf) access.Batch {
	b := access.Batch{Hash: l.Sum("frames")}
	_, _ = fmt.Sscanf(l.Subject, "reads %d-%d", &b.From, &b.To)
	return b
}

// attested is the run's last word: how it ended, and the hashes of the files
// that it added. It is said also of a run that was interrupted.
func (r *river) attested(ctx context.Context, ended error) error {
	if r.log == nil {
		return ended
	}
	rep := r.report
	leaf := ledger.Leaf{Kind: ledger.RunEnded, Actor: r.o.Actor.User, Role: r.o.Actor.Role, Run: r.run, Subject: rep.Snapshot,
		Sums: []ledger.Sum{{Name: "exit", Hash: strconv.Itoa(rep.Exit)}, {Name: "status", Hash: rep.Status}, {Name: "journal", Hash: strconv.FormatInt(rep.Journal, 10)}}}
	files, err := r.added()
	if err == nil {
		_, err = r.log.AppendFiles(context.WithoutCancel(ctx), leaf, files)
	}
	if ended != nil {
		return ended
	}
	return err
}

// attestedDirs are the folders whose files the ledger covers by hash, besides
// snapshots (by their manifests) and the journal (entry by entry).
func attestedDirs() []string {
	return []string{"landing", "quarantine", "runs", filepath.Join("journal", "lists")}
}

// added gives the hashes of files that the ledger does not know, or no longer:
// those that this run or a cut one was about to write anew.
func (r *river) added() ([]ledger.File, error) {
	known, err := r.log.Known()
	if err != nil {
		return nil, err
	}
	var out []ledger.File
	err = Covered(r.p.Data, func(path string) error {
		if k, ok := known[path]; ok && !k.Gone {
			return nil
		}
		sum, err := SumFile(filepath.Join(r.p.Data, filepath.FromSlash(path)))
		if err == nil {
			out = append(out, ledger.File{Path: path, Hash: sum})
		}
		return err
	})
	return out, err
}

// Covered visits the files of the covered folders, by path under the data
// folder, in order. Locks and files that are being written are none.
func Covered(data string, visit func(path string) error) error {
	for _, dir := range attestedDirs() {
		err := filepath.WalkDir(filepath.Join(data, dir), func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), ".lock") {
				return err
			}
			rel, err := filepath.Rel(data, path)
			if err != nil {
				return err
			}
			return visit(filepath.ToSlash(rel))
		})
		if err != nil {
			return errs.Wrap(errs.Input, "list files", dir, err, "run as the user that owns the data folder")
		}
	}
	return nil
}

// SumFile is the SHA-256 of a file, in hex.
func SumFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", errs.Wrap(errs.Input, "read", path, err, "run as the user that owns the data folder")
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", errs.Wrap(errs.Retry, "read", path, err, "check the disk")
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

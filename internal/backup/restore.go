package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/ledger"
	"clientbase/internal/store"
)

// RestoreOptions are those of Restore.
type RestoreOptions struct {
	From    string         // the backup: a folder, or one file
	Keys    string         // the file of its keys
	To      string         // the data folder to be; not there, or empty
	Journal string         // the journal as it is now, when it outlived the data folder; "" = that of the backup
	Rows    bool           // read every landed and quarantined row as well
	Master  landing.Master // where the master key is here; zero = where it was
	// Erase does once more, in the data folder given, the requests to erase that
	// the journal ended from an entry on. nil = nothing to restore with then.
	Erase func(ctx context.Context, data string, since int64) error
	Actor journal.Actor
}

// Restored says what came back.
type Restored struct {
	Snapshot  string    `json:"snapshot"`
	Made      time.Time `json:"made"` // when the backup was taken
	Files     int       `json:"files"`
	Bytes     int64     `json:"bytes"`
	Snapshots int       `json:"snapshots"`
	Journal   int64     `json:"journal"` // last entry that stands in the restored folder
	Later     int64     `json:"later"`   // of which younger than the backup
	Ledger    int64     `json:"ledger"`  // leaves, the one of this restore included
	Rows      int64     `json:"rows"`    // landed and quarantined rows read
	Erased    int       `json:"erased"`  // requests to erase that were done again
	Keyless   int       `json:"keyless"` // sealed files that were erased before the backup
}

// Restore brings a data folder back. It is built beside To and gets its name
// when everything was found right; when it fails, nothing is left.
func Restore(ctx context.Context, o RestoreOptions) (*Restored, error) {
	info, err := os.Stat(o.From)
	r := &restorer{}
	if err == nil && info.Mode().IsRegular() {
		r.packed = &unpacker{from: o.From, files: map[string]File{}}
	} else if r.manifest, err = readManifest(o.From); err != nil {
		return nil, err
	}
	keys, err := readKeys(o.Keys)
	if err != nil {
		return nil, err
	}
	if err := vacant(o.To); err != nil {
		return nil, err
	}
	if inside(o.To, o.From) || inside(o.From, o.To) {
		return nil, errs.New(errs.Config, "restore", o.To, "a restored folder lies apart from its backup", "name a folder outside of "+o.From)
	}
	final := o.To
	o.To = strings.TrimRight(o.To, string(filepath.Separator)) + ".restoring"
	if err := disk.RemoveAll(o.To); err != nil { // of a restore that was cut
		return nil, disk.Problem("restore", o.To, err)
	}
	r.o = o
	err = r.all(ctx, keys)
	if err == nil {
		err = disk.Rename(o.To, final)
	}
	if err != nil {
		_ = disk.RemoveAll(o.To)
		return nil, disk.Problem("restore", final, err)
	}
	if err := disk.SyncDir(filepath.Dir(final)); err != nil {
		return nil, disk.Problem("restore", final, err)
	}
	return &r.out, nil
}

type restorer struct {
	o        RestoreOptions
	packed   *unpacker // of a backup in one file
	manifest []byte
	m        *Manifest
	land     *landing.Store
	out      Restored
}

func (r *restorer) all(ctx context.Context, keys *keyFile) (err error) {
	if r.packed != nil {
		r.packed.to = r.o.To
		if err := r.packed.unpack(ctx); err != nil {
			return err
		}
		r.manifest = r.packed.manifest
	}
	if r.m, err = parseManifest(r.o.From, r.manifest); err != nil {
		return err
	}
	r.out = Restored{Snapshot: r.m.Snapshot, Made: r.m.Made, Files: len(r.m.Files), Bytes: r.m.Bytes, Keyless: len(r.m.Keyless)}
	if err := keys.put(filepath.Join(r.o.To, "keys")); err != nil {
		return err
	}
	if !r.o.Master.IsZero() {
		if err := landing.CheckMaster(filepath.Join(r.o.To, "keys"), r.o.Master); err != nil {
			return err
		}
	}
	if r.land, err = landing.Open(r.o.To); err != nil {
		return err
	}
	for _, step := range []func() error{r.sealed, r.copyData, r.laterActs, r.keysFit, r.readable, r.rows} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return r.inForce(ctx)
}

// sealed checks that the manifest is the one that was written.
func (r *restorer) sealed() error {
	want, err := r.m.seal(r.land.Keys.Project())
	if err != nil {
		return err
	}
	if want != r.m.Seal {
		return errs.New(errs.Integrity, "restore", manifestName, "the seal of the manifest does not fit these keys", "the manifest was changed, or the keys are of another data folder: take keys and backup that were made together")
	}
	return nil
}

// copyData copies the files and compares what was written with the manifest.
func (r *restorer) copyData() error {
	if r.packed != nil {
		return r.unpackedFits()
	}
	for _, f := range r.m.Files {
		rel, data := strings.CutPrefix(f.Name, "data/")
		from := filepath.Join(r.o.From, filepath.FromSlash(f.Name))
		to := filepath.Join(r.o.To, filepath.FromSlash(rel))
		if !data {
			to = from // the configuration is checked where it lies
		} else {
			if err := disk.MkdirAll(filepath.Dir(to)); err != nil {
				return err
			}
			if err := disk.Clone(from, to); os.IsNotExist(err) {
				return errs.New(errs.Integrity, "restore", f.Name, "the manifest names it and it is not there", "take another copy of the backup")
			} else if err != nil {
				return err
			}
		}
		n, sum, err := sumOf(to)
		if err != nil {
			return err
		}
		if n != f.Size || sum != f.SHA256 {
			return errs.New(errs.Integrity, "restore", f.Name, "its bytes differ from the manifest", "take another copy of the backup")
		}
		if data {
			if err := disk.SyncFile(to); err != nil {
				return err
			}
		}
	}
	return r.leases()
}

// leases makes the lease file of every snapshot, which a backup leaves out.
func (r *restorer) leases() error {
	dirs, err := filepath.Glob(filepath.Join(r.o.To, "snapshots", "*"))
	if err != nil {
		return err
	}
	for _, d := range dirs {
		if err := disk.WriteBytes(filepath.Join(d, "lease"), nil); err != nil {
			return err
		}
	}
	r.out.Snapshots = len(dirs)
	return nil
}

// laterActs puts the journal that outlived the data folder in the place of the
// backup's, of which it must be the continuation.
func (r *restorer) laterActs() error {
	path := filepath.Join(r.o.To, "journal", "journal.cbj")
	if r.o.Journal != "" {
		old, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		now, err := os.ReadFile(r.o.Journal)
		if err != nil {
			return errs.Wrap(errs.Input, "restore journal", r.o.Journal, err, "name the file journal.cbj of the data folder that was lost")
		}
		if !bytes.HasPrefix(now, old) {
			return errs.New(errs.Integrity, "restore journal", r.o.Journal, "it does not continue the journal of the backup", "name the journal of the same data folder; a backup that is younger than the journal needs none")
		}
		if err := disk.WriteBytes(path, now); err != nil {
			return err
		}
	}
	list, err := journal.Open(r.o.To, r.land.Keys.Project()).Read(0)
	if err != nil {
		return err
	}
	for _, e := range list {
		r.out.Journal = e.Seq
		if e.Seq > r.m.Journal {
			r.out.Later++
		}
	}
	r.out.Erased = erasedSince(list, r.m.Journal)
	if r.out.Journal < r.m.Journal {
		return errs.New(errs.Integrity, "restore journal", path, fmt.Sprintf("it ends at entry %d, the backup held %d", r.out.Journal, r.m.Journal), "take another copy of the backup")
	}
	if r.out.Erased > 0 && r.o.Erase == nil {
		return errs.New(errs.Integrity, "restore", r.o.From, fmt.Sprintf("the journal tells of %d erasures since this backup was made: its snapshots hold those persons", r.out.Erased),
			"restore in a project folder (-C), which the erasures are done again with, or a backup made after them; nothing was put in force")
	}
	return nil
}

// erasedSince counts the requests that were ended after an entry for the first
// time: an earlier restore may have ended one again. A request that is still open
// is none: it is open in the restored folder, too, and holds at once. Rows past
// their time are found again by the next run.
func erasedSince(list []journal.Entry, after int64) (n int) {
	ended := map[int64]bool{}
	for i := range list {
		e := &list[i]
		var act journal.SubjectAct
		if e.Kind != journal.KindSubject || e.Decode(&act) != nil || act.Verb != journal.SubjectErased || ended[act.Request] {
			continue
		}
		ended[act.Request] = true
		if e.Seq > after {
			n++
		}
	}
	return n
}

// keysFit checks that every sealed file that had its key then opens with it now.
// A key that is gone or another one since was destroyed by an erasure: the
// snapshots of this backup, which are not sealed, still hold whom it erased.
func (r *restorer) keysFit() error {
	gone := map[string]bool{}
	for _, name := range r.m.Keyless {
		gone[name] = true
	}
	lost := 0
	for _, f := range r.m.Files {
		id, ok := identityOf(f.Name)
		if !ok || gone[f.Name] {
			continue
		}
		in, err := r.land.Keys.Unseal(filepath.Join(r.o.To, filepath.FromSlash(strings.TrimPrefix(f.Name, "data/"))), id)
		if err != nil {
			lost++
			continue
		}
		_ = in.Close()
	}
	if lost > 0 {
		return errs.New(errs.Integrity, "restore", r.o.Keys, fmt.Sprintf("the keys of %d sealed files are not there, or are other ones", lost),
			"take the key file that was made with the backup. With keys of today, persons were erased since the backup: give the keys made with it, and the journal of today with --journal, so that they are erased again")
	}
	return nil
}

// readable checks the pointer, every snapshot, and the ledger to its last leaf.
func (r *restorer) readable() error {
	dirs := store.Dirs{Data: r.o.To, Key: r.land.Keys.Project()}
	kept, err := store.List(dirs)
	if err != nil {
		return err
	}
	found := r.m.Snapshot == ""
	for _, k := range kept {
		sn, err := store.OpenAt(dirs, k.ID)
		if err != nil {
			return err
		}
		err = sn.Verify()
		_ = sn.Close()
		if err != nil {
			return err
		}
		found = found || k.ID == r.m.Snapshot
	}
	if !found {
		return errs.New(errs.Integrity, "restore", r.m.Snapshot, "the snapshot that was in force is not in the backup", "take another copy of the backup")
	}
	if r.m.Pointer != "" {
		if err := store.CheckPointer(dirs, r.m.Pointer, r.m.Snapshot); err != nil {
			return err
		}
	}
	log := ledger.Open(r.o.To, r.land.Keys.Project())
	size, err := log.Size()
	if err != nil {
		return err
	}
	if size != r.m.Ledger {
		return errs.New(errs.Integrity, "restore ledger", log.Dir(), fmt.Sprintf("it has %d leaves, the backup held %d", size, r.m.Ledger), "take another copy of the backup")
	}
	return log.Leaves(0, func(int64, ledger.Leaf) error { return nil })
}

// inForce puts the snapshot in force in the folder that nobody reads yet, erases
// again who was erased since, and lets the ledger say that the folder came back,
// from which backup and by whom.
func (r *restorer) inForce(ctx context.Context) error {
	sum := sha256.Sum256(r.manifest)
	subject := r.m.Snapshot
	if subject == "" {
		subject = "no snapshot"
	}
	if r.m.Pointer != "" {
		if err := disk.WriteBytes(filepath.Join(r.o.To, "CURRENT"), []byte(r.m.Pointer)); err != nil {
			return err
		}
	}
	if r.out.Erased > 0 {
		if err := r.o.Erase(ctx, r.o.To, r.m.Journal+1); err != nil {
			return err
		}
		if err := r.erasedAgain(); err != nil {
			return err
		}
	}
	first, err := ledger.Open(r.o.To, r.land.Keys.Project()).Append(ctx, ledger.Leaf{Kind: ledger.Restored, Actor: r.o.Actor.User, Role: r.o.Actor.Role, Subject: subject,
		Sums: []ledger.Sum{{Name: "backup", Hash: hex.EncodeToString(sum[:])}, {Name: "journal", Hash: fmt.Sprint(r.out.Journal)}}})
	if err != nil {
		return err
	}
	r.out.Ledger = first + 1
	return nil
}

// erasedAgain checks that the erasures took: another snapshot is in force, no
// older one is left, and the journal ends the requests once more.
func (r *restorer) erasedAgain() error {
	dirs := store.Dirs{Data: r.o.To, Key: r.land.Keys.Project()}
	kept, err := store.List(dirs)
	if err != nil {
		return err
	}
	list, err := journal.Open(r.o.To, r.land.Keys.Project()).Read(r.out.Journal)
	if err != nil {
		return err
	}
	again := erasedSince(list, 0)
	if len(kept) != 1 || !kept[0].Current || kept[0].ID == r.m.Snapshot || again < r.out.Erased {
		return errs.New(errs.Integrity, "restore", r.o.From, fmt.Sprintf("%d of %d erasures were done again, %d snapshots are left", again, r.out.Erased, len(kept)),
			"restore a backup made after the erasures; nothing was put in force")
	}
	r.out.Journal += int64(len(list))
	r.out.Snapshot, r.out.Snapshots = kept[0].ID, 1
	return nil
}

package main

import (
	"context"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"clientbase/internal/backup"
	"clientbase/internal/errs"
	"clientbase/internal/journal"
	"clientbase/internal/landing"
	"clientbase/internal/pipeline"
)

func (a *app) backupCmd() *cobra.Command {
	var o backup.Options
	c := &cobra.Command{
		Use: "backup --to DIR|FILE.tar.zst [--keys-to FILE]", Short: "Copy the data folder aside, never with its keys", Args: cobra.NoArgs,
		Long: `backup copies what stands in the data folder (snapshots, what has landed, the
journal, the ledger, quarantine, reports) and the YAML files of the project to
an empty folder, with a manifest of hashes. A run may be at work meanwhile: the
copy is a state as a power cut could have left it, with the snapshot in force.
A snapshot that is held is not copied; the next run makes it again. On the same
file system files that never change are hard-linked; copy the folder elsewhere
to survive the loss of the disk. With a name that ends in .tar.zst the backup is
one file instead, for tape, object storage or the way to another machine: the
same as a tar packed by zstd, with the manifest at its end.

The keys are not in it: without them the landed rows, quarantines, acts and
lists in a backup are noise. --keys-to writes them to a file of their own, which
belongs to another medium and other hands; under a master key it is sealed.
Take both together: keys that are older than the data do not open all of it, and
keys of an erased person are destroyed on purpose. Snapshots lie in a backup as
they lie on the disk, in the clear: keep backups on an encrypted volume, and no
longer than the law on erasures allows.

  clientbase backup --to /backup/2026-03-01 --keys-to /media/safe/2026-03-01.keys
  clientbase backup --to /backup/2026-03-01.tar.zst --keys-to /media/safe/2026-03-01.keys
  clientbase restore --from /backup/2026-03-01 --keys /media/safe/2026-03-01.keys --to /data/new --verify`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, cfg, err := a.open()
			if err != nil {
				return err
			}
			if _, err := a.who(cfg); err != nil {
				return err
			}
			if o.To == "" {
				return errs.New(errs.Config, "back up", "", "nothing is named to copy to", "--to DIR, or --to FILE.tar.zst for one file")
			}
			o.Project, o.Data, o.Program, o.Now = cfg.Dir, cfg.Data, Version, a.now()
			m, err := backup.Take(cmd.Context(), o)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"to": o.To, "keys": o.KeysTo, "snapshot": m.Snapshot, "files": len(m.Files), "bytes": m.Bytes, "linked": m.Linked, "journal": m.Journal, "ledger": m.Ledger})
			}
			what := m.Snapshot
			if what == "" {
				what = "no snapshot yet"
			}
			shared := "of them hard links"
			if filepath.Ext(o.To) == ".zst" {
				shared = "of them packed once with another"
			}
			a.printf("%s: %s, %s in all, %s %s; the journal up to entry %s, %s of the ledger\n", what, plural(len(m.Files), "file", "files"), size(m.Bytes), number(int64(m.Linked)), shared, number(m.Journal), plural(int(m.Ledger), "leaf", "leaves"))
			if o.KeysTo == "" {
				a.printf("the keys were not written: --keys-to FILE\n")
				return nil
			}
			a.printf("keys: %s; keep it apart from the backup\n", o.KeysTo)
			return nil
		},
	}
	c.Flags().StringVar(&o.To, "to", "", "folder of the backup, not there yet or empty; or a new file named *.tar.zst")
	c.Flags().StringVar(&o.KeysTo, "keys-to", "", "file for the keys, outside of both folders")
	return c
}

func (a *app) restoreCmd() *cobra.Command {
	var o backup.RestoreOptions
	c := &cobra.Command{
		Use: "restore --from BACKUP --keys FILE --to DATA", Short: "Bring a data folder back from a backup, checked to the last byte", Args: cobra.NoArgs,
		Long: `restore makes a new data folder from a backup and its keys. Before the folder can
be read by anybody it checks the seal of the manifest, the hash of every file,
the signature of the pointer, every snapshot against its manifest, the chain of
the journal, every leaf of the ledger, and that each sealed file has its key.
--verify reads every landed and quarantined row as well. On any fault nothing is
left. Then name the new folder as data: in clientbase.yaml (the backup holds the
project's YAML files under project/). The ledger notes who restored what. A
master key is looked for where the project of -C names it, else where it was.

--journal takes the journal.cbj of the lost data folder where that outlived it:
acts of people since the backup then count. An erased person does not come back:
erasures that this journal tells of are done again, by a run from what has
landed under the project of -C, before the folder gets its name. Without the
keys that were made with the backup this cannot be done, and restore refuses.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.From == "" || o.Keys == "" || o.To == "" {
				return errs.New(errs.Config, "restore", "", "backup, keys and the new data folder are named together", "--from BACKUP --keys FILE --to DATA")
			}
			o.Actor, o.Master, o.Erase = a.restorer()
			to, err := filepath.Abs(o.To)
			if err != nil {
				return errs.Wrap(errs.Input, "restore", o.To, err, "give the whole path")
			}
			o.To = to
			r, err := backup.Restore(cmd.Context(), o)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(r)
			}
			a.printf("restored %s as of %s: %s, %s, %s\n", o.To, stamp(r.Made), plural(r.Files, "file", "files"), size(r.Bytes), plural(r.Snapshots, "snapshot", "snapshots"))
			if r.Erased > 0 {
				a.printf("erased again, as the journal has it: %s\n", plural(r.Erased, "person", "persons"))
			}
			if r.Snapshot != "" {
				a.printf("in force: %s\n", r.Snapshot)
			}
			a.printf("the journal up to entry %s", number(r.Journal))
			if r.Later > 0 {
				a.printf(", %s younger than the backup", plural(int(r.Later), "entry", "entries"))
			}
			a.printf("; %s of the ledger\n", plural(int(r.Ledger), "leaf", "leaves"))
			if o.Journal == "" {
				a.printf("what people did after that is not in it: erasures and objections too. Where journal.cbj of the lost folder is left, restore again with --journal\n")
			}
			if o.Rows {
				a.printf("%s were read\n", plural(int(r.Rows), "landed or quarantined row", "landed and quarantined rows"))
			}
			return nil
		},
	}
	c.Flags().StringVar(&o.From, "from", "", "folder or file of the backup")
	c.Flags().StringVar(&o.Keys, "keys", "", "file of its keys")
	c.Flags().StringVar(&o.To, "to", "", "data folder to be: not there yet, or empty")
	c.Flags().StringVar(&o.Journal, "journal", "", "journal.cbj of the lost data folder, when it is younger")
	c.Flags().BoolVar(&o.Rows, "verify", false, "read every landed and quarantined row as well")
	return c
}

// restorer says who restores, where the master key is, and how persons are
// erased again: after a loss there may be no project to ask for these.
func (a *app) restorer() (journal.Actor, landing.Master, func(context.Context, string, int64) error) {
	if c, faults, err := a.load(); err == nil && len(faults) == 0 {
		if who, err := a.who(c); err == nil {
			return who, landing.Master(c.Master), func(ctx context.Context, data string, since int64) error {
				c.Data = data
				_, err := pipeline.Run(ctx, a.pipelineProject(c), pipeline.Options{NoSources: true, EraseSince: since, Now: a.now(), Actor: who, Progress: pipeline.NoProgress{}})
				return err
			}
		}
	}
	u, err := user.Current()
	if err != nil {
		return journal.Actor{User: "unknown", Purpose: a.purpose}, landing.Master{}, nil
	}
	return journal.Actor{User: u.Username, Purpose: a.purpose}, landing.Master{}, nil
}

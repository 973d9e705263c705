package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"clientbase/internal/config"
	"clientbase/internal/errs"
	"clientbase/internal/landing"
	"clientbase/internal/pipeline"
)

func (a *app) keysCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "keys", Short: "The keys of the data folder: how they are kept, another master key", Args: cobra.NoArgs,
		Long: `Every landed batch, quarantine and list is encrypted under a key of its own in
data/keys, and so is what a run remembers of records. The rights of that folder
protect these keys. With

  keys: {master: {file: /etc/clientbase/master.key}}

in clientbase.yaml they are wrapped as well: who carries the data folder away
without the master key reads no landed row, quarantine, act or list. The place
may also be a command that prints the key: {command: [vault, read, …]}. A master
key is 64 hex digits:

  openssl rand -hex 32 > /etc/clientbase/master.key
  chmod 600 /etc/clientbase/master.key

The first run after that wraps what lies there. Without the master key nobody
reads the data again: keep a copy of it apart from the data.

Snapshots are DuckDB and Parquet files in the clear, so that queries are fast and
other tools read them: they rest on the encryption of the volume.`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.keysStatusCmd(), a.keysRotateCmd())
	return c
}

// sound gives the configuration without asking for a key.
func (a *app) sound() (*config.Project, error) {
	c, faults, err := a.load()
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		_ = config.WriteFaults(a.errOut, faults, a.json)
		return nil, errs.New(errs.Config, "read project", c.Dir, plural(len(faults), "fault", "faults")+" in the configuration", "correct them; `clientbase validate` lists them again")
	}
	return c, nil
}

func keysDir(c *config.Project) string { return filepath.Join(c.Data, "keys") }

func (a *app) keysStatusCmd() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Which master key wraps the keys, and how many lie open", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := a.sound()
			if err != nil {
				return err
			}
			s, err := landing.StatusOf(keysDir(c))
			if err != nil {
				return err
			}
			named := landing.Master(c.Master)
			wrong := landing.CheckMaster(keysDir(c), named)
			if a.json {
				return a.printJSON(struct {
					*landing.KeyStatus
					Named string `json:"named"`
					Right bool   `json:"right"`
				}{s, named.String(), wrong == nil})
			}
			switch {
			case len(s.Masters) == 0 && named.IsZero():
				a.printf("no master key: the keys rest on the rights of %s\n", keysDir(c))
			case len(s.Masters) == 0:
				a.printf("the next run wraps the keys by the master key of %s\n", named)
			default:
				a.printf("wrapped by the master key of %s (%s)", s.Masters[0], s.ID[:12])
				if len(s.Masters) > 1 {
					a.printf("; that of %s opens them until the first run that names the new one", s.Masters[1])
				}
				a.printf("\nit is there and fits: %s\n", map[bool]string{true: "yes", false: "NO"}[s.Fits])
			}
			a.printf("keys: %s, of which %s sealed and %s open; identities of files: %s\n", number(int64(s.Sealed+s.Open)), number(int64(s.Sealed)), number(int64(s.Open)), number(int64(s.Identities)))
			return wrong
		},
	}
}

func (a *app) keysRotateCmd() *cobra.Command {
	var to landing.Master
	c := &cobra.Command{
		Use: "rotate --new-master FILE", Short: "Wrap the keys by another master key; nothing is encrypted anew", Args: cobra.NoArgs,
		Long: `rotate wraps the one key that seals the folder by another master key. No landed
file is written anew. A cut leaves the former or the new state, and the same
command then ends it. Afterwards name the new master key under keys: in
clientbase.yaml; until a run does, the former one opens the folder as well.
Destroy it after that run. The ledger notes who rotated.

Who held the former master key and copied data/keys reads what was sealed till
then: after such a loss, load into a new data folder.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.sound()
			if err != nil {
				return err
			}
			who, err := a.who(c)
			if err != nil {
				return err
			}
			if (to.File == "") == (len(to.Command) == 0) {
				return errs.New(errs.Config, "rotate keys", "", "the new master key has exactly one place", "--new-master FILE, or --new-command PROGRAM (repeated for each argument)")
			}
			if to.File != "" {
				if to.File, err = filepath.Abs(to.File); err != nil {
					return errs.Wrap(errs.Input, "rotate keys", to.File, err, "give the whole path")
				}
			}
			id, changed, err := landing.Rotate(keysDir(c), to)
			if err != nil {
				return err
			}
			noted, err := pipeline.NoteRotation(cmd.Context(), c.Data, who)
			if err != nil {
				return err
			}
			if !changed && !noted {
				return errs.New(errs.Config, "rotate keys", to.String(), "it is the master key in use", "make another: openssl rand -hex 32 > FILE; chmod 600 FILE")
			}
			if a.json {
				return a.printJSON(map[string]any{"master": to.String(), "id": id})
			}
			a.printf("wrapped by the master key of %s (%s)\nnow name it in clientbase.yaml; the first run after that lets go of the former one\n", to, id[:12])
			return nil
		},
	}
	c.Flags().StringVar(&to.File, "new-master", "", "file that holds the new master key")
	c.Flags().StringArrayVar(&to.Command, "new-command", nil, "program that prints it; again for each argument")
	return c
}

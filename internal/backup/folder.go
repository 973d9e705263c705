package backup

import (
	"io/fs"
	"path/filepath"

	"clientbase/internal/disk"
)

// sink is where a backup goes: a folder, or one file.
type sink interface {
	// add copies a file under a name below the backup. fixed says that the file
	// never changes under its name; linked, that the backup shares its bytes.
	add(from, name string, fixed bool) (f File, linked bool, err error)
	// end puts the manifest behind all that was added.
	end(manifest []byte) error
}

// folder is a backup as a folder.
type folder struct{ dir string }

func (o folder) add(from, name string, fixed bool) (f File, linked bool, err error) {
	to := filepath.Join(o.dir, filepath.FromSlash(name))
	if err := disk.MkdirAll(filepath.Dir(to)); err != nil {
		return f, false, err
	}
	linked = fixed && disk.Link(from, to) == nil
	if !linked {
		if err := disk.Clone(from, to); err != nil {
			return f, false, err
		}
	}
	f.Name = name
	if f.Size, f.SHA256, err = sumOf(to); err != nil || linked {
		return f, linked, err
	}
	return f, false, disk.SyncFile(to)
}

// end syncs the folders before it writes the manifest.
func (o folder) end(manifest []byte) error {
	if err := disk.MkdirAll(o.dir); err != nil {
		return err
	}
	err := filepath.WalkDir(o.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			err = disk.SyncDir(path)
		}
		return err
	})
	if err != nil {
		return err
	}
	return disk.WriteBytes(filepath.Join(o.dir, manifestName), manifest)
}

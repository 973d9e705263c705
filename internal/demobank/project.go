package demobank

import (
	"embed"
	"io/fs"
)

// projectFiles are the files of the project folder, as a user would write them.
//
//go:embed project
var projectFiles embed.FS

// writeProject writes configuration and source definitions into dir.
func writeProject(dir string) error {
	root, err := fs.Sub(projectFiles, "project")
	if err != nil {
		return err
	}
	return fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		f, err := createFile(dir, path)
		if err != nil {
			return err
		}
		f.raw(text)
		return f.close()
	})
}

package pipeline

import (
	"path/filepath"

	"clientbase/internal/access"
	"clientbase/internal/landing"
)

// AccessLog opens the log of reads of a data folder. It is nil where no key was
// ever made: nothing was loaded, and nothing can be read.
func AccessLog(data string) (*access.Log, error) {
	if !hasKey(data) {
		return nil, nil
	}
	keys, err := landing.OpenKeys(filepath.Join(data, "keys"))
	if err != nil {
		return nil, err
	}
	return access.Open(data, keys.Project()), nil
}

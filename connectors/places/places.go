// Package places turns where into bytes: a file, a folder with a pattern. It
// lists files in a stable order with the business date that their names tell,
// opens them, and keeps the cursor of files: which of them were read, by size and
// content, so that no file is read twice and a changed one is read again.
package places

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"clientbase/internal/errs"
)

// File is one file to be read.
type File struct {
	Path string    // as opened
	Name string    // relative to the pattern's fixed folder, with forward slashes; the cursor's key
	Size int64     // bytes when listed
	Mod  time.Time // modification time when listed
	AsOf time.Time // date in the name; zero = none
}

// List gives the regular files that path names, sorted by the date in the name
// and then by name. path is a file, a folder (all files directly in it) or a glob;
// relative to dir. A file or glob also names what is packed: a.csv.gz, a.csv.zip.
// Names that begin with a dot and unfinished uploads (.part,
// .tmp, .filepart, ~) are passed over. Nothing there is an errs.Input.
func List(dir, path string) ([]File, error) {
	full := path
	if !filepath.IsAbs(full) {
		full = filepath.Join(dir, path)
	}
	base := fixedFolder(full)
	var paths []string
	switch info, err := os.Stat(full); {
	case err == nil && info.IsDir():
		base = full
		if paths, err = filepath.Glob(filepath.Join(escape(full), "*")); err != nil {
			return nil, errs.Wrap(errs.Input, "list", path, err, "check the folder")
		}
	case err == nil:
		paths = []string{full}
	case isPattern(full):
		if paths, err = withPacked(full); err != nil {
			return nil, errs.New(errs.Config, "list", path, "the pattern cannot be read", "use * and ? and [a-z] as in a shell")
		}
		if _, err := os.Stat(base); err != nil {
			return nil, missing(path, base, err)
		}
	default:
		if paths, _ = withPacked(escape(full)); len(paths) == 0 {
			return nil, missing(path, full, err)
		}
	}
	files, err := regular(base, paths)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errs.New(errs.Input, "list", path, "no file matches", "check the pattern, or whether the delivery has arrived")
	}
	sort.Slice(files, func(i, j int) bool {
		if !files[i].AsOf.Equal(files[j].AsOf) {
			return files[i].AsOf.Before(files[j].AsOf)
		}
		return files[i].Name < files[j].Name
	})
	return files, nil
}

// withPacked gives what a pattern names, also packed as name.gz or name.zip. A
// file that lies there both ways is taken as it is.
func withPacked(pattern string) ([]string, error) {
	out, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	plain := map[string]bool{}
	for _, p := range out {
		plain[p] = true
	}
	for _, ext := range [...]string{".gz", ".zip"} {
		packed, _ := filepath.Glob(pattern + ext)
		for _, p := range packed {
			if bare := strings.TrimSuffix(p, ext); !plain[p] && !plain[bare] {
				plain[p], plain[bare] = true, true
				out = append(out, p)
			}
		}
	}
	return out, nil
}

func regular(base string, paths []string) ([]File, error) {
	var files []File
	for _, p := range paths {
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue // taken away between listing and looking
		}
		if err != nil {
			return nil, errs.Wrap(errs.Input, "list", filepath.Base(p), err, "check the rights on the folder")
		}
		if !info.Mode().IsRegular() || unfinished(filepath.Base(p)) {
			continue
		}
		name, err := filepath.Rel(base, p)
		if err != nil {
			name = filepath.Base(p)
		}
		files = append(files, File{Path: p, Name: filepath.ToSlash(name), Size: info.Size(), Mod: info.ModTime(), AsOf: DateInName(filepath.Base(p))})
	}
	return files, nil
}

func missing(path, full string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return errs.New(errs.Input, "open", path, "no right to read it", "give the program's user the right to read "+filepath.Base(full))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return errs.Wrap(errs.Input, "open", path, err, "check the path")
	}
	if _, err := os.Stat(filepath.Dir(full)); err != nil {
		return errs.New(errs.Input, "open", path, "the folder does not exist", "check path: it is relative to the project folder")
	}
	return errs.New(errs.Input, "open", path, "the file does not exist", "check the name, or whether the delivery has arrived")
}

func isPattern(p string) bool { return strings.ContainsAny(p, "*?[") }

func escape(p string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(p)
}

// fixedFolder is the part of a pattern before the first wild name.
func fixedFolder(p string) string {
	for d := filepath.Dir(p); ; d = filepath.Dir(d) {
		if !isPattern(d) || d == filepath.Dir(d) {
			return d
		}
	}
}

func unfinished(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".part", ".tmp", ".filepart", ".crdownload":
		return true
	}
	return false
}

// Open opens a listed file. Reading stops with the context's error once it is
// done. The file itself is returned for ReadAt and Close.
func Open(ctx context.Context, f File) (io.Reader, *os.File, error) {
	h, err := os.Open(f.Path)
	if err != nil {
		return nil, nil, missing(f.Name, f.Path, err)
	}
	return ctxReader{ctx, h}, h, nil
}

type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

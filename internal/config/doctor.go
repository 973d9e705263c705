package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"clientbase/internal/errs"
)

// Level is how bad a finding is.
type Level string

// Levels of findings.
const (
	Fine    Level = "ok"
	Warning Level = "warning" // a run goes on, a person should look
	Failure Level = "failure" // a run would stop
)

// Finding is one thing that Doctor looked at.
type Finding struct {
	Check string `json:"check"`           // "data folder", "disk", "keys", "secret", "lock", "time zones", "source"
	Thing string `json:"thing,omitempty"` // which one
	Level Level  `json:"level"`
	Msg   string `json:"message"`
	Hint  string `json:"hint,omitempty"`
}

// minFree is the free disk space below which a run may not end well.
const minFree = 2 << 30

// Doctor looks at the machine as a run of the project would need it. It opens
// no source and changes nothing. Secrets are those that clientbase.yaml places
// and those that a from: node names under a key …_secret or …_secrets.
func Doctor(p *Project) []Finding {
	var out []Finding
	out = append(out, doctorData(p.Data)...)
	out = append(out, doctorKeys(filepath.Join(p.Data, "keys"))...)
	out = append(out, doctorLock(filepath.Join(p.Data, "run.lock")))
	names := p.SecretNames()
	for _, s := range p.Streams() {
		names = append(names, secretsOf(s.From)...)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		out = append(out, doctorSecret(p, name))
	}
	out = append(out, doctorZones(p))
	for _, s := range p.Streams() {
		if f, ok := doctorPath(p.Dir, s); ok {
			out = append(out, f)
		}
		if f, ok := doctorProgram(p.Dir, s); ok {
			out = append(out, f)
		}
	}
	return out
}

// doctorData looks at the data folder, or at the folder in which it will be made.
func doctorData(data string) []Finding {
	f := Finding{Check: "data folder", Thing: data, Level: Fine, Msg: "writable, closed to others"}
	info, err := os.Stat(data)
	at := data
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Msg = "will be made by the first run"
		for at = filepath.Dir(data); ; at = filepath.Dir(at) {
			if _, err := os.Stat(at); err == nil || at == filepath.Dir(at) {
				break
			}
		}
	case err != nil:
		f.Level, f.Msg, f.Hint = Failure, "cannot be looked at", "check the rights of the folders above it"
	case !info.IsDir():
		f.Level, f.Msg, f.Hint = Failure, "is not a folder", "name another with data: in clientbase.yaml"
	case openToOthers(info) != "":
		f.Level, f.Msg, f.Hint = Failure, "is open to others ("+openToOthers(info)+")", "chmod 700 "+data
	}
	if f.Level == Fine && !writable(at) {
		f.Level, f.Msg, f.Hint = Failure, "cannot be written", "run as its owner, or name another with data: in clientbase.yaml"
	}
	disk := Finding{Check: "disk", Thing: at, Level: Fine}
	free, known := freeBytes(at)
	switch {
	case !known:
		disk.Level, disk.Msg, disk.Hint = Warning, "free space is unknown on this system", "see that some gigabytes are free"
	case free < minFree:
		disk.Level, disk.Msg, disk.Hint = Warning, fmt.Sprintf("%.1f GB free", gigabytes(free)), "free some space: a snapshot is built beside the old one"
	default:
		disk.Msg = fmt.Sprintf("%.1f GB free", gigabytes(free))
	}
	return []Finding{f, disk}
}

func gigabytes(n uint64) float64 { return float64(n) / (1 << 30) }

// doctorKeys looks at the rights of every key file.
func doctorKeys(keys string) []Finding {
	bad, n := []string{}, 0
	err := filepath.WalkDir(keys, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if openToOthers(info) != "" {
			bad = append(bad, path)
		}
		if !e.IsDir() {
			n++
		}
		return nil
	})
	f := Finding{Check: "keys", Thing: keys, Level: Fine, Msg: fmt.Sprintf("%d files, closed to others", n)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Msg = "will be made by the first run"
	case err != nil:
		f.Level, f.Msg, f.Hint = Failure, "cannot be read", "run as the user that owns the data folder"
	case len(bad) > 0:
		f.Level, f.Msg, f.Hint = Failure, fmt.Sprintf("%d of %d are open to others", len(bad), n), "chmod -R go= "+keys
	}
	return []Finding{f}
}

// doctorLock tells whether a run is at work.
func doctorLock(path string) Finding {
	f := Finding{Check: "lock", Thing: path, Level: Fine, Msg: "free"}
	if _, err := os.Stat(path); err != nil {
		return f
	}
	l := flock.New(path)
	ok, err := l.TryRLock()
	switch {
	case err != nil:
		f.Level, f.Msg, f.Hint = Failure, "cannot be tried", "check the rights of the data folder"
	case !ok:
		f.Level, f.Msg, f.Hint = Warning, "a run is at work", "wait until it has ended before you start another"
	default:
		_ = l.Unlock()
	}
	return f
}

func doctorSecret(p *Project, name string) Finding {
	f := Finding{Check: "secret", Thing: name, Level: Fine, Msg: "there"}
	if _, err := p.Secret(name); err != nil {
		f.Level, f.Msg, f.Hint = Failure, err.Error(), "see secrets: in clientbase.yaml"
		if e, ok := errs.Of(err); ok {
			if f.Msg = e.Msg; f.Msg == "" && e.Unwrap() != nil {
				f.Msg = e.Unwrap().Error()
			}
			if e.Hint != "" {
				f.Hint = e.Hint
			}
		}
	}
	return f
}

// doctorZones tells whether every zone that the project names is known.
func doctorZones(p *Project) Finding {
	f := Finding{Check: "time zones", Level: Fine, Msg: "all known"}
	var bad []string
	for _, s := range p.Streams() {
		if _, err := time.LoadLocation(s.Zone); err != nil {
			bad = append(bad, s.ID())
		}
	}
	if len(bad) > 0 {
		f.Level, f.Msg, f.Hint = Failure, "unknown zone in "+strings.Join(bad, ", "), "write an IANA name such as Europe/Moscow"
	}
	return f
}

// doctorPath tells whether a stream that is read from files finds any.
func doctorPath(dir string, s *StreamConfig) (Finding, bool) {
	path := ""
	if v := fromKey(s.From, "path"); v != nil {
		path = v.Value
	}
	if path == "" || strings.Contains(path, "://") {
		return Finding{}, false
	}
	f := Finding{Check: "source", Thing: s.ID(), Level: Fine}
	full := under(dir, path)
	found, err := filepath.Glob(full)
	switch {
	case err != nil:
		f.Level, f.Msg, f.Hint = Failure, "path is not a pattern: "+path, "close every [ in it"
	case len(found) == 0:
		f.Level, f.Msg, f.Hint = Warning, "no file at "+path, "paths begin at the project folder: "+dir
	default:
		f.Msg = fmt.Sprintf("files at %s: %d", path, len(found))
		for _, name := range found {
			h, err := os.Open(name)
			if err != nil {
				f.Level, f.Msg, f.Hint = Failure, "cannot read "+filepath.Base(name), "check the rights of the file"
				break
			}
			_ = h.Close()
		}
	}
	return f, true
}

package schedule

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// memory is data/schedule.json: what is remembered between runs and processes.
// No client value is in it.
type memory struct {
	Format  int               `json:"format"`
	Sources map[string]*entry `json:"sources"`
}

const format = 1

// entry is what is remembered of one source.
type entry struct {
	Schedule string  `json:"schedule"`       // the expression and
	Zone     string  `json:"zone"`           // zone that the times are of
	Since    Instant `json:"since"`          // times up to here are settled or open
	Open     *open   `json:"open,omitempty"` // the time that is being worked on
	Last     *Result `json:"last,omitempty"` // of the latest time that was settled
}

// open is a time that was begun and is not settled.
type open struct {
	At      Instant `json:"at"`
	Tries   int     `json:"tries"`             // runs begun for it
	Running bool    `json:"running,omitempty"` // a run is at work, or was cut
	NotTill Instant `json:"not_till,omitzero"` // the next try
	Waiting bool    `json:"waiting,omitempty"` // somebody else holds the run lock, and it was said
}

// Result is what came of a time.
type Result struct {
	At     time.Time `json:"at"`            // the time as scheduled
	Ended  time.Time `json:"ended"`         //
	Run    string    `json:"run,omitempty"` // as in `runs list`
	Status string    `json:"status"`        // published | nothing new | held | failed | cut
	Exit   int       `json:"exit"`
}

// Instant is a time that is absent in JSON when it is zero.
type Instant struct{ time.Time }

// MarshalJSON writes UTC.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i.IsZero() {
		return []byte(`""`), nil
	}
	return i.UTC().MarshalJSON()
}

// UnmarshalJSON is the inverse of MarshalJSON.
func (i *Instant) UnmarshalJSON(b []byte) error {
	if string(b) == `""` {
		*i = Instant{}
		return nil
	}
	return i.Time.UnmarshalJSON(b)
}

func memoryPath(data string) string { return filepath.Join(data, "schedule.json") }

// recall reads the memory of a data folder; a folder without one has none yet.
func recall(data string) (*memory, error) {
	m := &memory{Format: format, Sources: map[string]*entry{}}
	text, err := os.ReadFile(memoryPath(data))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, errs.Wrap(errs.Input, "read schedule", memoryPath(data), err, "run as the user that owns the data folder")
	}
	var read memory
	if err := json.Unmarshal(text, &read); err != nil || read.Format != format {
		return nil, errs.New(errs.Integrity, "read schedule", memoryPath(data), "not what this program wrote",
			"remove the file: times count from now on, and nothing that has landed is lost")
	}
	for id, e := range read.Sources {
		if e != nil {
			m.Sources[id] = e
		}
	}
	return m, nil
}

func (m *memory) save(data string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return errs.Wrap(errs.Bug, "write schedule", memoryPath(data), err, "report it")
	}
	return disk.WriteBytes(memoryPath(data), append(text, '\n'))
}

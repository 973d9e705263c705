package ledger

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"clientbase/internal/disk"
	"clientbase/internal/errs"
)

// keyBound says what the sealed signing key is bound to.
const keyBound = "ledger.key"

func (l *Log) keyPath() string { return filepath.Join(l.data, "keys", "ledger.key") }

// keys are the two halves: one signs, the other checks; public is its text.
type keys struct {
	note.Signer
	check  note.Verifier
	public string
}

// KeyFits tells whether the signing key can be used; a log that was never written
// to has none.
func (l *Log) KeyFits() error {
	if _, err := os.Stat(filepath.Join(l.dir, checkpointName)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	_, err := l.signer()
	return err
}

// signer gives the signing key, made at the first append. A log that has a
// checkpoint but no private key is not written to with a new one.
func (l *Log) signer() (keys, error) {
	text, err := os.ReadFile(l.keyPath())
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(l.dir, checkpointName)); err == nil {
			return keys{}, errs.New(errs.Input, "open ledger key", l.keyPath(), "the key that signed the ledger is not there", "restore data/keys from the key backup")
		}
		return l.makeKey()
	}
	if err != nil {
		return keys{}, errs.Wrap(errs.Input, "open ledger key", l.keyPath(), err, "run as the user that owns the data folder")
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err == nil {
		raw, err = l.key.Unseal(raw, []byte(keyBound))
	}
	if err != nil {
		return keys{}, errs.New(errs.Integrity, "open ledger key", l.keyPath(), "it does not fit the project key", "restore data/keys from one key backup")
	}
	private, public, _ := strings.Cut(string(raw), "\n")
	return l.pair(private, public)
}

func (l *Log) pair(private, public string) (keys, error) {
	s, err := note.NewSigner(private)
	if err != nil {
		return keys{}, errs.New(errs.Integrity, "open ledger key", l.keyPath(), "it is not a signing key", "restore data/keys from the key backup")
	}
	v, err := note.NewVerifier(strings.TrimSpace(public))
	if err != nil {
		return keys{}, errs.New(errs.Integrity, "open ledger key", l.keyPath(), "its public half is not a key", "restore data/keys from the key backup")
	}
	return keys{s, v, strings.TrimSpace(public)}, nil
}

// makeKey makes the pair and writes both halves. The name of the log is random:
// two data folders are never taken for one another.
func (l *Log) makeKey() (keys, error) {
	if !l.key.Valid() {
		return keys{}, errs.New(errs.Bug, "make ledger key", l.keyPath(), "no project key to seal it with", "report it")
	}
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return keys{}, errs.Wrap(errs.Bug, "make ledger key", "", err, "")
	}
	private, public, err := note.GenerateKey(rand.Reader, "clientbase/"+hex.EncodeToString(id[:]))
	if err != nil {
		return keys{}, errs.Wrap(errs.Bug, "make ledger key", "", err, "report it")
	}
	sealed, err := l.key.Seal([]byte(private+"\n"+public), []byte(keyBound))
	if err != nil {
		return keys{}, errs.Wrap(errs.Bug, "make ledger key", "", err, "report it")
	}
	if err := disk.WriteBytes(l.keyPath(), []byte(hex.EncodeToString(sealed)+"\n")); err != nil {
		return keys{}, err
	}
	return l.pair(private, public)
}

// publishKey writes the public key where it is not there.
func (l *Log) publishKey(v string) error {
	path := filepath.Join(l.dir, verifierName)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return disk.WriteBytes(path, []byte(v+"\n"))
}

// ParseVerifier reads a public key as it stands in verifier.txt.
func ParseVerifier(text []byte) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, errs.New(errs.Input, "read verifier key", "", "it is not a public key of a signed note", "give the file data/ledger/verifier.txt as it was handed over")
	}
	return v, nil
}

// Verifier gives the public key that stands beside the log; nil when the log
// was never written to.
func (l *Log) Verifier() (note.Verifier, error) {
	b, err := os.ReadFile(filepath.Join(l.dir, verifierName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, missing(verifierName, err)
	}
	return ParseVerifier(b)
}

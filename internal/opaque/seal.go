package opaque

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
)

// errSeal says no more: which part did not fit is nobody's business.
var errSeal = errors.New("the sealed bytes do not fit the key")

// Seal encrypts small pieces (journal entries) with AES-256-GCM under the key,
// bound to extra, which is not part of the result. A random nonce of 12 bytes
// stands first; one key may seal 2^32 pieces. The key must have 32 bytes, as
// derived keys do. Files are encrypted with age instead.
func (k Key) Seal(plain, extra []byte) ([]byte, error) {
	gcm, err := k.gcm()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize(), gcm.NonceSize()+len(plain)+gcm.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return gcm.Seal(nonce, nonce, plain, extra), nil
}

// Unseal is the inverse of Seal; it fails when a bit of sealed or extra changed.
func (k Key) Unseal(sealed, extra []byte) ([]byte, error) {
	gcm, err := k.gcm()
	if err != nil {
		return nil, err
	}
	if len(sealed) < gcm.NonceSize() {
		return nil, errSeal
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], extra)
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

func (k Key) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.b)
	if err != nil {
		return nil, errSeal
	}
	return cipher.NewGCM(block)
}

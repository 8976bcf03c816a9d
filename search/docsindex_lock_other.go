//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package search

import (
	"errors"
	"io/fs"
	"os"
)

// lockFile creates a file that must not be there, or returns errHeld. A
// process that is killed leaves it behind; the error that the caller gives
// names the file.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, errHeld
	}
	if err != nil {
		return nil, err
	}
	return func() {
		f.Close()
		os.Remove(path)
	}, nil
}

package paste

import "time"

// Limits bounds what Read takes in and what it keeps. A zero field means the
// value of [DefaultLimits].
type Limits struct {
	Sent      int64         // bytes as sent, packed or not
	Unpacked  int64         // bytes after unpacking, all layers and files together
	Ratio     int64         // unpacked bytes for one sent byte, above RatioFrom
	RatioFrom int64         // unpacked bytes below which Ratio is not looked at
	Files     int           // text files of one archive
	Time      time.Duration // for the whole of Read
	Kept      int           // bytes of text that are kept, over all files
	LineBytes int           // bytes of one line that are kept

	// Keep, if it is set, asks for lines that a long log is not to lose. It
	// sees a line of each kind, before redaction, and must not hold on to it.
	Keep func(line []byte) bool
}

// DefaultLimits fits what Discord lets a user attach: 25 MiB as sent and
// 512 MiB unpacked. Ratio is far above what logs reach (10 to 60) and far
// below what gzip can do (1,028 for zeros). Kept holds about 30,000 log lines.
func DefaultLimits() Limits {
	return Limits{
		Sent:      25 << 20,
		Unpacked:  512 << 20,
		Ratio:     200,
		RatioFrom: 64 << 20,
		Files:     50,
		Time:      10 * time.Second,
		Kept:      4 << 20,
		LineBytes: 64 << 10,
	}
}

// minKept and minLineBytes keep the reduction of long logs meaningful.
const (
	minKept      = 64 << 10
	minLineBytes = 4 << 10
)

// orDefault fills in what is not set.
func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	setDefault(&l.Sent, d.Sent)
	setDefault(&l.Unpacked, d.Unpacked)
	setDefault(&l.Ratio, d.Ratio)
	setDefault(&l.RatioFrom, d.RatioFrom)
	setDefault(&l.Files, d.Files)
	setDefault(&l.Time, d.Time)
	setDefault(&l.Kept, d.Kept)
	setDefault(&l.LineBytes, d.LineBytes)
	l.Kept = max(l.Kept, minKept)
	l.LineBytes = max(l.LineBytes, minLineBytes)
	return l
}

func setDefault[T ~int | ~int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

package paste

import "strings"

// Reason is why nothing could be read. Each is an error of its own, so
// errors.Is(err, paste.ErrBinary) works on what Read returns; its text is one
// sentence that says what the user can do next.
type Reason string

// The reasons for which Read fails.
const (
	ErrEmpty       Reason = "nothing to read: the input is empty; paste the error text or attach the log file"
	ErrBinary      Reason = "this is not text; paste the error text or attach the log file itself"
	ErrTooLarge    Reason = "this is too large to read; send it compressed, or only the part around the error"
	ErrLineTooLong Reason = "this is one single line without line breaks, too long to be a log; send the log file as it is on disk"
	ErrBomb        Reason = "this unpacks to far more than it should; send the log unpacked, or only the part around the error"
	ErrEncrypted   Reason = "this archive is protected with a password; send it without one, after taking secrets out"
	ErrCorrupt     Reason = "this archive is damaged or cut short; pack and upload it again"
	ErrSlow        Reason = "reading this took too long; send only the part around the error"
	ErrNested      Reason = "this is an archive inside archives; send the log file itself or one archive of log files"
)

// Error makes a Reason usable as an error.
func (r Reason) Error() string { return string(r) }

// Error is what Read returns for input it cannot use.
type Error struct {
	Reason Reason // why, and what to do next
	Name   string // the file, cleaned and redacted; may be empty
	Detail string // the facts: "it is a PNG image", "more than 25 MiB"; may be empty
	Err    error  // what a decoder or reader said; may be nil, never shown to users

	oneFile bool // it concerns one file of an archive and not the others
}

// Error gives the text for logs.
func (e *Error) Error() string {
	s := "paste: " + e.Sentence()
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Sentence gives the text for users: the file, the facts, what to do next.
func (e *Error) Sentence() string {
	var b strings.Builder
	if e.Name != "" {
		b.WriteString(e.Name)
		b.WriteString(": ")
	}
	b.WriteString(string(e.Reason))
	if e.Detail != "" {
		b.WriteString(" (")
		b.WriteString(e.Detail)
		b.WriteString(")")
	}
	return b.String()
}

// Unwrap lets errors.Is find the Reason and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Reason}
	}
	return []error{e.Reason, e.Err}
}

package paste

import "bytes"

// errorMarks are what lines hold that tell of a failure, in any log format.
var errorMarks = [][]byte{
	[]byte("ERROR"), []byte("FATAL"), []byte("PANIC"), []byte("CRITICAL"), []byte("panic:"), []byte("panic "),
	[]byte("Error"), []byte("error:"), []byte("error="), []byte(`"error"`), []byte(`"level":"error"`), []byte("level=error"),
	[]byte("level=fatal"), []byte(`"level":"fatal"`), []byte(`"level":"panic"`), []byte("Exception"), []byte("Traceback"),
	[]byte("Caused by"), []byte("fatal"), []byte("failed"), []byte("Failed"), []byte("SIG"), []byte("OOM"), []byte("Killed"),
	[]byte("exit code"), []byte("exited"), []byte("CrashLoop"), []byte("BackOff"), []byte("Back-off"), []byte("Evicted"),
	[]byte("no space left"), []byte("refused"), []byte("timed out"), []byte("deadline exceeded"), []byte("unhealthy"),
	[]byte("Unhealthy"), []byte("core dumped"), []byte("unexpected"), []byte("goroutine "), []byte("[E]"), []byte("[F]"),
}

// looksError reports whether a line tells of a failure. It runs once for each
// template.
func looksError(line []byte) bool {
	line = line[:min(len(line), 4<<10)]
	for i := 0; i+1 < len(line); i++ {
		if pair := uint16(line[i]) | uint16(line[i+1])<<8; errorPairs[pair/64]&(1<<(pair%64)) == 0 {
			continue
		}
		for _, m := range errorMarks {
			if bytes.HasPrefix(line[i:], m) {
				return true
			}
		}
	}
	return false
}

// errorPairs has a bit for the first two bytes of each mark.
var errorPairs = func() (t [1 << 16 / 64]uint64) {
	for _, m := range errorMarks {
		pair := uint16(m[0]) | uint16(m[1])<<8
		t[pair/64] |= 1 << (pair % 64)
	}
	return t
}()

// looksFrame reports whether a line goes on with a stack trace.
func looksFrame(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	switch line[0] {
	case ' ', '\t':
		return true
	case '[', '{':
		return false
	}
	for _, p := range []string{"goroutine ", "created by ", "Caused by", "at ", "main.", "Traceback", "During handling", "The above exception", "*** ", "#"} {
		if bytes.HasPrefix(line, []byte(p)) {
			return true
		}
	}
	return bytes.Contains(line, []byte("(0x")) || line[len(line)-1] == ')' && bytes.IndexByte(line, ' ') < 0
}

// awaitsSecret reports whether a line ends with the key of a secret, so that
// the value is on the next line.
func awaitsSecret(line []byte) bool {
	text := string(bytes.TrimRight(line[:min(len(line), maxKey*4)], " \t\r\"'|>-\\"))
	if len(text) < 3 {
		return false
	}
	if last := text[len(text)-1]; last == ':' || last == '=' {
		class := keyClassOf(keyBefore(text, 0, len(text)-1).text)
		return class != nil && class.take != takeHost
	}
	// "- name: MINIO_SECRET_KEY", the value is below.
	if at := bytes.Index(line, []byte("name:")); at >= 0 {
		class := keyClassOf(keyBefore(text, 0, len(text)).text)
		return class != nil && class.take != takeHost
	}
	return false
}

// beginsKeyBlock reports whether a line begins a private key whose end is on
// another line.
func beginsKeyBlock(line []byte) bool {
	_, rest, ok := bytes.Cut(line, []byte(dashes+"BEGIN "))
	return ok && bytes.Contains(rest, []byte("PRIVATE KEY")) && !bytes.Contains(rest, []byte(dashes+"END "))
}

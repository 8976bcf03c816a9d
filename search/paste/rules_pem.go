package paste

import "strings"

const (
	maxPEM       = 16 << 10 // longest key block: RSA 8192 takes 6.5 KB
	maxPEMHeader = 80
	dashes       = "-----"
)

// findPEM takes a private key block with everything in it. Certificates and
// public keys stay.
func findPEM(sc *scanner, i int) bool {
	s := sc.s
	head := s[i:min(len(s), i+maxPEMHeader)]
	stop := strings.Index(head[len(dashes):], dashes)
	if stop < 0 || !strings.Contains(head[:stop+len(dashes)], "PRIVATE KEY") {
		return false
	}
	body := i + len(dashes) + stop + len(dashes)
	if end := sc.pemEnd(body); end > 0 {
		return sc.add(i, end, PrivateKey)
	}
	return sc.add(i, pemBody(s, body), PrivateKey)
}

// pemEnd finds the end of the END line after body. It remembers where it
// found none, so that many openings cost no more than one.
func (sc *scanner) pemEnd(body int) int {
	if body < sc.pem {
		return 0
	}
	limit := min(len(sc.s), body+maxPEM)
	at := strings.Index(sc.s[body:limit], dashes+"END ")
	if at < 0 {
		sc.pem = limit - len(dashes+"END ")
		return 0
	}
	end := body + at + len(dashes)
	close := strings.Index(sc.s[end:min(len(sc.s), end+maxPEMHeader)], dashes)
	if close < 0 {
		return end
	}
	return end + close + len(dashes)
}

// pemBody gives the end of a key whose END line is missing: all that follows
// on the line, and the lines that can belong to a key.
func pemBody(s string, i int) int {
	end := lineEnd(s, i)
	for end < len(s) && end-i < maxPEM {
		next := lineEnd(s, end+1)
		if !keyLine(s[end+1 : next]) {
			break
		}
		end = next
	}
	return end
}

// lineEnd gives the offset of the newline at or after i, or the end.
func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}

// keyLine reports whether a line can be part of a key block.
func keyLine(line string) bool {
	line = strings.Trim(line, " \t\"',|>")
	if strings.HasPrefix(line, "Proc-Type:") || strings.HasPrefix(line, "DEK-Info:") {
		return true
	}
	if len(line) < 8 || len(line) > 128 {
		return line == ""
	}
	for i := range len(line) {
		if c := line[i]; !isBase64(c) && c != '=' && c != '\\' {
			return false
		}
	}
	return looksRandom(line) || len(line) >= 60
}

// findPEMEnd takes a key block whose beginning was cut off: the END line and
// the lines of the key above it.
func findPEMEnd(sc *scanner, i int) bool {
	s := sc.s
	head := s[i:min(len(s), i+maxPEMHeader)]
	stop := strings.Index(head[len(dashes):], dashes)
	if stop < 0 || !strings.Contains(head[:stop+len(dashes)], "PRIVATE KEY") {
		return false
	}
	end := i + len(dashes) + stop + len(dashes)
	start := runBack(s, i, maxPEM, isKeyByte)
	for start > sc.floor && s[start-1] == '\n' && i-start < maxPEM {
		prev := lineStart(s[sc.floor:], start-1-sc.floor) + sc.floor
		if line := s[prev : start-1]; line == "" || !keyLine(line) {
			break
		}
		start = prev
	}
	return sc.add(start, end, PrivateKey)
}

func isKeyByte(c byte) bool { return isBase64(c) || c == '=' || c == '\\' }

const base64OfCert = "LS0tLS1CRUdJTiBDRVJU" // -----BEGIN CERT

// findPEMBase64 takes a base64 encoded key block as Kubernetes secrets have
// it; encoded certificates stay.
func findPEMBase64(sc *scanner, i int) bool {
	if hasAt(sc.s, i, base64OfCert) {
		return false
	}
	end := run(sc.s, i, maxPEM*2, isKeyByte)
	return sc.add(i, tokenEnd(sc.s, end), PrivateKey)
}

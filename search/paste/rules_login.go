package paste

import "strings"

// findUserPassword takes the logins of Milvus and MinIO where no key names
// them: root:Milvus, minioadmin:minioadmin, db_admin:x.
func findUserPassword(sc *scanner, i int) bool {
	s := sc.s
	if i == 0 || i+1 >= len(s) || !isWord(s[i-1]) || isSpace(s[i+1]) {
		return false
	}
	start := runBack(s, i, min(32, i-sc.floor), isWord)
	if start > 0 && !boundary(s, start) || start > 0 && strings.IndexByte("/.-@:$", s[start-1]) >= 0 {
		return false
	}
	user := s[start:i]
	if !loginUser(user) {
		return false
	}
	end := i + 1
	for end < len(s) && end-i < 128 && isPasswordChar(s[end]) {
		end++
	}
	pw := strings.TrimRight(s[i+1:end], ".,:;!?")
	if at := strings.LastIndexByte(pw, '@'); at > 0 && loginTarget(s, i+1+at+1) {
		pw = pw[:at]
	}
	if !loginPassword(user, pw) || strings.HasSuffix(s[max(0, start-8):start], "chown ") {
		return false
	}
	return sc.add(start, i+1+len(pw), Password)
}

// loginUser accepts the users that Milvus, Zilliz Cloud and MinIO create.
func loginUser(user string) bool {
	switch user {
	case "root", "admin", "minioadmin", "db_admin":
		return true
	}
	return strings.HasPrefix(user, "db_") && len(user) >= 15 && allHex(user[3:])
}

func allHex(s string) bool {
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isPasswordChar(c byte) bool {
	return c > ' ' && c < 0x7F && strings.IndexByte("\"'`<>\\,;)]}(|/", c) < 0
}

// loginPassword tells root:Milvus from chown's root:root, a port, a path and
// a sentence.
func loginPassword(user, pw string) bool {
	if len(pw) < 3 || standsForNone(pw) || pw[0] == '*' || pw[0] == '=' {
		return false
	}
	switch user {
	case "minioadmin", "db_admin":
		return true
	case "root":
		return pw == "Milvus" || (hasDigit(pw) || hasUpper(pw[1:])) && !(allDigits(pw) && len(pw) < 6)
	case "admin":
		return pw == "admin" || hasDigit(pw) && !allDigits(pw) || hasUpper(pw[1:])
	}
	return true
}

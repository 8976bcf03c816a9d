package paste

import (
	"encoding/base64"
	"strings"
)

// isToken accepts the characters of most tokens.
func isToken(c byte) bool { return isWord(c) || c == '-' }

func isTokenOrDot(c byte) bool { return isToken(c) || c == '.' }

// prefixed finds a fixed prefix of skip bytes followed by min to max bytes.
func prefixed(kind Kind, skip, minLen, maxLen int, is func(byte) bool) func(*scanner, int) bool {
	return func(sc *scanner, i int) bool {
		end := run(sc.s, i+skip, maxLen, is)
		return end-i-skip >= minLen && sc.add(i, end, kind)
	}
}

// bounded finds the same where the prefix is so short that it must begin a
// word, and what follows must look random.
func bounded(kind Kind, skip, minLen, maxLen int, is func(byte) bool) func(*scanner, int) bool {
	return func(sc *scanner, i int) bool {
		if !boundary(sc.s, i) {
			return false
		}
		end := run(sc.s, i+skip, maxLen, is)
		if end-i-skip < minLen {
			return false
		}
		return hasDigit(sc.s[i+skip:end]) && sc.add(i, end, kind)
	}
}

// boundary reports whether a word can begin at i: before it stands no word
// character, or one that belongs to an escape such as \n.
func boundary(s string, i int) bool {
	if i == 0 || !isWord(s[i-1]) {
		return true
	}
	return i >= 2 && s[i-2] == '\\' && strings.IndexByte("nrtbf", s[i-1]) >= 0
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if isDigit(s[i]) {
			return true
		}
	}
	return false
}

// looksRandom reports whether a string has what generated secrets have and
// words have not: digits among letters of both cases, or many digits.
func looksRandom(s string) bool {
	digits, uppers, lowers := 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case isUpper(c):
			uppers++
		case isLower(c):
			lowers++
		}
	}
	return digits > 0 && (uppers > 0 && lowers > 0 || digits >= 4)
}

const (
	minJWT      = 20
	maxJWT      = 8 << 10
	maxWrapped  = 40 // lines over which one token can be wrapped
	minWrapPart = 4
)

// findJWT takes a JSON web token, or any base64 of a JSON object, also one
// that a terminal has wrapped over several lines.
func findJWT(sc *scanner, i int) bool {
	if i > 0 && isBase64(sc.s[i-1]) && !boundary(sc.s, i) {
		return false
	}
	end := tokenEnd(sc.s, run(sc.s, i, maxJWT, isTokenPart))
	return end-i >= minJWT && sc.add(i, end, Token)
}

func isTokenPart(c byte) bool { return isBase64(c) || c == '.' || c == '=' }

// tokenEnd follows a token that fills its line to the lines it goes on in,
// and gives back a full stop at the end of a sentence.
func tokenEnd(s string, end int) int {
	for range maxWrapped {
		next := wrapped(s, end)
		if next == end {
			break
		}
		end = next
	}
	for end > 0 && s[end-1] == '.' {
		end--
	}
	return end
}

// wrapped gives the end of the part of a token on the next line, or end where
// there is none: the next line must hold that part and nothing after it, and
// the part must look random.
func wrapped(s string, end int) int {
	if end >= len(s) || s[end] != '\n' {
		return end
	}
	start := run(s, end+1, 16, isBlank)
	stop := run(s, start, 256, isTokenPart)
	if stop-start < minWrapPart || !looksRandom(s[start:stop]) {
		return end
	}
	if stop < len(s) && !isSpace(s[stop]) && strings.IndexByte(`"'`+"`,;)]}<\\", s[stop]) < 0 {
		return end
	}
	if stop < len(s) && isBlank(s[stop]) {
		return end
	}
	return stop
}

const (
	awsIDLen     = 20
	awsSecretLen = 40
	awsReach     = 400 // how far behind its id a secret can stand
)

// findAWS takes an access key id and the secret that stands near it.
func findAWS(sc *scanner, i int) bool {
	end := run(sc.s, i, awsIDLen+1, isKeyID)
	if end-i != awsIDLen || !sc.add(i, end, AccessKey) {
		return false
	}
	limit := min(len(sc.s), end+awsReach)
	for j := end; j < limit; {
		if !isSecretChar(sc.s[j]) {
			j++
			continue
		}
		stop := run(sc.s, j, awsSecretLen+1, isSecretChar)
		if sc.s[j] == '+' && stop-j > awsSecretLen { // the blank of a query
			j++
			stop = run(sc.s, j, awsSecretLen+1, isSecretChar)
		}
		if stop-j == awsSecretLen && looksRandom(sc.s[j:stop]) {
			sc.add(j, stop, AccessKey)
			return true
		}
		j = run(sc.s, j, awsReach, isSecretChar)
	}
	return true
}

func isKeyID(c byte) bool { return isUpper(c) || isDigit(c) }

func isSecretChar(c byte) bool { return isAlnum(c) || c == '+' || c == '/' }

// findTelegram takes 123456789:AA… with 35 characters after the colon.
func findTelegram(sc *scanner, i int) bool {
	start := runBack(sc.s, i, 12, isDigit)
	end := run(sc.s, i+1, 40, isToken)
	return i-start >= 8 && end-i-1 >= 33 && sc.add(start, end, Token)
}

// findDiscordToken takes a bot token: the bot's id in base64, a time stamp of
// 6 characters, a signature of at least 27.
func findDiscordToken(sc *scanner, i int) bool {
	if !hasAt(sc.s, i+7, ".") && !hasAt(sc.s, i+6, ".") {
		return false
	}
	stamp := run(sc.s, i+1, 8, isToken)
	if stamp >= len(sc.s) || sc.s[stamp] != '.' {
		return false
	}
	end := run(sc.s, stamp+1, 60, isToken)
	start := runBack(sc.s, i, 40, isToken)
	if end-stamp-1 < 27 || i-start < 22 {
		return false
	}
	// The part before may be glued to the id; its last 24 or more count.
	for from := max(start, i-32); from <= i-22; from++ {
		if id, err := base64.RawStdEncoding.DecodeString(sc.s[from:i]); err == nil && allDigits(string(id)) {
			return sc.add(from, end, Token)
		}
	}
	return false
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// findCrypt takes password hashes: $2b$10$…, $6$salt$…, $argon2id$….
func findCrypt(sc *scanner, i int) bool {
	end := run(sc.s, i, 200, isCrypt)
	return end-i >= 40 && strings.Count(sc.s[i:end], "$") >= 3 && sc.add(i, end, PasswordHash)
}

func isCrypt(c byte) bool { return isAlnum(c) || strings.IndexByte("$./+=,", c) >= 0 }

// pathSecret finds the part of a webhook's URL that gives access.
func pathSecret(skip, minLen int) func(*scanner, int) bool {
	return func(sc *scanner, i int) bool {
		end := run(sc.s, i+skip, 300, isPathChar)
		return end-i-skip >= minLen && sc.add(i+skip, end, Webhook)
	}
}

func isPathChar(c byte) bool { return isToken(c) || c == '/' || c == '@' || c == '.' }

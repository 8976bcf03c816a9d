package paste

import "strings"

// noValue are values that say there is none, or that stand for one.
var noValue = map[string]bool{
	"": true, "null": true, "none": true, "nil": true, "true": true, "false": true, "undefined": true,
	"str": true, "string": true, "bytes": true, "int": true, "bool": true, "text": true, "varchar": true,
	"optional": true, "object": true, "required": true, "redacted": true, "masked": true, "hidden": true,
	"removed": true, "omitted": true, "empty": true, "unset": true, "n/a": true, "yes": true, "no": true,
	"valuefrom": true, "secretkeyref": true, "enabled": true, "disabled": true, "is": true, "not": true,
	"no-key": true, "nokey": true, "placeholder": true, "dummy": true,
}

// standsForNone reports whether a value is empty, a placeholder, a path to a
// secret, or masked already.
func standsForNone(v string) bool {
	v = strings.Trim(v, " \t\"'`[](),;:\\")
	if strings.Trim(v, "*•·…|{}=+-<>/") == "" || masked(v) {
		return true
	}
	if len(v) > 64 {
		return false
	}
	low := strings.ToLower(v)
	if noValue[low] || isPath(low) || isWordList(v) && v == strings.ToUpper(v) && keyClassOf(v) != nil {
		return true // MY_TOKEN is the name of a variable
	}
	switch v[0] {
	case '<':
		if end, _, _ := placeholderAt(v, 0); end > 0 {
			return end == len(v)
		}
		return strings.IndexByte(v, '>') == len(v)-1
	case '$', '%':
		return len(v) > 1 && (v[1] == '{' || v[1] == '(' || isReference(v[1:]))
	case '{':
		return v[len(v)-1] == '}'
	}
	if strings.HasPrefix(low, "your") || strings.HasPrefix(low, "replace") || strings.HasSuffix(low, "...") && len(low) <= 10 || strings.HasPrefix(low, "my-") && !hasDigit(v) {
		return true
	}
	return strings.Trim(v, v[:1]) == "" && strings.IndexByte("x.X-_#?", v[0]) >= 0 && len(v) > 2
}

// masked reports whether somebody has replaced a value with stars, up to its
// first few characters: sk-********. Real passwords end with a star or two.
func masked(v string) bool {
	shown := strings.TrimRight(strings.ReplaceAll(v, "•", "*"), "*")
	stars := len(strings.ReplaceAll(v, "•", "*")) - len(shown)
	return stars >= 3 && len(shown) <= 3 || stars >= 6 && len(shown) <= 8
}

// isPath reports whether a value names the file that holds the secret.
func isPath(low string) bool {
	for _, p := range []string{"/run/", "/var/", "/etc/", "/opt/", "/mnt/", "/home/", "/tmp/", "/usr/", "/milvus/", "./", "../", "~/", "file:", "fileb:", "vault:", "arn:"} {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return strings.HasSuffix(low, ".pem") || strings.HasSuffix(low, ".key") || strings.HasSuffix(low, ".crt")
}

// isReference accepts the name of a shell variable, with the closing percent
// sign of Windows or a path behind it.
func isReference(s string) bool {
	name := run(s, 0, len(s), isWord)
	if name == 0 || isDigit(s[0]) || name < len(s) && s[name] != '/' && s[name:] != "%" {
		return false
	}
	return name < len(s) || strings.ToUpper(s) == s
}

// isCode reports whether a bare value is an expression of a program that only
// names the secret: token=get_token(), password=self.password, pw=os.environ.
func isCode(s string, v value, text string) bool {
	if v.quoted {
		return strings.HasPrefix(text, ")") || strings.HasPrefix(text, ",") || strings.HasPrefix(text, "]")
	}
	if strings.HasPrefix(text, "#") && (len(text) == 1 || v.end < len(s) && isBlank(s[v.end])) {
		return true // a comment
	}
	name := run(text, 0, len(text), func(c byte) bool { return isWord(c) || c == '.' })
	if name == 0 || isDigit(text[0]) {
		return false
	}
	for _, call := range []string{"os.", "process.env", "System.", "getpass", "getenv", "env.", "self.", "args.", "config.", "settings.", "cfg.", "this."} {
		if strings.HasPrefix(text, call) {
			return true
		}
	}
	next := byte('\n')
	if v.start+name < len(s) {
		next = s[v.start+name]
	}
	if next == '(' || next == '[' && name < len(text) {
		return true
	}
	ends := next == ',' || next == ')'
	return ends && name == len(text) && !hasDigit(text) && keyClassOf(text) != nil
}

// isWordList accepts an identifier of letters and underscores.
func isWordList(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && s[i] != '_' {
			return false
		}
	}
	return s != ""
}

// proseWords follow a key in messages about it: "invalid password: length
// must be", "token: not found".
var proseWords = map[string]bool{
	"length": true, "must": true, "should": true, "invalid": true, "incorrect": true, "missing": true,
	"expected": true, "the": true, "a": true, "an": true, "too": true, "authentication": true, "mismatch": true,
	"expired": true, "unknown": true, "wrong": true, "for": true, "can": true, "cannot": true, "could": true,
	"error": true, "failed": true, "failure": true, "please": true, "this": true, "that": true, "it": true,
	"unable": true, "unauthorized": true, "unauthenticated": true, "got": true, "only": true, "default": true,
	"already": true, "does": true, "did": true, "was": true, "has": true, "have": true, "in": true, "at": true,
	"to": true, "of": true, "by": true, "with": true, "and": true, "or": true, "from": true, "on": true,
	"rpc": true, "context": true, "access": true, "permission": true, "unexpected": true, "malformed": true,
}

// isProse reports whether a bare value is the beginning of a sentence.
func isProse(s string, v value, text string) bool {
	if v.quoted || v.nextLine {
		return false
	}
	word := strings.ToLower(strings.TrimRight(text, ".,:;!?"))
	if !proseWords[word] {
		return false
	}
	return v.end < len(s) && s[v.end] != '\n'
}

// complaints are words before a key in a message about it.
var complaints = []string{"invalid ", "wrong ", "bad ", "incorrect ", "missing ", "unknown ", "expired ", "weak ", "empty ",
	"unexpected ", "illegal ", "malformed ", "no ", "auth ", "forgotten ", "forgot ", "lost ", "reset ", "change "}

// isComplaint reports whether a value is the first word of what a message says
// about the key that starts at i: "forgotten password: add the user".
func isComplaint(s string, i int, v value, text string) bool {
	if v.quoted || v.nextLine || i < 0 || run(text, 0, len(text), isLower) < len(text) || len(text) > 12 {
		return false
	}
	if v.end+1 >= len(s) || s[v.end] != ' ' || !isLower(s[v.end+1]) {
		return false
	}
	before := strings.ToLower(s[max(0, i-16):i])
	for _, word := range complaints {
		if strings.HasSuffix(before, word) {
			return true
		}
	}
	return false
}

// tokenLike reports whether a value can be a token: not a number, not a
// short word, not punctuation.
func tokenLike(text string, quoted bool) bool {
	if len(text) < 4 || allDigits(text) && len(text) < 12 {
		return false
	}
	letters := 0
	for i := range len(text) {
		if isAlnum(text[i]) {
			letters++
		}
	}
	if letters < 3 {
		return false
	}
	return quoted || hasDigit(text) || len(text) >= 8 || strings.ContainsAny(text, ":!@#$%^&*+/=") || hasUpper(text)
}

func hasUpper(s string) bool {
	for i := range len(s) {
		if isUpper(s[i]) {
			return true
		}
	}
	return false
}

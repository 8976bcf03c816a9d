package paste

import "strings"

// taking says which values behind a key are credentials.
type taking int

const (
	takeAny    taking = iota // any value but those that stand for none
	takeToken                // not a number and not a short word
	takeRandom               // only what looks generated
	takeScheme               // what follows Bearer, Basic or nothing
	takeLine                 // all up to the end of the line
	takeHost                 // the host names in it
)

// keyClass is one kind of key by the end of its name, in lower case without
// "_", "-" and ".".
type keyClass struct {
	suffix string
	kind   Kind
	take   taking
	whole  bool // only as a word of its own: api.key, apiKey, not monkey
}

// keyClasses lists the keys whose values are looked at. The first suffix that
// fits counts, so longer ones come first.
var keyClasses = []keyClass{
	{"password", Password, takeAny, false},
	{"passwords", Password, takeToken, false},
	{"passwd", Password, takeAny, false},
	{"passphrase", Password, takeAny, false},
	{"passcode", Password, takeAny, false},
	{"passwort", Password, takeAny, false},
	{"motdepasse", Password, takeAny, false},
	{"contraseña", Password, takeAny, false},
	{"contrasena", Password, takeAny, false},
	{"senha", Password, takeAny, true},
	{"пароль", Password, takeAny, false},
	{"密码", Password, takeAny, false},
	{"密碼", Password, takeAny, false},
	{"口令", Password, takeAny, false},
	{"パスワード", Password, takeAny, false},
	{"비밀번호", Password, takeAny, false},
	{"pwd", Password, takeAny, false},
	{"requirepass", Password, takeAny, false},
	{"pass", Password, takeToken, true},
	{"pswd", Password, takeAny, false},
	{"userpw", Password, takeAny, false},
	{"pw", Password, takeToken, true},
	{"jaas", Password, takeLine, true},

	{"secretaccesskeyid", AccessKey, takeAny, false},
	{"accesskeyid", AccessKey, takeAny, false},
	{"accesskeysecret", AccessKey, takeAny, false},
	{"secretaccesskey", AccessKey, takeAny, false},
	{"secretkey", AccessKey, takeAny, false},
	{"secretid", AccessKey, takeToken, false},
	{"accesskey", AccessKey, takeAny, false},
	{"accountkey", AccessKey, takeAny, false},
	{"sharedkey", AccessKey, takeAny, false},
	{"sharedaccesskey", AccessKey, takeAny, false},
	{"storagekey", AccessKey, takeAny, false},
	{"masterkey", AccessKey, takeAny, false},
	{"encryptionkey", AccessKey, takeAny, false},
	{"signingkey", AccessKey, takeAny, false},
	{"sk", AccessKey, takeRandom, true},
	{"ak", AccessKey, takeRandom, true},
	{"amzcredential", AccessKey, takeAny, false},

	{"apikeys", APIKey, takeToken, false},
	{"apikey", APIKey, takeAny, false},
	{"appkey", APIKey, takeToken, false},
	{"subscriptionkey", APIKey, takeAny, false},
	{"密钥", APIKey, takeAny, false},

	{"privatekey", PrivateKey, takeToken, false},
	{"clientkeydata", PrivateKey, takeAny, false},
	{"tlskey", PrivateKey, takeRandom, false},

	{"csrftoken", Token, takeAny, false},
	{"token", Token, takeToken, false},
	{"令牌", Token, takeToken, false},
	{"トークン", Token, takeToken, false},
	{"secret", Token, takeToken, false},
	{"credential", Token, takeRandom, false},
	{"credentials", Token, takeRandom, false},
	{"authorization", Token, takeScheme, false},
	{"authparams", Token, takeScheme, false},
	{"auth", Token, takeRandom, true},
	{"dockerconfigjson", Token, takeAny, false},
	{"cookie", Token, takeLine, false},
	{"sessionid", Token, takeRandom, false},

	{"sharedaccesssignature", Signature, takeAny, false},
	{"amzsignature", Signature, takeAny, false},
	{"googsignature", Signature, takeAny, false},
	{"signature", Signature, takeRandom, true},
	{"sig", Signature, takeRandom, true},

	{"host", HostName, takeHost, false},
	{"hosts", HostName, takeHost, false},
	{"hostname", HostName, takeHost, false},
	{"addr", HostName, takeHost, false},
	{"address", HostName, takeHost, false},
	{"addresses", HostName, takeHost, false},
	{"endpoint", HostName, takeHost, false},
	{"endpoints", HostName, takeHost, false},
	{"server", HostName, takeHost, true},
	{"servers", HostName, takeHost, false},
	{"node", HostName, takeHost, true},
	{"nodename", HostName, takeHost, false},
	{"domain", HostName, takeHost, true},
	{"uri", HostName, takeHost, true},
	{"url", HostName, takeHost, true},
}

// innocent are keys that end like a secret one and hold none.
var innocent = []string{
	"eostoken", "bostoken", "padtoken", "unktoken", "septoken", "clstoken", "masktoken", "stoptoken",
	"specialtoken", "pagetoken", "nexttoken", "maxtoken", "pertoken", "cancellationtoken", "canceltoken",
	"unexpectedtoken", "existingsecret", "tlssecret", "imagepullsecret", "bypass", "getpass", "compass",
	"cachekey", "defaultauth", "ipaddress", "localhost", "newtoken", "numtoken", "idempotencytoken",
}

// classesByEnd has the classes by the last byte of their suffix.
var classesByEnd = func() *[256][]*keyClass {
	var at [256][]*keyClass
	for i := range keyClasses {
		c := &keyClasses[i]
		last := c.suffix[len(c.suffix)-1]
		at[last] = append(at[last], c)
	}
	return &at
}()

// isKeyChar accepts the characters of keys, letters of all scripts included.
func isKeyChar(c byte) bool {
	return charClass[c]&(classDigit|classLower|classUpper|classUnder|classDash|classHigh) != 0
}

const maxKey = 64

// keyClassOf finds the class of a key; nil for an ordinary one.
func keyClassOf(key string) *keyClass {
	if key == "" {
		return nil
	}
	candidates := classesByEnd[lower(key[len(key)-1])]
	if len(candidates) == 0 {
		return nil
	}
	var buf [maxKey]byte
	n := 0
	for i := max(0, len(key)-maxKey); i < len(key); i++ {
		if c := key[i]; c != '_' && c != '-' && c != '.' {
			buf[n] = lower(c)
			n++
		}
	}
	plain := string(buf[:n])
	for _, c := range candidates {
		if !strings.HasSuffix(plain, c.suffix) || c.whole && !wholeSuffix(key, len(c.suffix)) {
			continue
		}
		for _, word := range innocent {
			if strings.HasSuffix(plain, word) {
				return nil
			}
		}
		return c
	}
	return nil
}

// wholeSuffix reports whether the last n letters of a key are a word of their
// own: at the start, after a separator, or a capital after a small letter.
func wholeSuffix(key string, n int) bool {
	i := len(key) - n
	if i <= 0 {
		return true
	}
	prev := key[i-1]
	return !isAlnum(prev) && prev < 0x80 || isUpper(key[i]) && isLower(prev)
}

// keyAt is a key found before a separator.
type keyAt struct {
	text   string
	start  int
	closed bool // a quote or bracket stands between the key and the separator
}

// keyBefore reads the key that ends before i, past blanks, quotes and closing
// brackets: password, "password", \"password\", os.environ["password"].
func keyBefore(s string, floor, i int) keyAt {
	end := i
	for end > floor && i-end < 3 && isBlank(s[end-1]) {
		end--
	}
	last := end
	for n := 0; end > floor && n < 8 && isKeyCloser(s[end-1]); n++ {
		end--
	}
	start := runBack(s, end, min(maxKey, end-floor), isKeyChar)
	for start < end && s[start] >= 0x80 && s[start] < 0xC0 {
		start++ // not in the middle of a rune
	}
	return keyAt{text: s[start:end], start: start, closed: end < last}
}

func isKeyCloser(c byte) bool { return isQuote(c) || c == '\\' || c == ']' || c == '*' }

package paste

// A rule finds one kind of value. Its pivot bytes are where the scanner stops
// to ask. Where lit is set, it must stand in the text with its byte number at
// on the pivot: a cheap test before find runs. find is called with the offset
// of the pivot, or of the start of lit; it adds the span and reports whether
// it did. Where prev or next is set, one of its bytes must stand before or
// behind the pivot; lit, where it has a byte there, says so itself.
type rule struct {
	name  string
	pivot string
	lit   string
	at    int
	prev  string
	next  string
	find  func(sc *scanner, i int) bool
}

// rules is the table of what is redacted. For one pivot the rows are asked
// from top to bottom and the first that finds something wins, so what is
// surer stands first.
var rules = []rule{
	// Shapes that are credentials wherever they stand.
	{name: "private key block", pivot: "-", lit: "-----BEGIN ", find: findPEM},
	{name: "end of a private key block", pivot: "-", lit: "-----END ", find: findPEMEnd},
	{name: "private key block in base64", pivot: "J", lit: "LS0tLS1CRUdJTi", at: 11, find: findPEMBase64},
	{name: "age key", pivot: "-", lit: "AGE-SECRET-KEY-1", at: 3, find: prefixed(PrivateKey, 16, 40, 80, isAlnum)},
	{name: "JSON web token", pivot: "J", lit: "eyJ", at: 2, find: findJWT},
	{name: "AWS access key id", pivot: "I", lit: "AKIA", at: 2, find: findAWS},
	{name: "AWS session key id", pivot: "I", lit: "ASIA", at: 2, find: findAWS},
	{name: "Google API key", pivot: "I", lit: "AIza", at: 1, find: prefixed(APIKey, 4, 30, 60, isToken)},
	{name: "Google OAuth token", pivot: ".", lit: "ya29.", at: 4, find: prefixed(Token, 5, 20, 400, isToken)},
	{name: "GitHub token", pivot: "_", lit: "ghp_", at: 3, find: prefixed(Token, 4, 30, 255, isAlnum)},
	{name: "GitHub OAuth token", pivot: "_", lit: "gho_", at: 3, find: prefixed(Token, 4, 30, 255, isAlnum)},
	{name: "GitHub user token", pivot: "_", lit: "ghu_", at: 3, find: prefixed(Token, 4, 30, 255, isAlnum)},
	{name: "GitHub server token", pivot: "_", lit: "ghs_", at: 3, find: prefixed(Token, 4, 30, 255, isAlnum)},
	{name: "GitHub refresh token", pivot: "_", lit: "ghr_", at: 3, find: prefixed(Token, 4, 30, 255, isAlnum)},
	{name: "GitHub fine-grained token", pivot: "_", lit: "github_pat_", at: 6, find: prefixed(Token, 11, 30, 255, isWord)},
	{name: "GitLab token", pivot: "-", lit: "glpat-", at: 5, find: prefixed(Token, 6, 16, 100, isToken)},
	{name: "Hugging Face token", pivot: "_", lit: "hf_", at: 2, find: bounded(APIKey, 3, 30, 60, isAlnum)},
	{name: "npm token", pivot: "_", lit: "npm_", at: 3, find: bounded(Token, 4, 30, 60, isAlnum)},
	{name: "Docker Hub token", pivot: "_", lit: "dckr_pat_", at: 4, find: prefixed(Token, 9, 20, 60, isToken)},
	{name: "Groq key", pivot: "_", lit: "gsk_", at: 3, find: bounded(APIKey, 4, 30, 100, isAlnum)},
	{name: "Jina key", pivot: "_", lit: "jina_", at: 4, find: bounded(APIKey, 5, 30, 120, isToken)},
	{name: "Stripe key", pivot: "_", lit: "sk_live_", at: 2, find: prefixed(APIKey, 8, 16, 120, isAlnum)},
	{name: "OpenAI style key", pivot: "-", lit: "sk-", at: 2, find: bounded(APIKey, 3, 20, 250, isToken)},
	{name: "Voyage key", pivot: "-", lit: "pa-", at: 2, find: bounded(APIKey, 3, 40, 60, isToken)},
	{name: "Slack bot token", pivot: "-", lit: "xoxb-", at: 4, find: prefixed(Token, 5, 16, 250, isToken)},
	{name: "Slack user token", pivot: "-", lit: "xoxp-", at: 4, find: prefixed(Token, 5, 16, 250, isToken)},
	{name: "Slack app token", pivot: "-", lit: "xoxa-", at: 4, find: prefixed(Token, 5, 16, 250, isToken)},
	{name: "Slack refresh token", pivot: "-", lit: "xoxr-", at: 4, find: prefixed(Token, 5, 16, 250, isToken)},
	{name: "Slack session token", pivot: "-", lit: "xoxs-", at: 4, find: prefixed(Token, 5, 16, 250, isToken)},
	{name: "Slack app-level token", pivot: "-", lit: "xapp-", at: 4, find: prefixed(Token, 5, 16, 250, isToken)},
	{name: "SendGrid key", pivot: ".", lit: "SG.", at: 2, find: bounded(APIKey, 3, 40, 100, isTokenOrDot)},
	{name: "Telegram bot token", pivot: ":", lit: ":AA", find: findTelegram},
	{name: "Discord bot token", pivot: ".", find: findDiscordToken},
	{name: "bcrypt hash", pivot: "$", lit: "$2", find: findCrypt},
	{name: "sha512crypt hash", pivot: "$", lit: "$6$", find: findCrypt},
	{name: "sha256crypt hash", pivot: "$", lit: "$5$", find: findCrypt},
	{name: "argon2 hash", pivot: "$", lit: "$argon2", find: findCrypt},
	{name: "Discord webhook", pivot: "/", lit: "/api/webhooks/", find: pathSecret(14, 40)},
	{name: "Slack webhook", pivot: ".", lit: "hooks.slack.com/services/", at: 5, find: pathSecret(25, 20)},
	{name: "Teams webhook", pivot: ".", lit: ".webhook.office.com/", find: pathSecret(20, 20)},
	{name: "Feishu webhook", pivot: "/", lit: "/open-apis/bot/v2/hook/", find: pathSecret(23, 16)},
	{name: "WeCom webhook", pivot: "/", lit: "/cgi-bin/webhook/send?key=", find: pathSecret(26, 16)},

	// Values that a key, a flag, a call or a word names as a credential.
	{name: "URL", pivot: ":", lit: "://", find: findURL},
	{name: "user and password", pivot: ":", prev: letters + numerals + "_", find: findUserPassword},
	{name: "value after a key", pivot: ":=", find: findKeyValue},
	{name: "value after a quoted key", pivot: ",", prev: `"'`, find: findKeyValue},
	{name: "arguments of a call", pivot: "(", find: findArguments},
	{name: "cell of a table", pivot: "|", find: findCell},
	{name: "call with a credential", pivot: "(", prev: letters + numerals, find: findCall},
	{name: "XML element", pivot: ">", prev: letters, find: findElement},
	{name: "command line flag", pivot: "-", find: findFlag},
	{name: "value after a word", pivot: " ", prev: "rcstdRCSTD", find: findAfterWord},
	{name: "password in a Chinese sentence", pivot: "\xe7", lit: "密码", at: 3, find: prose(6)},
	{name: "password in a Chinese sentence", pivot: "\xe7", lit: "码是", find: prose(6)},
	{name: "password in a Chinese sentence", pivot: "\xe7", lit: "码为", find: prose(6)},

	// Private data.
	{name: "e-mail or login", pivot: "@", find: findAt},
	{name: "IPv4 address", pivot: ".", prev: numerals, next: numerals, find: findIPv4},
	{name: "IPv6 address", pivot: ":", prev: hexDigits + ":[ (=\"'/,@", next: hexDigits + ":", find: findIPv6},
	{name: "host and port", pivot: ":", prev: letters + numerals, next: numerals, find: findHostPort},
	{name: "Zilliz Cloud cluster", pivot: ".", lit: ".zillizcloud.com", find: findZilliz},
	{name: "internal host", pivot: ".", prev: letters + numerals, next: "iclhpICLHP", find: findInternalHost},
	{name: "AWS host", pivot: "-", lit: "ip-", at: 2, find: findDashedIP},
	{name: "Linux home directory", pivot: "/", lit: "/home/", find: findHome(6)},
	{name: "macOS home directory", pivot: "/", lit: "/Users/", find: findHome(7)},
	{name: "Windows home directory", pivot: "U", lit: "Users", find: findWindowsHome},
	{name: "Windows desktop", pivot: "-", lit: "DESKTOP-", at: 7, find: bounded(HostName, 8, 6, 12, isAlnum)},
	{name: "Windows laptop", pivot: "-", lit: "LAPTOP-", at: 6, find: bounded(HostName, 7, 6, 12, isAlnum)},
}

const (
	letters   = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	numerals  = "0123456789"
	hexDigits = numerals + "abcdefABCDEF"
)

// ruleSet is a set of the rules of one pivot, a bit for each: a pivot has at
// most 32.
type ruleSet uint32

// pivotRules are the rules of one pivot byte, in the order of the table, and
// which of them a byte on either side of the pivot leaves: mostly none.
type pivotRules struct {
	list          []*rule
	before, after [256]ruleSet
	first, last   ruleSet // those for a pivot with nothing before, and behind it
}

// of returns the rules to ask for the pivot at i.
func (p *pivotRules) of(s string, i int) ruleSet {
	before, after := p.first, p.last
	if i > 0 {
		before = p.before[s[i-1]]
	}
	if i+1 < len(s) {
		after = p.after[s[i+1]]
	}
	return before & after
}

// add takes a rule in.
func (p *pivotRules) add(r *rule) {
	bit := ruleSet(1) << len(p.list)
	p.list = append(p.list, r)
	prev, next := r.prev, r.next
	switch { // the byte of lit beside the pivot is as good as a set of one
	case r.at > 0:
		prev = r.lit[r.at-1 : r.at]
	case len(r.lit) > 1:
		next = r.lit[1:2]
	}
	allow(&p.before, &p.first, prev, bit)
	allow(&p.after, &p.last, next, bit)
}

// allow enters a rule for the bytes that may stand beside its pivot: for all,
// and for none, where no bytes are given.
func allow(beside *[256]ruleSet, edge *ruleSet, bytes string, rule ruleSet) {
	if bytes == "" {
		*edge |= rule
		for c := range beside {
			beside[c] |= rule
		}
	}
	for i := range len(bytes) {
		beside[bytes[i]] |= rule
	}
}

// rulesAt is the table by pivot byte; nil for a byte that is none.
var rulesAt = func() *[256]*pivotRules {
	var at [256]*pivotRules
	for i := range rules {
		for _, c := range []byte(rules[i].pivot) {
			if at[c] == nil {
				at[c] = &pivotRules{}
			}
			at[c].add(&rules[i])
		}
	}
	return &at
}()

// isPivot tells the bytes that rulesAt has rows for.
var isPivot = func() *byteSet {
	var set byteSet
	for c, p := range rulesAt {
		set[c] = p != nil
	}
	return &set
}()

package paste

import "strings"

const maxHost = 253

func isHostChar(c byte) bool { return isAlnum(c) || c == '-' || c == '.' || c == '_' }

// hostEnd extends i over the rest of a host name.
func hostEnd(s string, i int) int {
	end := run(s, i, maxHost, isHostChar)
	for end > i && (s[end-1] == '.' || s[end-1] == '-') {
		end--
	}
	return end
}

// privateHost gives the part of a host name to replace; ok is false for names
// to keep: without a dot (Docker and Kubernetes services), in a cluster, and
// public ones.
func privateHost(host string) (n int, ok bool) {
	host = strings.TrimSuffix(host, ".")
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || host[0] == '.' {
		return 0, false
	}
	low := strings.ToLower(host)
	if tld := low[dot+1:]; len(tld) < 2 || !allLetters(tld) || clusterHost(low) || publicHosts[low] {
		return 0, false
	}
	if publicSite(low) {
		return 0, false
	}
	for at := 0; at < len(low); at++ {
		if at > 0 && low[at-1] != '.' {
			continue
		}
		parent := low[at:]
		if publicDomains[parent] {
			return 0, false
		}
		if cloudDomains[parent] {
			return cloudPart(low[:max(0, at-1)])
		}
	}
	return len(host), true
}

// publicSite tells sites for readers by their first label.
func publicSite(low string) bool {
	first, rest, _ := strings.Cut(low, ".")
	switch first {
	case "www", "docs", "doc", "blog", "help", "support":
		return strings.Contains(rest, ".") && !internalTLDs[rest[strings.LastIndexByte(rest, '.')+1:]]
	}
	return false
}

// cloudPart gives the part of a cloud provider's host name that belongs to a
// customer: the first label, unless it names a service.
func cloudPart(sub string) (int, bool) {
	first, _, _ := strings.Cut(sub, ".")
	for _, service := range cloudServices {
		if first == service || strings.HasPrefix(first, service+"-") {
			return 0, false
		}
	}
	return len(first), first != ""
}

func clusterHost(low string) bool {
	return strings.HasSuffix(low, ".svc") || strings.Contains(low, ".svc.") || strings.HasSuffix(low, ".cluster.local") ||
		strings.HasSuffix(low, ".docker.internal") || strings.HasSuffix(low, ".localhost") || low == "localhost.localdomain" ||
		strings.HasSuffix(low, ".svc.cluster")
}

func allLetters(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) {
			return false
		}
	}
	return true
}

// takeHost adds the private part of the host at start.
func (sc *scanner) takeHost(start, end int) bool {
	n, ok := privateHost(sc.s[start:end])
	return ok && sc.add(start, start+n, HostName)
}

// takeHosts adds the first private host in the value of a key such as
// endpoints; the rules for URLs and ports find the others.
func (sc *scanner) takeHosts(v value) bool {
	s := sc.s
	end := hostEnd(s, v.start)
	if end < len(s) && (s[end] == '@' || s[end] == '(' || s[end] == '/' && !v.quoted || isWord(s[end])) {
		return false
	}
	last := s[v.start:end]
	tld := strings.ToLower(last[strings.LastIndexByte(last, '.')+1:])
	if !commonTLDs[tld] {
		return false
	}
	return sc.takeHost(v.start, end)
}

// findURL takes the login and the host of a URL; "://" is at i.
func findURL(sc *scanner, i int) bool {
	s := sc.s
	start := i + 3
	if end, _, _ := placeholderAt(s, start); end > 0 && hasAt(s, end, "@") {
		start = end + 1
	}
	if hasFoldAt(s, i-4, "file") || hasFoldAt(s, i-5, "fileb") {
		return false
	}
	stop := run(s, start, 512, isURLChar)
	if at := loginEnd(s[start:stop]); at > 0 {
		if sc.takeURLLogin(start, start+at) {
			sc.takeHost(start+at+1, hostEnd(s, start+at+1))
			return true
		}
		start += at + 1
	}
	return sc.takeHost(start, hostEnd(s, start))
}

var urlBytes = printableWithout("\"'`<>\\|{}")

func isURLChar(c byte) bool { return urlBytes[c] }

// loginEnd finds the "@" behind user:password in a URL without its scheme.
// Passwords are often pasted with "/", "@" or "#" in them, not encoded.
func loginEnd(rest string) int {
	authority := len(rest)
	if n := strings.IndexAny(rest, "/?#"); n >= 0 {
		authority = n
	}
	if at := strings.LastIndexByte(rest[:authority], '@'); at >= 0 {
		return at
	}
	colon := strings.IndexByte(rest[:authority], ':')
	if colon < 0 || allDigits(rest[colon+1:authority]) {
		return -1
	}
	return strings.LastIndexByte(rest, '@')
}

// takeURLLogin adds what stands before the "@" of a URL.
func (sc *scanner) takeURLLogin(start, end int) bool {
	login := sc.s[start:end]
	user, pw, ok := strings.Cut(login, ":")
	switch {
	case standsForNone(login), ok && standsForNone(pw) && user == "":
		return false
	case ok:
		return sc.add(start, end, Password)
	case len(user) >= 20 && hasDigit(user):
		return sc.add(start, end, Token)
	}
	return !genericUsers[strings.ToLower(user)] && sc.add(start, end, UserName)
}

// findHostPort takes a private host before :port.
func findHostPort(sc *scanner, i int) bool {
	s := sc.s
	if i == 0 || i+2 >= len(s)+1 || i+1 >= len(s) || !isDigit(s[i+1]) || !isAlnum(s[i-1]) {
		return false
	}
	port := run(s, i+1, 6, isDigit)
	if port-i-1 < 2 || port-i-1 > 5 || port < len(s) && isWord(s[port]) {
		return false
	}
	start := runBack(s, i, min(maxHost, i-sc.floor), isHostChar)
	host := s[start:i]
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || start > 0 && (s[start-1] == '/' || s[start-1] == '\\' && !boundary(s, start+1)) && !hasAt(s, start-2, "//") {
		return false
	}
	if !commonTLDs[strings.ToLower(host[dot+1:])] {
		return false
	}
	return sc.takeHost(start, i)
}

// findInternalHost takes names under domains that only private networks use;
// the dot before such a domain is at i.
func findInternalHost(sc *scanner, i int) bool {
	s := sc.s
	end := run(s, i+1, 16, isLetter)
	if !internalTLDs[strings.ToLower(s[i+1:end])] || end < len(s) && (isWord(s[end]) || s[end] == '(' || s[end] == '-') {
		return false
	}
	if end+1 < len(s) && s[end] == '.' && isAlnum(s[end+1]) {
		return false
	}
	start, ok := sc.hostStart(i)
	if !ok || start > 0 && (s[start-1] == '/' || s[start-1] == '\\') && !hasAt(s, start-2, "//") {
		return false
	}
	return sc.takeHost(start, end)
}

// hostStart gives the start of the host name that ends before i; ok is false
// for the rest of a name whose first label is replaced already.
func (sc *scanner) hostStart(i int) (start int, ok bool) {
	start = runBack(sc.s, i, min(maxHost, i-sc.floor), isHostChar)
	if start > 0 && sc.s[start] == '.' && (start == sc.floor || sc.s[start-1] == '>') {
		return start, false
	}
	for start < i && !isAlnum(sc.s[start]) {
		start++
	}
	return start, start < i
}

// findZilliz takes the id of a cluster at Zilliz Cloud out of its host name.
func findZilliz(sc *scanner, i int) bool {
	start, ok := sc.hostStart(i)
	return ok && sc.takeHost(start, i+len(".zillizcloud.com"))
}

// findAt takes e-mail addresses and logins such as user:password@host:3306
// and user:password@tcp(host).
func findAt(sc *scanner, i int) bool {
	s := sc.s
	if i == 0 || i+3 >= len(s) {
		return false
	}
	start := runBack(s, i, min(128, i-sc.floor), isLoginChar)
	login := s[start:i]
	if colon := strings.IndexByte(login, ':'); colon > 0 && colon < len(login)-1 &&
		(loginTarget(s, i+1) || loginUser(login[:colon]) || looksRandom(login[colon+1:]) && !addressWords[login[:colon]]) {
		return !standsForNone(login[colon+1:]) && sc.add(start, i, Password)
	}
	start = runBack(s, i, min(64, i-sc.floor), isMailChar)
	for start < i && !isAlnum(s[start]) {
		start++
	}
	if start == i {
		return false
	}
	end := hostEnd(s, i+1)
	host := s[i+1 : end]
	if hasAt(s, end, ":~") || hasAt(s, end, ":/") && !strings.Contains(host, ".") {
		// The prompt of a shell, jane@laptop:~$.
		return !genericUsers[strings.ToLower(s[start:i])] && sc.add(start, i, UserName)
	}
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || isDigit(host[0]) && strings.Count(host, ".") != 1 || !allLetters(host[dot+1:]) || len(host)-dot < 3 {
		return false
	}
	if fileEndings[strings.ToLower(host[dot+1:])] || s[start:i] == "git" || isVersionTag(host) {
		return false
	}
	return sc.add(start, end, Email)
}

// isVersionTag tells module@v1.2.x from an address.
func isVersionTag(host string) bool { return host[0] == 'v' && len(host) > 1 && isDigit(host[1]) }

// loginBytes are what users paste as user:password before an "@".
var loginBytes = printableWithout("\"'`<>\\|{}()[],;/=")

func isLoginChar(c byte) bool { return loginBytes[c] }

func isMailChar(c byte) bool { return isTokenOrDot(c) || c == '%' || c == '+' }

// addressWords stand before a colon and an e-mail address.
var addressWords = words("mailto email mail e-mail user serviceAccount sip xmpp acct from to cc by author")

// loginTarget reports whether a host with a port or a path, or tcp(…), is at i.
func loginTarget(s string, i int) bool {
	if hasAt(s, i, "tcp(") || hasAt(s, i, "unix(") || hasAt(s, i, "(") || hasAt(s, i, "localhost") {
		return true
	}
	end := hostEnd(s, i)
	return end > i && (hasAt(s, end, "/") || end+1 < len(s) && s[end] == ':' && isDigit(s[end+1]))
}

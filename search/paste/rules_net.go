package paste

import (
	"net/netip"
	"strings"
)

// publicIPs are addresses that say nothing about the user.
var publicIPs = map[string]bool{
	"0.0.0.0": true, "255.255.255.255": true, "1.1.1.1": true, "1.0.0.1": true, "8.8.8.8": true,
	"8.8.4.4": true, "9.9.9.9": true, "169.254.169.254": true, "224.0.0.1": true,
}

// findIPv4 takes an address; its first dot is at i. A port or a mask behind
// it stays.
func findIPv4(sc *scanner, i int) bool {
	s := sc.s
	if i == 0 || i+5 >= len(s)+1 || !isDigit(s[i-1]) || i+1 >= len(s) || !isDigit(s[i+1]) {
		return false
	}
	start := runBack(s, i, 4, isDigit)
	end, octets := readIPv4(s, start)
	if end == 0 || !boundary(s, start) && !dashed(s, start) || start > 0 && s[start-1] == '.' {
		return false
	}
	if end < len(s) && (isWord(s[end]) || s[end] == '.' && end+1 < len(s) && isDigit(s[end+1])) {
		return false
	}
	if octets[0] == 127 || octets[0] == 255 || publicIPs[s[start:end]] || isVersion(s, start, end, octets) {
		return false
	}
	return sc.add(start, end, IPAddress)
}

// dashed accepts ip-10.0.0.1 and addr_10.0.0.1.
func dashed(s string, i int) bool { return i > 0 && s[i-1] == '_' }

// readIPv4 reads four numbers up to 255 with dots in between; end is 0 where
// there are none.
func readIPv4(s string, i int) (end int, octets [4]int) {
	for n := range 4 {
		stop := run(s, i, 4, isDigit)
		if stop == i || stop-i > 3 || s[i] == '0' && stop-i > 1 {
			return 0, octets
		}
		for _, c := range []byte(s[i:stop]) {
			octets[n] = octets[n]*10 + int(c-'0')
		}
		if octets[n] > 255 || n < 3 && (stop >= len(s) || s[stop] != '.') {
			return 0, octets
		}
		i = stop + 1
	}
	return i - 1, octets
}

// versionWords stand before version numbers.
var versionWords = []string{"ersion", "milvus", "pgrade", "elease", "nstall", "tag", "image", "driver", "build", "==", "rev", "sdk"}

// isVersion tells a version of four parts, such as 2.4.13.1, from an address.
// An address of a private network or with a port is none.
func isVersion(s string, start, end int, octets [4]int) bool {
	private := octets[0] == 10 || octets[0] == 192 && octets[1] == 168 || octets[0] == 172 && octets[1]&0xF0 == 16
	port := end+1 < len(s) && (s[end] == ':' || s[end] == '/') && isDigit(s[end+1])
	if end+1 < len(s) && s[end] == '-' && isLetter(s[end+1]) {
		return true
	}
	if private && !hasAt(s, start-2, "==") || port {
		return false
	}
	if start > 1 && (s[start-1] == '-' || s[start-1] == '/') && isLetter(s[start-2]) {
		return true // milvus-2.4.13.1, Chrome/120.0.0.0
	}
	if start > 1 && s[start-1] == 'v' {
		return true
	}
	before := strings.ToLower(s[max(0, start-40):start])
	if nl := strings.LastIndexByte(before, '\n'); nl >= 0 {
		before = before[nl:]
	}
	return octets[0] < 100 && containsAny(before, versionWords)
}

const maxIPv6 = 45

// findIPv6 takes an address; i is its first colon.
func findIPv6(sc *scanner, i int) bool {
	s := sc.s
	if i+1 >= len(s) || s[i+1] != ':' && !isHex(s[i+1]) {
		return false
	}
	start := runBack(s, i, 5, isHex)
	if i == start && s[i+1] != ':' || i-start > 4 || !boundary(s, start) || start > 0 && s[start-1] == ':' {
		return false
	}
	end := run(s, start, maxIPv6+1, func(c byte) bool { return isHex(c) || c == ':' || c == '.' })
	for end > start && (s[end-1] == '.' || s[end-1] == ':' && !strings.HasSuffix(s[start:end], "::")) {
		end--
	}
	if end-start > maxIPv6 || end < len(s) && isWord(s[end]) {
		return false
	}
	text := s[start:end]
	const all = 7 // colons of an address without "::"
	if len(text) < 6 || !hasDigit(text) || !strings.Contains(text, "::") && strings.Count(text, ":") != all {
		return false
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || !addr.Is6() || addr.IsLoopback() || addr.IsUnspecified() || addr.Is4In6() && addr.Unmap().IsLoopback() {
		return false
	}
	return sc.add(start, end, IPAddress)
}

// findDashedIP takes the names that AWS gives to machines: ip-10-0-3-17.
func findDashedIP(sc *scanner, i int) bool {
	if !boundary(sc.s, i) {
		return false
	}
	j, parts := i+3, 0
	for parts < 4 {
		stop := run(sc.s, j, 3, isDigit)
		if stop == j {
			return false
		}
		parts++
		j = stop
		if parts < 4 {
			if !hasAt(sc.s, j, "-") {
				return false
			}
			j++
		}
	}
	return sc.add(i, hostEnd(sc.s, j), HostName)
}

// genericUsers are names of home directories that are nobody's.
var genericUsers = map[string]bool{
	"ubuntu": true, "ec2-user": true, "centos": true, "debian": true, "admin": true, "user": true, "users": true,
	"milvus": true, "runner": true, "jovyan": true, "vscode": true, "node": true, "app": true, "appuser": true,
	"public": true, "shared": true, "default": true, "username": true, "git": true, "root": true, "minio": true,
	"docker": true, "www-data": true, "opc": true, "azureuser": true, "hadoop": true, "spark": true, "airflow": true,
	"etcd": true, "nonroot": true, "myuser": true, "administrator": true, "u": true, "me": true, "name": true,
}

// findHome takes the user's name behind /home/ or /Users/.
func findHome(skip int) func(*scanner, int) bool {
	return func(sc *scanner, i int) bool { return sc.takeUser(i+skip, "/") }
}

// findWindowsHome takes the name in C:\Users\name\, with any number of
// backslashes.
func findWindowsHome(sc *scanner, i int) bool {
	s := sc.s
	j := i + len("Users")
	if i == 0 || s[i-1] != '\\' && s[i-1] != '/' || !hasAt(s, j, `\`) {
		return false
	}
	return sc.takeUser(run(s, j, 8, func(c byte) bool { return c == '\\' }), `\`)
}

func (sc *scanner) takeUser(start int, sep string) bool {
	s := sc.s
	end := run(s, start, 64, func(c byte) bool { return isToken(c) || c == '.' || c == '@' || c >= 0x80 })
	if sep == `\` && hasAt(s, end, " ") { // C:\Users\Jane Doe\
		if more := run(s, end+1, 32, isWord); hasAt(s, more, `\`) {
			end = more
		}
	}
	name := strings.TrimRight(s[start:end], ".")
	if name == "" || genericUsers[strings.ToLower(name)] || !isAlnum(name[0]) && name[0] < 0x80 {
		return false
	}
	return sc.add(start, start+len(name), UserName)
}

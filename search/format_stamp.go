package search

import (
	"strings"
	"time"
)

// stampLen returns how many bytes at the start of s are a time, or 0. It
// knows what the loggers of Milvus and its neighbours write, with any zone
// behind it:
//
//	2024/05/06 07:08:09.123 +00:00     2024-05-06T07:08:09.123456789Z
//	2024-05-06 07:08:09,123            05/06/24 07:08:09
//	07:08:09.123                       May  6 07:08:09
//	Mon May  6 07:08:09 2024           Jun 10, 2022 5:48:59 PM
func stampLen(s string) int {
	if len(s) < len("07:08:09") {
		return 0
	}
	n := 0
	switch c := s[0]; {
	case isNumeral(c):
		n = numericStamp(s)
	case 'A' <= c && c <= 'Z':
		n = namedStamp(s)
	}
	if n < len(s) && n > 0 && isWordByte(s[n]) {
		return 0 // the start of a longer word
	}
	return n
}

func isNumeral(c byte) bool { return '0' <= c && c <= '9' }

func numericStamp(s string) int {
	n := dateLen(s)
	if n > 0 {
		if n+1 >= len(s) || s[n] != ' ' && s[n] != 'T' && s[n] != ',' {
			return 0
		}
		n++
		if s[n] == ' ' {
			n++
		}
	}
	clock := clockLen(s[n:])
	if clock == 0 || n == 0 && s[2] != ':' {
		return 0
	}
	n += clock
	return n + zoneLen(s[n:])
}

// namedStamp reads times with the names of days and months.
func namedStamp(s string) int {
	n := 0
	if isName(s, "MonTueWedThuFriSatSun") {
		n = len("Mon ")
		if len(s) > n && isNumeral(s[n]) {
			if m := numericStamp(s[n:]); m > 0 {
				return n + m
			}
			return 0
		}
	}
	if !isName(s[min(n, len(s)):], "JanFebMarAprMayJunJulAugSepOctNovDec") {
		return 0
	}
	n += len("Jan ")
	if n < len(s) && s[n] == ' ' {
		n++
	}
	day := numerals(s[n:])
	if day == 0 || day > 2 {
		return 0
	}
	n += day
	if n < len(s) && s[n] == ',' {
		n++
	}
	if n >= len(s) || s[n] != ' ' {
		return 0
	}
	n++
	if numerals(s[n:]) == 4 && n+5 < len(s) && s[n+4] == ' ' {
		n += 5
	}
	clock := clockLen(s[n:])
	if clock == 0 {
		return 0
	}
	n += clock
	n += zoneLen(s[n:])
	if n+5 <= len(s) && s[n] == ' ' && numerals(s[n+1:]) == 4 {
		n += 5
	}
	return n
}

// isName tells whether s begins with one of the three-letter names and a space.
func isName(s, names string) bool {
	if len(s) < 4 || s[3] != ' ' {
		return false
	}
	at := strings.Index(names, s[:3])
	return at >= 0 && at%3 == 0
}

// numerals returns how many digits s begins with.
func numerals(s string) int {
	n := 0
	for n < len(s) && isNumeral(s[n]) {
		n++
	}
	return n
}

// dateLen returns the length of a date of three numbers at the start of s:
// 2024/05/06, 2024-05-06, 05/06/24 or 01/02/2024.
func dateLen(s string) int {
	first := numerals(s)
	if first != 4 && first != 2 || first >= len(s) || s[first] != '/' && s[first] != '-' {
		return 0
	}
	sep, n := s[first], first+1
	second := numerals(s[n:])
	n += second
	if second != 2 || n >= len(s) || s[n] != sep {
		return 0
	}
	third := numerals(s[n+1:])
	if third != 2 && (third != 4 || first == 4) {
		return 0
	}
	return n + 1 + third
}

// clockLen returns the length of 07:08:09, 07:08:09.123456, 07:08:09,123 or
// 7:08:09 AM at the start of s.
func clockLen(s string) int {
	n := numerals(s)
	if n != 2 && n != 1 {
		return 0
	}
	for range 2 {
		if n+3 > len(s) || s[n] != ':' || numerals(s[n+1:]) != 2 {
			return 0
		}
		n += 3
	}
	if n+1 < len(s) && (s[n] == '.' || s[n] == ',' || s[n] == ':') {
		if frac := numerals(s[n+1:]); frac > 0 && frac <= 9 {
			n += 1 + frac
		}
	}
	if strings.HasPrefix(s[n:], " AM") || strings.HasPrefix(s[n:], " PM") {
		n += len(" AM")
	}
	return n
}

// zoneLen returns the length of a time zone at the start of s, with the
// space before it.
func zoneLen(s string) int {
	if len(s) == 0 {
		return 0
	}
	if s[0] == 'Z' {
		return 1
	}
	n := 0
	if s[0] == ' ' {
		n = 1
	}
	if strings.HasPrefix(s[n:], "UTC") || strings.HasPrefix(s[n:], "GMT") {
		return n + len("UTC")
	}
	if len(s) < n+5 || s[n] != '+' && s[n] != '-' || numerals(s[n+1:n+3]) != 2 {
		return 0
	}
	rest := n + 3
	if s[rest] == ':' {
		rest++
	}
	if numerals(s[rest:]) != 2 {
		return 0
	}
	return rest + 2
}

// parseStamp reads a stamp that stampLen measured. Times without a date, or
// with one whose order is open (05/06/24), give the zero time; times without
// a zone count as UTC.
func parseStamp(s string) time.Time {
	if len(s) > 4 && isName(s, "MonTueWedThuFriSatSun") {
		s = s[4:]
	}
	n := dateLen(s)
	if n != len("2024-05-06") || numerals(s) != 4 {
		return time.Time{}
	}
	clock := strings.TrimLeft(s[n:], " T,")
	if clockLen(clock) == 0 || clock[2] != ':' {
		return time.Time{}
	}
	year, month, day := number(s[:4]), number(s[5:7]), number(s[8:10])
	hour, minute, second := number(clock[:2]), number(clock[3:5]), number(clock[6:8])
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 {
		return time.Time{}
	}
	nanos, rest := 0, clock[8:]
	if len(rest) > 1 && strings.IndexByte(".,:", rest[0]) >= 0 {
		digits := numerals(rest[1:])
		nanos = number(rest[1 : 1+digits])
		for range 9 - digits {
			nanos *= 10
		}
		rest = rest[1+digits:]
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC)
	return t.Add(-zoneOffset(strings.TrimLeft(rest, " ")))
}

// zoneOffset reads +08:00 and -0700; all else is UTC.
func zoneOffset(s string) time.Duration {
	if len(s) < 5 || s[0] != '+' && s[0] != '-' {
		return 0
	}
	minutes := strings.TrimPrefix(s[3:], ":")
	if numerals(s[1:3]) != 2 || numerals(minutes) < 2 {
		return 0
	}
	d := time.Duration(number(s[1:3]))*time.Hour + time.Duration(number(minutes[:2]))*time.Minute
	if s[0] == '-' {
		return -d
	}
	return d
}

// number reads up to nine digits.
func number(digits string) int {
	n := 0
	for i := 0; i < len(digits) && i < 9; i++ {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

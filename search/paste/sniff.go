package paste

import (
	"bytes"
	"unicode/utf8"
)

// packing is a way to pack that Read can undo.
type packing int

const (
	packNone packing = iota
	packGzip
	packZstd
	packBzip2
	packZip
	packTar
)

// format is what sniff found: a packing, a kind of binary data by name, or
// text when both are empty.
type format struct {
	packing packing
	binary  string
}

// magic is how one kind of file begins, or what it has at an offset.
type magic struct {
	at    int
	bytes string
	format
}

// magics is the table of known files. The names are what users are told, so
// they have an article.
var magics = []magic{
	{0, "\x1f\x8b", format{packing: packGzip}},
	{0, "\x28\xb5\x2f\xfd", format{packing: packZstd}},
	{4, "1AY&SY", format{packing: packBzip2}},
	{0, "PK\x03\x04", format{packing: packZip}},
	{0, "PK\x05\x06", format{packing: packZip}},
	{257, "ustar", format{packing: packTar}},

	{0, "\x89PNG\r\n\x1a\n", format{binary: "a PNG image"}},
	{0, "\xff\xd8\xff", format{binary: "a JPEG image"}},
	{0, "GIF87a", format{binary: "a GIF image"}},
	{0, "GIF89a", format{binary: "a GIF image"}},
	{8, "WEBP", format{binary: "a WebP image"}},
	{0, "II*\x00", format{binary: "a TIFF image"}},
	{0, "MM\x00*", format{binary: "a TIFF image"}},
	{4, "ftyphei", format{binary: "a HEIC image"}},
	{4, "ftypmif1", format{binary: "a HEIC image"}},
	{4, "ftypavif", format{binary: "an AVIF image"}},
	{4, "ftyp", format{binary: "a video"}},
	{0, "\x1aE\xdf\xa3", format{binary: "a video"}},
	{0, "ID3", format{binary: "an audio file"}},
	{0, "OggS", format{binary: "an audio file"}},
	{0, "RIFF", format{binary: "a sound or video file"}},
	{0, "%PDF-", format{binary: "a PDF document"}},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", format{binary: "an old Office document"}},
	{0, "{\\rtf", format{binary: "an RTF document"}},
	{0, "\x7fELF", format{binary: "a Linux program"}},
	{0, "MZ", format{binary: "a Windows program"}},
	{0, "\xfe\xed\xfa\xce", format{binary: "a macOS program"}},
	{0, "\xfe\xed\xfa\xcf", format{binary: "a macOS program"}},
	{0, "\xcf\xfa\xed\xfe", format{binary: "a macOS program"}},
	{0, "\xca\xfe\xba\xbe", format{binary: "a Java class or macOS program"}},
	{0, "\x00asm", format{binary: "a WebAssembly program"}},
	{0, "PAR1", format{binary: "a Parquet file"}},
	{0, "ORC", format{binary: "an ORC file"}},
	{0, "Obj\x01", format{binary: "an Avro file"}},
	{0, "ARROW1", format{binary: "an Arrow file"}},
	{0, "SQLite format 3\x00", format{binary: "an SQLite database"}},
	{0, "\x93NUMPY", format{binary: "a NumPy array"}},
	{0, "\x89HDF\r\n\x1a\n", format{binary: "an HDF5 file"}},
	{0, "GGUF", format{binary: "a model file"}},
	{0, "\x80\x02}", format{binary: "a Python pickle"}},
	{0, "\x80\x04\x95", format{binary: "a Python pickle"}},
	{0, "\x80\x05\x95", format{binary: "a Python pickle"}},
	{0, "7z\xbc\xaf\x27\x1c", format{binary: "a 7-Zip archive, which cannot be read here; use zip or gzip"}},
	{0, "Rar!\x1a\x07", format{binary: "a RAR archive, which cannot be read here; use zip or gzip"}},
	{0, "\xfd7zXZ\x00", format{binary: "an xz archive, which cannot be read here; use zip or gzip"}},
	{0, "\x04\x22\x4d\x18", format{binary: "an LZ4 archive, which cannot be read here; use zip or gzip"}},
	{0, "\x1f\x9d", format{binary: "a compress archive, which cannot be read here; use zip or gzip"}},
	{0, "wOFF", format{binary: "a font"}},
	{0, "wOF2", format{binary: "a font"}},
}

// textLike are magics that a log can begin with by chance; they count only
// where control characters follow.
func textLike(m magic) bool {
	for i := range len(m.bytes) {
		if c := m.bytes[i]; c < 0x20 || c >= 0x7F {
			return false
		}
	}
	return m.bytes != "%PDF-" && m.bytes != "{\\rtf" && m.packing == packNone
}

// sniff tells what a file is by its first bytes.
func sniff(head []byte) format {
	noise := noisy(head)
	for _, m := range magics {
		end := m.at + len(m.bytes)
		if len(head) < end || string(head[m.at:end]) != m.bytes {
			continue
		}
		if textLike(m) && !noise {
			continue
		}
		return m.format
	}
	if oldTar(head) {
		return format{packing: packTar}
	}
	if noise && utf16Order(head) == nil {
		return format{binary: "binary data"}
	}
	return format{}
}

// noisy reports whether the bytes are not text in an encoding that is known
// here: many control characters, or bytes that make no characters.
func noisy(head []byte) bool {
	if len(head) >= 2 && (head[0] == 0xFF && head[1] == 0xFE || head[0] == 0xFE && head[1] == 0xFF) {
		return false
	}
	nuls, control, broken, all := 0, 0, 0, 0
	for i := 0; i < len(head); {
		c := head[i]
		switch {
		case c == 0:
			nuls++
		case c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\b' && c != 0x1B, c == 0x7F:
			control++
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(head[i:])
			if r == utf8.RuneError && size == 1 && len(head)-i >= utf8.UTFMax {
				broken++
			}
			i += size - 1
		}
		i++
		all++
	}
	const tenth, half = 10, 2
	text := all - nuls
	if text == 0 {
		return false // a log may begin with a hole of NUL bytes
	}
	if control*tenth > text || control*3*tenth > text && broken*half*2 > text {
		return true
	}
	if nuls > 0 && (control > 0 || broken > 0) && nuls*tenth > all {
		return true
	}
	return broken*half > text && !likelyGBK(head)
}

// oldTar recognises tar archives without the ustar mark by their checksum.
func oldTar(head []byte) bool {
	const block, sumAt, sumLen = 512, 148, 8
	if len(head) < block || head[0] == 0 {
		return false
	}
	field := bytes.Trim(head[sumAt:sumAt+sumLen], " \x00")
	want, sum := 0, 0
	for _, c := range field {
		if c < '0' || c > '7' {
			return false
		}
		want = want*8 + int(c-'0')
	}
	for i, c := range head[:block] {
		if i >= sumAt && i < sumAt+sumLen {
			c = ' '
		}
		sum += int(c)
	}
	return len(field) > 0 && sum == want
}

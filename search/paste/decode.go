package paste

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decoder gives the text of br in UTF-8, as far as its encoding can be told.
func decoder(br *bufio.Reader) io.Reader {
	head, _ := br.Peek(peekBytes) // the error comes again with the next read
	if enc := utf16Order(head); enc != nil {
		return transform.NewReader(br, enc.NewDecoder())
	}
	return &lateDecoder{r: br}
}

// utf16Order tells UTF-16 by its mark or, without one, by where its zero bytes
// are. Windows tools write logs like that.
func utf16Order(head []byte) encoding.Encoding {
	little := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return little
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return big
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	const many, few = 3, 20 // over a third here, under a twentieth there
	switch {
	case half < 4:
		return nil
	case zeros[1]*many > half && zeros[0]*few < half:
		return little
	case zeros[0]*many > half && zeros[1]*few < half:
		return big
	}
	return nil
}

// lateDecoder passes ASCII and UTF-8 through and decides about other
// encodings where the first byte over 127 comes.
type lateDecoder struct {
	r       io.Reader
	decided bool
}

// Read reads text in UTF-8.
func (d *lateDecoder) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if d.decided || n == 0 || isASCII(p[:n]) {
		return n, err
	}
	d.decided = true
	enc := encodingOf(p[:n])
	if enc == nil {
		return n, err
	}
	rest := io.MultiReader(bytes.NewReader(bytes.Clone(p[:n])), &afterwards{d.r, err})
	d.r = transform.NewReader(rest, enc.NewDecoder())
	return d.r.Read(p)
}

// afterwards reads on, unless an error has come already.
type afterwards struct {
	r   io.Reader
	err error
}

// Read returns the earlier error or reads.
func (a *afterwards) Read(p []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	return a.r.Read(p)
}

func isASCII(p []byte) bool {
	for ; len(p) >= 8; p = p[8:] {
		if binary.LittleEndian.Uint64(p)&highBits != 0 {
			return false
		}
	}
	for _, c := range p {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// encodingOf tells the encoding of bytes that are not ASCII; nil is UTF-8,
// also with some broken characters in it.
func encodingOf(p []byte) encoding.Encoding {
	good, bad := 0, 0
	for i := 0; i < len(p); {
		if p[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(p[i:])
		switch {
		case r != utf8.RuneError || size > 1:
			good++
		case len(p)-i >= utf8.UTFMax: // not just cut off at the end
			bad++
		}
		i += size
	}
	switch {
	case bad <= good:
		return nil
	case likelyGBK(p):
		return simplifiedchinese.GB18030
	}
	return charmap.Windows1252
}

// likelyGBK reports whether the bytes over 127 come in pairs, nearly all of
// them in the rows of common Chinese characters.
func likelyGBK(p []byte) bool {
	pairs, common := 0, 0
	for i := 0; i+1 < len(p); i++ {
		if p[i] < 0x81 {
			continue
		}
		if p[i+1] < 0x40 {
			return false
		}
		pairs++
		if p[i] >= 0xA1 && p[i] <= 0xF7 && p[i+1] >= 0xA1 {
			common++
		}
		i++
	}
	const most = 8 // of ten
	return pairs >= 2 && common*10 >= pairs*most
}

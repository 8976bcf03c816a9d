package paste

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"io"
	"path"
	"sort"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	maxEntries   = 2_000    // entries of an archive that are looked at
	maxDirectory = 20_000   // entries of a zip archive at all
	zstdMemory   = 64 << 20 // for the window of a frame
	tarShare     = 4        // a file of a tar gets this part of the room left
)

// openCompressed reads what a gzip, zstd or bzip2 stream holds.
func (rd *reading) openCompressed(br *bufio.Reader, p packing, it item) error {
	inner := it
	inner.depth++
	inner.packed = true
	var r io.Reader
	switch p {
	case packGzip:
		zr, err := gzip.NewReader(br)
		if err != nil {
			return rd.damaged(err, it)
		}
		defer zr.Close()
		r = zr
	case packZstd:
		zr, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(zstdMemory), zstd.WithDecoderMaxWindow(zstdMemory))
		if err != nil {
			return rd.damaged(err, it)
		}
		defer zr.Close()
		r = zr
	case packBzip2:
		r = bzip2.NewReader(br)
	}
	return rd.damaged(rd.open(&unpacker{rd, r}, inner), it)
}

// damaged makes an ErrCorrupt of what a decoder reports.
func (rd *reading) damaged(err error, it item) error {
	var e *Error
	if err == nil || fatal(err) || errors.As(err, &e) {
		return err
	}
	return &Error{Reason: ErrCorrupt, Name: it.name, Err: err}
}

// openTar reads the files of a tar archive one after the other.
func (rd *reading) openTar(br *bufio.Reader, it item) error {
	inner := it
	if !it.packed {
		inner.depth++
	}
	inner.packed = false
	tr := tar.NewReader(br)
	for n := 0; ; n++ {
		h, err := tr.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return rd.endDamaged(rd.damaged(err, it), it, n)
		}
		if n >= maxEntries || rd.files >= rd.lim.Files {
			rd.c.skip(Skip{Kind: SkipMoreFiles, Name: it.name})
			return nil
		}
		if h.Typeflag != tar.TypeReg || rubbish(h.Name) {
			continue
		}
		inner.name = rd.c.name(h.Name)
		inner.share = max(minShare, rd.room/tarShare)
		if err := rd.file(tr, inner); err != nil {
			return rd.endDamaged(err, it, n)
		}
	}
}

// endDamaged makes a Skip of damage after the first files of an archive.
func (rd *reading) endDamaged(err error, it item, files int) error {
	if fatal(err) || files == 0 || len(rd.c.parts) == 0 {
		return err
	}
	rd.c.skip(Skip{Kind: SkipDamaged, Name: it.name})
	return nil
}

// file reads one file of an archive. What is wrong with it alone is a Skip.
func (rd *reading) file(r io.Reader, it item) error {
	parts := len(rd.c.parts)
	err := rd.open(r, it)
	if len(rd.c.parts) > parts {
		rd.files++
	}
	if err == nil || fatal(err) {
		return err
	}
	var e *Error
	if !errors.As(err, &e) {
		return rd.damaged(err, it)
	}
	skip := Skip{Name: it.name}
	switch e.Reason {
	case ErrBinary:
		skip.Kind, skip.Detail = SkipBinary, strings.TrimPrefix(e.Detail, "it is ")
	case ErrEmpty:
		skip.Kind = SkipEmpty
	case ErrNested:
		skip.Kind = SkipNested
	case ErrLineTooLong, ErrTooLarge:
		skip.Kind = SkipTooBig
	case ErrEncrypted:
		skip.Kind = SkipEncrypted
	default:
		skip.Kind = SkipDamaged
	}
	rd.c.skip(skip)
	return nil
}

// rubbish are entries that archivers add and no user means to send.
func rubbish(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || base == ".DS_Store" || base == "Thumbs.db"
}

// openZip reads the files of a zip archive, which has to be in memory.
func (rd *reading) openZip(br *bufio.Reader, it item) error {
	data, err := io.ReadAll(io.LimitReader(br, rd.lim.Sent+1))
	if err != nil {
		return rd.damaged(err, it)
	}
	if int64(len(data)) > rd.lim.Sent {
		return &Error{Reason: ErrTooLarge, Name: it.name, Detail: "more than " + megabytes(rd.lim.Sent), oneFile: true}
	}
	// The reader of archive/zip takes 300 bytes of memory for an entry of 46.
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > maxDirectory {
		return &Error{Reason: ErrTooLarge, Name: it.name, Detail: "an archive of more than 20,000 files", oneFile: true}
	}
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return &Error{Reason: ErrCorrupt, Name: it.name, Err: err}
	}
	if kind := document(zr.File); kind != "" {
		return &Error{Reason: ErrBinary, Name: it.name, Detail: "it is " + kind}
	}
	zr.RegisterDecompressor(zstd.ZipMethodWinZip, zstd.ZipDecompressor(zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMemory)))
	files := wanted(zr.File)
	shares := fairShares(files, rd.room)
	for i, f := range files {
		if i >= maxEntries || rd.files >= rd.lim.Files {
			rd.c.skip(Skip{Kind: SkipMoreFiles, Name: it.name, Count: int64(len(files) - i)})
			return nil
		}
		if err := rd.zipFile(f, item{depth: it.depth + 1, share: shares[i]}); err != nil {
			return err
		}
	}
	return nil
}

// zipFile reads one file of a zip archive.
func (rd *reading) zipFile(f *zip.File, it item) error {
	name := f.Name
	if f.NonUTF8 {
		name = decodeName(name)
	}
	it.name = rd.c.name(name)
	const encrypted = 1
	if f.Flags&encrypted != 0 {
		rd.c.skip(Skip{Kind: SkipEncrypted, Name: it.name})
		return nil
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		rd.c.skip(Skip{Kind: SkipUnusual, Name: it.name, Detail: "a method that is not known here"})
		return nil
	}
	if err != nil {
		rd.c.skip(Skip{Kind: SkipDamaged, Name: it.name})
		return nil
	}
	defer r.Close()
	return rd.file(&unpacker{rd, r}, it)
}

func decodeName(name string) string {
	enc := encodingOf([]byte(name))
	if enc == nil {
		return name
	}
	text, err := enc.NewDecoder().String(name)
	if err != nil {
		return name
	}
	return text
}

// wanted are the regular files of an archive that a user meant to send.
func wanted(all []*zip.File) []*zip.File {
	var out []*zip.File
	for _, f := range all {
		if f.Mode().IsRegular() && !strings.HasSuffix(f.Name, "/") && !rubbish(f.Name) {
			out = append(out, f)
		}
	}
	return out
}

// fairShares divides room among files: small ones get what they need, the
// others the same. Sizes are hints: a file that lies is cut to its share.
func fairShares(files []*zip.File, room int) []int {
	order := make([]int, len(files))
	need := make([]int, len(files))
	for i, f := range files {
		order[i] = i
		need[i] = int(min(f.UncompressedSize64, 1<<40))
		if sizes := f.UncompressedSize64; sizes < 2*f.CompressedSize64 {
			need[i] *= 20 // packed inside again
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return need[order[a]] < need[order[b]] })
	shares := make([]int, len(files))
	for k, i := range order {
		shares[i] = max(0, min(need[i], room/(len(files)-k)))
		room -= shares[i]
	}
	return shares
}

// document names the kind of file that is a zip archive only technically.
func document(files []*zip.File) string {
	for _, f := range files {
		switch {
		case strings.HasPrefix(f.Name, "word/"):
			return "a Word document"
		case strings.HasPrefix(f.Name, "xl/"):
			return "an Excel sheet"
		case strings.HasPrefix(f.Name, "ppt/"):
			return "a PowerPoint presentation"
		case f.Name == "META-INF/MANIFEST.MF":
			return "a Java archive"
		case f.Name == "AndroidManifest.xml":
			return "an Android app"
		}
	}
	return ""
}

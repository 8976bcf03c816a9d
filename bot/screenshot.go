package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif"
	_ "image/jpeg"
	"image/png"
	"io"
	"os/exec"
	"path"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	xdraw "golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/search/paste"
)

// Bounds of a picture that is read.
const (
	maxPictures      = 3        // of one question
	maxPictureBytes  = 8 << 20  // as sent
	maxPicturePixels = 20 << 20 // unpacked
	maxScaledPixels  = 16 << 20 // given to Tesseract
	maxPictureText   = 64 << 10 // bytes of text read from one
	pictureTime      = 20 * time.Second
	// enlarge is by how much a screenshot is magnified: Tesseract reads
	// letters of 30 pixels best, and a terminal's are a third of that.
	enlarge = 3
)

// ocr reads text in pictures with the program tesseract, one picture at a
// time: it uses a processor for seconds.
type ocr struct {
	program   string
	languages string
	turn      chan struct{}
}

// newOCR finds the program. It is nil where it is missing or not wanted.
func newOCR(c config.Screenshots) *ocr {
	program, err := exec.LookPath("tesseract")
	if err != nil || len(c.Languages) == 0 {
		return nil
	}
	return &ocr{program: program, languages: strings.Join(c.Languages, "+"), turn: make(chan struct{}, 1)}
}

// isPicture tells whether a file is a picture by what its sender says.
func isPicture(f *discordgo.MessageAttachment) bool {
	if strings.HasPrefix(f.ContentType, "image/") {
		return true
	}
	switch strings.ToLower(path.Ext(f.Filename)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp":
		return true
	}
	return false
}

// lookAt reads the pictures of a question. The names of those that give no
// text are kept with it.
func (b *Bot) lookAt(ctx context.Context, r *reading) {
	for i, f := range r.pictures {
		p, err := paste.Paste{}, errTooMany
		if i < maxPictures {
			p, err = b.readPicture(ctx, f)
		}
		if err != nil {
			b.log.Info("picture not read", "err", err)
			r.unread = append(r.unread, shownName(f.Filename))
			continue
		}
		r.looked = true
		r.paste = paste.Join(r.paste, p)
	}
	r.pictures = nil
}

var (
	errNoOCR    = errors.New("tesseract is not installed or switched off")
	errTooMany  = fmt.Errorf("only %d pictures of a question are read", maxPictures)
	errNoLetter = errors.New("no text in the picture")
)

func (b *Bot) readPicture(ctx context.Context, f *discordgo.MessageAttachment) (paste.Paste, error) {
	if b.ocr == nil {
		return paste.Paste{}, errNoOCR
	}
	body, err := b.session.Fetch(ctx, f.URL, maxPictureBytes)
	if err != nil {
		return paste.Paste{}, err
	}
	defer body.Close()
	src, err := io.ReadAll(body)
	if err != nil {
		return paste.Paste{}, err
	}
	text, err := b.ocr.read(ctx, src)
	if err != nil {
		return paste.Paste{}, err
	}
	return paste.FromText(text), nil
}

// read returns the text in a picture. What Tesseract gets is a picture that
// this program drew anew: its own decoders never see what a stranger sent.
func (o *ocr) read(ctx context.Context, src []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	select {
	case o.turn <- struct{}{}:
		defer func() { <-o.turn }()
	case <-ctx.Done():
		return "", fmt.Errorf("bot: picture: %w", ctx.Err())
	}
	clear, err := legible(src)
	if err != nil {
		return "", fmt.Errorf("bot: picture: %w", err)
	}
	// --psm 6 takes the picture as one block of text, as a terminal is.
	cmd := exec.CommandContext(ctx, o.program, "stdin", "stdout", "-l", o.languages, "--psm", "6",
		"-c", "preserve_interword_spaces=1")
	cmd.Env = append(cmd.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.Stdin = bytes.NewReader(clear)
	cmd.WaitDelay = time.Second
	out := &capped{left: maxPictureText}
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("bot: tesseract: %w", err)
	}
	if strings.TrimSpace(out.String()) == "" {
		return "", errNoLetter
	}
	return out.String(), nil
}

// capped keeps the first bytes that are written and lets the others go.
type capped struct {
	bytes.Buffer
	left int
}

// Write implements io.Writer.
func (c *capped) Write(p []byte) (int, error) {
	n := min(len(p), c.left)
	c.left -= n
	c.Buffer.Write(p[:n])
	return len(p), nil
}

// legible decodes a picture and draws it as Tesseract likes it: large, grey,
// dark letters on light ground.
func legible(src []byte) ([]byte, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(src))
	if err != nil {
		return nil, err
	}
	if size.Width < 1 || size.Height < 1 || size.Width*size.Height > maxPicturePixels {
		return nil, fmt.Errorf("%d x %d pixels; at most %d are read", size.Width, size.Height, maxPicturePixels)
	}
	img, _, err := image.Decode(bytes.NewReader(src))
	if err != nil {
		return nil, err
	}
	box := img.Bounds()
	grey := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	draw.Draw(grey, grey.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(grey, grey.Bounds(), img, box.Min, draw.Over)
	if dark(grey) {
		for i, v := range grey.Pix {
			grey.Pix[i] = 255 - v
		}
	}
	scale := enlarge
	for scale > 1 && box.Dx()*box.Dy()*scale*scale > maxScaledPixels {
		scale--
	}
	large := image.NewGray(image.Rect(0, 0, box.Dx()*scale, box.Dy()*scale))
	xdraw.CatmullRom.Scale(large, large.Bounds(), grey, grey.Bounds(), draw.Src, nil)
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, large)
	return out.Bytes(), err
}

// dark tells whether most of a picture is dark.
func dark(g *image.Gray) bool {
	sum := 0
	for _, v := range g.Pix {
		sum += int(v)
	}
	return sum < len(g.Pix)*128
}

package bot

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// needTesseract skips a test where pictures cannot be read.
func needTesseract(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("tesseract is not installed; make test-all installs it")
	}
}

// terminal draws a screenshot of a terminal.
func terminal(t *testing.T, ink, ground color.Color, size float64, lines ...string) []byte {
	t.Helper()
	parsed, err := opentype.Parse(gomono.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 96, Hinting: font.HintingFull})
	if err != nil {
		t.Fatal(err)
	}
	high, wide := face.Metrics().Height.Ceil()+2, 0
	for _, l := range lines {
		wide = max(wide, font.MeasureString(face, l).Ceil())
	}
	img := image.NewRGBA(image.Rect(0, 0, wide+20, high*len(lines)+20))
	draw.Draw(img, img.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	d := font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: face}
	for i, l := range lines {
		d.Dot = fixed.P(10, 10+high*i+face.Metrics().Ascent.Ceil())
		d.DrawString(l)
	}
	return pngOf(t, img)
}

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var (
	night = color.RGBA{12, 12, 12, 255}
	lamp  = color.RGBA{204, 204, 204, 255}
)

// TestScreenshots reads terminals, dark and light, in usual sizes.
func TestScreenshots(t *testing.T) {
	needTesseract(t)
	shots := map[string]struct {
		ink, ground color.Color
		size        float64
		lines       []string
		want        string
	}{
		"dark etcd": {lamp, night, 10, []string{"$ docker compose logs etcd",
			`Error: bad member ID arg (strconv.ParseUint: parsing "": invalid syntax), expecting ID in Hex`}, fixMember},
		"light python": {color.Black, color.White, 11, []string{"Traceback (most recent call last):",
			`  File "app.py", line 12, in <module>`, "    client.search(\"docs\", data=[vec])",
			"pymilvus.exceptions.MilvusException: <MilvusException: (code=101,", "message=failed to search: collection not loaded[collection=docs])>"}, "load"},
		"green on black": {color.RGBA{0, 230, 80, 255}, color.Black, 12, []string{"etcd-0 mvcc: database space exceeded",
			"rpc error: code = ResourceExhausted desc = etcdserver: mvcc: database space exceeded"}, "compact"},
	}
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	for name, s := range shots {
		t.Run(name, func(t *testing.T) {
			w.t = t
			asked := w.say(ada, "general", "<@"+w.local.BotID()+">", playground.WithFile("shot.png", terminal(t, s.ink, s.ground, s.size, s.lines...)))
			m, err := ada.WaitMessage(w.ctx(), "general", func(m playground.Message) bool { return m.ReplyTo() == asked.ID() })
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(m.Text(), s.want) || !strings.Contains(m.Text(), "Read from a picture") {
				t.Errorf("the reply lacks %q or says not where it read:\n%s", s.want, m.Text())
			}
		})
	}
	w.t = t
}

// TestScreenshotInPost reads the picture of a post that has no other text.
func TestScreenshotInPost(t *testing.T) {
	needTesseract(t)
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada := w.local.As("Ada")
	post, _ := w.openPost(ada, "what is this", "", playground.WithFile("Screenshot.png", terminal(t, lamp, night, 11, badMember)))
	w.reply(ada, post.ID, fixMember)
}

// TestPictureWithoutReader asks for the text where pictures cannot be read.
func TestPictureWithoutReader(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, func(c *config.Config) {
		change(c)
		c.Screenshots.Languages = nil
	})
	ada := w.local.As("Ada")
	shot := terminal(t, lamp, night, 11, badMember)
	post, _ := w.openPost(ada, "broken", "my helm install of milvus", playground.WithFile("shot.png", shot))
	w.say(ada, post.ID, "it fails")
	w.reply(ada, post.ID, "shot.png", "copy the text", "kubectl -n <namespace> logs <pod> --previous")
	w.say(ada, "help", "", playground.WithFile("shot.png", shot))
	w.reply(ada, "help", "copy the text", "docker compose logs")
	// Text that answers by itself needs no picture.
	w.say(ada, "@bot", badMember, playground.WithFile("shot.png", shot))
	w.reply(ada, "@bot", fixMember)
}

// TestPictureIsBounded refuses what is no picture, or too large to draw.
func TestPictureIsBounded(t *testing.T) {
	wide := pngOf(t, image.NewPaletted(image.Rect(0, 0, 60000, 400), color.Palette{color.White}))
	for name, src := range map[string][]byte{"no picture": []byte("not one"), "cut short": wide[:60], "too large": wide} {
		if _, err := legible(src); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	small, err := legible(pngOf(t, image.NewGray(image.Rect(0, 0, 4000, 4000))))
	if err != nil {
		t.Fatal(err)
	}
	if c, _, err := image.DecodeConfig(bytes.NewReader(small)); err != nil || c.Width*c.Height > maxScaledPixels {
		t.Errorf("%d x %d pixels are read: %v", c.Width, c.Height, err)
	}
}

// TestPictureTakesTurns gives up when the one before does not end.
func TestPictureTakesTurns(t *testing.T) {
	o := &ocr{program: "/does/not/exist", languages: "eng", turn: make(chan struct{}, 1)}
	o.turn <- struct{}{}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := o.read(ctx, nil); err == nil {
		t.Error("it did not wait for its turn")
	}
	<-o.turn
	if _, err := o.read(context.Background(), terminal(t, lamp, night, 11, "x")); err == nil || len(o.turn) != 0 {
		t.Errorf("err %v, turn taken %d", err, len(o.turn))
	}
}

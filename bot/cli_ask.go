package bot

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/milvus-medic/medic/search"
	"github.com/milvus-medic/medic/search/paste"
)

func askCommand(c *cli) *cobra.Command {
	var asJSON, asJSONL bool
	var lang string
	cmd := &cobra.Command{
		Use:   "ask [FILE]",
		Short: "Read one paste from a file or stdin and print the answer",
		Long: `Reads one paste (stdin or a file; .gz, .zip, .tar.gz and .zst are unpacked) and prints the answer.
Exit code 0: answered, 3: nothing known fits, 1: could not be read, 2: wrong usage.

With --jsonl, each line in is {"id","text","locale"?} and each line out
{"id","grade","hits","problems","environment","reply"}, in the same order.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			b, err := New(Options{Config: cfg, DataDir: c.dataDir, Log: c.warner(cfg)})
			if err != nil {
				return failure(err)
			}
			defer b.Close()
			in, name, err := c.input(args)
			if err != nil {
				return failure(err)
			}
			defer in.Close()
			if asJSONL {
				return b.askLines(cmd.Context(), in, c.Stdout)
			}
			return b.askOnce(cmd.Context(), in, name, lang, asJSON, c.Stdout)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the verdict as JSON")
	cmd.Flags().BoolVar(&asJSONL, "jsonl", false, "read and write one JSON object a line")
	cmd.Flags().StringVar(&lang, "lang", "", "language of the answer, such as ko or zh-CN; default: by the script of the text")
	cmd.MarkFlagsMutuallyExclusive("json", "jsonl")
	return cmd
}

// input opens the file named on the command line, or stdin.
func (c *cli) input(args []string) (io.ReadCloser, string, error) {
	if len(args) == 0 || args[0] == "-" {
		return io.NopCloser(c.Stdin), "", nil
	}
	f, err := os.Open(args[0])
	if err != nil {
		return nil, "", err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, "", fmt.Errorf("%s is a directory; name a file", args[0])
	}
	return f, filepath.Base(args[0]), nil
}

func (b *Bot) askOnce(ctx context.Context, in io.Reader, name, lang string, asJSON bool, out io.Writer) error {
	p, err := paste.Read(ctx, in, name, b.known().index.Limits())
	if err != nil {
		return failure(err)
	}
	answer, err := b.Ask(ctx, p, lang)
	if err != nil {
		return failure(err)
	}
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		err = enc.Encode(b.line("", answer))
	} else {
		_, err = fmt.Fprintln(out, b.renderText(answer.Reply))
	}
	if err != nil {
		return failure(err)
	}
	if answer.Verdict.Grade() < search.Likely {
		return &exitError{code: ExitUnknown}
	}
	return nil
}

// question is one line in of --jsonl.
type question struct {
	ID     json.RawMessage `json:"id"`
	Text   string          `json:"text"`
	Locale string          `json:"locale"`
}

// answerLine is one line out of --jsonl, and what --json prints.
type answerLine struct {
	ID          json.RawMessage    `json:"id,omitempty"`
	Grade       string             `json:"grade"`
	Hits        []hitLine          `json:"hits"`
	Problems    []search.Problem   `json:"problems"`
	Environment search.Environment `json:"environment"`
	Reply       string             `json:"reply"`
	Error       string             `json:"error,omitempty"`
}

type hitLine struct {
	ID    string   `json:"id"`
	Kind  string   `json:"kind"`
	Grade string   `json:"grade"`
	Why   []string `json:"why"`
}

func (b *Bot) line(id string, a Answer) answerLine {
	l := answerLine{Grade: a.Verdict.Grade().String(), Hits: []hitLine{}, Problems: a.Verdict.Problems, Environment: a.Verdict.Env, Reply: b.renderText(a.Reply)}
	if id != "" {
		l.ID = json.RawMessage(id)
	}
	if l.Problems == nil {
		l.Problems = []search.Problem{}
	}
	for _, h := range a.Verdict.Hits {
		line := hitLine{ID: h.Doc.ID, Kind: string(h.Doc.Kind), Grade: h.Grade.String(), Why: []string{}}
		for _, s := range h.Why {
			line.Why = append(line.Why, s.String())
		}
		l.Hits = append(l.Hits, line)
	}
	return l
}

// maxQuestion is the longest line of --jsonl.
const maxQuestion = 64 << 20

// askLines answers a stream of questions in order, several at a time.
func (b *Bot) askLines(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan answerLine, 2*runtime.GOMAXPROCS(0))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var readErr error
	go func() {
		defer close(queue)
		lines := bufio.NewScanner(in)
		lines.Buffer(make([]byte, 0, 64<<10), maxQuestion)
		for lines.Scan() {
			src := append([]byte(nil), lines.Bytes()...)
			done := make(chan answerLine, 1)
			select {
			case queue <- done:
			case <-ctx.Done():
				return
			}
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				done <- b.answerLine(ctx, src)
			}()
		}
		readErr = lines.Err()
	}()
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for done := range queue {
		if err := enc.Encode(<-done); err != nil {
			return failure(err)
		}
		if len(queue) == 0 {
			if err := w.Flush(); err != nil {
				return failure(err)
			}
		}
	}
	if readErr != nil {
		return failure(fmt.Errorf("ask --jsonl: %w", readErr))
	}
	if err := w.Flush(); err != nil {
		return failure(err)
	}
	return ctx.Err()
}

func (b *Bot) answerLine(ctx context.Context, src []byte) answerLine {
	bad := func(err error) answerLine {
		return answerLine{Grade: search.None.String(), Hits: []hitLine{}, Problems: []search.Problem{}, Error: err.Error()}
	}
	var q question
	if err := json.Unmarshal(src, &q); err != nil {
		return bad(fmt.Errorf("not a JSON object with id and text: %w", err))
	}
	a, err := b.Ask(ctx, paste.FromText(q.Text), q.Locale)
	if err != nil && !errors.Is(err, paste.ErrEmpty) {
		l := bad(err)
		l.ID = q.ID
		return l
	}
	return b.line(string(q.ID), a)
}

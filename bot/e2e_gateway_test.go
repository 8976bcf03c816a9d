package bot

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// TestG01AcceptsThenSilent lets the bot reconnect to a gateway that says
// nothing. What is asked meanwhile is answered once it speaks again.
func TestG01AcceptsThenSilent(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.survives(aftermath{logs: "the gateway has gone silent", resumes: true}, func(g playground.Gateway) {
		g.Silence(true)
		g.Drop()
		w.logged("the gateway has gone silent")
	}, func(g playground.Gateway) { g.Silence(false) })
}

// TestG02ReconnectAsFirstPacket sends op 7 where HELLO belongs, on which
// discordgo deadlocks.
func TestG02ReconnectAsFirstPacket(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.survives(aftermath{logs: "a new connection was asked for (op 7)", resumes: true}, func(g playground.Gateway) {
		g.FirstPacket(7, nil)
		g.AnswerNext(7, nil)
		g.Drop()
	}, nil)
}

func TestG03ReconnectWhileIdle(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.survives(aftermath{logs: "a new connection was asked for (op 7)", resumes: true}, playground.Gateway.Reconnect, nil)
	// 4000 keeps the session; 1000 would have ended it.
	if code := w.local.Gateway().Stats().LastClose; code != 4000 {
		t.Errorf("the bot closed with %d", code)
	}
}

func TestG04InvalidSessionThatCanBeResumed(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.survives(aftermath{logs: "the session was interrupted and can be resumed (op 9)", resumes: true},
		func(g playground.Gateway) { g.Invalidate(true) }, nil)
}

// TestG05InvalidSessionAfterResume refuses the RESUME. What was posted between
// the two sessions no event brings; it is read again and answered once.
func TestG05InvalidSessionAfterResume(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.survives(aftermath{logs: "the session was declared invalid (op 9)", identifies: 1}, func(g playground.Gateway) {
		g.Silence(true)
		g.AnswerNext(9, false)
		g.Drop()
	}, func(g playground.Gateway) { g.Silence(false) })
	w.logged(`"msg":"caught up"`)
}

// TestG06CutInTheMiddle cuts the connection again and again while events are
// on their way.
func TestG06CutInTheMiddle(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.survives(aftermath{logs: `"msg":"not connected to Discord"`, resumes: true}, func(g playground.Gateway) {
		for k := range 5 {
			w.asks(fmt.Sprint("cut ", k))
			g.Drop()
		}
	}, nil)
}

// TestG07NoHeartbeatAnswers wants a dead link noticed though the socket is open.
// That the default timings find it within a minute: session.TestDeadLinkIsFoundWithinAMinute.
func TestG07NoHeartbeatAnswers(t *testing.T) {
	w := newWorld(t, playground.Options{HeartbeatInterval: 200 * time.Millisecond}, nil)
	w.survives(aftermath{logs: "the gateway does not answer heartbeats", resumes: true}, func(g playground.Gateway) {
		g.Silence(true)
		w.logged("the gateway does not answer heartbeats")
	}, func(g playground.Gateway) { g.Silence(false) })
	if code := w.local.Gateway().Stats().LastClose; code != 4000 {
		t.Errorf("the bot closed with %d", code)
	}
}

func TestG08CloseCodes(t *testing.T) {
	for code, identifies := range map[int]int{4000: 0, 4001: 0, 4008: 0, 4009: 1} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			w := newWorld(t, playground.Options{}, nil)
			w.survives(aftermath{logs: fmt.Sprint("close ", code), resumes: identifies == 0, identifies: identifies},
				func(g playground.Gateway) { g.CloseWith(code, "said the test") }, nil)
		})
	}
}

// TestG09FatalClose wants the program to end with one sentence that says what
// to do, after one IDENTIFY.
func TestG09FatalClose(t *testing.T) {
	for code, advice := range map[int]string{4004: "Reset Token", 4010: "report", 4011: "servers", 4012: "update", 4013: "report", 4014: "MESSAGE CONTENT INTENT"} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			local, b, ended, ctx := lonelyBot(t, func(c *config.Config) { c.Discord.MessageContent = true }, true)
			if err := local.Gateway().WaitConnected(ctx); err != nil {
				t.Fatal(err)
			}
			local.Gateway().CloseWith(code, "said the test")
			err := <-ended
			if err == nil || !strings.Contains(err.Error(), fmt.Sprint(code)) || !strings.Contains(err.Error(), advice) {
				t.Errorf("ended with %v", err)
			}
			if n := local.Gateway().Stats().Identifies; n != 1 {
				t.Errorf("%d IDENTIFYs", n)
			}
			if n := reportCount(b); n != 0 {
				t.Errorf("%d reports are kept", n)
			}
		})
	}
	t.Run("the program", func(t *testing.T) {
		local := playground.New(playground.Options{}) // where the intent is off
		if err := local.Start("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		defer local.Close()
		var errs strings.Builder
		env := map[string]string{"DISCORD_TOKEN": local.Token(), "DISCORD_API_URL": local.APIURL(), "MEDIC_ADDR": "", "DISCORD_MESSAGE_CONTENT": "true", "MEDIC_LOG_LEVEL": "error"}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		code := Main(ctx, Process{Args: []string{"run"}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &errs,
			Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
		if last := lastLine(errs.String()); code != ExitFailure || !strings.HasPrefix(last, "medic: ") || !strings.Contains(last, "MESSAGE CONTENT INTENT") {
			t.Errorf("exit code %d, said %q", code, errs.String())
		}
	})
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func TestG10DuplicateReorderedMissing(t *testing.T) {
	t.Run("duplicate", func(t *testing.T) {
		w := newWorld(t, playground.Options{}, nil)
		w.survives(aftermath{logs: `"reason":"duplicate"`}, func(g playground.Gateway) { g.Duplicate(3) }, nil)
	})
	t.Run("reordered", func(t *testing.T) {
		w := newWorld(t, playground.Options{}, nil)
		w.survives(aftermath{}, func(g playground.Gateway) {
			g.Reorder(1)
			w.asks("overtaken")
			w.asks("overtakes")
		}, nil)
	})
	t.Run("missing", func(t *testing.T) {
		w := newWorld(t, playground.Options{}, nil)
		w.survives(aftermath{resumes: true}, func(g playground.Gateway) {
			g.Lose(1)
			w.asks("lost on the way")
			g.Drop() // what was lost comes with the RESUME
		}, nil)
	})
}

// TestG11UnknownEventsAndComponents sends what Discord may invent next. A
// message is read without the components that nobody here knows.
func TestG11UnknownEventsAndComponents(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	help, err := w.local.As("Ada").Channel("help")
	if err != nil {
		t.Fatal(err)
	}
	w.survives(aftermath{}, func(g playground.Gateway) {
		g.Dispatch("SOMETHING_NEW", map[string]any{"content": "bad member ID"}) // world.check looks for it in the log
		g.Dispatch("MESSAGE_CREATE", map[string]any{
			"id": "1400000000000000001", "channel_id": help.ID, "guild_id": w.local.GuildID(), "type": 0, "content": badMember,
			"author":     map[string]any{"id": w.local.As("Grace").ID(), "username": "grace"},
			"components": []any{map[string]any{"type": 99, "components": []any{map[string]any{"type": 98, "id": "x"}}}},
		})
	}, nil)
	w.reply(w.local.As("Ada"), "help", remedy)
}

func TestG12MalformedPackets(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	connections := w.local.Gateway().Stats().Connections
	w.survives(aftermath{logs: `"msg":"gateway packet dropped"`}, func(g playground.Gateway) {
		for _, p := range []string{"{", "null", `"bad member ID"`, `{"op":0,"t":"MESSAGE_CREATE","d":[]}`, `{"op":0,"t":"INTERACTION_CREATE","d":{"type":2}}`, "\xff\xfe"} {
			g.SendRaw([]byte(p))
		}
		g.SendBinary([]byte{0x78, 0x9c, 1, 2, 3})
	}, nil)
	if n := w.local.Gateway().Stats().Connections; n != connections {
		t.Errorf("connected again %d times", n-connections)
	}
}

func TestG13ReadyWithoutGuilds(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.survives(aftermath{logs: "declared invalid", identifies: 1}, func(g playground.Gateway) {
		g.ReadyWithoutGuilds(true)
		g.Invalidate(false)
	}, nil)
}

// TestG14ThirtyReconnects spends no IDENTIFY on connections that break, and no
// more than the hour's share on sessions that die.
func TestG14ThirtyReconnects(t *testing.T) {
	t.Run("connections", func(t *testing.T) {
		w := newWorld(t, playground.Options{}, nil)
		w.survives(aftermath{logs: `"failures":2`, resumes: true}, func(g playground.Gateway) {
			for k := range 30 {
				g.Drop()
				w.stillAnswers(fmt.Sprint("after cut ", k))
			}
		}, nil)
	})
	t.Run("sessions", func(t *testing.T) {
		w := newWorld(t, playground.Options{}, nil)
		g := w.local.Gateway()
		for g.Stats().Identifies < 12 { // session.DefaultIdentifiesPerHour
			before := g.Stats().Identifies
			w.until(g.Connected)
			g.Invalidate(false)
			w.until(func() bool { return g.Stats().Identifies > before })
		}
		w.until(g.Connected)
		g.Invalidate(false)
		w.logged("too many new gateway sessions, pausing")
		if n := g.Stats().Identifies; n != 12 {
			t.Errorf("%d IDENTIFYs", n)
		}
		if err := w.bot.session.Alive(time.Now()); err != nil {
			t.Errorf("a planned pause is no reason to restart: %v", err)
		}
	})
}

// TestG15FloodOfInteractions has one person send far more commands than the bot
// takes from one: she is told so in private, and others are served meanwhile.
func TestG15FloodOfInteractions(t *testing.T) {
	const flood = 1000
	w := newWorld(t, playground.Options{InteractionDeadline: patience, RouteLimit: 10 * flood, GlobalLimit: 10 * flood}, nil)
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	var sent []*playground.Interaction
	for range flood {
		i, err := ada.Slash("general", commandName, playground.Opt(optionProblem, badMember))
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, i)
		if len(sent) == flood/2 {
			w.slash(grace, "general", playground.Opt(optionProblem, badMember))
		}
	}
	w.reply(grace, "general", remedy)
	w.soon(func() bool {
		s := w.bot.session.Stats()
		return s.Interactions["ok"]+s.Interactions["busy"] == flood+1 && s.Queued == 0 && s.Running == 0
	})
	unheard := strings.Count(w.log.String(), "not even told that the bot is busy")
	over, cancel := context.WithCancel(context.Background())
	cancel() // Wait then only says what there is
	w.soon(func() bool {
		answered := 0
		for _, i := range sent {
			if out, err := i.Wait(over); err == nil && out.Failed == "" {
				answered++
			}
		}
		return answered+unheard == flood
	})
	busy := slices.ContainsFunc(ada.Sees("general"), func(m playground.Message) bool { return strings.Contains(m.Text(), "I have too much to do") })
	stats := w.bot.session.Stats()
	refused := stats.Dropped["user has too many waiting"] + stats.Dropped["waited too long"]
	if !busy || stats.Dropped["user has too many waiting"] == 0 || refused != stats.Interactions["busy"] {
		t.Errorf("told %v, stats %+v", busy, stats)
	}
	w.logged(`"reason":"user has too many waiting"`)
	if n := reportCount(w.bot); uint64(n) != stats.Interactions["ok"] {
		t.Errorf("%d reports are kept of %d answers", n, stats.Interactions["ok"])
	}
	w.answersOnce("afterwards")
}

func TestG16GuildOutageAndReturn(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.survives(aftermath{}, func(g playground.Gateway) { g.Outage(true) }, func(g playground.Gateway) { g.Outage(false) })
}

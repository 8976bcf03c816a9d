package playground_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

func modal(parts ...any) o { return o{"custom_id": "m", "title": "t", "components": parts} }

func label(in o) o { return o{"type": 18, "label": "l", "component": in} }

func with(base o, key string, v any) o {
	out := o{}
	for k, old := range base {
		out[k] = old
	}
	out[key] = v
	return out
}

func input(n int) o { return o{"type": 4, "custom_id": fmt.Sprint("i", n), "style": 1} }

func inputs(n int) []any {
	var out []any
	for i := range n {
		out = append(out, label(input(i)))
	}
	return out
}

func group(kind, n int) o { return o{"type": kind, "custom_id": "g", "options": options(n)} }

func menu(n int) o { return o{"type": 3, "custom_id": "s", "options": options(n)} }

// modalLimits are answers of type 9; see messageLimits for what want means.
var modalLimits = []struct {
	name string
	data o
	want string
}{
	{"1 input", modal(inputs(1)...), ""},
	{"5 inputs", modal(inputs(5)...), ""},
	{"6 inputs", modal(inputs(6)...), "data.components: BASE_TYPE_BAD_LENGTH"},
	{"nothing", modal(), "data.components: BASE_TYPE_BAD_LENGTH"},
	{"title 45", with(modal(inputs(1)...), "title", rep("t", 45)), ""},
	{"title 46", with(modal(inputs(1)...), "title", rep("t", 46)), "data.title: BASE_TYPE_BAD_LENGTH"},
	{"no title", with(modal(inputs(1)...), "title", ""), "data.title: BASE_TYPE_REQUIRED"},
	{"custom id 100", with(modal(inputs(1)...), "custom_id", rep("c", 100)), ""},
	{"custom id 101", with(modal(inputs(1)...), "custom_id", rep("c", 101)), "data.custom_id: BASE_TYPE_BAD_LENGTH"},
	{"input in a row", modal(row(with(input(0), "label", rep("l", 45)))), ""},
	{"row label 46", modal(row(with(input(0), "label", rep("l", 46)))), "data.components.0.components.0.label: BASE_TYPE_BAD_LENGTH"},
	{"row label missing", modal(row(input(0))), "data.components.0.components.0.label: BASE_TYPE_REQUIRED"},
	{"2 inputs in a row", modal(row(with(input(0), "label", "l"), with(input(1), "label", "l"))), "data.components.0.components: BASE_TYPE_BAD_LENGTH"},
	{"button in a row", modal(row(buttons(1)...)), "data.components.0.components.0.type: BASE_TYPE_CHOICES"},
	{"label 46", modal(with(label(input(0)), "label", rep("l", 46))), "data.components.0.label: BASE_TYPE_BAD_LENGTH"},
	{"label description 101", modal(with(label(input(0)), "description", rep("d", 101))), "data.components.0.description: BASE_TYPE_MAX_LENGTH"},
	{"label of nothing", modal(o{"type": 18, "label": "l"}), "data.components.0.component: BASE_TYPE_REQUIRED"},
	{"label of a button", modal(label(o{"type": 2, "style": 1, "label": "x", "custom_id": "b"})), "data.components.0.component.type: BASE_TYPE_CHOICES"},
	{"two labels", modal(label(with(input(0), "label", "l"))), "data.components.0.component.label: TEXT_INPUT_LABEL_NOT_ALLOWED"},
	{"a bare input", modal(input(0)), "data.components.0.type: BASE_TYPE_CHOICES"},
	{"input id twice", modal(label(input(0)), label(input(0))), "data.components.1.component.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED"},
	{"no style", modal(label(o{"type": 4, "custom_id": "i"})), "data.components.0.component.style: BASE_TYPE_REQUIRED"},
	{"style 3", modal(label(with(input(0), "style", 3))), "data.components.0.component.style: NUMBER_TYPE_MAX"},
	{"placeholder 101", modal(label(with(input(0), "placeholder", rep("p", 101)))), "data.components.0.component.placeholder: BASE_TYPE_MAX_LENGTH"},
	{"value 4000", modal(label(with(input(0), "value", rep("v", 4000)))), ""},
	{"value over max_length", modal(label(with(with(input(0), "value", "abc"), "max_length", 2))), "data.components.0.component.value: BASE_TYPE_BAD_LENGTH"},
	{"max_length 4001", modal(label(with(input(0), "max_length", 4001))), "data.components.0.component.max_length: NUMBER_TYPE_MAX"},
	{"max_length 0", modal(label(with(input(0), "max_length", 0))), "data.components.0.component.max_length: NUMBER_TYPE_MIN"},
	{"min over max", modal(label(with(with(input(0), "min_length", 9), "max_length", 2))), "data.components.0.component.min_length: TEXT_INPUT_MIN_LENGTH_TOO_LARGE"},
	{"disabled input", modal(label(with(input(0), "disabled", true))), "data.components.0.component.disabled: BASE_TYPE_CHOICES"},
	{"disabled select", modal(label(with(menu(1), "disabled", true))), "data.components.0.component.disabled: BASE_TYPE_CHOICES"},
	{"select of 26", modal(label(menu(26))), "data.components.0.component.options: BASE_TYPE_BAD_LENGTH"},
	{"upload of 10", modal(label(o{"type": 19, "custom_id": "u", "min_values": 0, "max_values": 10})), ""},
	{"upload of 11", modal(label(o{"type": 19, "custom_id": "u", "max_values": 11})), "data.components.0.component.max_values: NUMBER_TYPE_MAX"},
	{"radio of 2", modal(label(group(21, 2))), ""},
	{"radio of 1", modal(label(group(21, 1))), "data.components.0.component.options: BASE_TYPE_BAD_LENGTH"},
	{"radio of 11", modal(label(group(21, 11))), "data.components.0.component.options: BASE_TYPE_BAD_LENGTH"},
	{"checkboxes 10", modal(label(group(22, 10))), ""},
	{"checkboxes 11", modal(label(group(22, 11))), "data.components.0.component.options: BASE_TYPE_BAD_LENGTH"},
	{"checkbox", modal(label(o{"type": 23, "custom_id": "c"})), ""},
	{"text", modal(text("read this"), label(input(0))), ""},
	{"text of nothing", modal(text(""), label(input(0))), "data.components.0.content: BASE_TYPE_REQUIRED"},
}

// stage is a server where Ada uses a command, a button and an option.
type stage struct {
	*playground.Server
	t *testing.T
	b *bot
	n int
}

func newStage(t *testing.T) *stage {
	s := start(t, playground.Options{InteractionDeadline: time.Minute, RouteLimit: 5000, GlobalLimit: 5000})
	b := connect(t, s, allIntents)
	register(t, b, s, &discordgo.ApplicationCommand{Name: "ask", Description: "d", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionString, Name: "text", Description: "d", Autocomplete: true}}})
	return &stage{Server: s, t: t, b: b}
}

// next waits for the next interaction.
func (s *stage) next() *discordgo.Interaction {
	s.n++
	return s.b.interaction(s.n)
}

func (s *stage) command() *discordgo.Interaction {
	must(s.As("Ada").Slash("general", "ask"))(s.t)
	return s.next()
}

func (s *stage) press() *discordgo.Interaction {
	i := s.command()
	s.answer(i, o{"type": 4, "data": o{"content": "x", "components": rows(1)}})
	m := must(s.As("Ada").WaitMessage(within(s.t), "general", func(m playground.Message) bool { return m.FromBot() && len(m.Components()) > 0 }))(s.t)
	must(s.As("Ada").Press("general", m.ID(), "b0"))(s.t)
	return s.next()
}

func (s *stage) typing() *discordgo.Interaction {
	go s.As("Ada").Autocomplete(s.t.Context(), "general", "ask", "text", "x")
	return s.next()
}

func (s *stage) submit() *discordgo.Interaction {
	s.answer(s.command(), o{"type": 9, "data": modal(inputs(1)...)})
	m := must(s.As("Ada").WaitModal(within(s.t)))(s.t)
	must(s.As("Ada").Submit(m, map[string]string{"i0": "x"}))(s.t)
	return s.next()
}

func (s *stage) answer(i *discordgo.Interaction, body any) (int, o) {
	status, out, _ := callAs(s.t, s.Server, "", "POST", "/interactions/"+i.ID+"/"+i.Token+"/callback", body)
	return status, out
}

func TestModalLimits(t *testing.T) {
	s := newStage(t)
	for _, c := range modalLimits {
		status, body := s.answer(s.command(), o{"type": 9, "data": c.data})
		check(t, c.name, status, body, c.want)
	}
}

func suggestions(n int) o { return o{"choices": choiceList(n)} }

// TestCallbackKinds tries each kind of answer on each kind of interaction.
func TestCallbackKinds(t *testing.T) {
	s := newStage(t)
	const wrong = "type: INTERACTION_INVALID_CALLBACK_TYPE"
	data := map[int]o{4: {"content": "x"}, 5: {}, 6: nil, 7: {"content": "y"}, 8: suggestions(1), 9: modal(inputs(1)...)}
	for _, k := range []struct {
		name    string
		make    func() *discordgo.Interaction
		allowed map[int]bool
	}{
		{"command", s.command, map[int]bool{4: true, 5: true, 9: true}},
		{"component", s.press, map[int]bool{4: true, 5: true, 6: true, 7: true, 9: true}},
		{"autocomplete", s.typing, map[int]bool{8: true}},
		{"modal submit of a command", s.submit, map[int]bool{4: true, 5: true}},
	} {
		for _, kind := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12} {
			want := wrong
			if k.allowed[kind] {
				want = ""
			}
			status, body := s.answer(k.make(), o{"type": kind, "data": data[kind]})
			check(t, fmt.Sprintf("%s answered with %d", k.name, kind), status, body, want)
		}
	}
}

func TestSuggestionLimits(t *testing.T) {
	s := newStage(t)
	one := func(name, value any) o { return o{"choices": []any{o{"name": name, "value": value}}} }
	for _, c := range []struct {
		name string
		data o
		want string
	}{
		{"none", o{"choices": []any{}}, ""},
		{"25", suggestions(25), ""},
		{"26", suggestions(26), "data.choices: BASE_TYPE_MAX_LENGTH"},
		{"no list", o{}, "data.choices: BASE_TYPE_REQUIRED"},
		{"name 100", one(rep("n", 100), rep("v", 100)), ""},
		{"name 101", one(rep("n", 101), "v"), "data.choices.0.name: BASE_TYPE_BAD_LENGTH"},
		{"name empty", one("", "v"), "data.choices.0.name: BASE_TYPE_REQUIRED"},
		{"value 101", one("n", rep("v", 101)), "data.choices.0.value: BASE_TYPE_BAD_LENGTH"},
		{"value missing", one("n", nil), "data.choices.0.value: BASE_TYPE_REQUIRED"},
		{"number", one("n", 5), ""},
	} {
		status, body := s.answer(s.typing(), o{"type": 8, "data": c.data})
		check(t, c.name, status, body, c.want)
	}
}

// TestAnswersHaveTheLimitsOfMessages sends every row of messageLimits as an
// answer to a command, where the same limits hold one level down.
func TestAnswersHaveTheLimitsOfMessages(t *testing.T) {
	s := newStage(t)
	for _, c := range messageLimits {
		if c.body["message_reference"] != nil || c.body["nonce"] != nil {
			continue // an answer has none
		}
		want := c.want
		if len(want) > 5 { // a path, not a code
			want = "data." + want
		}
		status, body := s.answer(s.command(), o{"type": 4, "data": c.body})
		check(t, c.name, status, body, want)
	}
}

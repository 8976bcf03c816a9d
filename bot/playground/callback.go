package playground

import "time"

// allowedCallbacks lists the answers each kind of interaction takes.
var allowedCallbacks = map[int][]int{
	itCommand:      {cbMessage, cbDeferMessage, cbModal},
	itComponent:    {cbMessage, cbDeferMessage, cbDeferUpdate, cbUpdate, cbModal},
	itAutocomplete: {cbAutocomplete},
	itModal:        {cbMessage, cbDeferMessage, cbDeferUpdate, cbUpdate},
}

// callback is POST /interactions/{id}/{token}/callback: the first answer.
func (s *Server) callback(r *request) (int, any, error) {
	it := s.interactions[r.PathValue("token")]
	if it == nil || it.id != r.PathValue("id") || it.failed != "" || s.world.channels[it.channelID] == nil ||
		it.answered == 0 && time.Since(it.made) > s.opts.InteractionDeadline {
		return 0, nil, refuse(codeUnknownInteraction)
	}
	return s.takeCallback(it, r.body, r.files, r.URL.Query().Get("with_response") == "true")
}

// takeCallback takes a first answer, whichever way it came.
func (s *Server) takeCallback(it *interaction, body obj, files []upload, withResponse bool) (int, any, error) {
	if it.answered != 0 {
		return 0, nil, refuse(codeAcknowledged)
	}
	kind := int(number(body, "type"))
	if !contains(allowedCallbacks[it.kind], kind) ||
		(kind == cbUpdate || kind == cbDeferUpdate) && it.source == nil {
		return 0, nil, formErr("type", "INTERACTION_INVALID_CALLBACK_TYPE",
			"This callback type cannot answer this interaction")
	}
	if err := s.answer(it, kind, object(body, "data"), files); err != nil {
		return 0, nil, inData(err)
	}
	it.answered = kind
	it.timer.Stop()
	if it.opener != nil {
		it.opener.modalDone = true
	}
	if kind == cbModal {
		s.toPage("modal", it.modalJSON(), func(id string) bool { return id == it.user.id })
	}
	s.notify()
	if withResponse {
		return 200, s.callbackResponse(it, kind), nil
	}
	return 204, nil, nil
}

// inData moves the faults of a message one level down, to where it was sent.
func inData(err error) error {
	e, ok := err.(*apiError)
	if !ok || e.errors == nil || e.errors["data"] != nil {
		return err
	}
	moved := *e
	moved.errors = obj{"data": e.errors}
	return &moved
}

// answer carries out a first answer that is allowed for the interaction.
func (s *Server) answer(it *interaction, kind int, data obj, ups []upload) error {
	switch kind {
	case cbMessage, cbDeferMessage:
		return s.answerMessage(it, data, ups, kind == cbDeferMessage)
	case cbUpdate:
		if data == nil {
			data = obj{}
		}
		it.original = it.source
		c := s.world.channels[it.channelID]
		if it.source.dead {
			return refuse(codeUnknownMessage)
		}
		return s.edit(c, it.source, change{body: data, files: ups, it: it})
	case cbDeferUpdate:
		it.original = it.source
	case cbAutocomplete:
		return it.suggest(data)
	case cbModal:
		var f form
		checkModal(&f, data)
		if err := f.err(); err != nil {
			return err
		}
		it.modal = cloneObj(data)
		numberComponents(list(it.modal, "components"))
	}
	return nil
}

// answerMessage sends the message, or the placeholder of a deferral, whose
// ephemerality is thereby fixed.
func (s *Server) answerMessage(it *interaction, data obj, ups []upload, deferred bool) error {
	if data == nil && !deferred {
		return formErr("data", "BASE_TYPE_REQUIRED", "This field is required")
	}
	if data == nil || deferred {
		data = obj{"flags": number(data, "flags") & flagEphemeral}
	}
	d := draft{body: data, files: ups, loading: deferred, kind: it.messageType(), it: it}
	if it.kind != itCommand && it.source != nil {
		d.replyTo = it.source
	}
	m, err := s.respond(it, d)
	if err != nil {
		return err
	}
	it.original, it.pending, it.hidden = m, deferred, m.only != ""
	return nil
}

func (it *interaction) messageType() int64 {
	switch {
	case it.kind == itCommand && it.commandType == 1:
		return typeSlash
	case it.kind == itCommand:
		return typeContextMenu
	case it.source != nil:
		return typeReply
	}
	return typeDefault
}

// respond sends a message as the answer to an interaction.
func (s *Server) respond(it *interaction, d draft) (*message, error) {
	d.author, d.channel = s.bot(), s.world.channels[it.channelID]
	if number(d.body, "flags")&flagEphemeral != 0 {
		d.only = it.user.id
	}
	return s.create(d)
}

// suggest checks the choices of an autocomplete answer.
func (it *interaction) suggest(data obj) error {
	var f form
	in, ok := data["choices"].([]any)
	if !ok {
		f.required("data.choices")
	}
	if len(in) > maxSuggestions {
		f.add("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxSuggestions)
	}
	for i, v := range in {
		o, _ := v.(obj)
		at := "data.choices." + itoa(i)
		f.size(o, "name", at+".name", 1, 100)
		if _, isText := o["value"].(string); isText {
			f.size(o, "value", at+".value", 1, 100)
		} else if _, isNumber := asFloat(o["value"]); !isNumber {
			f.required(at + ".value")
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	it.choices = cloneAny(in).([]any)
	return nil
}

func (it *interaction) modalJSON() obj {
	return obj{"interaction_id": it.id, "custom_id": it.modal["custom_id"], "title": it.modal["title"],
		"components": it.modal["components"]}
}

// callbackResponse is what with_response=true asks for.
func (s *Server) callbackResponse(it *interaction, kind int) obj {
	in := obj{"id": it.id, "type": it.kind, "response_message_loading": it.pending, "response_message_ephemeral": it.hidden}
	out := obj{"interaction": in}
	if it.original != nil {
		in["response_message_id"] = it.original.id
		out["resource"] = obj{"type": kind, "message": it.original.json(seedBot)}
	} else {
		out["resource"] = obj{"type": kind}
	}
	return out
}

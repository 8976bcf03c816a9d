package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/sashabaranov/go-openai"
)

// Fault says what went wrong with the model.
type Fault string

// The faults. Each has its sentence in faults.
const (
	FaultUnreachable Fault = "unreachable"
	FaultTimeout     Fault = "timeout"
	FaultBusy        Fault = "busy"
	FaultServer      Fault = "server error"
	FaultNotAPI      Fault = "not an API"
	FaultCut         Fault = "answer cut off"
	FaultBadJSON     Fault = "not JSON"
	FaultSchema      Fault = "not the schema"
	FaultEmpty       Fault = "empty answer"
	FaultRefused     Fault = "refused"
	FaultUngrounded  Fault = "not grounded"
	FaultDimension   Fault = "dimension changed"
	FaultNoModel     Fault = "no such model"
	FaultKey         Fault = "key refused"
	FaultRequest     Fault = "request refused"
	FaultBudget      Fault = "budget spent"
	FaultPaused      Fault = "paused"
	FaultCancelled   Fault = "cancelled"
)

// faults says for each fault what happened and what an operator does next.
// Those marked count as an outage of the server.
var faults = map[Fault]struct {
	text   string
	outage bool
}{
	FaultUnreachable: {"the server cannot be reached; check model.base_url and that it runs", true},
	FaultTimeout:     {"the server did not answer in time; it may be loading the model or overloaded", true},
	FaultBusy:        {"the server has too many requests (429); raise its quota or lower model.budget", true},
	FaultServer:      {"the server failed; its own log says why", true},
	FaultNotAPI:      {"the address answers with something else than the API, such as a proxy's page; check model.base_url, it usually ends in /v1", true},
	FaultCut:         {"the answer was cut off on its way", true},
	FaultBadJSON:     {"the model did not answer in JSON; use one that supports structured output", false},
	FaultSchema:      {"the model's JSON lacks what was asked for; use one that supports structured output", false},
	FaultEmpty:       {"the model answered with nothing", false},
	FaultRefused:     {"the model refused to answer or was stopped", false},
	FaultUngrounded:  {"nothing the model said stands in the documentation", false},
	FaultDimension:   {"the embeddings have another length than those of the index; run medic index again", false},
	FaultNoModel:     {"the server does not have the model; check the names under model, or load it", true},
	FaultKey:         {"the server refused the key; check OPENAI_API_KEY", true},
	FaultRequest:     {"the server refused the request", false},
	FaultBudget:      {"the budget of the day is spent; it begins anew at midnight UTC, model.budget sets it", false},
	FaultPaused:      {"it failed several times in a row and is left alone for half a minute", false},
	FaultCancelled:   {"the question was given up before the server answered", false},
}

// Error is what every failure of the model becomes. It never holds text of
// the server or of users.
type Error struct {
	Fault  Fault
	Status int // of HTTP, if there was an answer
}

// Error says what happened and what to do next.
func (e *Error) Error() string {
	s := "model: " + faults[e.Fault].text
	if e.Status != 0 {
		s += fmt.Sprintf(" (HTTP %d)", e.Status)
	}
	return s
}

func outage(err error) bool {
	var e *Error
	return errors.As(err, &e) && faults[e.Fault].outage
}

// givenUp tells whether a call was ended by who made it, which says nothing of
// the server.
func givenUp(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Fault == FaultCancelled
}

// toError sorts an error of go-openai, whose text may hold a whole page.
func toError(ctx context.Context, err error) error {
	var known *Error
	if err == nil {
		return nil
	}
	if errors.As(err, &known) {
		return known // without the address that net/http puts around it
	}
	e := &Error{Fault: FaultServer}
	var api *openai.APIError
	var request *openai.RequestError
	var network net.Error
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		e.Fault = FaultCancelled
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
		e.Fault = FaultTimeout
	case errors.As(err, &api) && api.HTTPStatusCode != 0:
		e.Status = api.HTTPStatusCode
		e.Fault = statusFault(e.Status)
	case errors.As(err, &request):
		e.Status = request.HTTPStatusCode
		if e.Fault = statusFault(e.Status); strings.HasPrefix(strings.TrimSpace(string(request.Body)), "<") {
			e.Fault = FaultNotAPI
		}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errTooLong):
		e.Fault = FaultCut
	case errors.As(err, &syntax), errors.As(err, &shape):
		// A complete answer that is no JSON at all is a page of something else.
		e.Fault = FaultNotAPI
	case errors.As(err, &network) && network.Timeout():
		e.Fault = FaultTimeout
	case errors.As(err, &network):
		e.Fault = FaultUnreachable
	}
	return e
}

func statusFault(status int) Fault {
	switch {
	case status == http.StatusTooManyRequests:
		return FaultBusy
	case status == http.StatusNotFound:
		return FaultNoModel
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return FaultKey
	case status == http.StatusRequestTimeout:
		return FaultTimeout
	case status >= 300 && status < 400:
		return FaultNotAPI
	case status >= 400 && status < 500:
		return FaultRequest
	}
	return FaultServer
}

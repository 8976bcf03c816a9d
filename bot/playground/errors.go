package playground

import (
	"fmt"
	"net/http"
	"strings"
)

// apiError is an answer that refuses, in Discord's form.
type apiError struct {
	status  int
	code    int
	message string
	errors  obj
	headers map[string]string
}

// Error names the code and the message.
func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.code, e.message) }

func (e *apiError) body() obj {
	o := obj{"message": e.message, "code": e.code}
	if e.errors != nil {
		o["errors"] = e.errors
	}
	return o
}

// JSON error codes, from Discord's table of status codes.
const (
	codeUnknownChannel     = 10003
	codeUnknownGuild       = 10004
	codeUnknownMember      = 10007
	codeUnknownMessage     = 10008
	codeUnknownRole        = 10011
	codeUnknownUser        = 10013
	codeUnknownEmoji       = 10014
	codeUnknownWebhook     = 10015
	codeUnknownInteraction = 10062
	codeUnknownCommand     = 10063
	codeUnknownTag         = 10087
	codeNotOurApp          = 20012
	codeDailyCommands      = 30034
	codeMaxTags            = 40066
	codeMaxFollowUps       = 40094
	codeTooLarge           = 40005
	codeAcknowledged       = 40060
	codeTagRequired        = 40067
	codeMissingAccess      = 50001
	codeOthersMessage      = 50005
	codeEmptyMessage       = 50006
	codeCannotDM           = 50007
	codeNotText            = 50008
	codeMissingPermissions = 50013
	codeBadType            = 50024
	codeBadToken           = 50027
	codeForm               = 50035
	codeBadVersion         = 50041
	codeArchived           = 50083
	codeBadJSON            = 50109
	codeWriteLimit         = 20028
	codeCommandLimit       = 30032
	codeOldEdits           = 30046
	codeNoHistory          = 160002
	codeHasThread          = 160004
	codeLocked             = 160005
	codeThreadLimit        = 160006
	codeAutoMod            = 200000
	codeHarmfulLink        = 240000
)

var apiErrors = map[int]struct {
	status  int
	message string
}{
	codeUnknownChannel:     {404, "Unknown Channel"},
	codeUnknownGuild:       {404, "Unknown Guild"},
	codeUnknownMember:      {404, "Unknown Member"},
	codeUnknownMessage:     {404, "Unknown Message"},
	codeUnknownUser:        {404, "Unknown User"},
	codeUnknownEmoji:       {400, "Unknown Emoji"},
	codeUnknownWebhook:     {404, "Unknown Webhook"},
	codeUnknownInteraction: {404, "Unknown interaction"},
	codeUnknownCommand:     {404, "Unknown application command"},
	codeUnknownTag:         {404, "Unknown tag"},
	codeNotOurApp:          {403, "You are not authorized to perform this action on this application"},
	codeDailyCommands:      {429, "Max number of daily application command creates has been reached (200)"},
	codeMaxFollowUps:       {400, "This interaction has reached the maximum number of follow-up messages"},
	codeMaxTags:            {403, "No tags available that can be set by non-moderators"},
	codeTooLarge:           {413, "Request entity too large"},
	codeAcknowledged:       {400, "Interaction has already been acknowledged."},
	codeTagRequired:        {400, "A tag is required to create a forum post in this channel"},
	codeMissingAccess:      {403, "Missing Access"},
	codeOthersMessage:      {403, "Cannot edit a message authored by another user"},
	codeEmptyMessage:       {400, "Cannot send an empty message"},
	codeCannotDM:           {403, "Cannot send messages to this user"},
	codeNotText:            {400, "Cannot send messages in a non-text channel"},
	codeMissingPermissions: {403, "Missing Permissions"},
	codeBadType:            {400, "Cannot execute action on this channel type"},
	codeBadToken:           {401, "Invalid Webhook Token"},
	codeForm:               {400, "Invalid Form Body"},
	codeBadVersion:         {400, "Invalid API version"},
	codeArchived:           {400, "Thread is archived"},
	codeBadJSON:            {400, "The request body contains invalid JSON."},
	codeNoHistory:          {400, "Cannot reply without permission to read message history"},
	codeHasThread:          {400, "A thread has already been created for this message"},
	codeLocked:             {403, "This thread is locked"},
	codeCommandLimit:       {400, "Maximum number of application commands reached"},
	codeThreadLimit:        {400, "Maximum number of active threads reached"},
	// Nothing here leads to these by itself; they are for ErrorBody.
	codeUnknownRole: {404, "Unknown Role"},
	codeWriteLimit:  {429, "The write action you are performing on the channel has hit the write rate limit"},
	codeOldEdits:    {429, "Maximum number of edits to messages older than 1 hour reached. Try again later"},
	codeAutoMod:     {400, "Message was blocked by automatic moderation"},
	codeHarmfulLink: {400, "Message blocked by harmful links filter"},
}

func refuse(code int) *apiError {
	e := apiErrors[code]
	return &apiError{status: e.status, code: code, message: e.message}
}

// plainError is an answer with only an HTTP status behind it: code 0.
func plainError(status int) *apiError {
	return &apiError{status: status, message: fmt.Sprintf("%d: %s", status, http.StatusText(status))}
}

// form collects what is wrong with a body, field by field.
type form struct{ tree obj }

// add notes one fault at a dotted path such as "embeds.0.title".
func (f *form) add(path, code, format string, args ...any) {
	if f.tree == nil {
		f.tree = obj{}
	}
	at := f.tree
	if path != "" {
		for _, part := range strings.Split(path, ".") {
			next, ok := at[part].(obj)
			if !ok {
				next = obj{}
				at[part] = next
			}
			at = next
		}
	}
	found, _ := at["_errors"].([]any)
	at["_errors"] = append(found, obj{"code": code, "message": fmt.Sprintf(format, args...)})
}

func (f *form) required(path string) {
	f.add(path, "BASE_TYPE_REQUIRED", "This field is required")
}

// err returns the collected faults, or nil.
func (f *form) err() error {
	if f.tree == nil {
		return nil
	}
	e := refuse(codeForm)
	e.errors = f.tree
	return e
}

// formErr is a form with a single fault.
func formErr(path, code, format string, args ...any) error {
	var f form
	f.add(path, code, format, args...)
	return f.err()
}

// size checks the length of a text field that may be absent unless min > 0.
func (f *form) size(o obj, key, path string, min, max int) {
	v, present := o[key]
	if !present || v == nil {
		if min > 0 {
			f.required(path)
		}
		return
	}
	s, ok := v.(string)
	if !ok {
		f.add(path, "STRING_TYPE_CONVERT", "Could not interpret \"%v\" as string.", v)
		return
	}
	switch n := length(s); {
	case n < min && n == 0:
		f.required(path)
	case n > max && min > 0:
		f.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", min, max)
	case n > max:
		f.add(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", max)
	}
}

// within checks a whole number that may be absent.
func (f *form) within(o obj, key, path string, min, max int64) {
	if !has(o, key) {
		return
	}
	n, ok := asInt(o[key])
	switch {
	case !ok:
		f.add(path, "NUMBER_TYPE_COERCE", "Value \"%v\" is not int.", o[key])
	case n < min:
		f.add(path, "NUMBER_TYPE_MIN", "int value should be greater than or equal to %d.", min)
	case n > max:
		f.add(path, "NUMBER_TYPE_MAX", "int value should be less than or equal to %d.", max)
	}
}

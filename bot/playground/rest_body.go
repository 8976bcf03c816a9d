package playground

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
)

// readCapped reads a body that is only recorded.
func readCapped(r *http.Request) []byte {
	b, _ := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	io.Copy(io.Discard, io.LimitReader(r.Body, maxRequest))
	return b
}

// readRequest reads the body in any of the forms Discord takes. The request it
// returns is never nil.
func readRequest(r *http.Request) (*request, error) {
	req := &request{Request: r, body: obj{}}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil {
		return req, plainError(http.StatusBadRequest)
	}
	if len(raw) > maxRequest {
		return req, refuse(codeTooLarge)
	}
	ct := r.Header.Get("Content-Type")
	if len(raw) == 0 {
		if ct != "" && r.Method != http.MethodGet {
			return req, plainError(http.StatusBadRequest)
		}
		return req, nil
	}
	kind, params, err := mime.ParseMediaType(ct)
	switch {
	case err == nil && kind == "multipart/form-data":
		return req, req.multipart(raw, params["boundary"])
	case err == nil && kind == "application/json":
		return req, req.json(raw)
	}
	return req, &apiError{status: 415, message: "415: Unsupported Media Type"}
}

func (req *request) json(raw []byte) error {
	req.raw = raw
	v, err := parseJSON(raw)
	if err != nil {
		return refuse(codeBadJSON)
	}
	switch v := v.(type) {
	case obj:
		req.body = v
	case []any:
		req.items = v
	case nil:
	default:
		return formErr("", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
	}
	return nil
}

// multipart reads payload_json and the files. A file's field "files[3]" gives
// it the index 3.
func (req *request) multipart(raw []byte, boundary string) error {
	mr := multipart.NewReader(strings.NewReader(string(raw)), boundary)
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return plainError(http.StatusBadRequest)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return plainError(http.StatusBadRequest)
		}
		name := part.FormName()
		switch {
		case name == "payload_json":
			if err := req.json(data); err != nil {
				return err
			}
		case part.FileName() != "":
			req.files = append(req.files, upload{index: fileIndex(name), name: part.FileName(),
				contentType: part.Header.Get("Content-Type"), data: data})
		default:
			req.body[name] = string(data)
		}
	}
}

// fileIndex reads the n of "files[n]" and "file3", or -1.
func fileIndex(field string) int {
	digits := strings.TrimSuffix(strings.TrimPrefix(field, "files["), "]")
	digits = strings.TrimPrefix(digits, "file")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

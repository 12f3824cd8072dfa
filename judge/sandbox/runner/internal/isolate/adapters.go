package isolate

import (
	"go/types"
	"slices"
	"strings"
)

// An adapter is how a type of the standard library crosses that is neither a copy of its fields
// nor something to be called back by its methods alone.
type adapter struct {
	// needs are the types whose codecs put and get use.
	needs func(types.Type) []types.Type
	// declare writes what stands before the codec; nil: nothing.
	declare func(h *half, t types.Type)
	// put writes the body of a function of (w, v), get that of one of r with the result v.
	put, get func(h *half, t types.Type)
	// back writes the body of a function of (w, v) that says what the callee changed, set that of
	// one of (r, p) that changes it over there too. nil: nothing comes back.
	back, set func(h *half, t types.Type)
}

// adapters by the types that they are for. It is filled by init, since adapters use codecs of
// others.
var adapters map[string]adapter

func init() {
	adapters = map[string]adapter{
		"*net/url.Userinfo":       {needs: none, put: putUser, get: getUser},
		"*net/http.Request":       {needs: ofRequest, put: putRequest, get: getRequest},
		"net/http.ResponseWriter": {needs: ofResponse, declare: declareResponse, put: putResponse, get: getResponse, back: backResponse, set: setResponse},
		"context.Context":         {needs: none, put: putContext, get: getContext},
	}
}

func none(types.Type) []types.Type { return nil }

// text writes a template: «path» is the name that a package is imported under, «put X», «get X»
// the codec of the type that is called X, and «n» the number of t's own.
func (h *half) text(t types.Type, named map[string]types.Type, text string) {
	for {
		before, rest, ok := strings.Cut(text, "«")
		h.body.WriteString(before)
		if !ok {
			return
		}
		word, after, _ := strings.Cut(rest, "»")
		text = after
		verb, name, isCodec := strings.Cut(word, " ")
		switch {
		case word == "n":
			h.printf("%d", h.codec(t))
		case isCodec && verb == "put":
			h.printf("judgePut%d", h.codec(named[name]))
		case isCodec && verb == "get":
			h.printf("judgeGet%d", h.codec(named[name]))
		default:
			h.body.WriteString(h.imported(word))
		}
	}
}

func putUser(h *half, _ types.Type) {
	h.text(nil, nil, `	w.Bool(v != nil)
	if v != nil {
		password, set := v.Password()
		w.String(v.Username())
		w.Bool(set)
		w.String(password)
	}
`)
}

func getUser(h *half, t types.Type) {
	h.text(t, nil, `	if r.Bool() {
		name, set, password := r.String(), r.Bool(), r.String()
		if v = «net/url».User(name); set {
			v = «net/url».UserPassword(name, password)
		}
	}
`)
}

// fields are the types of those fields of the struct that t points to.
func fields(t types.Type, names ...string) map[string]types.Type {
	named := map[string]types.Type{}
	s := t.Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
	for f := range s.Fields() {
		if slices.Contains(names, f.Name()) {
			named[f.Name()] = f.Type()
		}
	}
	return named
}

// requestParts are what a request is made of, as far as it crosses: TLS, a form of several parts
// and what a router found in the path do not.
func requestParts(t types.Type) map[string]types.Type {
	named := fields(t, "URL", "Header", "Body", "Form", "TransferEncoding")
	named["Context"] = resultOf(t, "Context")
	return named
}

// resultOf is the type of what a method without parameters returns.
func resultOf(t types.Type, method string) types.Type {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, method)
	return obj.(*types.Func).Signature().Results().At(0).Type()
}

func ofRequest(t types.Type) []types.Type {
	named := requestParts(t)
	return []types.Type{named["URL"], named["Header"], named["Body"], named["Form"], named["TransferEncoding"], named["Context"]}
}

func putRequest(h *half, t types.Type) {
	h.text(t, requestParts(t), `	w.Bool(v != nil)
	if v == nil {
		return
	}
	w.String(v.Method)
	«put URL»(w, v.URL)
	w.String(v.Proto)
	w.Int(int64(v.ProtoMajor))
	w.Int(int64(v.ProtoMinor))
	«put Header»(w, v.Header)
	w.Bool(v.Body == «net/http».NoBody)
	if v.Body != «net/http».NoBody {
		«put Body»(w, v.Body)
	}
	w.Int(v.ContentLength)
	«put TransferEncoding»(w, v.TransferEncoding)
	w.Bool(v.Close)
	w.String(v.Host)
	«put Form»(w, v.Form)
	«put Form»(w, v.PostForm)
	«put Header»(w, v.Trailer)
	w.String(v.RemoteAddr)
	w.String(v.RequestURI)
	w.String(v.Pattern)
	«put Context»(w, v.Context())
`)
}

func getRequest(h *half, t types.Type) {
	h.text(t, requestParts(t), `	if !r.Bool() {
		return nil
	}
	v = &«net/http».Request{Method: r.String(), URL: «get URL»(r), Proto: r.String(), ProtoMajor: int(r.Int()), ProtoMinor: int(r.Int()),
		Header: «get Header»(r)}
	if r.Bool() {
		v.Body = «net/http».NoBody
	} else {
		v.Body = «get Body»(r)
	}
	v.ContentLength, v.TransferEncoding, v.Close, v.Host = r.Int(), «get TransferEncoding»(r), r.Bool(), r.String()
	v.Form, v.PostForm, v.Trailer = «get Form»(r), «get Form»(r), «get Header»(r)
	v.RemoteAddr, v.RequestURI, v.Pattern = r.String(), r.String(), r.String()
	if ctx := «get Context»(r); ctx != nil {
		v = v.WithContext(ctx)
	}
`)
}

func responseParts(t types.Type) map[string]types.Type {
	return map[string]types.Type{"Header": resultOf(t, "Header")}
}

func ofResponse(t types.Type) []types.Type { return []types.Type{responseParts(t)["Header"]} }

// A response is written where it is; its header is a map that both sides have, and goes over with
// every write and when the call is over.
func declareResponse(h *half, t types.Type) {
	h.text(t, responseParts(t), `type judgeResponse«n» struct {
	header «net/http».Header
	far    judgelink.Far
}

func (j *judgeResponse«n») Header() «net/http».Header { return j.header }

func (j *judgeResponse«n») WriteHeader(code int) { _, _ = j.tell(code, nil, 0) }

func (j *judgeResponse«n») Write(b []byte) (int, error) { return j.tell(0, b, 1) }

func (j *judgeResponse«n») WriteString(s string) (int, error) { return j.tell(0, []byte(s), 1) }

func (j *judgeResponse«n») Flush() { _, _ = j.tell(0, nil, 2) }

func (j *judgeResponse«n») tell(code int, b []byte, what uint64) (n int, err error) {
	w := j.far.Call()
	«put Header»(w, j.header)
	w.Uint(what)
	w.Int(int64(code))
	w.Bytes(b)
	r := w.Do()
	judgeHeader«n»(j.header, «get Header»(r))
	n, err = int(r.Int()), r.Err()
	r.End()
	return n, err
}

func judgeHeader«n»(to, from «net/http».Header) {
	clear(to)
	for name, values := range from {
		to[name] = values
	}
}

`)
}

func putResponse(h *half, t types.Type) {
	h.text(t, responseParts(t), `	w.Bool(v != nil)
	if v == nil {
		return
	}
	«put Header»(w, v.Header())
	w.Function(func(r *judgelink.Reader, w *judgelink.Writer) {
		header, what, code, b := «get Header»(r), r.Uint(), int(r.Int()), r.Bytes()
		r.End()
		if v.Header() != nil {
			judgeHeader«n»(v.Header(), header)
		}
		var n int
		var err error
		switch what {
		case 0:
			v.WriteHeader(code)
		case 1:
			n, err = v.Write(b)
		default:
			if f, ok := v.(interface{ Flush() }); ok {
				f.Flush()
			}
		}
		«put Header»(w, v.Header())
		w.Int(int64(n))
		w.Err(err)
	})
`)
}

func getResponse(h *half, t types.Type) {
	h.text(t, responseParts(t), `	if !r.Bool() {
		return nil
	}
	header := «get Header»(r)
	if header == nil {
		header = «net/http».Header{}
	}
	far, ok := r.Function()
	if !ok {
		r.Broken()
	}
	v = &judgeResponse«n»{header, far}
`)
}

func backResponse(h *half, t types.Type) {
	h.text(t, responseParts(t), `	w.Bool(v != nil)
	if v != nil {
		«put Header»(w, v.Header())
	}
`)
}

func setResponse(h *half, t types.Type) {
	h.text(t, responseParts(t), `	if !r.Bool() {
		return
	}
	if header := «get Header»(r); *p != nil && (*p).Header() != nil {
		judgeHeader«n»((*p).Header(), header)
	}
`)
}

// A context crosses with its deadline and its end; values in it stay where they are.
func putContext(h *half, t types.Type) {
	h.text(t, nil, `	switch {
	case v == nil:
		w.Uint(0)
		return
	case v.Done() == nil:
		w.Uint(1)
		return
	}
	end := func(w *judgelink.Writer) {
		w.Bool(v.Err() == «context».DeadlineExceeded)
		w.Err(«context».Cause(v))
	}
	if v.Err() != nil {
		w.Uint(2)
		end(w)
		return
	}
	w.Uint(3)
	deadline, ok := v.Deadline()
	w.Bool(ok)
	if ok {
		w.Int(deadline.UnixNano())
	}
	w.Context(v, v.Done(), end)
`)
}

func getContext(h *half, t types.Type) {
	h.text(t, nil, `	tag := r.Uint()
	switch tag {
	case 0:
		return nil
	case 1:
		return «context».Background()
	case 2:
		if r.Bool() {
			v, _ = «context».WithDeadlineCause(«context».Background(), «time».Unix(0, 0), r.Err())
			return v
		}
		v, cancel := «context».WithCancelCause(«context».Background())
		cancel(r.Err())
		return v
	case 3:
	default:
		r.Broken()
	}
	v, cancel := «context».WithCancelCause(«context».Background())
	if r.Bool() {
		v, _ = «context».WithDeadline(v, «time».Unix(0, r.Int()))
	}
	context, id := r.Context()
	if known, ok := context.(«context».Context); ok {
		return known
	}
	judgelink.KeepContext(id, v, func(r *judgelink.Reader) {
		if _, ok := v.Deadline(); r.Bool() && ok {
			<-v.Done() // its own clock ends it
		}
		cancel(r.Err())
	})
`)
}

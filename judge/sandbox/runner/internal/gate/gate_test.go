package gate

import (
	"fmt"
	"go/build"
	"strings"
	"testing"

	"judge/runner/internal/wire"
)

var stdlib = func() map[string]bool {
	std := map[string]bool{"internal/poll": true, "vendor/golang.org/x/net/dns": true, "internal/judgeharness": true}
	for path := range admitted {
		std[path] = true
	}
	for path := range refused {
		std[path] = path != "unsafe"
	}
	return std
}()

func context() *build.Context {
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = "linux", "amd64", false
	return &ctx
}

func unitRules() Rules {
	return Rules{SharesProcess: true, Std: stdlib, Context: context(), Pack: []string{"leap_test.go", "Cases.go"},
		Packages: map[string]bool{"leap/inner": true}, TestIdents: set("len", "string", "max")}
}

func programRules() Rules { return Rules{Std: stdlib, Context: context()} }

func one(text string) wire.Files { return wire.Files{"leap.go": []byte(text)} }

func TestHonestCodeIsAdmitted(t *testing.T) {
	for name, text := range map[string]string{
		"plain":      "package leap\n\nfunc F(y int) bool { return y%4 == 0 }\n",
		"BOM":        "\uFEFFpackage leap\n",
		"CRLF":       "package leap\r\n\r\n// a line\r\nfunc F() {}\r\n",
		"imports":    "package leap\n\nimport (\n\t\"errors\"\n\t\"fmt\"\n\trnd \"math/rand/v2\"\n\t. \"strings\"\n)\n\nvar _ = fmt.Sprint(errors.New(ToUpper(\"\")), rnd.Int())\n",
		"own":        "package leap\n\nimport _ \"leap/inner\"\n",
		"min":        "package leap\n\nfunc min(a, b int) int { return a }\n",
		"method len": "package leap\n\ntype T struct{}\n\nfunc (T) len() int { return 0 }\n",
		"local len":  "package leap\n\nfunc F() int { len := 3; return len }\n",
		"build tag":  "//go:build linux && go1.20\n\npackage leap\n",
		"generate":   "package leap\n\n//go:generate stringer\n//go:noinline\nfunc F() {}\n",
		"a line":     "package leap\n\n//line up the things\n",
		"shadow":     "package leap\n\nimport \"io\"\n\nvar R io.Reader\n\ntype s struct{ EOF error }\n\nfunc F() { io := s{}; io.EOF = nil; p := &io.EOF; _ = p }\n",
		"fields":     "package leap\n\nimport \"strings\"\n\ntype T struct{ b strings.Builder }\n\nfunc F(t *T) *strings.Builder { t.b = strings.Builder{}; return &strings.Builder{} }\n",
		"reflect":    "package leap\n\nimport \"reflect\"\n\nfunc F(a, b any) bool { return reflect.DeepEqual(a, b) }\n",
		"reflect2":   "package leap\n\nimport \"reflect\"\n\nfunc F(a any) int { return reflect.ValueOf(a).Field(0).Len() }\n",
		"Set, json":  "package leap\n\nimport \"encoding/json\"\n\ntype T struct{}\n\nfunc (T) Set() {}\nfunc F() error { T{}.Set(); return json.Unmarshal(nil, nil) }\n",
		"runtime":    "package leap\n\nimport (\n\t\"runtime\"\n\t\"runtime/debug\"\n)\n\nfunc F() int { debug.SetGCPercent(50); return runtime.GOMAXPROCS(0) }\n",
		"PC":         "package leap\n\ntype Machine struct{ PC int }\n\nfunc (m *Machine) Step() { m.PC++ }\n",
		"alias":      "package leap\n\nimport (\n\t\"encoding/base64\"\n\t\"time\"\n\t\"unicode\"\n)\n\ntype T struct {\n\tenc *base64.Encoding\n\tloc *time.Location\n\tall []*unicode.RangeTable\n}\n\nfunc F(p *int) *T {\n\tenc := base64.StdEncoding\n\tenc = base64.URLEncoding\n\t*p = len(enc.EncodeToString(nil))\n\tt := &T{enc: enc, loc: time.UTC}\n\tt.loc = time.Local\n\tt.all = append(t.all, unicode.Latin, unicode.Digit)\n\tt.all[0] = unicode.Greek\n\tzones := map[string]*time.Location{}\n\tzones[\"UTC\"] = time.UTC\n\tzones[\"x\"] = t.loc\n\tdelete(zones, \"x\")\n\treturn t\n}\n",
		"by type":    "package leap\n\nimport \"time\"\n\ntype point struct{ x int }\n\ntype A struct{ loc *time.Location }\n\ntype B struct{ loc point }\n\nfunc (b *B) Location() *point { return &b.loc }\n\nfunc F(loc *time.Location, b *B) *A {\n\tb.loc.x = 1\n\tb.Location().x++\n\tp := new(A)\n\t*p = A{loc: loc}\n\treturn p\n}\n",
		"SetPointer": "package leap\n\ntype T struct{}\n\nfunc (T) SetPointer() {}\nfunc F() { T{}.SetPointer() }\n",
		"log":        "package leap\n\nimport \"log\"\n\nfunc F() { log.Println(1) }\n",
		"embedding":  "package leap\n\nimport \"sync\"\n\ntype T struct{ sync.Mutex }\n",
	} {
		v := Check(one(text), unitRules())
		if len(v.Rejected)+len(v.Unbuildable)+len(v.Broken) > 0 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestWhatIsRefusedNextToTests(t *testing.T) {
	for text, want := range map[string]string{
		"package leap\nimport \"os\"":                                                                                                                      `2:8 "os" is not available here: it reaches files, descriptors and processes`,
		"package leap\nimport \"\\x75nsafe\"":                                                                                                              `2:8 "unsafe" is not available here: it reaches raw memory`,
		"package leap\nimport `syscall`":                                                                                                                   `2:8 "syscall" is`,
		"package leap\nimport _ \"testing\"":                                                                                                               `2:10 "testing" is not available here: it belongs to the test harness`,
		"package leap\nimport \"C\"":                                                                                                                       `cgo is not available here`,
		"package leap\nimport \"internal/poll\"":                                                                                                           `internal to the standard library`,
		"package leap\nimport \"internal/judgeharness\"":                                                                                                   `internal to the standard library`,
		"package leap\nimport \"vendor/golang.org/x/net/dns\"":                                                                                             `internal to the standard library`,
		"package leap\nimport \"../x\"":                                                                                                                    `relative import`,
		"package leap\nimport \"github.com/x/y\"":                                                                                                          `only the standard library is`,
		"package leap\nimport \"text/template\"":                                                                                                           `"text/template" is not available here: it reads files`,
		"package leap\nimport \"log\"\nvar W = log.Writer()":                                                                                               `3:9 log.Writer is not available here: it is the descriptor of stderr`,
		"package leap\nimport . \"log\"\nvar W = Writer()":                                                                                                 `cannot be imported with a dot`,
		"package leap\nimport l \"log\"\nvar W = (l).Default().Writer()":                                                                                   `log.Default is not`,
		"package leap\nimport d \"runtime/debug\"\nfunc F() { d.WriteHeapDump(1) }":                                                                        `debug.WriteHeapDump is not`,
		"package leap\nimport \"reflect\"\nvar p = reflect.ValueOf(1).UnsafePointer()":                                                                     `UnsafePointer is not`,
		"package leap\nimport \"reflect\"\nvar p = reflect.ArrayOf(1, nil)":                                                                                `3:9 reflect.ArrayOf is not available here: beside tests reflect may look`,
		"package leap\nimport r \"reflect\"\nvar p = (r).New":                                                                                              `reflect.New is not`,
		"package leap\nimport . \"reflect\"\nvar p = New":                                                                                                  `cannot be imported with a dot`,
		"package leap\nimport \"reflect\"\nvar p = reflect.ValueOf(1).MethodByName":                                                                        `3:28 MethodByName is not available here: it calls methods by name`,
		"package leap\nimport \"reflect\"\nvar p = reflect.Value.Set":                                                                                      `Set is not available here: it changes values`,
		"package leap\nimport \"reflect\"\ntype v struct{ reflect.Value }\nfunc (x v) f() { x.SetInt(1) }":                                                 `SetInt is not`,
		"package leap\nimport \"reflect\"\nfunc f[T interface{ SetInt(int64) }](x T) { x.SetInt(1) }":                                                      `SetInt is not`,
		"package leap\nimport \"reflect\"\nvar x any = reflect.Value{}\nvar _ = x.(interface{ Pointer() uintptr }).Pointer()":                              `Pointer is not`,
		"package leap\nimport \"encoding/json\"\nfunc f(e *json.UnmarshalTypeError) { e.Type.Method(0) }":                                                  `Method is not`,
		"package leap\nimport \"encoding/gob\"\nvar p = gob.NewDecoder(nil).DecodeValue":                                                                   `DecodeValue is not`,
		"package leap\nimport . \"encoding/json\"\nfunc f(e *UnmarshalTypeError) { e.Type.Method(0) }":                                                     `Method is not`,
		"package leap\nimport \"runtime\"\nvar p = runtime.FuncForPC":                                                                                      `runtime.FuncForPC is not`,
		"package leap\nimport \"runtime\"\nfunc init() { runtime.SetFinalizer(nil, nil) }":                                                                 `runtime.SetFinalizer is not`,
		"package leap\nimport \"runtime\"\nfunc init() { runtime.SetDefaultGOMAXPROCS() }":                                                                 `runtime.SetDefaultGOMAXPROCS is not`,
		"package leap\nimport \"runtime/debug\"\nfunc init() { debug.SetMaxThreads(1) }":                                                                   `debug.SetMaxThreads is not`,
		"package leap\nimport \"log/slog\"\nvar r = slog.Record{PC: 4}":                                                                                    `PC is not available`,
		"package leap\nimport \"log/slog\"\nfunc f(r slog.Record) { r.PC = 4 }":                                                                            `PC is not available`,
		"package leap\nimport b \"encoding/base64\"\nfunc init() { e := b.StdEncoding; *e = *b.URLEncoding }":                                              `3:35 changing what base64.StdEncoding leads to`,
		"package leap\nimport \"unicode\"\nfunc init() { t := unicode.Cyrillic; t.R16 = nil }":                                                             `what unicode.Cyrillic leads to`,
		"package leap\nimport \"unicode\"\nfunc init() { m := unicode.Scripts; delete(m, \"Latin\") }":                                                     `what unicode.Scripts leads to`,
		"package leap\nimport \"unicode\"\nfunc init() { for _, t := range unicode.Scripts { t.R16 = nil } }":                                              `what unicode.Scripts leads to`,
		"package leap\nimport \"time\"\nfunc init() { *time.Now().Location() = *time.FixedZone(\"\", 1) }":                                                 `3:15 changing what time.Local leads to`,
		"package leap\nimport \"time\"\nfunc init() { l, _ := time.LoadLocation(\"UTC\"); *l = *time.Local }":                                              `3:49 changing what time.UTC leads to`,
		"package leap\nimport \"time\"\nfunc use[T any](x T, f func(T)) { f(x) }\nfunc init() { use(time.UTC, func(l *time.Location) { *l = *l }) }":       `4:54 changing what time.UTC leads to`,
		"package leap\nimport (\n\"slices\"\n\"time\"\n)\nfunc init() { for l := range slices.Values([]*time.Location{time.UTC}) { *l = *l } }":            `6:74 changing what time.UTC leads to`,
		"package leap\nimport (\n\"sync\"\n\"time\"\n)\nfunc F(m *sync.Map) { v, _ := m.Load(1); *v.(*time.Location) = *time.Local }":                      `6:42 changing what time.UTC leads to`,
		"package leap\nimport \"time\"\nfunc F(v any) { switch l := v.(type) { case *time.Location: *l = *l } }":                                           `3:61 changing what time.UTC leads to`,
		"package leap\nimport \"time\"\nvar l time.Location":                                                                                               `3:7 values of this type are not available here`,
		"package leap\nimport \"time\"\ntype l time.Location":                                                                                              `3:8 values of this type are not available here`,
		"package leap\nimport . \"time\"\ntype l = *Location":                                                                                              `3:6 another name for a type of package time`,
		"package leap\nimport \"hash/crc32\"\nfunc init() { crc32.MakeTable(crc32.IEEE)[0]++ }":                                                            `3:15 changing what crc32.IEEETable leads to`,
		"package leap\nimport \"unicode\"\nfunc set[T any](p *T, v T) { *p = v }\nfunc init() { set(unicode.Latin, *unicode.Greek) }":                      `3:30 changing what unicode.Latin leads to`,
		"package leap\nimport \"unicode\"\nfunc table() *unicode.RangeTable { return unicode.Latin }\nfunc init() { table().R16 = nil }":                   `what unicode.Latin leads to`,
		"package leap\nimport \"unicode\"\ntype h struct{ t *unicode.RangeTable }\nfunc init() { x := h{t: unicode.Latin}; x.t.R16 = nil }":                `what unicode.Latin leads to`,
		"package leap\nimport \"unicode\"\ntype h struct{ *unicode.RangeTable }\nfunc init() { x := h{unicode.Latin}; x.R16 = nil }":                       `what unicode.Latin leads to`,
		"package leap\nimport \"hash/crc32\"\nfunc init() { var t = crc32.IEEETable; t[3]++ }":                                                             `what crc32.IEEETable leads to`,
		"package leap\nimport (\n\"encoding/json\"\n\"unicode\"\n)\nfunc init() { json.Unmarshal(nil, unicode.Latin) }":                                    `what unicode.Latin leads to`,
		"package leap\nimport \"encoding/base64\"\ntype e base64.Encoding\nfunc (x *e) set() { *x = e{} }\nfunc init() { (*e)(base64.StdEncoding).set() }": `what base64.StdEncoding leads to`,
		"package leap\nvar x = " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000):                                                             `nested too deeply`,
		"package leap\nimport \"unicode\"\nvar a0 = unicode.Latin\n" + chain(100):                                                                          `passed on too often`,
		"package leap\nimport . \"unicode\"\nfunc init() { t := Latin; t.R16 = nil }":                                                                      `what unicode.Latin leads to`,
		"package leap\nimport \"unicode\"\nfunc init() { l := []*unicode.RangeTable{unicode.Latin}; l[0].R16 = nil }":                                      `what unicode.Latin leads to`,
		"package leap\nimport \"unicode\"\nfunc init() { c := make(chan *unicode.RangeTable, 1); c <- unicode.Latin; (<-c).R16 = nil }":                    `what unicode.Latin leads to`,
		"package leap\nimport \"unicode\"\nvar l []*unicode.RangeTable\nfunc init() { l = append(l, unicode.Latin); *l[0] = *unicode.Greek }":              `what unicode.Latin leads to`,
		"package leap\nimport \"sync/atomic\"\nvar p = atomic.LoadPointer":                                                                                 `atomic.LoadPointer is not`,
		"package leap\nimport \"io\"\nfunc init() { io.EOF = nil }":                                                                                        `3:15 changing io.EOF is not allowed`,
		"package leap\nimport \"io\"\nfunc init() { *(&io.EOF) = nil }":                                                                                    `taking the address of io.EOF`,
		"package leap\nimport x \"io\"\nfunc init() { _, x.EOF = 1, nil }":                                                                                 `changing io.EOF`,
		"package leap\nimport . \"io\"\nfunc init() { EOF = nil }":                                                                                         `changing io.EOF`,
		"package leap\nimport \"unicode\"\nfunc init() { unicode.Letter.R16[0].Lo++ }":                                                                     `changing unicode.Letter`,
		"package leap\nimport \"unicode\"\nfunc init() { clear(unicode.Scripts) }":                                                                         `changing unicode.Scripts`,
		"package leap\nimport \"unicode\"\nfunc init() { for _, unicode.Letter = range x {} }":                                                             `changing unicode.Letter`,
		"package leap\n\n//go:linkname x y\nfunc x()":                                                                                                      `3:1 the directive //go:linkname is not allowed`,
		"package leap\n//go:cgo_import_dynamic x y \"z\"":                                                                                                  `//go:cgo_import_dynamic is not`,
		"package leap\n//go:embed leap_test.go\nvar s string":                                                                                              `//go:embed is not`,
		"package leap\nfunc F() {\n/*line x.go:3:4*/ }":                                                                                                    `3:1 the directive line is not`,
		"package leap\n//line leap_test.go:1":                                                                                                              `the directive line is not`,
		"package leap\n//export F\nfunc F() {}":                                                                                                            `//export is not`,
		"//go:build ignore\n\npackage leap":                                                                                                                `leaves it out on linux/amd64`,
		"package leap\nfunc len(x any) int { return 3 }":                                                                                                   `2:6 len is predeclared and the tests use it`,
		"package leap\ntype string int":                                                                                                                    `string is predeclared`,
		"package leap\nvar a, max = 1, 2":                                                                                                                  `max is predeclared`,
		"package leap\n\x00":                                                                                                                               `there is a NUL byte in line 2`,
		"package leap\n\n// \xff":                                                                                                                          `line 3 is not UTF-8`,
		"package leap\n//" + strings.Repeat("x", MaxBytes):                                                                                                 `at most 131072 are taken`,
		"package leap\nimport \"fmt\"\nimport \"os/exec\"\nvar _ = exec.Command(fmt.Sprint()).UnsafeAddr":                                                  `3:8 "os/exec" is not available here: it starts processes`,
	} {
		v := Check(one(text), unitRules())
		if got := diagnostics(v.Rejected); !strings.Contains(got, want) {
			t.Errorf("%.200s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// chain passes a variable on so often, in the order that takes longest to follow.
func chain(length int) string {
	text := ""
	for i := range length {
		text = fmt.Sprintf("var a%d = a%d\n", i+1, i) + text
	}
	return text
}

func diagnostics(list []wire.Diagnostic) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%s:%d:%d %s\n", d.File, d.Line, d.Column, d.Message)
	}
	return b.String()
}

func TestNamesAndNumbers(t *testing.T) {
	plain := []byte("package leap\n")
	many := wire.Files{}
	for i := range 21 {
		many[fmt.Sprintf("f%d.go", i)] = plain
	}
	for want, files := range map[string]wire.Files{
		"there is no file":                    {},
		"there are 21 files":                  many,
		"tests cannot be handed in":           {"x_test.go": plain},
		"tests cannot be handed":              {"X_TEST.GO": plain},
		"only Go files":                       {"x.s": plain},
		"only Go files,":                      {"x.syso": plain},
		"only Go files, NAME.go":              {"go.mod": plain},
		"a name must be plain":                {"../x.go": plain},
		"a name must be plain:":               {"vendor/x.go": plain},
		"a name must be plain: letters":       {".x.go": plain},
		"a name must be plain: letters,":      {"_x.go": plain},
		"a name must be plain: letters, dig":  {"x\n.go": plain},
		"a name must be plain: letters, digi": {"": plain},
		"a file of this name of its own":      {"Cases.go": plain},
		"differs from Cases.go only in upper": {"cases.go": plain},
		"differs from A.go only":              {"A.go": plain, "a.go": plain},
		"leaves it out on":                    {"x_windows.go": plain},
	} {
		if got := diagnostics(Check(files, unitRules()).Rejected); !strings.Contains(got, want) {
			t.Errorf("%v\ngot  %s\nwant %s", files, got, want)
		}
	}
}

func TestAProblemsExceptions(t *testing.T) {
	text := "package leap\nimport (\n\"os\"\n\"net/http/httptest\"\n\"sort\"\n\"log\"\n)\nvar _ = log.Writer()"
	rules := unitRules()
	rules.Allow, rules.Deny = []string{"os", "net/http/...", "log"}, []string{"sort"}
	got := diagnostics(Check(one(text), rules).Rejected)
	if got != "leap.go:5:1 this problem is to be solved without \"sort\"\n" {
		t.Errorf("got %s", got)
	}
}

func TestIsolatedProgramsMayImportMore(t *testing.T) {
	v := Check(one("package main\nimport (\n\"os\"\n\"flag\"\n\"net/http\"\n\"text/template\"\n\"io\"\n)\nfunc len() {}\nfunc init() { io.EOF = nil }"), programRules())
	if len(v.Rejected) > 0 {
		t.Errorf("got %s", diagnostics(v.Rejected))
	}
	for _, path := range []string{"unsafe", "syscall", "plugin", "C", "runtime/cgo", "internal/poll"} {
		v := Check(one(fmt.Sprintf("package main\nimport %q", path)), programRules())
		if len(v.Rejected) != 1 {
			t.Errorf("%s: %+v", path, v)
		}
	}
}

func TestWhatCannotBeBuiltIsNotRejected(t *testing.T) {
	v := Check(one("package leap\nimport \"fmtt\""), unitRules())
	if len(v.Rejected) > 0 || diagnostics(v.Unbuildable) != "leap.go:2:8 package fmtt is not in std\n" {
		t.Errorf("got %+v", v)
	}
	v = Check(one("package leap\nfunc {"), unitRules())
	if len(v.Rejected) > 0 || len(v.Broken) != 1 {
		t.Errorf("got %+v", v)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("leap.go", []byte("package leap\nimport . \"io\"\nfunc len() { for EOF = range (*x)[1:] { EOF++ } }"))
	f.Add("l_linux.go", []byte("//go:build x\n/*line a:1*/package"))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		Check(wire.Files{name: text}, unitRules())
	})
}

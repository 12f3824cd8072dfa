package gate

// The standard library of Go 1.27, judged package by package for submissions whose
// tests run in the same process. A package that is in neither table is refused:
// somebody has to look at what a new toolchain brings. The table is checked
// against the toolchain by TestEveryStandardPackageIsJudged, and what the admitted
// ones export by TestNothingAdmittedReachesFilesOrMemory.

// admitted packages reach no file, process, network, descriptor, harness or raw
// memory, but for the identifiers in barred.
var admitted = set(
	"archive/tar", "archive/zip", "bufio", "bytes", "cmp",
	"compress/bzip2", "compress/flate", "compress/gzip", "compress/lzw", "compress/zlib",
	"container/heap", "container/list", "container/ring", "context",
	"crypto", "crypto/aes", "crypto/cipher", "crypto/des", "crypto/dsa", "crypto/ecdh", "crypto/ecdsa",
	"crypto/ed25519", "crypto/elliptic", "crypto/hkdf", "crypto/hmac", "crypto/hpke", "crypto/md5",
	"crypto/mldsa", "crypto/mlkem", "crypto/pbkdf2", "crypto/rand", "crypto/rc4", "crypto/rsa",
	"crypto/sha1", "crypto/sha256", "crypto/sha3", "crypto/sha512", "crypto/subtle", "crypto/x509/pkix",
	"database/sql/driver", "debug/dwarf", "debug/gosym",
	"encoding", "encoding/ascii85", "encoding/asn1", "encoding/base32", "encoding/base64",
	"encoding/binary", "encoding/csv", "encoding/gob", "encoding/hex", "encoding/json",
	"encoding/json/jsontext", "encoding/json/v2", "encoding/pem", "encoding/xml", "errors", "fmt",
	"go/ast", "go/build/constraint", "go/constant", "go/doc", "go/doc/comment", "go/format",
	"go/printer", "go/scanner", "go/token", "go/types", "go/version",
	"hash", "hash/adler32", "hash/crc32", "hash/crc64", "hash/fnv", "hash/maphash", "html",
	"image", "image/color", "image/color/palette", "image/draw", "image/gif", "image/jpeg", "image/png",
	"index/suffixarray", "io", "io/fs", "iter", "log", "log/slog", "maps",
	"math", "math/big", "math/bits", "math/cmplx", "math/rand", "math/rand/v2",
	"mime", "mime/quotedprintable", "net/mail", "net/netip", "net/url",
	"path", "path/filepath", "reflect", "regexp", "regexp/syntax",
	"runtime", "runtime/debug", "runtime/metrics",
	"slices", "sort", "strconv", "strings", "structs", "sync", "sync/atomic",
	"text/scanner", "text/tabwriter", "text/template/parse", "time", "time/tzdata",
	"unicode", "unicode/utf16", "unicode/utf8", "unique", "uuid", "weak",
)

// refused says why a package is not admitted.
var refused = map[string]string{
	"crypto/fips140":         "it changes settings of the whole process",
	"crypto/mlkem/mlkemtest": "it belongs to the test harness",
	"crypto/tls":             "it reaches the network",
	"crypto/x509":            "it reads files",
	"database/sql":           "it needs drivers, and there are none here",
	"debug/buildinfo":        "it reads files",
	"debug/elf":              "it reads files",
	"debug/macho":            "it reads files",
	"debug/pe":               "it reads files",
	"debug/plan9obj":         "it reads files",
	"embed":                  "it reads files at build time",
	"expvar":                 "it reaches the network",
	"flag":                   "it shares its flags with the test harness",
	"go/build":               "it reads files",
	"go/importer":            "it reads files",
	"go/parser":              "it reads files",
	"html/template":          "it reads files",
	"io/ioutil":              "it reads and writes files",
	"log/syslog":             "it reaches the network",
	"mime/multipart":         "it writes files",
	"net":                    "it reaches the network",
	"net/http":               "it reaches the network and files",
	"net/http/cgi":           "it starts processes",
	"net/http/cookiejar":     "it belongs to net/http, which reaches the network and files",
	"net/http/fcgi":          "it reaches the network",
	"net/http/httptest":      "it reaches the network",
	"net/http/httptrace":     "it reaches the network",
	"net/http/httputil":      "it reaches the network",
	"net/http/pprof":         "it reaches the network",
	"net/rpc":                "it reaches the network",
	"net/rpc/jsonrpc":        "it reaches the network",
	"net/smtp":               "it reaches the network",
	"net/textproto":          "it reaches the network",
	"os":                     "it reaches files, descriptors and processes",
	"os/exec":                "it starts processes",
	"os/signal":              "it changes how the whole process takes signals",
	"os/user":                "it reads files",
	"plugin":                 "it loads code from files",
	"runtime/cgo":            "cgo is not available here",
	"runtime/coverage":       "it writes files",
	"runtime/pprof":          "it changes settings of the whole process and reads files",
	"runtime/race":           "the race detector is not available here",
	"runtime/trace":          "it changes settings of the whole process",
	"syscall":                "it reaches everything that the system has",
	"testing":                "it belongs to the test harness",
	"testing/cryptotest":     "it belongs to the test harness",
	"testing/fstest":         "it belongs to the test harness",
	"testing/iotest":         "it belongs to the test harness",
	"testing/quick":          "it belongs to the test harness",
	"testing/slogtest":       "it belongs to the test harness",
	"testing/synctest":       "it belongs to the test harness",
	"text/template":          "it reads files",
	"unsafe":                 "it reaches raw memory",
}

// never are the packages that isolated programs may not import either.
var never = set("C", "unsafe", "syscall", "plugin", "runtime/cgo")

// barred identifiers of admitted packages, with why.
var barred = map[string]map[string]string{
	"archive/zip": {"OpenReader": "it opens files"},
	"log": {
		"Default": "its Writer is the descriptor of stderr",
		"Writer":  "it is the descriptor of stderr",
	},
	"log/slog": {
		"NewRecord": "with an address of its choice it tells the names of the program's functions",
	},
	"path/filepath": {
		"Abs":          "it reads the working folder",
		"EvalSymlinks": "it reads files",
		"Glob":         "it reads files",
		"Walk":         "it reads files",
		"WalkDir":      "it reads files",
	},
	"sync/atomic": {
		"CompareAndSwapPointer": "it reaches raw memory",
		"LoadPointer":           "it reaches raw memory",
		"StorePointer":          "it reaches raw memory",
		"SwapPointer":           "it reaches raw memory",
	},
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}

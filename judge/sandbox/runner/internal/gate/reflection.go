package gate

import "go/ast"

// Packages of which only a list of identifiers is admitted beside tests. What is not
// listed could make types at run time, whose descriptors can be written to, call a method
// by its name, look through all functions of the program, or change how it is scheduled.
var listed = map[string]map[string]bool{
	// Looking at values and types, comparing and copying them. Without a setter nothing
	// of it writes.
	"reflect": set(
		"DeepEqual", "Indirect", "TypeAssert", "TypeFor", "TypeOf", "ValueOf", "VisibleFields", "Zero",
		"ChanDir", "Kind", "MapIter", "StructField", "StructTag", "Type", "Value", "ValueError",
		"BothDir", "RecvDir", "SendDir",
		"Array", "Bool", "Chan", "Complex128", "Complex64", "Float32", "Float64", "Func",
		"Int", "Int16", "Int32", "Int64", "Int8", "Interface", "Invalid", "Map", "Pointer", "Ptr",
		"Slice", "String", "Struct", "Uint", "Uint16", "Uint32", "Uint64", "Uint8", "Uintptr", "UnsafePointer",
	),
	"runtime": set(
		"Caller", "Compiler", "Error", "GC", "GOARCH", "GOMAXPROCS", "GOOS", "GOROOT", "Goexit", "Gosched",
		"KeepAlive", "LockOSThread", "MemStats", "NumCPU", "NumCgoCall", "NumGoroutine", "PanicNilError",
		"ReadMemStats", "Stack", "TypeAssertionError", "UnlockOSThread", "Version",
	),
	"runtime/debug": set(
		"BuildInfo", "BuildSetting", "FreeOSMemory", "GCStats", "Module", "ParseBuildInfo", "PrintStack",
		"ReadBuildInfo", "ReadGCStats", "SetGCPercent", "SetMemoryLimit", "SetTraceback", "Stack",
	),
}

// unlisted says why an identifier is not in the list of its package.
var unlisted = map[string]string{
	"reflect":       "beside tests reflect may look at values, not change, call or make them",
	"runtime":       "it reaches what the tests in this process depend on",
	"runtime/debug": "it changes settings of the whole process",
}

// carriers are what hands out values of package reflect without an import of it: all of a
// package (""), or what has the name.
var carriers = map[string]map[string]bool{
	"reflect":             set(""),
	"database/sql/driver": set(""),
	"encoding/gob":        set(""),
	"go/ast":              set(""),
	"encoding/json": set("InvalidUnmarshalError", "MarshalerError", "UnmarshalFieldError", "UnmarshalTypeError",
		"UnsupportedTypeError", "UnsupportedValueError"),
	"encoding/json/v2": set("SemanticError"),
	"encoding/xml":     set("TagPathError", "UnsupportedTypeError"),
}

// reflects reports whether the files can come by values of package reflect.
func reflects(trees []*tree) bool {
	found := false
	for _, t := range trees {
		for _, path := range t.imported() {
			found = found || carriers[path][""] || carriers[path] != nil && matches(t.dots, path)
		}
		ast.Inspect(t.file, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				found = found || carriers[t.packageOf(selector.X)][selector.Sel.Name]
			}
			return !found
		})
	}
	return found
}

// barredMembers are methods and fields that no value may be asked for where values of
// package reflect are at hand: they write, reach memory, or call by name.
var barredMembers = map[string]string{}

func init() {
	for why, names := range map[string]map[string]bool{
		"it reaches raw memory": set("InterfaceData", "Pointer", "SetPointer", "UnsafeAddr", "UnsafePointer"),
		"it changes values behind the compiler's back": set("Clear", "Convert", "Grow", "Set", "SetBool", "SetBytes", "SetCap",
			"SetComplex", "SetFloat", "SetInt", "SetIterKey", "SetIterValue", "SetLen", "SetMapIndex", "SetString", "SetUint",
			"SetZero", "DecodeValue", "Reset"),
		"it calls methods by name or number": set("CallSlice", "Method", "MethodByName", "Methods"),
	} {
		for name := range names {
			barredMembers[name] = why
		}
	}
}

// safeMembers are the other members of package reflect's values and types.
var safeMembers = set(
	"Addr", "Align", "AssignableTo", "Bits", "Bool", "Bytes", "Call", "CanAddr", "CanComplex", "CanConvert", "CanFloat",
	"CanInt", "CanInterface", "CanSeq", "CanSeq2", "CanSet", "CanUint", "Cap", "ChanDir", "Close", "Comparable", "Complex",
	"ConvertibleTo", "Elem", "Equal", "Error", "Field", "FieldAlign", "FieldByIndex", "FieldByIndexErr", "FieldByName",
	"FieldByNameFunc", "Fields", "Float", "Get", "Implements", "In", "Index", "Ins", "Int", "Interface", "IsExported",
	"IsNil", "IsValid", "IsVariadic", "IsZero", "Key", "Kind", "Len", "Lookup", "MapIndex", "MapKeys", "MapRange", "Name",
	"Next", "NumField", "NumIn", "NumMethod", "NumOut", "Out", "Outs", "OverflowComplex", "OverflowFloat", "OverflowInt",
	"OverflowUint", "PkgPath", "Recv", "Send", "Seq", "Seq2", "Size", "Slice", "Slice3", "String", "TryRecv", "TrySend",
	"Type", "Uint", "Value",
)

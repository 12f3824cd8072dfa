package stage2

import (
	"math"
	"reflect"
	"testing"
	"time"
)

var full = Orders{
	Args: []string{"a", ""}, Env: []string{"K=V\n"}, Dir: "/work/x", UID: -1, Profile: ProfileBuild,
	Rlimits: []Rlimit{{1, 2, math.MaxUint64}}, CPUs: []int{0, 7}, ReadOnly: []string{"/go"}, Execute: []string{"/lib/ld.so"},
	Writable: []string{"/build"}, MaxMap: 1 << 40, ReportCall: true, ReportWrites: true, SocketPairs: true, Held: true,
}

func TestOrdersArriveAsTheyWere(t *testing.T) {
	for _, want := range []Orders{{}, full} {
		data, err := want.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Decode(data); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v became %+v, %v", want, got, err)
		}
		for cut := range data {
			if _, err := Decode(data[:cut]); err == nil {
				t.Errorf("orders cut at %d of %d were taken", cut, len(data))
			}
		}
		if _, err := Decode(append(data, 0)); err == nil {
			t.Error("orders with a byte too many were taken")
		}
	}
}

func TestOrdersAreBounded(t *testing.T) {
	long := Orders{Args: []string{string(make([]byte, maxBytes))}}
	if _, err := long.Encode(); err == nil {
		t.Error("took too much")
	}
}

func TestReport(t *testing.T) {
	want := Report{3 * time.Millisecond, "what went wrong"}
	if got, err := DecodeReport(want.encode()); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := DecodeReport(nil); err == nil {
		t.Error("took nothing for a report")
	}
}

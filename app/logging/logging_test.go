package logging

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
)

func TestJSONLinesParse(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, JSON, slog.LevelWarn).With("part", "slicer")
	log.InfoContext(t.Context(), "below the level")
	log.WarnContext(WithRequest(t.Context(), "id-1"), "said \"so\"", "n", 3)
	var line struct {
		Level, Msg, Part, Request string
		N                         int
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%q: %v", out.String(), err)
	}
	if line.Level != "WARN" || line.Msg != `said "so"` || line.Part != "slicer" || line.Request != "id-1" || line.N != 3 {
		t.Errorf("got %+v", line)
	}
}

func TestTextNamesTheRequestOnlyWithinOne(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, Text, slog.LevelDebug)
	log.DebugContext(WithRequest(t.Context(), "id-2"), "inside")
	log.DebugContext(context.Background(), "outside")
	inside, outside, _ := strings.Cut(out.String(), "\n")
	if !strings.HasSuffix(inside, "msg=inside request=id-2") || !strings.HasSuffix(strings.TrimSpace(outside), "msg=outside") {
		t.Errorf("got %q", out.String())
	}
}

package limits_test

import (
	"testing"

	"cauce/engine/limits"
)

// The table, against Meta's page as it was read on 2026-11-23.
func TestMedia(t *testing.T) {
	for _, c := range []struct {
		kind, ending, name string
		max                int64
	}{
		{"image", "jpg", "image/jpeg", 5_000_000},
		{"image", "png", "image/png", 5_000_000},
		{"video", "3gp", "video/3gpp", 16_000_000},
		{"audio", "mp4", "audio/mp4", 16_000_000},
		{"video", "mp4", "video/mp4", 16_000_000},
		{"document", "pdf", "application/pdf", 100_000_000},
		{"sticker", "webp", "image/webp", 100_000},
	} {
		m, ok := limits.MediaOf(c.kind)
		typ, known := m.Of(c.ending)
		if !ok || !known || typ.Name != c.name || m.Max != c.max {
			t.Errorf("%s .%s: %v, %d", c.kind, c.ending, typ, m.Max)
		}
	}
	for kind, ending := range map[string]string{"image": "gif", "video": "mov", "audio": "wav", "sticker": "png", "document": "exe"} {
		m, _ := limits.MediaOf(kind)
		if typ, ok := m.Of(ending); ok {
			t.Errorf("%s takes .%s as %s", kind, ending, typ.Name)
		}
	}
	if m, ok := limits.MediaOf("location"); ok {
		t.Errorf("a place is no file: %v", m)
	}
}

func TestOverBytes(t *testing.T) {
	for _, c := range []struct {
		size, max int64
		want      limits.Excess
	}{
		{5_000_000, 5_000_000, limits.Fits},
		{5_000_001, 5_000_000, limits.Doubtful},
		{5 * 1024 * 1024, 5_000_000, limits.Doubtful},
		{5*1024*1024 + 1, 5_000_000, limits.TooLong},
		{100_000, 100_000, limits.Fits},
		{102_400, 100_000, limits.Doubtful},
		{102_401, 100_000, limits.TooLong},
	} {
		if got := limits.OverBytes(c.size, c.max); got != c.want {
			t.Errorf("%d of %d: %v, want %v", c.size, c.max, got, c.want)
		}
	}
}

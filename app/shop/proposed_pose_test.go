package shop

import (
	"slices"
	"testing"
)

func TestWhatIsBetterAboutAPose(t *testing.T) {
	own := PoseTakes{Total: 3000, Seconds: 9000, SupportGrams: 12}
	for name, c := range map[string]struct {
		takes PoseTakes
		want  []PoseAdvantage
	}{
		"the same":                 {own, nil},
		"all of it":                {PoseTakes{2000, 6000, 0}, []PoseAdvantage{PoseCheaper, PoseQuicker, PoseLessSupport}},
		"worse in everything":      {PoseTakes{3001, 9001, 13}, nil},
		"dearer, less support":     {PoseTakes{3500, 9500, 0}, []PoseAdvantage{PoseLessSupport}},
		"dearer and quicker":       {PoseTakes{3500, 8000, 12}, []PoseAdvantage{PoseQuicker}},
		"a minute of hours":        {PoseTakes{3000, 8900, 12}, nil},
		"seconds of a short print": {PoseTakes{3000, 8999, 11.95}, nil},
		"a cent":                   {PoseTakes{2999, 9000, 12}, []PoseAdvantage{PoseCheaper}},
	} {
		if got := c.takes.Over(own); !slices.Equal(got, c.want) || got == nil {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

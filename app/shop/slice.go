package shop

// Slice is a result of slicing, kept by its cache key: what a price rests on, and the G-code that will be printed.
type Slice struct {
	Key       string
	Failed    bool
	Facts     SliceFacts
	GCodeBlob string
	Created   Time
}

// SliceFacts is what a slice found for one copy of a part. For a failure only Code and Message are set.
type SliceFacts struct {
	Seconds       float64  `json:"seconds"`
	Grams         float64  `json:"grams"`         // of the model
	SupportGrams  float64  `json:"support_grams"` // of its supports
	FilamentMM    float64  `json:"filament_mm"`
	Layers        int      `json:"layers"`
	Engine        string   `json:"engine"`
	EngineVersion string   `json:"engine_version"`
	GCodeSHA256   string   `json:"gcode_sha256"`
	GCodeBytes    int64    `json:"gcode_bytes"`
	SupportsUsed  bool     `json:"supports_used"`
	Generic       bool     `json:"generic_profile"`
	Warnings      []string `json:"warnings,omitempty"`
	Code          string   `json:"code,omitempty"`
	Message       string   `json:"message,omitempty"`
}

package shop

// MachineClass is a machine definition with the shop's overrides; prices and G-code are made for one.
type MachineClass struct {
	ID         string
	Name       string
	Definition string
	Overrides  map[string]string
	Active     bool
}

// Printer is a machine of a class, with its name.
type Printer struct {
	ID      string `json:"id"`
	ClassID string `json:"class_id"`
	Name    string `json:"name"`
	Status  string `json:"status" enum:"ACTIVE,MAINTENANCE,OFFLINE"`
}

// Package takeover is what a program tries that was an engine before a model took it over: for stand-ins of engines, in tests.
// Each attempt succeeds where nothing holds the program.
//
//	attempts_*.go the attempts, by system and architecture
package takeover

// Package client is who the shop works for. Every order of a guest has a client of its own, unverified, whom the order's
// files and papers belong to.
//
//	client.go  a guest: added with an order, found by the search, and removed with it
package client

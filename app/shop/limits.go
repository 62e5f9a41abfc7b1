package shop

// How much one visitor may leave with the shop before an order, and how much all may.
const (
	MaxFileBytes   = 256_000_000 // of one file
	MaxCartFiles   = 50          // parts, those of archives included
	MaxCartBytes   = 2_000_000_000
	MaxUploads     = 4       // of one cart at once
	MaxUploadPiece = 4 << 20 // in one request

	// A network address may be a household or a school: its carts together have the bytes of four.
	MaxVisitorBytes   = 4 * MaxCartBytes
	MaxVisitorUploads = 16 // at once

	MaxTmpBytes   = 64 << 30 // of all carts
	StaffTmpBytes = 4 << 30  // of these, what only staff may fill: an order at the counter is taken also when visitors filled the rest
)

package shop

// How much one visitor may leave with the shop before an order, and how much all may.
const (
	MaxFileBytes   = 256_000_000 // of one file
	MaxCartFiles   = 50
	MaxCartBytes   = 2_000_000_000
	MaxUploads     = 4        // of one cart at once
	MaxTmpBytes    = 64 << 30 // of all carts
	MaxUploadPiece = 4 << 20  // in one request
)

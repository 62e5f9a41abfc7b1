package gcode

import "bytes"

// line is one line of G-code without its end.
type line struct {
	code    []byte // up to the comment, trimmed
	comment []byte // after the first semicolon
}

func parse(raw []byte) line {
	code, comment, _ := bytes.Cut(raw, []byte{';'})
	return line{code: bytes.TrimSpace(code), comment: bytes.TrimRight(comment, "\r\n")}
}

// command returns the first word: 'G', 1 for "G1 X10". Lines that begin
// otherwise have letter 0.
func (l line) command() (letter byte, number int) {
	if len(l.code) < 2 {
		return 0, 0
	}
	word, _, _ := bytes.Cut(l.code, []byte{' '})
	for _, c := range word[1:] {
		if c < '0' || c > '9' || number > 99999 {
			return 0, 0
		}
		number = number*10 + int(c-'0')
	}
	return upper(word[0]), number
}

// words calls yield with the letter and the value of each word after the
// command. A letter alone, as in "G28 X", has ok false.
func (l line) words(yield func(letter byte, value float64, ok bool)) {
	_, rest, _ := bytes.Cut(l.code, []byte{' '})
	for len(rest) > 0 {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte{' '})
		if len(word) == 0 {
			continue
		}
		value, ok := decimal(word[1:])
		yield(upper(word[0]), value, ok)
	}
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// decimal reads the only form of number that G-code has: -12.345.
func decimal(b []byte) (float64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	sign := 1.0
	switch b[0] {
	case '-':
		sign, b = -1, b[1:]
	case '+':
		b = b[1:]
	}
	mantissa, scale, digits, fraction := 0.0, 1.0, 0, false
	for _, c := range b {
		switch {
		case c == '.' && !fraction:
			fraction = true
		case '0' <= c && c <= '9':
			mantissa = mantissa*10 + float64(c-'0')
			digits++
			if fraction {
				scale *= 10
			}
		default:
			return 0, false
		}
	}
	return sign * mantissa / scale, digits > 0
}

// token returns the first {token} of a line's code, or "".
func (l line) token() string {
	open := bytes.IndexByte(l.code, '{')
	if open < 0 {
		return ""
	}
	end := bytes.IndexByte(l.code[open:], '}')
	if end < 0 {
		return ""
	}
	return string(l.code[open : open+end+1])
}

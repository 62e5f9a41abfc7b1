package profile

import (
	"fmt"
	"strings"
)

// rewritePowers replaces every a ** b of a Python expression by pow(a, b),
// because Starlark has no power operator. It binds as in Python: tighter than
// a sign on its left, looser than one on its right, and from right to left.
func rewritePowers(src string) (string, error) {
	if !strings.Contains(src, "**") {
		return src, nil
	}
	for {
		at := lastPower(src)
		if at < 0 {
			return src, nil
		}
		start, ok := primaryBefore(src, at)
		if !ok {
			return "", fmt.Errorf("nothing to raise before ** in %q", src)
		}
		end, ok := primaryAfter(src, at+2)
		if !ok {
			return "", fmt.Errorf("no exponent after ** in %q", src)
		}
		src = src[:start] + "pow(" + src[start:at] + "," + src[at+2:end] + ")" + src[end:]
	}
}

// lastPower returns the offset of the last ** outside quotes, or -1.
func lastPower(src string) int {
	at := -1
	for i := 0; i < len(src); i++ {
		switch {
		case src[i] == '\'' || src[i] == '"':
			i = stringEnd(src, i) - 1
		case strings.HasPrefix(src[i:], "**"):
			at = i
			i++
		}
	}
	return at
}

// stringEnd returns the offset after the quoted text that begins at i.
func stringEnd(src string, i int) int {
	quote := src[i]
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(src)
}

func isWordByte(c byte) bool {
	return c == '_' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// primaryBefore returns where the name, number, call or group ending at end
// begins.
func primaryBefore(src string, end int) (start int, ok bool) {
	i := len(strings.TrimRight(src[:end], " \t\n"))
	for i > 0 {
		switch c := src[i-1]; {
		case c == ')' || c == ']':
			open, ok := openingBracket(src, i-1)
			if !ok {
				return 0, false
			}
			i = open
			if i > 0 && isWordByte(src[i-1]) { // a call or an index: its name belongs to it
				continue
			}
			return i, true
		case isWordByte(c):
			for i > 0 && isWordByte(src[i-1]) {
				i--
			}
			return i, true
		default:
			return 0, false
		}
	}
	return 0, false
}

// openingBracket returns the bracket that the one at end closes.
func openingBracket(src string, end int) (int, bool) {
	var stack []int
	for i := 0; i <= end; i++ {
		switch src[i] {
		case '\'', '"':
			i = stringEnd(src, i) - 1
		case '(', '[':
			stack = append(stack, i)
		case ')', ']':
			if len(stack) == 0 {
				return 0, false
			}
			open := stack[len(stack)-1]
			if i == end {
				return open, true
			}
			stack = stack[:len(stack)-1]
		}
	}
	return 0, false
}

// primaryAfter returns where the operand that begins at start, sign included,
// ends.
func primaryAfter(src string, start int) (end int, ok bool) {
	i := start
	for i < len(src) && strings.IndexByte(" \t\n+-", src[i]) >= 0 {
		i++
	}
	begin := i
	for i < len(src) && isWordByte(src[i]) {
		i++
	}
	for i < len(src) && (src[i] == '(' || src[i] == '[') {
		depth := 0
		for ; i < len(src); i++ {
			if src[i] == '\'' || src[i] == '"' {
				i = stringEnd(src, i) - 1
				continue
			}
			if src[i] == '(' || src[i] == '[' {
				depth++
			} else if src[i] == ')' || src[i] == ']' {
				if depth--; depth == 0 {
					i++
					break
				}
			}
		}
		if depth != 0 {
			return 0, false
		}
	}
	return i, i > begin
}

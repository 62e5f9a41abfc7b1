package shop

import (
	"net/url"
	"strings"
)

// maxWebLink bounds a link, in bytes.
const maxWebLink = 500

// CleanWebLink is a link that a customer gives in the place of a file, as it is kept: whole, of the web. Errors: Invalid.
func CleanWebLink(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text != "" && !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || !strings.Contains(strings.Trim(u.Hostname(), "."), ".") || u.User != nil || len(u.String()) > maxWebLink {
		return "", Invalidf("link_malformed", "link", "Copy the whole address of the page, like https://example.com/model.")
	}
	return u.String(), nil
}

// WebLink is the link that stands in the place of a part's file: its name is one, which no file's name can be. "" where
// the part is a file.
func WebLink(name string) string {
	if strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://") {
		return name
	}
	return ""
}

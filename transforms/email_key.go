package transforms

import "strings"

// EmailKey gives the form in which two addresses of one mailbox are equal. It
// takes a cleansed address. Gmail ignores dots and both of its domains are
// one; Yandex has one mailbox at all its domains and takes "." for "-"; a "+tag"
// is dropped everywhere.
func EmailKey(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return ""
	}
	local, domain := strings.ToLower(address[:at]), address[at+1:]
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	switch domain {
	case "gmail.com", "googlemail.com":
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	case "ya.ru", "yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua":
		local, domain = strings.ReplaceAll(local, ".", "-"), "yandex.ru"
	}
	if local == "" {
		return ""
	}
	return local + "@" + domain
}

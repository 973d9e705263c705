# Joins disp.asc (first file) to card.asc (second file) and prints one JSON
# object per card. A card whose disposition is unknown stops the delivery.
BEGIN { FS = ";" }
{ sub(/\r$/, ""); gsub(/"/, "") }
FNR == 1 { next }
NR == FNR { client[$1] = $2; account[$1] = $3; next }
!($2 in client) { print "card of an unknown disposition, line " FNR > "/dev/stderr"; exit 1 }
{
	printf "{\"card_id\":\"%s\",\"client_id\":\"%s\",\"account_id\":\"%s\",\"type\":\"%s\",\"issued\":\"%s\"}\n",
		$1, client[$2], account[$2], $3, substr($4, 1, 6)
}

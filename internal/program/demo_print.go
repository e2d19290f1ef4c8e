package program

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"kontrak/internal/api"
	"kontrak/internal/trace"
	"kontrak/internal/world"
)

// demoQuery follows a contract to everything around it.
const demoQuery = `{ contracts(first: 3) { totalCount nodes { referenceCode displayStatus totalAmount { value currency }
 institution { name } partner { fullName competencies { service { name } subServices { subService { name } } } }
 schedules { date startTime endTime } payment { status promotion { code } } assignments { status partner { fullName } } } } }`

// demoMove moves the clock on by a day, and tells what fell due.
const demoMove = `mutation { clockAdvance(input: {by: \"24h\"}) { now firedCount fired { kind at contract {
 referenceCode displayStatus } } userErrors { code message } } }`

// print says where the demo is, who can sign in, and what to try first.
func (d *demo) print(w io.Writer, url string) {
	say(w, "Kontrak demo: %s", url)
	say(w, "The clock stands at %s until you move it. Everything is gone when you press Ctrl+C.\n", d.world.Now.Format(time.RFC3339))
	say(w, "Links")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	say(table, "  %s/\tthe playground: ask the graph in a browser", url)
	say(table, "  %s/about\twhat there is", url)
	say(table, "  %s/query\tGraphQL", url)
	say(table, "  %s/api/v1\tREST, the Nukitu dialect", url)
	say(table, "  %s/service-desk/api\tREST, the Faveo dialect", url)
	say(table, "  %s/v1\tREST, the Yedpay dialect", url)
	say(table, "  %s/kit-api/v1\tREST, the Kit dialect", url)
	if d.link != "" {
		say(table, "  %s\tthe page on which somebody without an account is to sign", d.link)
	}
	say(table, "  %s/mail\tthe mails that would have been sent", url)
	say(table, "  %s/readyz\thealth", url)
	_ = table.Flush() // to a terminal that has gone away
	say(w, "\nAccounts, all with the password %s", world.Password)
	for _, a := range mainAccounts(d.world) {
		say(table, "  %s\t%s", a.Email, a.About)
	}
	_ = table.Flush() // as above
	say(w, "\nTokens, good for %s: paste these lines into a shell", demoTokenLife)
	for _, a := range mainAccounts(d.world) {
		say(w, "export %s=%s", tokenName(a), d.tokens[a.Email])
	}
	say(w, "\nand then one of these; a query with -H '%s: 1' shows its SQL statements as well", trace.Header)
	for _, line := range d.examples(url) {
		say(w, "%s\n", line)
	}
}

// tokenName is the shell variable of an account's token.
func tokenName(a world.Account) string { return strings.ToUpper(string(a.Role)) + "_TOKEN" }

// examples are the requests to try first.
func (d *demo) examples(url string) []string {
	query := strings.ReplaceAll(demoQuery, "\n", "")
	return []string{
		fmt.Sprintf(`curl -s %s/query -H "Authorization: Bearer $INSTITUTION_TOKEN" -H 'Content-Type: application/json' -d '{"query":"%s"}'`, url, query),
		fmt.Sprintf(`curl -s '%s/api/v1/partner/contracts?page=1&per_page=2' -H "Authorization: Bearer $PARTNER_TOKEN"`, url),
		fmt.Sprintf(`curl -s -X PATCH %s/api/v1/supervisor/contracts/%d/assign-partner -H "Authorization: Bearer $SUPERVISOR_TOKEN" -H 'Content-Type: application/json' -d '{"contract":{"partner_id":%d}}'`,
			url, d.world.Queue.ContractID, d.world.Queue.EligibleID),
		fmt.Sprintf(`curl -s %s/api/v1/auth/login -H 'Content-Type: application/json' -d '{"email":"institution@demo.test","password":"%s"}'`,
			url, world.Password),
		fmt.Sprintf(`curl -s %s/query -H "Authorization: Bearer $ADMIN_TOKEN" -H 'Content-Type: application/json' -d '{"query":"%s"}'`, url, strings.ReplaceAll(demoMove, "\n", "")),
		fmt.Sprintf(`curl -s '%s/service-desk/api/contract-list?limit=2&sort-field=expiry' -H "Authorization: Bearer $SUPERVISOR_TOKEN"`, url),
		fmt.Sprintf(`curl -s '%s/v1/companies/%s/contracts?limit=2' -H "Authorization: Bearer $INSTITUTION_TOKEN"`, url, d.world.Companies["home"]),
		fmt.Sprintf(`curl -s '%s/kit-api/v1/contracts?limit=2&offset=0' -H 'x-api-key: %s'`, url, world.KitKey),
	}
}

// offer is what the playground lets everybody sign in as.
func (d *demo) offer() api.Demo {
	offer := api.Demo{Password: world.Password}
	for _, a := range mainAccounts(d.world) {
		offer.Accounts = append(offer.Accounts, api.DemoAccount{Email: a.Email, Role: string(a.Role), About: a.About})
	}
	return offer
}

// notes are what the page at "/about" says of the demo. It holds no tokens.
func (d *demo) notes(url string) []string {
	var accounts strings.Builder
	fmt.Fprintf(&accounts, "The clock stands at %s until an admin moves it with clockAdvance. Accounts, all with the password %s:\n", d.world.Now.Format(time.RFC3339), world.Password)
	for _, a := range mainAccounts(d.world) {
		fmt.Fprintf(&accounts, "\n%s: %s", a.Email, a.About)
	}
	login := d.examples(url)[3]
	return []string{accounts.String(), login}
}

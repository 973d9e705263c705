package demobank

import "strconv"

var accountColumns = []string{"ACCOUNT", "CLIENT_ID", "UA_CLIENT_ID", "BANK", "PRODUCT", "CURRENCY", "OPEN_DATE", "CLOSE_DATE", "STATUS", "SECOND_OWNER", "UA_SECOND_OWNER"}

// writeAccounts writes core/accounts: all accounts of both branches with their
// owners; ASCII, semicolons, a header line with the date of the extract and a
// trailer with the number of rows.
func writeAccounts(j *job) error {
	b := j.b
	f, err := j.create("in/core/accounts_" + b.asOf.iso() + ".csv")
	if err != nil {
		return err
	}
	f.sep = ';'
	f.text("H;" + b.asOf.iso() + ";ACCOUNTS")
	f.head(accountColumns...)
	err = j.people(topicOrder+3, func(fp *footprint, _ *rng) {
		for _, a := range fp.accounts {
			ru, ua, ru2, ua2, bank := a.holder.id, "", "", "", bik
			if a.second != nil {
				ru2 = a.second.id
			}
			if a.holder.uk {
				ru, ua, ru2, ua2, bank = "", ru, "", ru2, mfo
			}
			closed, status := "", "A"
			if a.closed != 0 {
				closed, status = a.closed.dmy(), "C"
			}
			f.row(a.number, ru, ua, bank, a.product, a.currency, a.opened.dmy(), closed, status, ru2, ua2)
			j.fact("core/accounts", a.number, fp.p.id())
		}
	})
	if err != nil {
		return err
	}
	f.trailer()
	return j.done(f, "core/accounts")
}

var operations = []struct {
	word string
	out  bool
}{{"salary", false}, {"transfer_in", false}, {"transfer_out", true}, {"payment", true}, {"payment", true}, {"cash", true}, {"fee", true}, {"interest", false}, {"utilities", true}}

// writeTransactions writes core/transactions, one file per month in order of
// time: UTF-8, semicolons, decimal comma. Money out is negative.
func writeTransactions(j *job) error {
	b := j.b
	total := b.clients() * b.facts * 60 / 100
	per := total / b.months
	for m := range b.months {
		back := b.months - 1 - m
		from, to := b.monthStart(back), min(b.monthStart(back-1), b.asOf+1)
		f, err := j.create("in/core/transactions_" + (to - 1).iso() + ".csv")
		if err != nil {
			return err
		}
		f.sep = ';'
		f.head("ID", "ACCOUNT", "TS", "AMOUNT", "CURRENCY", "TYPE")
		span := float64(to-from) * 86400
		holders := b.crowd(10+uint64(back), func(f *footprint) bool { return len(f.accounts) > 0 })
		for i := range per {
			r := draw(b.seed, topicEvent, 1, uint64(back), uint64(i))
			at := from.at(int((float64(i) + r.f()*0.9) / float64(per) * span))
			id := from.iso()[2:4] + from.iso()[5:7] + string(digits(uint64(i), 9))
			who, number, currency := "", "", "RUB"
			if b.dirty(&r, dirtOrphanFact) {
				number = accountRU("30232", "810", uint64(r.n(1_000_000)))
			} else if fp := holders.pick(&r, i); fp != nil {
				a := pick(&r, fp.accounts)
				who, number, currency = fp.p.id(), a.number, a.currency
			}
			op := pick(&r, operations)
			amount := money(&r, op.out)
			f.row(id, number, at.dmy(), amount, currency, op.word)
			j.fact("core/transactions", id, who)
			if err := j.step(m*per+i, total); err != nil {
				return err
			}
		}
		if err := j.done(f, "core/transactions"); err != nil {
			return err
		}
	}
	return nil
}

// money draws an amount with a decimal comma.
func money(r *rng, out bool) string {
	cents := 100 + r.n(2000)*r.n(500)
	s := strconv.Itoa(cents/100) + "," + string(digits(uint64(cents%100), 2))
	if out {
		return "-" + s
	}
	return s
}

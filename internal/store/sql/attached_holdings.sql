-- What clients hold or held: products, accounts and cards of every source, as
-- far as they lead to one client. An account or card without a product code is
-- called account or card. since null = from a day nobody gave; seen = the day of
-- the delivery that says so. {kind} stands for the facts of a kind with client_no.
SELECT h.client_no, h.kind, h.product, h.since, h.until, h.status, h.amount, h.currency, h.stream, b.as_of AS seen
FROM (
  SELECT client_no, 'product' AS kind, product, since, until, status, amount, currency, stream, batch_no
  FROM {product} WHERE client_no IS NOT NULL
  UNION ALL
  SELECT client_no, 'account', coalesce(product, 'account'), opened, closed, status, NULL, currency, stream, batch_no
  FROM {account} WHERE client_no IS NOT NULL
  UNION ALL
  SELECT client_no, 'card', coalesce(product, 'card'), issued, expires, status, NULL, NULL, stream, batch_no
  FROM {card} WHERE client_no IS NOT NULL
) h
LEFT JOIN client.main.batches b ON b.batch_no = h.batch_no

-- Holdings by client_id; see attached_holdings.sql.
SELECT c.client_id, h.* EXCLUDE (client_no)
FROM memory.attached.holdings h JOIN client.main.clients c ON c.client_no = h.client_no

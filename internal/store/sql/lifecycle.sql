-- The lifecycle by client_id, with what made each step; see attached_lifecycle.sql.
WITH causes AS (
  SELECT h.client_no, coalesce(h.since, c.since) AS since, 'client' AS state, coalesce(h.product, h.kind) AS cause, h.stream AS source
  FROM memory.attached.holdings h JOIN memory.main.clients c ON c.client_no = h.client_no
  UNION ALL
  SELECT client_no, until, 'former', coalesce(product, kind), stream FROM memory.attached.holdings WHERE until IS NOT NULL
  UNION ALL
  SELECT client_no, CAST(at_time AS DATE), CASE WHEN kind = 'visit' THEN 'visitor' ELSE 'potential' END, coalesce(kind, 'contact'), stream
  FROM memory.attached.interactions WHERE client_no IS NOT NULL
  UNION ALL
  SELECT c.client_no, t.since, 'potential', 'consent', t.stream
  FROM memory.main.client_consents t JOIN client.main.clients c ON c.client_id = t.client_id
  UNION ALL
  SELECT client_no, valid_from, 'potential', 'known to a source', stream FROM client.main.identities
),
told AS (
  SELECT l.client_no, l.episode, l.state, l.since, l.until, min(struct_pack(cause := e.cause, source := e.source)) AS first
  FROM memory.attached.lifecycle l LEFT JOIN causes e ON e.client_no = l.client_no AND e.since = l.since AND e.state = l.state
  GROUP BY ALL
)
SELECT c.client_id, t.episode, t.state, t.since, t.until,
       CASE t.state WHEN 'visitor' THEN 'site visit' WHEN 'former' THEN 'ended ' || first.cause
         WHEN 'client' THEN CASE WHEN t.episode = 1 THEN 'took ' ELSE 'came back with ' END || first.cause
         ELSE CASE first.cause WHEN 'answer' THEN 'form filled in' ELSE first.cause END END AS cause,
       first.source AS source
FROM told t JOIN client.main.clients c ON c.client_no = t.client_no

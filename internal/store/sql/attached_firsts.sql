-- The first visit of every client, and the first day on which it spoke to the
-- bank or stood in one of its sources; consents, which change between runs, are
-- not among what counts here. Seen from the latest business day of the snapshot.
WITH day AS (SELECT max(as_of) AS d FROM client.main.streams)
SELECT client_no, min(since) FILTER (WHERE visit) AS visited, min(since) FILTER (WHERE NOT visit) AS met
FROM (
  SELECT client_no, CAST(at_time AS DATE) AS since, coalesce(kind = 'visit', false) AS visit FROM memory.attached.interactions
  WHERE client_no IS NOT NULL
  UNION ALL
  SELECT client_no, valid_from, false FROM client.main.identities WHERE valid_from IS NOT NULL
) CROSS JOIN day WHERE since <= d GROUP BY client_no

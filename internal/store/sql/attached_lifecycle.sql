-- The lifecycle of every client as intervals [since, until): visitor →
-- potential → client → former; a product taken after that opens a new episode.
-- Seen from the latest business day of the snapshot: what lies after it has not
-- happened yet. An end in the future is no end.
WITH day AS (SELECT max(as_of) AS d FROM client.main.streams),
spans AS (
  SELECT h.client_no, coalesce(h.since, c.since) AS since, CASE WHEN h.until <= d THEN h.until END AS until
  FROM memory.attached.holdings h JOIN memory.main.clients c ON c.client_no = h.client_no CROSS JOIN day
  WHERE coalesce(h.since, c.since) <= d AND (h.until IS NULL OR h.until > coalesce(h.since, c.since))
),
-- who holds all that they ever took has one stretch; the others are looked at span by span
sums AS (SELECT client_no, min(since) AS since, bool_or(until IS NOT NULL) AS ends FROM spans GROUP BY client_no),
-- overlapping and touching spans are one stretch of being a client
marked AS (
  SELECT s.*, CASE WHEN s.since > max(coalesce(s.until, DATE '9999-12-31')) OVER (PARTITION BY s.client_no ORDER BY s.since, s.until
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 1 ELSE 0 END AS begins
  FROM (SELECT DISTINCT client_no, since, until FROM spans) s JOIN sums ON sums.client_no = s.client_no AND sums.ends
),
numbered AS (
  SELECT *, 1 + sum(begins) OVER (PARTITION BY client_no ORDER BY since, until ROWS UNBOUNDED PRECEDING) AS episode
  FROM marked
),
stretches AS (
  SELECT client_no, 1 AS episode, since, CAST(NULL AS DATE) AS until FROM sums WHERE NOT ends
  UNION ALL
  SELECT client_no, CAST(episode AS INTEGER), min(since), CASE WHEN bool_or(until IS NULL) THEN NULL ELSE max(until) END
  FROM numbered GROUP BY client_no, episode
),
-- what shows a party before it holds anything
firsts AS (
  SELECT client_no, min(visited) AS visited, min(met) AS met
  FROM (
    SELECT client_no, visited, met FROM memory.attached.firsts
    UNION ALL
    SELECT c.client_no, NULL, min(t.since) FROM memory.main.client_consents t JOIN client.main.clients c ON c.client_id = t.client_id CROSS JOIN day
    WHERE t.since <= d GROUP BY c.client_no
  ) GROUP BY client_no
),
before AS (
  SELECT f.*, s.since AS held FROM firsts f LEFT JOIN stretches s ON s.client_no = f.client_no AND s.episode = 1
)
SELECT client_no, 1 AS episode, 'visitor' AS state, visited AS since, least(met, held) AS until
FROM before WHERE visited < coalesce(least(met, held), DATE '9999-12-31')
UNION ALL
SELECT client_no, 1, 'potential', met, held FROM before WHERE met < coalesce(held, DATE '9999-12-31')
UNION ALL
SELECT client_no, episode, 'client', since, until FROM stretches
UNION ALL
SELECT client_no, episode, 'former', until, next FROM (
  SELECT *, lead(since) OVER (PARTITION BY client_no ORDER BY episode) AS next FROM stretches WHERE episode > 1 OR until IS NOT NULL
) WHERE until IS NOT NULL

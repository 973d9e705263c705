-- Which client an account or a card token belongs to. More than one holder
-- is ambiguous, never a guess: client_no is then null.
CREATE OR REPLACE VIEW account_clients AS
SELECT a.account AS token,
       CASE WHEN bool_or(r.holders > 1) OR min(r.client_no) <> max(r.client_no) THEN NULL ELSE min(r.client_no) END AS client_no,
       CASE WHEN bool_or(r.holders > 1) OR min(r.client_no) <> max(r.client_no) THEN 2 ELSE count(r.client_no) END AS holders
FROM account a LEFT JOIN refs r ON r.token = a.holder
WHERE a.account IS NOT NULL
GROUP BY a.account;

CREATE OR REPLACE VIEW card_clients AS
SELECT token,
       CASE WHEN bool_or(holders > 1) OR min(client_no) <> max(client_no) THEN NULL ELSE min(client_no) END AS client_no,
       CASE WHEN bool_or(holders > 1) OR min(client_no) <> max(client_no) THEN 2 ELSE count(client_no) END AS holders
FROM (
  SELECT c.card AS token,
         CASE WHEN h.holders = 1 THEN h.client_no WHEN h.holders > 1 THEN NULL ELSE a.client_no END AS client_no,
         CASE WHEN h.holders > 0 THEN h.holders ELSE a.holders END AS holders
  FROM card c
  LEFT JOIN refs h ON h.token = c.holder
  LEFT JOIN account_clients a ON a.token = c.account
  WHERE c.card IS NOT NULL
)
GROUP BY token;

-- What coding learned from the decisions of a client's people -----------------------------------------

-- Points by code with the counts behind them and a back-test; a version is never changed.
CREATE TABLE ranking (
    client_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (client_id, version)
);

-- Which version suggestions were ordered by from when; 0 is the ranking as installed.
CREATE TABLE ranking_use (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    used_from TEXT NOT NULL,
    used_by TEXT NOT NULL,
    PRIMARY KEY (client_id, id)
);

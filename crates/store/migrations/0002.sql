-- The code library of an installation ---------------------------------------------------------------

-- Imported packs, for other nodes that work on this database: each is a file of the folder `library`.
CREATE TABLE library_pack (
    system TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    imported_on TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (system, file)
);

-- Codes a person keeps at hand.
CREATE TABLE favourite_code (
    user_id TEXT NOT NULL REFERENCES user_account (id),
    code TEXT NOT NULL,
    PRIMARY KEY (user_id, code)
);

-- Who has seen, at which client, what an edition changes there.
CREATE TABLE release_acknowledgement (
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    system TEXT NOT NULL,
    edition TEXT NOT NULL,
    acknowledged_at TEXT NOT NULL,
    PRIMARY KEY (client_id, user_id, system, edition)
);

-- What payers announce and what a team agrees on; the words are sealed.
CREATE TABLE bulletin (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payer_id TEXT,
    title TEXT NOT NULL,
    body BLOB NOT NULL,
    published_at TEXT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (client_id, id)
);

CREATE TABLE bulletin_receipt (
    client_id TEXT NOT NULL,
    bulletin_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    read_at TEXT NOT NULL,
    PRIMARY KEY (client_id, bulletin_id, user_id),
    FOREIGN KEY (client_id, bulletin_id) REFERENCES bulletin (client_id, id)
);

-- One schema for both engines. TEXT, BIGINT and BLOB only; every column of text sorts by its bytes.
-- `client_id` is '-' where a row belongs to the installation.

-- The installation ----------------------------------------------------------------------------------

CREATE TABLE installation (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    -- The billing company as it stands on files, JSON.
    submitter TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL,
    key_check BLOB NOT NULL,
    demo_now TEXT,
    demo_seed BIGINT NOT NULL,
    demo_counter BIGINT NOT NULL
);

CREATE TABLE client (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    colour TEXT NOT NULL,
    billing TEXT NOT NULL,
    settings TEXT NOT NULL
);

CREATE TABLE user_account (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE user_role (
    user_id TEXT NOT NULL REFERENCES user_account (id),
    client_id TEXT NOT NULL REFERENCES client (id),
    role TEXT NOT NULL,
    PRIMARY KEY (user_id, client_id, role)
);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_account (id),
    csrf_token TEXT NOT NULL,
    client_id TEXT,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE payer (
    id TEXT PRIMARY KEY,
    payer_number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE payer_plan (
    payer_id TEXT PRIMARY KEY REFERENCES payer (id),
    plan BLOB NOT NULL,
    state BLOB NOT NULL
);

CREATE TABLE counter (
    client_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (client_id, name)
);

CREATE TABLE idempotency (
    client_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    result TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    PRIMARY KEY (client_id, key)
);

CREATE TABLE job (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    run_at TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    PRIMARY KEY (client_id, id)
);
CREATE INDEX job_due ON job (client_id, state, run_at);

-- Audit ---------------------------------------------------------------------------------------------

CREATE TABLE audit_row (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (client_id, id)
);
CREATE INDEX audit_row_entity ON audit_row (client_id, entity, entity_id);

CREATE TABLE audit_block (
    client_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    sealed_at TEXT NOT NULL,
    rows_count BIGINT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (client_id, number)
);

CREATE TABLE audit_sealed (
    client_id TEXT NOT NULL,
    block_number BIGINT NOT NULL,
    position BIGINT NOT NULL,
    audit_id TEXT NOT NULL,
    PRIMARY KEY (client_id, audit_id),
    UNIQUE (client_id, block_number, position),
    FOREIGN KEY (client_id, block_number) REFERENCES audit_block (client_id, number)
);

-- Documents -----------------------------------------------------------------------------------------

CREATE TABLE document (
    client_id TEXT NOT NULL REFERENCES client (id),
    id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    kept_at TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, sha256)
);

CREATE TABLE outbox (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    partner TEXT NOT NULL,
    file_name TEXT NOT NULL,
    document_id TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, document_id) REFERENCES document (client_id, id)
);
CREATE INDEX outbox_state ON outbox (client_id, state, created_at);

-- Registration --------------------------------------------------------------------------------------

CREATE TABLE provider (
    client_id TEXT NOT NULL REFERENCES client (id),
    id TEXT NOT NULL,
    npi TEXT NOT NULL,
    name TEXT NOT NULL,
    is_rendering BIGINT NOT NULL,
    user_id TEXT REFERENCES user_account (id),
    body TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, npi)
);

CREATE TABLE tariff (
    client_id TEXT NOT NULL REFERENCES client (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    payer_id TEXT REFERENCES payer (id),
    effective_on TEXT NOT NULL,
    terminated_on TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (client_id, id)
);
CREATE INDEX tariff_dated ON tariff (client_id, kind, payer_id, effective_on);

CREATE TABLE patient (
    client_id TEXT NOT NULL REFERENCES client (id),
    id TEXT NOT NULL,
    mrn TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    search TEXT NOT NULL,
    born_on TEXT NOT NULL,
    body TEXT NOT NULL,
    ssn BLOB,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, mrn)
);
CREATE INDEX patient_name ON patient (client_id, sort_name);

CREATE TABLE coverage (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    payer_id TEXT NOT NULL REFERENCES payer (id),
    sequence TEXT NOT NULL,
    rank BIGINT NOT NULL,
    member_id TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    terminated_on TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, patient_id) REFERENCES patient (client_id, id)
);
CREATE INDEX coverage_patient ON coverage (client_id, patient_id);

CREATE TABLE eligibility_check (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    trace TEXT NOT NULL,
    coverage_id TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    inquiry TEXT NOT NULL,
    inquiry_document TEXT,
    answered_at TEXT,
    answer TEXT,
    answer_document TEXT,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, trace),
    FOREIGN KEY (client_id, coverage_id) REFERENCES coverage (client_id, id)
);
CREATE INDEX eligibility_coverage ON eligibility_check (client_id, coverage_id, asked_at);

-- Encounters, notes, codes --------------------------------------------------------------------------

CREATE TABLE encounter (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    rendering_id TEXT NOT NULL,
    served_on TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, number),
    FOREIGN KEY (client_id, patient_id) REFERENCES patient (client_id, id),
    FOREIGN KEY (client_id, rendering_id) REFERENCES provider (client_id, id)
);
CREATE INDEX encounter_status ON encounter (client_id, status, served_on);
CREATE INDEX encounter_patient ON encounter (client_id, patient_id, served_on);

CREATE TABLE note_draft (
    client_id TEXT NOT NULL,
    encounter_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    text BLOB NOT NULL,
    saved_at TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    PRIMARY KEY (client_id, encounter_id),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id)
);

CREATE TABLE note_version (
    client_id TEXT NOT NULL,
    note_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    encounter_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    text BLOB NOT NULL,
    signature TEXT,
    reason TEXT NOT NULL,
    written_at TEXT NOT NULL,
    written_by TEXT NOT NULL,
    PRIMARY KEY (client_id, note_id, version),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id)
);
CREATE INDEX note_encounter ON note_version (client_id, encounter_id, version);

CREATE TABLE coding_run (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    encounter_id TEXT NOT NULL,
    note_id TEXT NOT NULL,
    note_version BIGINT NOT NULL,
    ran_at TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id)
);
CREATE INDEX coding_run_encounter ON coding_run (client_id, encounter_id, ran_at);

CREATE TABLE coding_decision (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    encounter_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    code_system TEXT NOT NULL,
    suggested TEXT,
    decided TEXT,
    body BLOB NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id)
);
CREATE INDEX coding_decision_encounter ON coding_decision (client_id, encounter_id);

CREATE TABLE code_set (
    client_id TEXT NOT NULL,
    encounter_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (client_id, encounter_id, version),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id)
);

CREATE TABLE provider_query (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    encounter_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    prompt TEXT NOT NULL,
    question BLOB NOT NULL,
    asked_at TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    answer BLOB,
    answered_at TEXT,
    answered_by TEXT,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id)
);
CREATE INDEX provider_query_open ON provider_query (client_id, answered_at, asked_at);

CREATE TABLE gold (
    client_id TEXT NOT NULL,
    encounter_id TEXT NOT NULL,
    expected TEXT NOT NULL,
    agreement TEXT,
    PRIMARY KEY (client_id, encounter_id),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id)
);

-- Charges and claims --------------------------------------------------------------------------------

CREATE TABLE charge (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    encounter_id TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    procedure_code TEXT NOT NULL,
    served_on TEXT NOT NULL,
    charge_cents BIGINT NOT NULL,
    is_voided BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id),
    FOREIGN KEY (client_id, patient_id) REFERENCES patient (client_id, id)
);
CREATE INDEX charge_encounter ON charge (client_id, encounter_id, line);
CREATE INDEX charge_patient ON charge (client_id, patient_id, served_on);

CREATE TABLE claim (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    sequence TEXT NOT NULL,
    frequency TEXT NOT NULL,
    encounter_id TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    payer_id TEXT NOT NULL REFERENCES payer (id),
    coverage_id TEXT NOT NULL,
    follows_id TEXT,
    served_on TEXT NOT NULL,
    file_by TEXT NOT NULL,
    charge_cents BIGINT NOT NULL,
    expected_cents BIGINT,
    paid_cents BIGINT NOT NULL,
    version BIGINT NOT NULL,
    payer_control_number TEXT,
    created_at TEXT NOT NULL,
    submitted_on TEXT,
    decided_on TEXT,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, number),
    FOREIGN KEY (client_id, encounter_id) REFERENCES encounter (client_id, id),
    FOREIGN KEY (client_id, patient_id) REFERENCES patient (client_id, id),
    FOREIGN KEY (client_id, coverage_id) REFERENCES coverage (client_id, id)
);
CREATE INDEX claim_status ON claim (client_id, status, file_by);
CREATE INDEX claim_patient ON claim (client_id, patient_id, served_on);
CREATE INDEX claim_encounter ON claim (client_id, encounter_id);

CREATE TABLE claim_line (
    client_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    charge_id TEXT NOT NULL,
    PRIMARY KEY (client_id, claim_id, line),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id),
    FOREIGN KEY (client_id, charge_id) REFERENCES charge (client_id, id)
);
CREATE INDEX claim_line_charge ON claim_line (client_id, charge_id);

CREATE TABLE claim_version (
    client_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    findings TEXT NOT NULL,
    cleanliness TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (client_id, claim_id, version),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);

CREATE TABLE claim_event (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    document_id TEXT,
    detail TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX claim_event_claim ON claim_event (client_id, claim_id, id);

CREATE TABLE submission (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    partner TEXT NOT NULL,
    file_name TEXT NOT NULL,
    interchange_control TEXT NOT NULL,
    group_control TEXT NOT NULL,
    reference TEXT NOT NULL,
    claims_count BIGINT NOT NULL,
    charge_cents BIGINT NOT NULL,
    sent_at TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, interchange_control),
    FOREIGN KEY (client_id, document_id) REFERENCES document (client_id, id)
);

CREATE TABLE submission_claim (
    client_id TEXT NOT NULL,
    submission_id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    claim_version BIGINT NOT NULL,
    transaction_control TEXT NOT NULL,
    PRIMARY KEY (client_id, submission_id, claim_id),
    FOREIGN KEY (client_id, submission_id) REFERENCES submission (client_id, id),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX submission_claim_claim ON submission_claim (client_id, claim_id);

CREATE TABLE ack (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    submission_id TEXT,
    kind TEXT NOT NULL,
    is_accepted BIGINT NOT NULL,
    body TEXT NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, document_id) REFERENCES document (client_id, id),
    FOREIGN KEY (client_id, submission_id) REFERENCES submission (client_id, id)
);
CREATE INDEX ack_submission ON ack (client_id, submission_id);

-- Remittances ---------------------------------------------------------------------------------------

CREATE TABLE remittance (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    payer_id TEXT REFERENCES payer (id),
    payer_name TEXT NOT NULL,
    originator TEXT NOT NULL,
    trace_number TEXT NOT NULL,
    paid_on TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    claims_count BIGINT NOT NULL,
    received_at TEXT NOT NULL,
    body TEXT NOT NULL,
    imbalances TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, originator, trace_number, paid_on, version),
    FOREIGN KEY (client_id, document_id) REFERENCES document (client_id, id)
);
CREATE INDEX remittance_paid ON remittance (client_id, paid_on);

CREATE TABLE remittance_state (
    client_id TEXT NOT NULL,
    remittance_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    replaced_by TEXT,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (client_id, remittance_id),
    FOREIGN KEY (client_id, remittance_id) REFERENCES remittance (client_id, id),
    FOREIGN KEY (client_id, replaced_by) REFERENCES remittance (client_id, id)
);
CREATE INDEX remittance_state_state ON remittance_state (client_id, state);

CREATE TABLE remittance_claim (
    client_id TEXT NOT NULL,
    remittance_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    clp_offset BIGINT NOT NULL,
    control_number TEXT NOT NULL,
    payer_control_number TEXT NOT NULL,
    patient_name TEXT NOT NULL,
    decision TEXT NOT NULL,
    charge_cents BIGINT NOT NULL,
    paid_cents BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    claim_id TEXT,
    transaction_id TEXT,
    PRIMARY KEY (client_id, remittance_id, position),
    FOREIGN KEY (client_id, remittance_id) REFERENCES remittance (client_id, id),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX remittance_claim_claim ON remittance_claim (client_id, claim_id);
CREATE INDEX remittance_claim_state ON remittance_claim (client_id, state);

-- Ledger --------------------------------------------------------------------------------------------

CREATE TABLE ledger_transaction (
    client_id TEXT NOT NULL REFERENCES client (id),
    id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    memo TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    actor TEXT NOT NULL,
    source_document TEXT NOT NULL,
    source_location TEXT NOT NULL,
    reverses_id TEXT,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, number),
    UNIQUE (client_id, reverses_id),
    FOREIGN KEY (client_id, reverses_id) REFERENCES ledger_transaction (client_id, id)
);

CREATE TABLE ledger_entry (
    client_id TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    account TEXT NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents <> 0),
    charge_id TEXT,
    patient_id TEXT,
    payer_id TEXT REFERENCES payer (id),
    sequence TEXT,
    remittance_id TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (client_id, transaction_id, line),
    FOREIGN KEY (client_id, transaction_id) REFERENCES ledger_transaction (client_id, id),
    FOREIGN KEY (client_id, charge_id) REFERENCES charge (client_id, id),
    FOREIGN KEY (client_id, patient_id) REFERENCES patient (client_id, id),
    FOREIGN KEY (client_id, remittance_id) REFERENCES remittance (client_id, id)
);
CREATE INDEX ledger_entry_account ON ledger_entry (client_id, account, charge_id);
CREATE INDEX ledger_entry_charge ON ledger_entry (client_id, charge_id);
CREATE INDEX ledger_entry_patient ON ledger_entry (client_id, patient_id);
CREATE INDEX ledger_entry_remittance ON ledger_entry (client_id, remittance_id);

-- Work and patients' money --------------------------------------------------------------------------

CREATE TABLE work_item (
    client_id TEXT NOT NULL REFERENCES client (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    due_on TEXT,
    snoozed_until TEXT,
    claimed_by TEXT REFERENCES user_account (id),
    opened_at TEXT NOT NULL,
    done_at TEXT,
    done_by TEXT,
    outcome TEXT NOT NULL,
    PRIMARY KEY (client_id, id)
);
CREATE INDEX work_item_open ON work_item (client_id, done_at, owner);
CREATE INDEX work_item_subject ON work_item (client_id, subject_kind, subject_id);
CREATE UNIQUE INDEX work_item_filing_limit ON work_item (client_id, subject_kind, subject_id)
    WHERE kind = 'filing_limit' AND done_at IS NULL;

CREATE TABLE appeal (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    work_item_id TEXT,
    level BIGINT NOT NULL,
    status TEXT NOT NULL,
    due_on TEXT NOT NULL,
    filed_on TEXT,
    decided_on TEXT,
    document_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id),
    FOREIGN KEY (client_id, work_item_id) REFERENCES work_item (client_id, id)
);
CREATE INDEX appeal_claim ON appeal (client_id, claim_id);

CREATE TABLE statement (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    printed_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    document_id TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, number),
    FOREIGN KEY (client_id, patient_id) REFERENCES patient (client_id, id),
    FOREIGN KEY (client_id, document_id) REFERENCES document (client_id, id)
);
CREATE INDEX statement_patient ON statement (client_id, patient_id, printed_on);

CREATE TABLE patient_payment (
    client_id TEXT NOT NULL,
    id TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    received_on TEXT NOT NULL,
    method TEXT NOT NULL,
    reference TEXT NOT NULL,
    amount_cents BIGINT NOT NULL,
    transaction_id TEXT NOT NULL,
    PRIMARY KEY (client_id, id),
    FOREIGN KEY (client_id, patient_id) REFERENCES patient (client_id, id),
    FOREIGN KEY (client_id, transaction_id) REFERENCES ledger_transaction (client_id, id)
);
CREATE INDEX patient_payment_patient ON patient_payment (client_id, patient_id, received_on);

//! The payer's side: eligibility, front-end edits, benefits, adjudication.

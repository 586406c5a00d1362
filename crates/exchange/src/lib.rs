//! Claims and remittances to X12 and back.

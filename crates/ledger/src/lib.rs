//! Double-entry accounts receivable and its invariants.

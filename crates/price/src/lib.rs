//! Charges and expected payment.

//! The claim.

use store::Role;

/// Who works claims.
pub const BILLERS: &[Role] = &[Role::Biller, Role::Manager];

//! Claim edits: findings on a claim before a payer sees it.

//! The invented world of the demo: people, notes, plans.

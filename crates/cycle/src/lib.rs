//! The revenue cycle, one function per step.

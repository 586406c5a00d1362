//! From a note to suggested codes with evidence.

//! Code systems as immutable dated editions.
